import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizeRecipients } from '../../lib/recipients/normalize-recipients.js';
import type { Recipient } from '../../lib/recipients/normalize-recipients.js';

async function normalize(text: string): Promise<Recipient | undefined> {
  return (await normalizeRecipients(text))[0];
}

function marketOf(to: string | undefined): string | undefined {
  const elsewhere = to === undefined ? undefined : 'international';
  return to?.startsWith('+86') === true ? 'mainland' : elsewhere;
}

describe('a recipient', () => {
  it.each([
    '+8613711112222',
    '008613711112222',
    '8613711112222',
    '13711112222',
    '+86 137-1111-2222',
    '+86 (137) 1111.2222',
    '0086 137 1111 2222',
    '86-137-1111-2222',
    ' 13711112222\n',
    '137\u00a01111\u30002222',
    '１３７１１１１２２２２',
    '＋８６（１３７）１１１１－２２２２',
    '+86‑137‑1111‑2222',
    '\u202a+8613711112222\u202c',
    '\ufeff13711112222',
  ])('of the mainland is found in %j, without waiting', (text) => {
    expect(normalizeRecipients(text)).toEqual([
      { index: 0, to: '+8613711112222', market: 'mainland' },
    ]);
  });

  it.each([
    ['+14155550100', '+14155550100'],
    ['+1 (415) 555-0100', '+14155550100'],
    ['+1.415.555.0100', '+14155550100'],
    ['＋１ ４１５ ５５５ ０１００', '+14155550100'],
    ['+44 (0)20 7946 0958', '+442079460958'],
    ['＋４４ ２０ ７９４６ ０９５８', '+442079460958'],
    ['+39 06 6982 1234', '+390669821234'],
    ['+852 5123 4567', '+85251234567'],
    ['+853 6612 3456', '+85366123456'],
    ['+886 912 345 678', '+886912345678'],
    ['+886 0912 345 678', '+886912345678'],
    ['+65 8123 4567', '+6581234567'],
  ])('of another place is found in %j', async (text, to) => {
    expect(await normalizeRecipients(text)).toEqual([{ index: 0, to, market: 'international' }]);
  });

  it.each([
    [
      '4155550100',
      'to has no country code: 415****00. Only mainland mobile numbers may go without their plus.',
    ],
    [
      '(415) 555-0100',
      'to has no country code: 415****00. Only mainland mobile numbers may go without their plus.',
    ],
    ['0014155550100', 'to begins with 00: 0014****00. Write a plus in its place.'],
    [
      '1371111222',
      'to has no country code: 137****22. Only mainland mobile numbers may go without their plus.',
    ],
    [
      '85251234567',
      'to has no country code: 852****67. Only mainland mobile numbers may go without their plus.',
    ],
    ['0085261234567', 'to begins with 00: 0085****67. Write a plus in its place.'],
    ['00 886 912 345 678', 'to begins with 00: 0088****78. Write a plus in its place.'],
    ['00861371111222', 'to is not a possible phone number: 0086****22.'],
    ['861371111222', 'to is not a possible phone number: 8613****22.'],
    ['+86 86 137 1111 2222', 'to has its country code twice: +868****22.'],
    ['8686 13711112222', 'to has its country code twice: 8686****22.'],
    ['+86 +86 13711112222', 'to has its country code twice: +86+****22.'],
    ['+86 0086 13711112222', 'to has its country code twice: +860****22.'],
    [
      '1064812345678',
      'to is a 13-digit number of a machine (M2M), and Tencent takes mobile numbers of 11 digits: 1064****78.',
    ],
    [
      '+86 1064 8123 45678',
      'to is a 13-digit number of a machine (M2M), and Tencent takes mobile numbers of 11 digits: +861****78.',
    ],
    [
      '0086 14400 1234 5678',
      'to is a 13-digit number of a machine (M2M), and Tencent takes mobile numbers of 11 digits: 0086****78.',
    ],
    [
      '1371111222233',
      'to has no country code: 1371****33. Only mainland mobile numbers may go without their plus.',
    ],
    ['+861371111222', 'to is not a possible phone number: +861****22.'],
    ['+8602112345678', 'to is not a possible phone number: +86021****5678.'],
    ['+1415555010', 'to is not a possible phone number: +14****10.'],
    ['+9500000000', 'to is not a possible phone number: +95****00.'],
    ['+999123456789', 'to is not a possible phone number: +999****89.'],
    ['+1234567890123456789', 'to is not a possible phone number: +123****89.'],
    ['++8613711112222', 'to is not a possible phone number: ++86****22.'],
    ['13711112222+86', 'to is not a possible phone number: 1371****86.'],
    ['①3711112222', 'to is not a possible phone number: ①37****22.'],
    ['13711112222,13711113333', 'to is not a possible phone number: 1371****33.'],
    ['137 1111 2222 ext. 5', 'to is not a possible phone number: 1371****t5.'],
    ['', 'to must be a phone number, as text.'],
    [' - ', 'to must be a phone number, as text.'],
    ['1'.repeat(10_000), 'to must be a phone number, as text.'],
  ])('is not made of %j', async (text, message) => {
    const row = await normalize(text);
    expect(row).toMatchObject({ index: 0, error: { name: 'SmsValidationError', message } });
    expect(row?.error?.issues[0]?.field).toBe('to');
    expect(row).not.toHaveProperty('to');
  });

  it.each([undefined, null, 13_711_112_222, {}])('is not made of %p', async (value) => {
    expect(await normalizeRecipients(value as string)).toMatchObject([
      { index: 0, error: { message: 'to must be a phone number, as text.' } },
    ]);
  });
});

