import type { Batch } from './batch.js';
import type { SmsOutcome } from './outcome.js';

/** Sees what becomes of batches, and changes nothing of it. */
export interface SendObserver {
  /** Called once a batch has its outcomes, one for each row. What it throws is ignored. */
  afterSend(batch: Batch, outcomes: readonly SmsOutcome[]): void;
}
