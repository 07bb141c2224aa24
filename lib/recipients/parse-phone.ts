import { normalizeRecipients } from './normalize-recipients.js';
import type { SmsMarket, UsableRecipient } from './normalize-recipients.js';
import { loadPhoneNumberParser } from './phone-number.js';

/** A phone number as it is sent to. */
export interface SmsPhone {
  /** `+`, country code and subscriber number, without blanks: one text for each phone. */
  readonly e164: string;
  /** Hong Kong, Macau and Taiwan are not of the mainland. */
  readonly market: SmsMarket;
  /** ISO 3166 code such as `CN`; `undefined` where several countries share the country code. */
  readonly country: string | undefined;
}

/**
 * Reads a phone number as every send does, so that what an app stores has the same key as what is sent
 * to: `137 1111 3333`, `0086…` and `+86137…` are one.
 *
 * Asynchronous, since the numbering plans are loaded with the first number that is not of the mainland.
 *
 * @throws SmsValidationError with the field `phone`, when a send would refuse the number.
 *
 * @example
 * const { e164 } = await parsePhone('137 1111 3333'); // '+8613711113333'
 */
export async function parsePhone(text: string): Promise<SmsPhone> {
  const [recipient] = await normalizeRecipients([text], () => 'phone');
  if (recipient?.error !== undefined) {
    throw recipient.error;
  }
  const { to: e164, market } = recipient as UsableRecipient;
  const country = market === 'mainland' ? 'CN' : (await loadPhoneNumberParser())(e164)?.isoCode;
  return { e164, market, country };
}
