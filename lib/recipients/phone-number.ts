/** A phone number taken apart. */
export interface PhoneNumber {
  /** `+`, country code, subscriber number; no blanks. */
  readonly e164: string;
  /** Without the plus, such as `86`. */
  readonly countryCode: string;
  /** Without the country code. */
  readonly subscriber: string;
  /** ISO 3166 code such as `CN`; `undefined` where several countries share the code. */
  readonly isoCode: string | undefined;
}

/** Takes a number apart; `undefined` when it can't be one. */
export type ParsePhoneNumber = (text: string) => PhoneNumber | undefined;

/** Whether an E.164 number is on the Chinese mainland. Hong Kong, Macau and Taiwan are not. */
export function isMainland(e164: string): boolean {
  return e164.startsWith('+86');
}

// Every mainland form that Tencent documents: +86…, 0086…, 86… and the bare eleven digits. The zero
// after the country code is common in written numbers, and Tencent drops it.
const MAINLAND = /^(?:(?:\+|00)?860?)?(1\d{10})$/;

/** Reads a mainland mobile number without any metadata, in every form that Tencent accepts. */
export function parseMainlandNumber(text: string): PhoneNumber | undefined {
  const subscriber = MAINLAND.exec(text)?.[1];
  return subscriber === undefined
    ? undefined
    : { e164: `+86${subscriber}`, countryCode: '86', subscriber, isoCode: 'CN' };
}

/**
 * Loads the numbering plans and gives a parser that needs no waiting.
 *
 * Checks whether a number is possible, not whether it is valid: new ranges are in use before any
 * metadata has them.
 */
export async function loadPhoneNumberParser(): Promise<ParsePhoneNumber> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  return (text) => {
    const mainland = parseMainlandNumber(text);
    if (mainland !== undefined || !/^\+[1-9]\d+$/.test(text)) {
      return mainland;
    }
    const parsed = parsePhoneNumberFromString(text);
    // What starts with +86 and is no mobile number can't receive a text.
    if (parsed === undefined || !parsed.isPossible() || parsed.countryCallingCode === '86') {
      return undefined;
    }
    // A trunk zero is dropped, as in `+44 (0)20 …`. What would lose another digit when parsed again is
    // no number, and must not become the number of another phone.
    if (
      parsed.number !== text &&
      parsePhoneNumberFromString(parsed.number)?.number !== parsed.number
    ) {
      return undefined;
    }
    return {
      e164: parsed.number,
      countryCode: parsed.countryCallingCode,
      subscriber: parsed.nationalNumber,
      isoCode: parsed.country,
    };
  };
}
