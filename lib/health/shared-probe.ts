import { OUT_OF_TIME } from './judgement.js';
import type { Judgement } from './judgement.js';

/** A fault is looked at again soon, however long good news is kept. */
const LONGEST_CACHED_FAULT_MS = 5000;

/** How long whoever asks waits, and how old an answer may be. */
export interface ProbePatience {
  /** Milliseconds until an unanswered probe counts as down. */
  readonly timeoutMs: number;
  /** Milliseconds; 0 asks anew each time. */
  readonly cacheMs: number;
}

/** One probe for all who ask at the same time, and its answer for a while after. */
export class SharedProbe {
  private underWay: Promise<Judgement> | undefined;
  private last: { result: Judgement; at: number } | undefined;

  /** Answers in the time of whoever asks, even when somebody more patient began the probe. */
  async ask(
    { timeoutMs, cacheMs }: ProbePatience,
    probe: () => Promise<Judgement>,
  ): Promise<Judgement> {
    if (this.last !== undefined) {
      const age = performance.now() - this.last.at;
      if (
        age <
        (this.last.result.state === 'up' ? cacheMs : Math.min(cacheMs, LONGEST_CACHED_FAULT_MS))
      ) {
        return this.last.result;
      }
    }
    if (this.underWay !== undefined) {
      return within(timeoutMs, this.underWay);
    }
    this.underWay = this.run(timeoutMs, probe);
    return this.underWay;
  }

  private async run(timeoutMs: number, probe: () => Promise<Judgement>): Promise<Judgement> {
    try {
      const result = await within(timeoutMs, probe());
      this.last = { result, at: performance.now() };
      return result;
    } finally {
      this.underWay = undefined;
    }
  }
}

// A transport or a signer of the app's own may heed neither a time-out nor a signal. One that hangs
// is left behind, so that the next ask tries anew.
async function within(timeoutMs: number, result: Promise<Judgement>): Promise<Judgement> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Judgement>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, OUT_OF_TIME);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
