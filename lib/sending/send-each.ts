import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import { toShutDownError } from '../client/calls-under-way.js';
import type { CallsUnderWay } from '../client/calls-under-way.js';
import { SmsAbortError } from '../errors/transport.errors.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { normalizeRecipients } from '../recipients/normalize-recipients.js';
import type { Recipient } from '../recipients/normalize-recipients.js';
import { isRawTemplate } from '../templates/render-params.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { BatchLimits, BatchSender, SmsSendLimits } from './batch.sender.js';
import { followSignal } from './follow-signal.js';
import { Gate } from './gate.js';
import { SmsRejected, repeatOutcome } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import { PageReader } from './page-reader.js';
import type { RowSource } from './page-reader.js';
import { planCalls } from './plan-calls.js';
import type { PlannedCall, PlannedRow } from './plan-calls.js';
import { checkMarket, prepareText } from './prepare-text.js';
import type { PreparedText, SmsSendSettings } from './prepare-text.js';
import { DEFAULT_CONCURRENCY, abandon, textOf, unsent } from './send-many.js';
import { SendTally } from './send-summary.js';
import type { SmsSendSummary } from './send-summary.js';
import { SHUT_BATCHES } from './shut-batches.js';
import type { Batches } from './shut-batches.js';

/** A row of {@link SmsSendEach}: a phone and its own values. */
export interface EachRow<Key = unknown> {
  readonly to: string;
  readonly params?: unknown;
  /** Whatever tells the row apart for the caller; comes back with its outcome. */
  readonly key?: Key | undefined;
}

/** The outcome of a row, with the row's own key. */
export type SmsEachOutcome<Key = unknown> = SmsOutcome & { readonly key: Key | undefined };

/** How rows are sent. */
export interface SmsSendEachOptions extends SmsSendSettings, SmsSendLimits {
  /**
   * Calls under way at once.
   * @default 20
   */
  concurrency?: number | undefined;
}

/** What the run needs beside the caller's wishes. */
export interface EachContext {
  readonly sender: BatchSender;
  /** The account's signature. */
  readonly signName: string | undefined;
  readonly now: () => Date;
  /** What a shutdown waits for: here each call by itself, since a stream may have no end. */
  readonly underWay: CallsUnderWay;
}

/**
 * Rows that are looked at together: equal ones share a call, and repeated ones are found. A call
 * takes no more; and with twice as many under way the heap begins to swell with every row.
 */
const PAGE_ROWS = 200;
/** Pages under way: one is sent while the next is read. */
const MAX_PAGES = 2;
/** How long rows wait for others to share their call. */
const PATIENCE_MS = 20;

/**
 * Rows on their way. Iterate it, once: nothing is sent before, and a consumer that is slow slows
 * the source. Gives one outcome for each row, in the order of the rows.
 *
 * @publicApi
 */
export class SmsSendEach<Key = unknown> implements AsyncIterable<SmsEachOutcome<Key>> {
  private readonly tally = new SendTally();
  private readonly gate: Gate;
  private limits: BatchLimits;
  private readonly settings: SmsSendSettings;
  private started = false;
  private left = false;
  private rows = 0;

  constructor(
    private readonly context: EachContext,
    private readonly template: SmsAnyTemplate,
    private readonly source: RowSource<EachRow<Key>>,
    {
      concurrency = DEFAULT_CONCURRENCY,
      signal,
      timeoutMs,
      notAfter,
      ...settings
    }: SmsSendEachOptions,
  ) {
    this.gate = new Gate(concurrency);
    const deadline = context.sender.toDeadline(notAfter);
    this.limits = { signal, timeoutMs, deadline, outlastsRateRefusals: true };
    this.settings = settings;
  }

