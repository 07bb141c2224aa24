/* oxlint-disable no-await-in-loop -- one place after the other */
import type { SmsQueueStore } from './queue.store.js';

/** Places are further apart than the budget asks: a tenth of a second passes between a turn and its request at worst. */
const SHARE = 0.9;
/** Texts of one request leave all at once, after others that had their places: of the rest, half is for them. */
const SHARE_AT_ONCE = 0.05;
/** Longest wait in the process; a job that has to wait longer is put back. */
const MOST_WAIT_MS = 1_000;
/** A place that came so much too late is not used: several at once would break the budget. */
const LATE_MS = 20;
/** A process that was so slow to read the answer does not know when its place is. */
const SLOW_MS = 100;
const TRIES = 3;

/** Has texts begin one after the other, over all processes. */
export class SendPacer {
  /** Texts that may share a turn. */
  readonly mostAtOnce: number;
  private readonly everyMs: number;

  constructor(
    private readonly store: Pick<SmsQueueStore, 'reserve'>,
    private readonly row: string,
    perSecond: number,
  ) {
    this.everyMs = 1000 / (perSecond * SHARE);
    this.mostAtOnce = Math.max(1, Math.floor(perSecond * SHARE_AT_ONCE));
  }

  /**
   * Waits for the next turn.
   *
   * @param texts that leave then, `mostAtOnce` at most
   * @returns 0 when it has come; milliseconds when it is too far away to wait for
   * @throws what the store throws.
   */
  async takeTurn(texts = 1): Promise<number> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const askedAt = performance.now();
      const milliseconds = await this.store.reserve(this.row, this.everyMs * texts, MOST_WAIT_MS);
      if (milliseconds > MOST_WAIT_MS) {
        return Math.ceil(milliseconds);
      }
      const answeredAt = performance.now();
      if (answeredAt - askedAt > SLOW_MS) {
        continue;
      }
      await wait(milliseconds);
      if (performance.now() - answeredAt - milliseconds < LATE_MS) {
        return 0;
      }
    }
    return SLOW_MS;
  }
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, Math.ceil(milliseconds));
    });
  }
}
