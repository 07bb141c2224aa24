import { toShutDownError } from '../client/in-flight.js';
import type { BatchRow, BatchSender } from './batch.sender.js';
import { SmsRejected, unsent } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import type { PreparedText } from './prepare-text.js';

/** What makes calls for batches. */
export type Batches = Pick<BatchSender, 'sendSame' | 'sendPersonal'>;

/** Stands in for the sender once the app is shutting down: makes no call. */
export const CLOSED_BATCHES: Batches = {
  sendSame: async (text, rows) => Promise.resolve(rejectAll(rows, () => text)),
  sendPersonal: async (rows) => Promise.resolve(rejectAll(rows, ({ text }) => text)),
};

function rejectAll<Row extends BatchRow>(
  rows: readonly Row[],
  textOf: (row: Row) => PreparedText,
): SmsOutcome[] {
  const error = toShutDownError();
  return rows.map((row) => new SmsRejected(unsent(row, textOf(row)), error));
}
