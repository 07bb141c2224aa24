import { describe, expect, it } from '@jest/globals';
import { nextCatchUpIn, nextSettleIn } from '../../../lib/delivery/settling/timetable.js';
import { resolveDeliveryOptions } from '../../../lib/delivery/delivery.options.js';

const SIGNED_AT = Date.UTC(2026, 2, 14, 1, 26, 53);
const attempt = { decidedAt: SIGNED_AT, notAfter: SIGNED_AT + 60_000, signedAt: SIGNED_AT };
const secret = 'canary-callback-secret-0000000000000001';
const { times } = resolveDeliveryOptions({ callback: { secret } });
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** The moments of all looks, in seconds after the signature. */
function momentsOf(next: (now: number) => number | undefined): number[] {
  const moments: number[] = [];
  let now = SIGNED_AT;
  for (let wait = next(now); wait !== undefined; wait = next(now)) {
    now += wait;
    moments.push((now - SIGNED_AT) / SECOND_MS);
  }
  return moments;
}

describe('when texts are looked for', () => {
  it('is on the timetable and at the end of window and lag where the outcome is open', () => {
    expect(momentsOf((now) => nextSettleIn(attempt, now, times))).toEqual([
      5, 30, 120, 360, 900, 1200,
    ]);
  });

  it('begins after the end of a request whose process died before it told', () => {
    const died = { ...attempt, signedAt: undefined, endsBy: SIGNED_AT + 68_000 };
    const [first, ...others] = momentsOf((now) => nextSettleIn(died, now, times));
    expect([first, others.at(-1)]).toEqual([73, 1268]);
    expect(others).toContain(960);
  });

  it('is from two minutes to 71 hours where the report did not come', () => {
    const hours = HOUR_MS / SECOND_MS;
    expect(momentsOf((now) => nextCatchUpIn(attempt, now, times))).toEqual([
      120,
      900,
      2 * hours,
      24 * hours,
      71 * hours,
    ]);
  });

  it('is never where the options say so', () => {
    const { times: none } = resolveDeliveryOptions({ settle: false, catchUp: false });
    expect(nextSettleIn(attempt, SIGNED_AT, none)).toBeUndefined();
    expect(nextCatchUpIn(attempt, SIGNED_AT, none)).toBeUndefined();
  });
});
