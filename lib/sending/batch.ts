import type { SmsError } from '../errors/sms.error.js';
import { SmsAbortError } from '../errors/transport.errors.js';
import { SmsRejected, unsent } from './outcome.js';
import type { PreparedText } from './prepare-text.js';
import type { SendAction } from './read-statuses.js';

/** A recipient of a batch, and what it is to get. */
export interface BatchRow {
  /** Place in the input. */
  readonly index: number;
  /** E.164. */
  readonly to: string;
  /** The caller's label; never sent. */
  readonly ref?: string | undefined;
  readonly text: PreparedText;
}

/** Rows of one market that share a request; at least one, at most 200, and no number twice. */
export interface Batch<Row extends BatchRow = BatchRow> {
  /**
   * `SendSms`: all rows have the same text. `SendMultiGlobalSms`: each its own, all of the same
   * application; outside the mainland only, and without signature.
   */
  readonly action: SendAction;
  readonly rows: readonly Row[];
}

/** The outcomes of rows that were in no request. */
export function rejectAll(rows: readonly BatchRow[], error: SmsError): SmsRejected[] {
  return rows.map((row) => new SmsRejected(unsent(row, row.text), error));
}

/** The outcomes of rows that a signal, or the end of their run, came before. */
export function rejectAborted(rows: readonly BatchRow[], reason: unknown): SmsRejected[] {
  const error = new SmsAbortError('Aborted before the request was sent.', 'connect', reason);
  return rejectAll(rows, error);
}
