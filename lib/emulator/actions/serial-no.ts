import { randomInt, randomUUID } from 'node:crypto';
import type { SmsAction } from '../../api/actions.js';
import type { Market } from './rules.js';

/** Tencent keeps to one for each account. */
const CHANNEL = '2640';
/** Where Tencent has four digits of the phone. */
const NO_DIGITS = '0000';
/** Odd and no multiple of 5, so that it meets each number of so many digits before it repeats one. */
const STEP = 48_271;
const salt = randomInt(10 ** 9);
let count = 0;

/**
 * A serial number in the form that Tencent's have: on the mainland a channel, a random number that is
 * not padded, the milliseconds of the acceptance and four digits, 25 to 27 digits in all; a UUID abroad.
 */
export function createSerialNo(market: Market, now: number): string {
  if (market === 'international') {
    return randomUUID();
  }
  count += 1;
  return `${CHANNEL}:${nextRandom(8 + (count % 3))}${milliseconds(now)}${NO_DIGITS}`;
}

/** A number of so many digits, another one for each text. */
function nextRandom(digits: number): number {
  const first = 10 ** (digits - 1);
  return first + ((salt + count * STEP) % (9 * first));
}

function milliseconds(now: number): string {
  return String(now).padStart(13, '0').slice(-13);
}

/** What a refused number has in its place, as in Tencent's own examples. */
export function serialNoOfRefused(action: SmsAction): string {
  return action === 'SendMultiGlobalSms' ? randomUUID() : '';
}
