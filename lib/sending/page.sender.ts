import type { InFlight } from '../client/in-flight.js';
import { rejectAborted } from './batch.js';
import type { Batch } from './batch.js';
import type { BatchSender } from './batch.sender.js';
import type { EachPage, PulledRow } from './each-rows.js';
import { Limiter } from './limiter.js';
import { repeatOutcome } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import type { BatchLimits } from './send-limits.js';

/** What a run needs beside its rows. */
export interface EachContext {
  readonly sender: BatchSender;
  /** What a shutdown waits for: here each call by itself, since a stream may have no end. */
  readonly inFlight: InFlight;
  readonly concurrency: number;
  /** Rows that may be read before the outcome of the first of them is given out. */
  readonly readAhead: number;
  readonly limits: BatchLimits;
}

/** Sends pages of rows, several batches at once. */
export class PageSender {
  private readonly limiter: Limiter;
  private readonly limits: BatchLimits;
  private newest: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly context: EachContext,
    signal: AbortSignal | undefined,
  ) {
    this.limiter = new Limiter(context.concurrency);
    this.limits = { ...context.limits, signal };
  }

  /** The outcomes of a page, in the order of its rows. */
  send(page: EachPage): Promise<SmsOutcome[]> {
    const sending = this.settle(page, this.newest);
    this.newest = sending.catch(() => undefined);
    return sending;
  }

  /** Rejects what is not sent yet. */
  stop(): void {
    this.stopped = true;
  }

  private async settle(
    { rows, batches }: EachPage,
    before: Promise<unknown>,
  ): Promise<SmsOutcome[]> {
    const start = rows[0]?.index ?? 0;
    await Promise.all(
      batches.map(async (batch) =>
        this.limiter.run(async () => {
          for (const outcome of await this.sendBatch(batch)) {
            (rows[outcome.index - start] as PulledRow).outcome = outcome;
          }
        }),
      ),
    );
    // A row may repeat one of the page before.
    await before;
    return rows.map((row) => {
      row.outcome ??= repeatOutcome(row.first?.outcome as SmsOutcome, row);
      return row.outcome;
    });
  }

  private async sendBatch(batch: Batch): Promise<SmsOutcome[]> {
    const { sender, inFlight } = this.context;
    const { signal } = this.limits;
    return this.stopped || signal?.aborted === true
      ? rejectAborted(batch.rows, signal?.reason)
      : inFlight.track(async () => sender.send(batch, this.limits));
  }
}
