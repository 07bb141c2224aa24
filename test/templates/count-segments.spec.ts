import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countSegments } from '../../lib/templates/count-segments.js';

// The table of GSM 03.38 by rows of sixteen; 0x1b, the escape, is no character.
const GSM_ROWS = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
];
const GSM = GSM_ROWS.join('');
const ESCAPED = '|^€{}[]~\\';

describe('segments on the mainland', () => {
  it.each([
    [0, 1],
    [1, 1],
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
    [150, 3],
    [201, 3],
    [202, 4],
    [500, 8],
  ])('%i characters are %i', (characters, segments) => {
    for (const character of ['字', 'a', '€']) {
      expect(countSegments(character.repeat(characters), 'mainland')).toEqual({
        characters,
        segments,
      });
    }
  });

  it('count an emoji as two characters', () => {
    expect(countSegments('😀'.repeat(36), 'mainland')).toEqual({ characters: 72, segments: 2 });
  });
});

describe('segments abroad', () => {
  it.each([
    [0, 1],
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
    [320, 3],
    [459, 3],
    [460, 4],
  ])('%i GSM characters are %i', (characters, segments) => {
    expect(countSegments('a'.repeat(characters), 'international')).toEqual({
      characters,
      segments,
    });
  });

  it('know the whole GSM alphabet', () => {
    expect(GSM).toHaveLength(127);
    expect(countSegments(GSM, 'international')).toEqual({ characters: 127, segments: 1 });
    expect(countSegments(ESCAPED, 'international')).toEqual({ characters: 18, segments: 1 });
  });

  it('count an escaped character twice', () => {
    expect(countSegments('€'.repeat(80), 'international').segments).toBe(1);
    expect(countSegments('€'.repeat(81), 'international').segments).toBe(2);
  });

  it.each(['字', 'ê', '’', '😀', '\t', '`', '\u001b', '\u00a0'])(
    'are counted as on the mainland once %j is in the text',
    (character) => {
      for (const text of [character + 'a'.repeat(69), `${'€'.repeat(160)}${character}`]) {
        expect(countSegments(text, 'international')).toEqual(countSegments(text, 'mainland'));
      }
    },
  );
});

describe('segments in Malaysia, where the operator adds seven characters', () => {
  it.each([
    [0, 1],
    [153, 1],
    [154, 2],
    [146 + 153, 2],
    [146 + 153 + 1, 3],
    [146 + 2 * 153, 3],
    [146 + 2 * 153 + 1, 4],
  ])('%i GSM characters are %i', (characters, segments) => {
    expect(countSegments('a'.repeat(characters), 'international', 'MY')).toEqual({
      characters,
      segments,
    });
  });

  it.each([
    [63, 1],
    [64, 2],
    [60 + 67, 2],
    [60 + 67 + 1, 3],
    [60 + 2 * 67, 3],
    [60 + 2 * 67 + 1, 4],
  ])('%i characters of another alphabet are %i', (characters, segments) => {
    expect(countSegments('字'.repeat(characters), 'international', 'MY')).toEqual({
      characters,
      segments,
    });
  });

  it('are those of any other country elsewhere', () => {
    for (const country of ['SG', 'US', undefined]) {
      expect(countSegments('a'.repeat(160), 'international', country).segments).toBe(1);
    }
  });
});

describe('segments of any text', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 600, unit: fc.constantFrom(...(GSM + ESCAPED).split('')) }),
    fc.string({ maxLength: 600, unit: fc.constantFrom('a', '字', '😀', '€', '\ud800') }),
  );
  const market = fc.constantFrom('mainland' as const, 'international' as const);

  it('are those of a count by hand', () => {
    fc.assert(
      fc.property(text, market, (whole, where) => {
        expect(countSegments(whole, where)).toEqual(countByHand(whole, where));
      }),
    );
  });

  it('never become fewer when the text grows', () => {
    fc.assert(
      fc.property(text, text, market, (head, tail, where) => {
        const before = countSegments(head, where);
        const after = countSegments(head + tail, where);
        expect(after.segments).toBeGreaterThanOrEqual(before.segments);
      }),
    );
  });
});

// Fills one segment after the other, unit by unit.
function countByHand(
  text: string,
  market: 'mainland' | 'international',
): { characters: number; segments: number } {
  const units = text.split('');
  const gsm = market === 'international' && units.every((unit) => (GSM + ESCAPED).includes(unit));
  const [single, piece] = gsm ? [160, 153] : [70, 67];
  let characters = 0;
  for (const unit of units) {
    characters += gsm && ESCAPED.includes(unit) ? 2 : 1;
  }
  let segments = 1;
  if (characters > single) {
    for (let room = piece; room < characters; room += piece) {
      segments += 1;
    }
  }
  return { characters, segments };
}
