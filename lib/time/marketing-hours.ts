import { hourOfChinaDay } from './china-time.js';

const FIRST_HOUR = 8;
const END_HOUR = 22;

/**
 * Tells whether carriers of the mainland take marketing texts at a moment: from 08:00 to 22:00 China
 * time, 22:00 sharp excluded.
 *
 * @param milliseconds since 1970
 */
export function isMarketingHour(milliseconds: number): boolean {
  const hour = hourOfChinaDay(milliseconds);
  return hour >= FIRST_HOUR && hour < END_HOUR;
}
