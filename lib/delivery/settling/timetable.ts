import type { SmsDeliveryText } from '../store/delivery.store.js';

/** When texts are looked for; milliseconds. */
export interface LookTimes {
  /** After the last signature of a text whose outcome is open; none with `settle: false`. */
  readonly settle: readonly number[] | undefined;
  /** After the last signature of a text without a report; none with `catchUp: false`. */
  readonly catchUp: readonly number[];
  /** For how long Tencent takes a signature. */
  readonly windowMs: number;
  /** How late records may be. */
  readonly recordLagMs: number;
}

/** A request may have been signed by a clock that was so much ahead. */
export const SKEW_MS = 5_000;

type Attempt = Pick<SmsDeliveryText, 'signedAt' | 'decidedAt' | 'notAfter' | 'endsBy' | 'offsetMs'>;

/** Whether the answer of a request may still come. */
export function isInFlight({ signedAt, endsBy = 0 }: Attempt, now: number): boolean {
  return signedAt === undefined && now < endsBy;
}

/** When a request can have run, by Tencent's clock. */
export function windowOf(
  { signedAt, decidedAt, notAfter, offsetMs = 0 }: Attempt,
  windowMs: number,
): { from: number; until: number } {
  // Of a process that died before it told, only the limits are known.
  return {
    from: (signedAt ?? decidedAt) - SKEW_MS - offsetMs,
    until: (signedAt ?? notAfter) + windowMs + offsetMs,
  };
}

/** When its record is there, or never will be. */
export function lastLookAt(attempt: Attempt, { windowMs, recordLagMs }: LookTimes): number {
  return windowOf(attempt, windowMs).until + recordLagMs;
}

/** Milliseconds until the next look for an outcome that is open; `undefined` after the last one. */
export function nextSettleIn(attempt: Attempt, now: number, times: LookTimes): number | undefined {
  if (times.settle === undefined) {
    return undefined;
  }
  const { signedAt, endsBy = attempt.notAfter } = attempt;
  const since = signedAt ?? endsBy;
  return nextOf([...times.settle.map((delay) => since + delay), lastLookAt(attempt, times)], now);
}

/** Milliseconds until the next look for the report of an accepted text; `undefined` after the last one. */
export function nextCatchUpIn(attempt: Attempt, now: number, times: LookTimes): number | undefined {
  const since = attempt.signedAt ?? attempt.decidedAt;
  return nextOf(
    times.catchUp.map((delay) => since + delay),
    now,
  );
}

function nextOf(moments: readonly number[], now: number): number | undefined {
  const next = Math.min(...moments.filter((moment) => moment > now));
  return Number.isFinite(next) ? next - now : undefined;
}
