import { randomInt, randomUUID } from 'node:crypto';
import type { SmsAction } from '../../api/actions.js';
import type { Market } from './rules.js';

const MAX_SALT = 10 ** 8;
const salt = String(randomInt(MAX_SALT)).padStart(8, '0');
let count = 0;

/**
 * A serial number of the form that Tencent uses: `5000:` and 28 digits on the mainland, a UUID
 * abroad. Opaque to clients, so only its form and its being unique matter.
 */
export function createSerialNo(market: Market, now: number): string {
  if (market === 'international') {
    return randomUUID();
  }
  count += 1;
  const seconds = String(Math.floor(now / 1000))
    .padStart(10, '0')
    .slice(-10);
  return `5000:${seconds}${salt}${String(count).padStart(10, '0')}`;
}

/** What a refused number has in its place, as in Tencent's own examples. */
export function serialNoOfRefused(action: SmsAction): string {
  return action === 'SendMultiGlobalSms' ? randomUUID() : '';
}