  /** The outcomes given out so far, in numbers. */
  summary(): SmsSendSummary {
    return this.tally.summary();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SmsEachOutcome<Key>, void, undefined> {
    this.assertFirst();
    const reader = new PageReader(this.source, PAGE_ROWS, PATIENCE_MS);
    const pages: Promise<SmsEachOutcome<Key>[]>[] = [];
    let reading: Promise<EachRow<Key>[] | undefined> | undefined;
    let ended = false;
    let failure: { reason: unknown } | undefined;
    const { signal, release } = followSignal(this.limits.signal);
    this.limits = { ...this.limits, signal };
    // Rows at hand all get their outcomes; whoever reads a queue would wait for ever.
    const stopReading = () => {
      if (!reader.atHand) {
        reader.stop();
      }
    };
    const { closing } = this.context.underWay;
    signal?.addEventListener('abort', stopReading, { once: true });
    closing.addEventListener('abort', stopReading, { once: true });
    if (signal?.aborted || closing.aborted) {
      stopReading();
    }
    try {
      while (!ended || pages.length > 0) {
        if (!ended && pages.length < MAX_PAGES) {
          reading ??= reader.next();
        }
        const [oldest] = pages;
        if ((await firstOf(reading, oldest)) === 'page') {
          let page: EachRow<Key>[] | undefined;
          try {
            page = await reading;
          } catch (reason) {
            // Told after the outcomes of what was read: those texts were paid for.
            failure = { reason };
          }
          reading = undefined;
          if (page === undefined) {
            ended = true;
          } else {
            const sending = this.sendPage(page);
            // Surfaces when its turn comes; until then nobody listens.
            sending.catch(() => undefined);
            pages.push(sending);
          }
        } else {
          for (const outcome of (await pages.shift()) ?? []) {
            this.tally.add(outcome);
            yield outcome;
          }
        }
      }
      if (failure !== undefined) {
        throw failure.reason;
      }
      if (reader.cutShort && signal?.aborted) {
        throw new SmsAbortError(
          `Aborted: ${this.rows} rows were read and have their outcomes; the others were not read.`,
          'connect',
          signal.reason,
        );
      }
      if (closing.aborted && !reader.atHand) {
        throw toShutDownError(`${this.rows} rows were read and have their outcomes.`);
      }
    } finally {
      this.left = true;
      signal?.removeEventListener('abort', stopReading);
      closing.removeEventListener('abort', stopReading);
      reader.stop();
      reading?.catch(() => undefined);
      await Promise.allSettled(pages);
      release();
    }
  }

  /** @internal Holds the rows with their phones and values: only numbers of them are for people. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `SmsSendEach ${inspect(this.toJSON(), options)}`;
  }

  /** @internal As little in JSON. */
  toJSON(): object {
    return this.summary();
  }

  private assertFirst(): void {
    if (this.started) {
      throw new SmsValidationError([
        {
          field: 'rows',
          message: 'The rows were iterated before; doing it again would send them again.',
        },
      ]);
    }
    this.started = true;
  }

  private async sendPage(page: readonly EachRow<Key>[]): Promise<SmsEachOutcome<Key>[]> {
    const start = this.rows;
    this.rows += page.length;
    const outcomes: SmsOutcome[] = [];
    const place = (outcome: SmsOutcome): void => {
      outcomes[outcome.index - start] = outcome;
    };
    const recipients = await normalizeRecipients(page.map((row) => row?.to));
    const planned: PlannedRow[] = [];
    for (const recipient of recipients) {
      const row = page[recipient.index];
      const index = start + recipient.index;
      try {
        planned.push(this.plan(index, recipient, row));
      } catch (error) {
        place(new SmsRejected(unsent(index, textOf(row?.to)), toSmsError(error)));
      }
    }
    const { calls, duplicates } = planCalls(planned);
    await Promise.all(
      calls.map(async (call) =>
        this.gate.run(async () => {
          (await this.make(call)).forEach(place);
        }),
      ),
    );
    for (const [index, firstIndex] of duplicates) {
      const first = outcomes[firstIndex - start];
      if (first !== undefined) {
        place(repeatOutcome(first, index));
      }
    }
    return outcomes.map((outcome, index) => Object.assign(outcome, { key: page[index]?.key }));
  }

  private plan(index: number, recipient: Recipient, row: EachRow | undefined): PlannedRow {
    if (recipient.error !== undefined) {
      throw recipient.error;
    }
    const { to, market } = recipient;
    const text = this.textFor(row?.params);
    checkMarket(this.template, market, text.signName, this.context.now());
    return { index, to, market, text };
  }

  private textFor(params: unknown): PreparedText {
    const { template } = this;
    const given = isRawTemplate(template)
      ? ({ ...template, params: params ?? template.params } as SmsAnyTemplate)
      : template;
    return prepareText(
      given,
      isRawTemplate(template) ? undefined : params,
      this.settings,
      this.context.signName,
    );
  }

  private async make(call: PlannedCall): Promise<SmsOutcome[]> {
    if (this.left || this.limits.signal?.aborted) {
      return abandon(call.rows, this.limits.signal?.reason);
    }
    const { sender, underWay } = this.context;
    const make = async (batches: Batches): Promise<SmsOutcome[]> =>
      call.kind === 'same'
        ? batches.sendSame(call.text, call.rows, this.limits)
        : batches.sendPersonal(call.rows, this.limits);
    return underWay.closed ? make(SHUT_BATCHES) : underWay.run(async () => make(sender));
  }
}

function toSmsError(error: unknown): SmsError {
  if (error instanceof SmsError) {
    return error;
  }
  throw error;
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
