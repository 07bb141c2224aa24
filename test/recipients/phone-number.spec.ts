import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { getCountryCallingCode } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import {
  isMainland,
  loadPhoneNumberParser,
  parseMainlandNumber,
} from '../../lib/recipients/phone-number.js';
import type { ParsePhoneNumber } from '../../lib/recipients/phone-number.js';

const MAINLAND = {
  e164: '+8613711112222',
  countryCode: '86',
  subscriber: '13711112222',
  isoCode: 'CN',
};
const MAINLAND_FORMS = [
  '+8613711112222',
  '008613711112222',
  '8613711112222',
  '13711112222',
  '+86013711112222',
  '0086013711112222',
  '86013711112222',
];
const GARBAGE = [
  '',
  ' ',
  '+',
  '++8613711112222',
  '+86',
  '+861371111222',
  '+86137111122223',
  '1371111222',
  '137111122223',
  '23711112222',
  '013711112222',
  '+8613711112222 ',
  ' +8613711112222',
  '+86 137 1111 2222',
  '+86-137-1111-2222',
  '(+86)13711112222',
  '+861371111222a',
  '+86１３７１１１１２２２２',
  '+86+13711112222',
  '13711112222,13711113333',
  '13711112222;ext=1',
  'tel:+8613711112222',
  '13711112222\n',
  '+8613711112222\0',
  'constructor',
];

describe('parseMainlandNumber', () => {
  it.each(MAINLAND_FORMS)('reads %s', (text) => {
    expect(parseMainlandNumber(text)).toStrictEqual(MAINLAND);
  });

  it.each([...GARBAGE, '+85261234567', '+12025550123', '+886912345678'])('refuses %p', (text) => {
    expect(parseMainlandNumber(text)).toBeUndefined();
  });
});

describe('isMainland', () => {
  it.each([
    ['the mainland', '+8613711112222', true],
    ['Hong Kong', '+85261234567', false],
    ['Macau', '+85366123456', false],
    ['Taiwan', '+886912345678', false],
    ['the United States', '+12025550123', false],
    ['Vietnam', '+84912345678', false],
    ['a US number that begins with 86', '+18605550123', false],
  ])('decides about %s', (_, e164, mainland) => {
    expect(isMainland(e164)).toBe(mainland);
  });
});

describe('the phone number parser', () => {
  let parse: ParsePhoneNumber;
  beforeAll(async () => {
    parse = await loadPhoneNumberParser();
  });

  it.each(MAINLAND_FORMS)('reads %s', (text) => {
    expect(parse(text)).toStrictEqual(MAINLAND);
  });

  it.each([
    // Prefixes that may be newer than the metadata, and are of no known carrier.
    '+8610011112222',
    '+8612011112222',
    '+8619911112222',
    '+85211234567',
    '+6521234567',
  ])('does not ask whether %s has been handed out', (e164) => {
    expect(parse(e164)?.e164).toBe(e164);
  });

  it.each([
    ['Hong Kong', '+85261234567', '852', '61234567', 'HK'],
    ['Macau', '+85366123456', '853', '66123456', 'MO'],
    ['Taiwan', '+886912345678', '886', '912345678', 'TW'],
    ['the United States', '+12025550123', '1', '2025550123', 'US'],
    ['Canada', '+14165550123', '1', '4165550123', 'CA'],
    ['the United Kingdom', '+447400123456', '44', '7400123456', 'GB'],
    ['Malaysia', '+60123456789', '60', '123456789', 'MY'],
    ['Japan', '+819012345678', '81', '9012345678', 'JP'],
    ['Singapore', '+6591234567', '65', '91234567', 'SG'],
    ['Italy, whose zero belongs to the number', '+390612345678', '39', '0612345678', 'IT'],
  ])('takes a number of %s apart', (_, e164, countryCode, subscriber, isoCode) => {
    expect(parse(e164)).toStrictEqual({ e164, countryCode, subscriber, isoCode });
    expect(isMainland(e164)).toBe(false);
  });

  it('reads the example of every country as itself', () => {
    const examples = createRequire(import.meta.url)('libphonenumber-js/mobile/examples') as Record<
      string,
      string
    >;
    for (const [isoCode, subscriber] of Object.entries(examples)) {
      const calling = getCountryCallingCode(isoCode as CountryCode);
      const e164 = `+${calling}${subscriber}`;
      expect([isoCode, parse(e164)]).toStrictEqual([
        isoCode,
        expect.objectContaining({ e164, countryCode: calling, subscriber }),
      ]);
    }
  });

  it('drops a zero after a country code', () => {
    expect(parse('+4407400123456')?.e164).toBe('+447400123456');
  });

  it.each([
    ...GARBAGE,
    // Foreign numbers need their plus.
    '85261234567',
    '447911123456',
    '00447911123456',
    // Too short, too long, no such country.
    '+12',
    '+1202555012',
    '+120255501234',
    '+9991234567',
    '+0123456789',
    `+${'1'.repeat(300)}`,
    // One zero after a country code is a habit, several are a mistake.
    '+44007400123456',
    '+49000000',
    // A landline gets no text.
    '+861012345678',
  ])('refuses %p', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('gives a number whose parts make it up, and reads it again as the same', () => {
    fc.assert(
      fc.property(anyNumber(), (text) => {
        const number = parse(text);
        fc.pre(number !== undefined);
        expect(number?.e164).toMatch(/^\+[1-9]\d+$/);
        expect(number?.e164).toBe(`+${number?.countryCode}${number?.subscriber}`);
        expect(parse(number?.e164 ?? '')).toStrictEqual(number);
      }),
      { numRuns: 2000 },
    );
  });

  it('calls a number of the mainland so exactly when the country code is 86', () => {
    fc.assert(
      fc.property(anyNumber(), (text) => {
        const number = parse(text);
        fc.pre(number !== undefined);
        expect(isMainland(number?.e164 ?? '')).toBe(number?.countryCode === '86');
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with the parser without metadata on every number of the mainland', () => {
    fc.assert(
      fc.property(anyNumber(), (text) => {
        const mainland = parseMainlandNumber(text);
        const number = parse(text);
        expect(number?.countryCode === '86' ? number : undefined).toStrictEqual(mainland);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[+0-9 ()\-;,.x#*]{0,300}$/),
    );
    fc.assert(
      fc.property(text, (given) => {
        const number = parse(given);
        // What is accepted is nothing but digits behind at most one plus.
        expect(number === undefined || /^\+?\d+$/.test(given)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Texts that have a fair chance of being a number somewhere. */
function anyNumber(): fc.Arbitrary<string> {
  const prefix = fc.constantFrom(
    '',
    '+',
    '00',
    '+86',
    '0086',
    '86',
    '+860',
    '+852',
    '+853',
    '+886',
  );
  const foreign = fc.constantFrom(
    '+1',
    '+44',
    '+440',
    '+60',
    '+81',
    '+39',
    '+54',
    '+549',
    '+52',
    '+521',
    '+55',
    '+7',
    '+49',
  );
  return fc
    .tuple(fc.oneof(prefix, foreign), fc.stringMatching(/^\d{4,13}$/))
    .map(([start, digits]) => start + digits);
}
