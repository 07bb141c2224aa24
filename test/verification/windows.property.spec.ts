/* oxlint-disable no-await-in-loop -- moments follow each other */
import * as fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type {
  SmsVerificationLimit,
  SmsVerificationReserveAsk,
  SmsVerificationStore,
} from 'nestjs-tencentcloud-sms/verification';
import {
  attemptAsk,
  bookingOf,
  reserveAsk,
} from '../../lib/testing/verification-store/store-asks.js';

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 1);
const WIDE_PARTS = 60;

interface Step {
  readonly at: number;
  readonly operation: string;
}

/** How one use of a limit is asked for; when the next one fits, where it is refused. */
type Use = (
  store: SmsVerificationStore,
  step: Step,
  limit: SmsVerificationLimit,
) => Promise<number | undefined>;

const NONE: SmsVerificationReserveAsk['limits'] = {
  phone: [],
  caller: [],
  failures: [],
  country: [],
  all: [],
};

/** A text to another phone each time, unless the limit is one of a phone. */
const texting =
  (
    scope: 'phone' | 'caller' | 'country' | 'all',
    limitsOf: (limit: SmsVerificationLimit) => Partial<SmsVerificationReserveAsk['limits']>,
  ): Use =>
  async (store, { operation }, limit) => {
    const ask = reserveAsk({
      operation,
      phones: [scope === 'phone' ? 'phone' : operation],
      subjects: [operation],
      callers: ['caller'],
      country: 'HK',
      cooldownsMs: [0],
      limits: { ...NONE, ...limitsOf(limit) },
    });
    const answer = await store.reserve(ask);
    if (answer.status === 'throttled') {
      expect(answer.scope).toBe(scope);
      return answer.retryAt;
    }
    expect(answer.status).toBe('send');
    await store.conclude({ ...bookingOf(ask), outcome: 'accepted' });
    return undefined;
  };

/** A wrong guess at a fresh verification; one is compared where it is not locked. */
const guessing =
  (scope: 'failures' | 'guesses'): Use =>
  async (store, { operation }, limit) => {
    const subject = scope === 'failures' ? 'phone/login' : operation;
    const ask = reserveAsk({
      operation,
      phones: [operation],
      subjects: [operation],
      cooldownsMs: [0],
      limits: NONE,
    });
    await store.reserve(ask);
    const { slot, nonce } = ask.fresh;
    const wrong = { slot, nonce, verifiers: { key: 'wrong' } };
    const limits = { failures: [], guesses: [], [scope]: [limit] };
    const guess = async (number: string) =>
      store.attempt(
        attemptAsk({
          operation: `${operation} ${number}`,
          targets: [wrong],
          subjects: [subject],
          callers: scope === 'guesses' ? ['caller'] : [],
          limits,
        }),
      );
    // The first guess at a verification is compared whatever its caller did before.
    const first =
      scope === 'guesses'
        ? await store.attempt(
            attemptAsk({
              operation: `${operation} free`,
              targets: [wrong],
              subjects: [subject],
              limits,
            }),
          )
        : undefined;
    expect(first?.status ?? 'wrong').toBe('wrong');
    const answer = await guess('1');
    return answer.status === 'locked' ? answer.retryAt : undefined;
  };

const LOGGED: [string, Use][] = [
  [
    'texts to a phone',
    texting('phone', ({ count, windowMs }) => ({ phone: [{ count, untrusted: count, windowMs }] })),
  ],
  ['starts of a caller', texting('caller', (limit) => ({ caller: [limit] }))],
  ['wrong codes of a phone and purpose', guessing('failures')],
  ['wrong codes of a caller', guessing('guesses')],
];
const WIDE: [string, Use][] = [
  ['texts to a country', texting('country', (limit) => ({ country: [limit] }))],
  ['texts in all', texting('all', (limit) => ({ all: [limit] }))],
];
/** The longest window that each may have. */
const LONGEST_MS: Record<string, number> = { 'wrong codes of a caller': 3_600_000 };

