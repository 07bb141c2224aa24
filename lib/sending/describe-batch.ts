import { maskNumber } from '../privacy/mask-number.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { isMainland } from '../recipients/phone-number.js';
import type { Batch } from './batch.js';

/** A batch as it may be logged: no text, no value and no whole number. */
export interface BatchDescription {
  /** Id of the template; `undefined` when the texts are of several ones. */
  readonly template: string | undefined;
  /** Whether all of them are numbers of the mainland, or none is. */
  readonly market: SmsMarket;
  /** Distinct numbers in the batch. */
  readonly recipients: number;
  /** The number, masked (`+86137****2222`), when there is but one. */
  readonly to: string | undefined;
}

/** Describes a batch for logs and traces. */
export function describeBatch({ rows }: Batch): BatchDescription {
  const to = rows[0]?.to ?? '';
  const template = rows[0]?.text.templateId;
  return {
    template: rows.every(({ text }) => text.templateId === template) ? template : undefined,
    market: isMainland(to) ? 'mainland' : 'international',
    recipients: rows.length,
    to: rows.length === 1 ? maskNumber(to) : undefined,
  };
}
