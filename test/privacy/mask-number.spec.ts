import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskNumber } from '../../lib/privacy/mask-number.js';

const MASK = '****';

describe('maskNumber', () => {
  it.each([
    ['+8613711112222', '+86137****2222'],
    ['+8610000000000', '+86100****0000'],
    // Everything but the mainland's form shows at most a country code and two digits.
    ['13711112222', '137****22'],
    ['8613711112222', '8613****22'],
    ['+85261234567', '+852****67'],
    ['+12025550123', '+120****23'],
    ['+1234567', '+1****67'],
    ['1234', '1****4'],
    ['12', '****'],
    ['1', '****'],
    ['', '****'],
  ])('turns %p into %p', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  it('hides four of the eleven digits of every mainland number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+86\d{11}$/), (number) => {
        expect(maskNumber(number)).toBe(number.slice(0, 6) + MASK + number.slice(10));
      }),
    );
  });

  it('shows of any text no more than the first four and the last two characters', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const [head, tail] = shownParts(maskNumber(text), text);
        expect(head.length).toBeLessThanOrEqual(4);
        expect(tail.length).toBeLessThanOrEqual(2);
        expect(text.startsWith(head)).toBe(true);
        expect(text.endsWith(tail)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('hides at least a third of any text, and the whole of one or two characters', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const shown = maskNumber(text).length - MASK.length;
        expect(text.length - shown).toBeGreaterThanOrEqual(
          text.length < 3 ? text.length : text.length / 3,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('hides at least three digits of whatever could be a phone number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?\d{7,15}$/), (number) => {
        expect(countDigits(number) - countDigits(maskNumber(number))).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 1000 },
    );
  });

  it('says nothing about how much is hidden', () => {
    expect(maskNumber('+4915112345678')).toHaveLength(maskNumber('+49151123456789').length);
  });
});

function countDigits(text: string): number {
  return text.replace(/\D/g, '').length;
}

/** The two ends that a mask leaves; the mask may look like a part of the text. */
function shownParts(masked: string, text: string): [head: string, tail: string] {
  const shown = Math.min(4, Math.floor(text.length / 3));
  return [masked.slice(0, shown), masked.slice(shown + MASK.length)];
}

function anyText(): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^\+?\d{0,30}$/),
      fc.constantFrom('****', '+', '😀😀😀', '\uD83D\uD83D\uD83D', '\0\0\0'),
    )
    .filter((text) => !/^\+86\d{11}$/.test(text));
}
