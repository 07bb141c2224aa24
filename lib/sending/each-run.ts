import { setImmediate } from 'node:timers/promises';
import { SmsAbortError } from '../errors/transport.errors.js';
import type { EachPage, EachRows, PulledRow } from './each-rows.js';
import { followSignal } from './follow-signal.js';
import type { FollowedSignal } from './follow-signal.js';
import type { SmsOutcome } from './outcome.js';
import { PageReader } from './page-reader.js';
import type { SmsRowSource } from './page-reader.js';
import { PageSender } from './page.sender.js';
import type { EachContext } from './page.sender.js';

/**
 * Rows of a page: a call takes no more. Measured: with 400 rows per page the heap grows with the input
 * (bench/memory.mjs).
 */
const PAGE_ROWS = 200;
/** Rows that are read ahead unless the caller says otherwise: one page is sent while the next is read. */
export const DEFAULT_READ_AHEAD = 2 * PAGE_ROWS;
/** How long rows wait for others to share their call. */
const PATIENCE_MS = 20;

/** Reads pages of rows and has them sent, one ahead of the consumer; gives their outcomes in order. */
export class EachRun {
  private readonly reader: PageReader<PulledRow>;
  private readonly sender: PageSender;
  private readonly followed: FollowedSignal;
  /** Outcomes of pages in flight, in the order of the rows. */
  private readonly pages: Promise<SmsOutcome[]>[] = [];
  /** Outcomes that wait for the consumer. */
  private ready: SmsOutcome[] = [];
  private given = 0;
  /** Rows of pages in flight. */
  private ahead = 0;
  private reading: Promise<EachPage | undefined> | undefined;
  private ended = false;
  private failure: { readonly reason: unknown } | undefined;

  constructor(
    private readonly context: EachContext,
    private readonly rows: EachRows,
    source: SmsRowSource<unknown>,
  ) {
    this.reader = new PageReader(source, PATIENCE_MS, (row) => rows.pull(row));
    this.followed = followSignal(context.limits.signal);
    const { signal } = this.followed;
    this.sender = new PageSender(context, signal);
    const { closing } = context.inFlight;
    signal?.addEventListener('abort', this.curtail, { once: true });
    closing.addEventListener('abort', this.curtail, { once: true });
    if (signal?.aborted || closing.aborted) {
      this.curtail();
    }
  }

  /** Waits until there are outcomes to take; `false` at the end. */
  async fill(): Promise<boolean> {
    while (!this.ended || this.pages.length > 0) {
      this.readAhead();
      const [oldest] = this.pages;
      if ((await firstOf(this.reading, oldest)) === 'page') {
        await this.beginPage();
      } else {
        this.ready = (await this.pages.shift()) ?? [];
        this.ahead -= this.ready.length;
        this.given = 0;
        return true;
      }
    }
    return false;
  }

  /** The next of the outcomes at hand. */
  take(): SmsOutcome | undefined {
    const outcome = this.ready[this.given];
    this.given += 1;
    return outcome;
  }

  /**
   * Whether the rows were read to their end.
   *
   * @throws what the source threw; SmsAbortError or an SmsError with the code `SMS_SHUT_DOWN` when
   * that ended the reading.
   */
  assertWhole(): void {
    if (this.failure !== undefined) {
      throw this.failure.reason;
    }
    if (!this.reader.cutShort) {
      return;
    }
    const { signal } = this.followed;
    if (signal?.aborted) {
      throw new SmsAbortError(
        `Aborted: ${this.rows.pulled} rows were read and have their outcomes; the others were not read.`,
        'connect',
        signal.reason,
      );
    }
    if (this.context.inFlight.closing.aborted) {
      throw this.context.inFlight.toShutDownError(
        `${this.rows.pulled} rows were read and have their outcomes.`,
      );
    }
  }

  /** Reads and sends nothing more; resolves when the sends in flight have their outcomes. */
  async leave(): Promise<void> {
    this.sender.stop();
    this.ended = true;
    this.followed.signal?.removeEventListener('abort', this.curtail);
    this.context.inFlight.closing.removeEventListener('abort', this.curtail);
    this.reader.stop();
    if (this.reading !== undefined) {
      // Its rows were pulled, so that they have outcomes, though none is sent.
      await this.beginPage();
    }
    await Promise.allSettled(this.pages);
    this.followed.release();
  }

  /** What `take` has not given out; only after `leave`. */
  async rest(): Promise<SmsOutcome[]> {
    const rest = this.ready.slice(this.given);
    const pages = this.pages.splice(0);
    this.ready = [];
    return [...rest, ...(await Promise.all(pages)).flat()];
  }

  // Rows of a list all get their outcomes; a queue would be read for ever.
  private readonly curtail = (): void => {
    this.reader.curtail();
  };

  private readAhead(): void {
    const { readAhead } = this.context;
    const mostPages = Math.ceil(readAhead / PAGE_ROWS);
    const left = readAhead - this.ahead;
    if (!this.ended && this.reading === undefined && this.pages.length < mostPages && left > 0) {
      this.reading = this.readPage(Math.min(left, PAGE_ROWS));
    }
  }

  private async readPage(size: number): Promise<EachPage | undefined> {
    // Rows that need no request would otherwise keep timers and signals from ever firing.
    await setImmediate();
    const rows = await this.reader.next(size);
    return rows === undefined ? undefined : this.rows.plan(rows);
  }

  private async beginPage(): Promise<void> {
    const { reading } = this;
    this.reading = undefined;
    let page: EachPage | undefined;
    try {
      page = await reading;
    } catch (reason) {
      // Thrown after the outcomes of the rows that were read: those texts were paid for.
      this.failure = { reason };
    }
    if (page === undefined) {
      this.ended = true;
    } else {
      this.ahead += page.rows.length;
      this.pages.push(this.sender.send(page));
    }
  }
}

/** Which comes first. Failures surface where the promise itself is awaited. */
async function firstOf(
  reading: Promise<unknown> | undefined,
  sending: Promise<unknown> | undefined,
): Promise<'page' | 'sent'> {
  const events: Promise<'page' | 'sent'>[] = [];
  for (const [name, promise] of [
    ['page', reading],
    ['sent', sending],
  ] as const) {
    if (promise !== undefined) {
      events.push(
        promise.then(
          () => name,
          () => name,
        ),
      );
    }
  }
  return Promise.race(events);
}
