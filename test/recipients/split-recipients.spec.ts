import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SmsValidationError } from 'nestjs-tencentcloud-sms';
import { normalizeRecipients } from '../../lib/recipients/normalize-recipients.js';
import type { Recipient } from '../../lib/recipients/normalize-recipients.js';
import { splitRecipients } from '../../lib/recipients/split-recipients.js';

async function rowsOf(numbers: readonly string[]): Promise<Recipient[]> {
  return normalizeRecipients(numbers);
}

function mainland(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(13_700_000_000 + index));
}

describe('recipients', () => {
  it('are split into requests of 200, in their order', async () => {
    const rows = await rowsOf(mainland(650));
    const batches = splitRecipients(rows);
    expect(batches.map(({ recipients }) => recipients.length)).toEqual([200, 200, 200, 50]);
    expect(batches.flatMap(({ recipients }) => recipients)).toEqual(rows);
  });

  it('of the mainland never share a request with others', async () => {
    const rows = await rowsOf(['+14155550100', '13711112222', '+85251234567', '13711113333']);
    expect(
      splitRecipients(rows).map(({ market, recipients }) => [
        market,
        recipients.map(({ index }) => index),
      ]),
    ).toEqual([
      ['international', [0, 2]],
      ['mainland', [1, 3]],
    ]);
  });

  it('are left out when they repeat another or can not be sent to', async () => {
    const rows = await rowsOf(['13711112222', 'nobody', '+8613711112222', '13711113333']);
    expect(splitRecipients(rows)).toEqual([{ market: 'mainland', recipients: [rows[0], rows[3]] }]);
  });

  it('make no request when there are none', () => {
    expect(splitRecipients([])).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'are not split into requests of %p',
    (size) => {
      expect(() => splitRecipients([], { size })).toThrow(SmsValidationError);
    },
  );
});

describe('splitting any list', () => {
  const someone = fc.oneof(
    fc.integer({ min: 0, max: 40 }).map((n) => String(13_700_000_000 + n)),
    fc.integer({ min: 0, max: 40 }).map((n) => `+1415555${1000 + n}`),
    fc.constantFrom('nobody', '', '4155550100'),
  );
  const lists = fc.array(someone, { maxLength: 120 });
  const sizes = fc.integer({ min: 1, max: 25 });

  it('loses nothing, sends nothing twice, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(lists, sizes, async (numbers, size) => {
        const rows = await rowsOf(numbers);
        const batches = splitRecipients(rows, { size });
        const wanted = new Set(rows.flatMap(({ to }) => (to === undefined ? [] : [to])));
        const sent = batches.flatMap(({ recipients }) => recipients.map(({ to }) => to));
        expect(sent).toHaveLength(wanted.size);
        expect(new Set(sent)).toEqual(wanted);
        for (const market of ['mainland', 'international'] as const) {
          const indexes = batches
            .filter((batch) => batch.market === market)
            .flatMap(({ recipients }) => recipients.map(({ index }) => index));
          expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
        }
        const firsts = batches.map(({ recipients }) => recipients[0]?.index ?? -1);
        expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
      }),
    );
  });

  it('gives each request one market, and as many numbers as fit', async () => {
    await fc.assert(
      fc.asyncProperty(lists, sizes, async (numbers, size) => {
        const batches = splitRecipients(await rowsOf(numbers), { size });
        for (const market of ['mainland', 'international'] as const) {
          const own = batches.filter((batch) => batch.market === market);
          const counts = own.map(({ recipients }) => recipients.length);
          expect(counts.slice(0, -1).every((count) => count === size)).toBe(true);
          expect(counts.every((count) => count >= 1 && count <= size)).toBe(true);
        }
        for (const { market, recipients } of batches) {
          expect(recipients.every((recipient) => recipient.market === market)).toBe(true);
        }
      }),
    );
  });

  it('lets every repeated row find the row that stands for it', async () => {
    await fc.assert(
      fc.asyncProperty(lists, sizes, async (numbers, size) => {
        const rows = await rowsOf(numbers);
        const sent = new Set(
          splitRecipients(rows, { size }).flatMap(({ recipients }) =>
            recipients.map(({ index }) => index),
          ),
        );
        for (const row of rows.filter(({ error }) => error === undefined)) {
          const standsFor = rows[row.duplicateOf ?? row.index];
          expect(sent.has(standsFor?.index ?? -1)).toBe(true);
          expect(standsFor?.to).toBe(row.to);
        }
      }),
    );
  });
});
