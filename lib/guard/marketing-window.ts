import { msOfChinaDay } from '../time/china-time.js';

/** Hours of the day in China, as milliseconds since it began. */
export interface MarketingWindow {
  readonly from: number;
  /** Excluded. */
  readonly until: number;
}

/** Where nothing else is said: within the hours of the carriers, with time for what waits. */
export const DEFAULT_MARKETING_WINDOW = '08:00-21:55';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The hours of the carriers, 22:00 excluded. */
const WIDEST: MarketingWindow = { from: 8 * 60 * MINUTE_MS, until: 22 * 60 * MINUTE_MS };

/** Reads `HH:MM-HH:MM`; `undefined` when it is none within 08:00 and 22:00. */
export function parseMarketingWindow(text: unknown): MarketingWindow | undefined {
  const parts = typeof text === 'string' ? /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/.exec(text) : null;
  const [hour, minute, untilHour, untilMinute] = (parts ?? []).slice(1).map(Number);
  if (hour === undefined || minute === undefined) {
    return undefined;
  }
  const from = (hour * 60 + minute) * MINUTE_MS;
  const until = (Number(untilHour) * 60 + Number(untilMinute)) * MINUTE_MS;
  return from >= WIDEST.from && from < until && until <= WIDEST.until ? { from, until } : undefined;
}

/** Milliseconds until the window is open; 0 while it is. */
export function msUntilOpen({ from, until }: MarketingWindow, now: number): number {
  const time = msOfChinaDay(now);
  if (time >= until) {
    return from + DAY_MS - time;
  }
  return Math.max(0, from - time);
}

/** Milliseconds until a window that is open closes. */
export function msUntilClosed({ until }: MarketingWindow, now: number): number {
  return until - msOfChinaDay(now);
}

/** When the window of the next day closes: milliseconds since 1970. */
export function endOfNextWindow({ until }: MarketingWindow, now: number): number {
  return now - msOfChinaDay(now) + DAY_MS + until;
}
