import { toShutDownError } from '../client/calls-under-way.js';
import type { BatchRow, BatchSender } from './batch.sender.js';
import { SmsRejected } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import { unsent } from './send-many.js';

/** What makes calls for batches. */
export type Batches = Pick<BatchSender, 'sendSame' | 'sendPersonal'>;

/** Stands in for the sender once the app is shutting down: makes no call. */
export const SHUT_BATCHES: Batches = {
  sendSame: async (_text, rows) => Promise.resolve(refuse(rows)),
  sendPersonal: async (rows) => Promise.resolve(refuse(rows)),
};

function refuse(rows: readonly BatchRow[]): SmsOutcome[] {
  const error = toShutDownError();
  return rows.map(({ index, to }) => new SmsRejected(unsent(index, to), error));
}
