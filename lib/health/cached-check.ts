import { TIMED_OUT } from './check-result.js';
import type { CheckResult } from './check-result.js';

/** A fault is looked at again soon, however long good news is kept. */
const MAX_CACHED_FAILURE_MS = 5000;

/** How long whoever asks waits, and how old an answer may be. */
export interface CheckTiming {
  /** Milliseconds until an unanswered probe counts as down. */
  readonly timeoutMs: number;
  /** Milliseconds; 0 asks anew each time. */
  readonly cacheMs: number;
}

/** One probe for all who ask at the same time, and its answer for a while after. */
export class CachedCheck {
  private inFlight: Promise<CheckResult> | undefined;
  private last: { result: CheckResult; at: number } | undefined;

  /** Answers in the time of whoever asks, even when somebody more patient began the probe. */
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

// A transport or a signer of the app's own may heed neither a time-out nor a signal. One that hangs
// is left behind, so that the next ask tries anew.
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
