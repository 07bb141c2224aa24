import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration, toMilliseconds } from '../../lib/time/duration.js';
import type { SmsDuration } from '../../lib/time/duration.js';

describe('SmsDuration', () => {
  it.each<[SmsDuration, number]>([
    [0, 0],
    [1500, 1500],
    ['0s', 0],
    ['1s', 1000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['007d', 604_800_000],
    ['90m', 5_400_000],
  ])('reads %p as %d milliseconds', (given, milliseconds) => {
    expect(toMilliseconds('window', given)).toBe(milliseconds);
  });

  it.each<unknown>([
    0.5,
    '',
    's',
    '30',
    '30 s',
    ' 30s',
    '30s ',
    '30s\n',
    '30S',
    '5min',
    '1w',
    '1y',
    '10ms',
    '-5m',
    '+5m',
    '1.5h',
    '1e3s',
    '0x10s',
    'Infinitys',
    '1h30m',
    'PT5M',
    '３0s',
    '104249991375d',
    -1,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    5n,
    true,
    null,
    undefined,
    {},
    [],
    ['5m'],
    new Date(0),
    { toString: () => '5m', valueOf: () => 5 },
  ])('does not read %p', (given) => {
    expect(parseDuration(given)).toBeUndefined();
  });

  it('reads any whole number of each unit', () => {
    const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
    fc.assert(
      fc.property(
        fc.nat({ max: 10_000_000 }),
        fc.constantFrom('s', 'm', 'h', 'd'),
        (amount, unit) => {
          expect(parseDuration(`${amount}${unit}`)).toBe(amount * units[unit]);
        },
      ),
    );
  });

  it('names the option and the right forms when it refuses a value, never the value', () => {
    expect(() => toMilliseconds('retention', '13711112222' as SmsDuration)).toThrow(
      new RangeError(
        "retention is not usable: expected a whole number of milliseconds, or a text such as '30s', '5m', '2h' or '7d'.",
      ),
    );
  });
});