/** Gaps that meet the edges of windows, and any others. */
const gapsOf = (windowMs: number) =>
  fc.array(
    fc.oneof(
      fc.constantFrom(0, 1, windowMs, windowMs - 1, windowMs + 1, Math.ceil(windowMs / WIDE_PARTS)),
      fc.nat(Math.ceil(windowMs / 2)),
    ),
    { minLength: 1, maxLength: 40 },
  );
const runsOf = (longestMs: number, mostCount: number) =>
  fc
    .record({
      count: fc.integer({ min: 1, max: mostCount }),
      windowMs: fc.oneof(fc.integer({ min: 1, max: longestMs }), fc.constantFrom(60, longestMs)),
    })
    .chain((limit) => gapsOf(limit.windowMs).map((gaps) => ({ limit, gaps })));

/** The moments at which a use went through, and what was said where it did not. */
async function play(
  use: Use,
  limit: SmsVerificationLimit,
  gaps: readonly number[],
): Promise<{ used: number[]; refused: { at: number; retryAt: number }[] }> {
  let now = START;
  const store = memoryVerificationStore({ clock: () => now });
  const used: number[] = [];
  const refused: { at: number; retryAt: number }[] = [];
  for (const [index, gap] of gaps.entries()) {
    now += gap;
    const retryAt = await use(store, { at: now, operation: `op${index}` }, limit);
    if (retryAt === undefined) {
      used.push(now);
    } else {
      refused.push({ at: now, retryAt });
    }
  }
  return { used, refused };
}

/** How many uses are within a window that ends at a moment and is open at its beginning. */
const within = (used: readonly number[], end: number, windowMs: number) =>
  used.filter((at) => at > end - windowMs && at <= end).length;

describe('for any limit of n in w', () => {
  it.each([...LOGGED, ...WIDE])('no window of length w holds more than n %s', async (name, use) => {
    const runs = runsOf(LONGEST_MS[name] ?? DAY_MS, 8);
    await fc.assert(
      fc.asyncProperty(runs, async ({ limit, gaps }) => {
        const { used } = await play(use, limit, gaps);
        for (const end of used) {
          expect(within(used, end, limit.windowMs)).toBeLessThanOrEqual(limit.count);
        }
      }),
      { seed: 20_261_126, numRuns: 150 },
    );
  });

  it.each(LOGGED)(
    'refuses %s in full windows alone, until the window has a place',
    async (name, use) => {
      const runs = runsOf(LONGEST_MS[name] ?? DAY_MS, 8);
      await fc.assert(
        fc.asyncProperty(runs, async ({ limit, gaps }) => {
          const { used, refused } = await play(use, limit, gaps);
          for (const { at, retryAt } of refused) {
            const before = used.filter((moment) => moment <= at);
            expect(within(before, at, limit.windowMs)).toBe(limit.count);
            expect(within(before, retryAt, limit.windowMs)).toBeLessThan(limit.count);
            expect(within(before, retryAt - 1, limit.windowMs)).toBe(limit.count);
          }
        }),
        { seed: 20_261_126, numRuns: 100 },
      );
    },
  );

  it.each(WIDE)(
    'refuses %s no longer than a sixtieth of w beyond a full window',
    async (_, use) => {
      await fc.assert(
        fc.asyncProperty(runsOf(DAY_MS, 8), async ({ limit, gaps }) => {
          const { used, refused } = await play(use, limit, gaps);
          const { count, windowMs } = limit;
          for (const { at } of refused) {
            const before = used.filter((moment) => moment <= at);
            expect(within(before, at, windowMs + windowMs / WIDE_PARTS)).toBeGreaterThanOrEqual(
              count,
            );
          }
        }),
        { seed: 20_261_126, numRuns: 100 },
      );
    },
  );
});
