import { withDeadline } from '../time/with-deadline.js';
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
      const { inFlight } = this;
      return withDeadline(() => inFlight, { timeoutMs, onTimeout: timedOut });
    }
    this.inFlight = this.start(timeoutMs, check);
    return this.inFlight;
  }

  private async start(timeoutMs: number, check: () => Promise<CheckResult>): Promise<CheckResult> {
    try {
      // A custom transport or signer may ignore time-out and signal. A probe that hangs is abandoned,
      // so that the next check starts a new one.
      const result = await withDeadline(check, { timeoutMs, onTimeout: timedOut });
      this.last = { result, at: performance.now() };
      return result;
    } finally {
      this.inFlight = undefined;
    }
  }
}

function timedOut(): CheckResult {
  return TIMED_OUT;
}
