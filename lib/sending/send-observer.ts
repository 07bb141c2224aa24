import type { SmsResponse } from '../api/actions.js';
import type { Batch } from './batch.js';
import type { SmsOutcome } from './outcome.js';
import type { SendAction } from './read-statuses.js';

/** A batch whose request is about to be made. Moments are milliseconds since 1970, by Tencent's clock. */
export interface SendAttempt extends Batch {
  /** Our id of the request. */
  readonly callRef: string;
  /** When its turn had come. */
  readonly decidedAt: number;
  /** After which it does not leave any more. */
  readonly notAfter: number;
  /** How long its answer may take once it has left, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether it must not leave before it is written down. */
  readonly isRequired: boolean;
  /** Whether it is written down elsewhere already. */
  readonly isKept: boolean;
}

/** Sees batches go, and what becomes of them. */
export interface SendObserver {
  /** Whether it writes down each attempt that is told to be required. @default false */
  readonly keepsAttempts?: boolean;
  /**
   * Called before the request of a batch, which waits for it.
   *
   * @throws SmsError to keep the batch from being sent: its rows are rejected with it.
   */
  beforeSend?(attempt: SendAttempt): void | Promise<void>;
  /**
   * Called once a batch has its outcomes, one for each row; the caller waits for it, too. What it throws
   * is ignored.
   */
  afterSend?(batch: Batch, outcomes: readonly SmsOutcome[]): void | Promise<void>;
  /** Called with the answer of a raw call that sent. What it throws is ignored. */
  afterRawSend?<A extends SendAction>(action: A, response: SmsResponse<A>): void | Promise<void>;
}