describe('a list of recipients', () => {
  it('keeps a row for each input, and lets a repeated number refer to its first', async () => {
    const rows = await normalizeRecipients([
      '13711112222',
      'nobody',
      '+1 415 555 0100',
      '+86 137 1111 2222',
      'nobody',
      '+14155550100',
      '8613711112222',
    ]);
    expect(
      rows.map(({ index, to, market, duplicateOf }) => [index, to, market, duplicateOf]),
    ).toEqual([
      [0, '+8613711112222', 'mainland', undefined],
      [1, undefined, undefined, undefined],
      [2, '+14155550100', 'international', undefined],
      [3, '+8613711112222', 'mainland', 0],
      [4, undefined, undefined, undefined],
      [5, '+14155550100', 'international', 2],
      [6, '+8613711112222', 'mainland', 0],
    ]);
    expect(rows[1]?.error?.message).toBe('to[1] is not a possible phone number: no****dy.');
    expect(rows[4]?.error?.message).toBe('to[4] is not a possible phone number: no****dy.');
  });

  it('answers at once while no number needs the numbering plans', () => {
    const rows = normalizeRecipients(['13711112222', 'nobody', '4155550100', '+861234', '+x']);
    expect(rows).not.toBeInstanceOf(Promise);
    expect(normalizeRecipients([])).toEqual([]);
    expect(normalizeRecipients(['13711112222', '+14155550100'])).toBeInstanceOf(Promise);
  });

  it('has a row for a hole in a list as well', () => {
    // oxlint-disable-next-line no-sparse-arrays
    expect(normalizeRecipients([, '13711112222'] as string[])).toMatchObject([
      { index: 0, error: { message: 'to[0] must be a phone number, as text.' } },
      { index: 1, to: '+8613711112222' },
    ]);
  });
});

describe('normalising', () => {
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'0123456789+-. ()１８６＋'.split('')), maxLength: 24 }),
    fc.stringMatching(/^(?:\+86|0086|86)?1[3-9]\d{9}$/),
    fc.stringMatching(/^\+[1-9]\d{6,14}$/),
  );

  it('takes any text and gives a row for each, in its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(typed), async (texts) => {
        const rows = await normalizeRecipients(texts);
        expect(rows.map(({ index }) => index)).toEqual(texts.map((_, index) => index));
        for (const { to, market, error } of rows) {
          expect(to ?? '+861').toMatch(/^\+[1-9]\d{2,16}$/);
          expect(error === undefined).toBe(to !== undefined);
          expect(market).toBe(marketOf(to));
        }
      }),
    );
  });

  it('changes nothing the second time', async () => {
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const first = await normalize(text);
        const again = first?.to === undefined ? first : await normalize(first.to);
        expect(again).toEqual(first);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows no number whole in an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^\+?\d{7,40}$/), async (text) => {
        const message = (await normalize(text))?.error?.message ?? '';
        expect(message).not.toMatch(/\d{8}/);
      }),
    );
  });
});
