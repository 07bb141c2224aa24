import { describe, expect, it } from '@jest/globals';
import { countSegments } from '../../lib/templates/count-segments.js';

describe('countSegments', () => {
  it.each([
    ['mainland', '一', 70, 1],
    ['mainland', '一', 71, 2],
    ['mainland', '一', 150, 3],
    ['mainland', 'a', 134, 2],
    ['mainland', 'a', 135, 3],
    ['international', 'a', 160, 1],
    ['international', 'a', 161, 2],
    ['international', 'a', 320, 3],
    ['international', 'é', 160, 1],
    ['international', '一', 70, 1],
    ['international', '一', 71, 2],
  ] as const)('bills %s %s × %i as %i', (market, character, times, segments) => {
    expect(countSegments(character.repeat(times), market)).toEqual({ characters: times, segments });
  });

  it('counts an emoji twice', () => {
    expect(countSegments('😀'.repeat(36), 'mainland')).toEqual({ characters: 72, segments: 2 });
  });

  it('counts what the GSM alphabet has to escape twice, abroad only', () => {
    expect(countSegments('[Acme] €5', 'international').characters).toBe(12);
    expect(countSegments('[Acme] €5', 'mainland').characters).toBe(9);
  });

  it('bills a whole text as long text as soon as one character is outside GSM', () => {
    expect(countSegments(`${'a'.repeat(100)}一`, 'international').segments).toBe(2);
  });

  it('bills an empty text as one', () => {
    expect(countSegments('', 'mainland').segments).toBe(1);
  });
});
