import type { Judgement } from './judgement.js';

/** A fault is looked at again soon, however long good news is kept. */
const LONGEST_CACHED_FAULT_MS = 5000;

/** One probe for all who ask at the same time, and its answer for a while after. */
export class SharedProbe {
  private underWay: Promise<Judgement> | undefined;
  private last: { result: Judgement; at: number } | undefined;

  /** @param cacheMs how old an answer may be, in milliseconds; 0 asks anew each time. */
  async ask(cacheMs: number, probe: () => Promise<Judgement>): Promise<Judgement> {
    if (this.last !== undefined) {
      const age = performance.now() - this.last.at;
      if (
        age <
        (this.last.result.state === 'up' ? cacheMs : Math.min(cacheMs, LONGEST_CACHED_FAULT_MS))
      ) {
        return this.last.result;
      }
    }
    this.underWay ??= this.run(probe);
    return this.underWay;
  }

  private async run(probe: () => Promise<Judgement>): Promise<Judgement> {
    try {
      const result = await probe();
      this.last = { result, at: performance.now() };
      return result;
    } finally {
      this.underWay = undefined;
    }
  }
}
