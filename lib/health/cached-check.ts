import { TIMED_OUT } from './check-result.js';
import type { CheckResult } from './check-result.js';

/** A failure is checked again soon, however long a good result is kept. */
const MAX_CACHED_FAILURE_MS = 5000;

/** How long a check waits, and how old its result may be. */
export interface CheckTiming {
  /** Milliseconds until an unanswered probe counts as down. */
  readonly timeoutMs: number;
  /** Milliseconds; 0 probes anew each time. */
  readonly cacheMs: number;
}

/** One probe for all concurrent checks; its result is reused for a while. */
export class CachedCheck {
  private inFlight: Promise<CheckResult> | undefined;
  private last: { result: CheckResult; at: number } | undefined;

  /** Answers within the caller's time limit, even when a call with a longer one began the probe. */
  async run(
    { timeoutMs, cacheMs }: CheckTiming,
    check: () => Promise<CheckResult>,
  ): Promise<CheckResult> {
    if (this.last !== undefined) {
      const age = performance.now() - this.last.at;
      if (
        age < (this.last.result.state === 'up' ? cacheMs : Math.min(cacheMs, MAX_CACHED_FAILURE_MS))
      ) {
        return this.last.result;
      }
    }
    if (this.inFlight !== undefined) {
      return withDeadline(timeoutMs, this.inFlight);
    }
    this.inFlight = this.start(timeoutMs, check);
    return this.inFlight;
  }

  private async start(timeoutMs: number, check: () => Promise<CheckResult>): Promise<CheckResult> {
    try {
      const result = await withDeadline(timeoutMs, check());
      this.last = { result, at: performance.now() };
      return result;
    } finally {
      this.inFlight = undefined;
    }
  }
}

// A custom transport or signer may ignore time-out and signal. A probe that hangs is abandoned, so
// that the next check starts a new one.
async function withDeadline(timeoutMs: number, result: Promise<CheckResult>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, TIMED_OUT);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
