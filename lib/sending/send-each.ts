import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import { SmsValidationError } from '../errors/validation.error.js';
import { EachRows } from './each-rows.js';
import type { EachTexts } from './each-rows.js';
import { EachRun } from './each-run.js';
import type { EachContext } from './page.sender.js';
import type { SmsOutcome } from './outcome.js';
import type { SmsRowSource } from './page-reader.js';
import type { SmsSendSettings } from './prepare-text.js';
import type { SmsSendLimits } from './send-limits.js';
import { SendTally } from './send-summary.js';
import type { SmsSendSummary } from './send-summary.js';

/** The outcome of a row, with the row's own `ref`. */
export type SmsEachOutcome = SmsOutcome;

/** How rows are sent, unless they say otherwise themselves. */
export interface SmsSendEachOptions extends SmsSendSettings, SmsSendLimits {
  /**
   * Calls under way at once.
   * @default 20
   */
  concurrency?: number | undefined;
  /**
   * Rows that may be read, and sent, before the outcome of the first of them is given out, from 1 to
   * 10000. Fewer leave less behind when the iteration ends early, and make more calls.
   * @default 400
   */
  readAhead?: number | undefined;
}

/**
 * Rows on their way. Iterate it, once: nothing is sent before, and a consumer that is slow slows
 * the source. Gives one outcome for each row, in the order of the rows.
 */
export class SmsSendEach implements AsyncIterable<SmsEachOutcome> {
  private readonly tally = new SendTally();
  private run: EachRun | undefined;

  constructor(
    private readonly context: EachContext,
    private readonly texts: EachTexts,
    private readonly source: SmsRowSource<unknown>,
  ) {}

  /** The outcomes given out so far, in numbers. */
  summary(): SmsSendSummary {
    return this.tally.summary();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SmsEachOutcome, void, undefined> {
    const run = this.begin();
    try {
      while (await run.fill()) {
        for (let outcome = run.take(); outcome !== undefined; outcome = run.take()) {
          this.tally.add(outcome);
          yield outcome;
        }
      }
      run.assertWhole();
    } finally {
      await run.leave();
    }
  }

  /**
   * Ends the sending where the iteration ended early, and gives the outcomes that it left behind: a
   * bounded number of rows is read and sent ahead, and those texts were paid for.
   *
   * @returns each outcome once, in the order of the rows; none when all were given out.
   */
  async drain(): Promise<SmsEachOutcome[]> {
    await this.run?.leave();
    const rest = (await this.run?.rest()) ?? [];
    for (const outcome of rest) {
      this.tally.add(outcome);
    }
    return rest;
  }

  /** @internal Holds the rows with their phones and values: printing shows only counts. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `SmsSendEach ${inspect(this.toJSON(), options)}`;
  }

  /** @internal As little in JSON. */
  toJSON(): object {
    return this.summary();
  }

  private begin(): EachRun {
    if (this.run !== undefined) {
      throw new SmsValidationError([
        {
          field: 'rows',
          message: 'The rows were iterated before; doing it again would send them again.',
        },
      ]);
    }
    this.run = new EachRun(this.context, new EachRows(this.texts), this.source);
    return this.run;
  }
}
