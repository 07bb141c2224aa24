import { loadPhoneNumberParser, parseMainlandNumber } from '../recipients/phone-number.js';

/** A phone as verifications need it. */
export interface Phone {
  readonly e164: string;
  /** ISO 3166; `undefined` where several countries share the code. */
  readonly country: string | undefined;
}

/** Reads a phone number; `undefined` when it is none. */
export async function readPhone(text: string): Promise<Phone | undefined> {
  const compact = text.replace(/[\s()\-.]/g, '');
  const phone = parseMainlandNumber(compact) ?? (await loadPhoneNumberParser())(compact);
  return phone === undefined ? undefined : { e164: phone.e164, country: phone.isoCode };
}
