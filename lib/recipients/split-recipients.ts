import { MAX_RECIPIENTS_PER_CALL } from '../api/limits.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { Recipient, SmsMarket, UsableRecipient } from './normalize-recipients.js';

/** Recipients that fit into one request. */
export interface RecipientBatch {
  readonly market: SmsMarket;
  /** In the order of the input. */
  readonly recipients: readonly UsableRecipient[];
}

/** How recipients are split. */
export interface SplitRecipientsOptions {
  /**
   * Most recipients of a batch.
   * @default 200
   */
  size?: number | undefined;
}

/**
 * Splits recipients into batches of one market each, the batch of the earliest row first.
 *
 * Rows with an error and repeated numbers are in none: the first row of a number stands for all.
 */
export function splitRecipients(
  rows: Iterable<Recipient>,
  { size = MAX_RECIPIENTS_PER_CALL }: SplitRecipientsOptions = {},
): RecipientBatch[] {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new SmsValidationError([
      { field: 'size', message: 'size must be a whole number from 1.' },
    ]);
  }
  const batches: RecipientBatch[] = [];
  const open = new Map<SmsMarket, UsableRecipient[]>();
  for (const row of rows) {
    if (row.error !== undefined || row.duplicateOf !== undefined) {
      continue;
    }
    const batch = open.get(row.market);
    if (batch !== undefined && batch.length < size) {
      batch.push(row);
    } else {
      const recipients = [row];
      open.set(row.market, recipients);
      batches.push({ market: row.market, recipients });
    }
  }
  return batches;
}
