import type { InFlight } from '../client/in-flight.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsRejectedError } from '../errors/rejected.error.js';
import { SmsUnknownOutcomeError } from '../errors/unknown-outcome.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import { normalizeRecipients } from '../recipients/normalize-recipients.js';
import type {
  SmsAnyTemplate,
  SmsRawTemplate,
  SmsTemplateInput,
} from '../templates/sms-template.js';
import type { SmsSignName } from '../templates/sign-name.js';
import type { SmsLooseParams, SmsParamValue } from '../templates/text-params.js';
import type { Clock } from '../time/clock.js';
import type { BatchSender } from './batch.sender.js';
import { SmsRejected, unsent } from './outcome.js';
import type { SmsOutcome, SmsReceipt } from './outcome.js';
import type { SmsRowSource } from './page-reader.js';
import { assertSettings, checkMarket, prepareText, textAnywhere } from './prepare-text.js';
import type { MarketTexts, SmsSendSettings } from './prepare-text.js';
import { hasMethod, readOnce } from './read-object.js';
import { SmsSendEach } from './send-each.js';
import type { SmsSendEachOptions } from './send-each.js';
import {
  EACH_MEMBERS,
  MANY_MEMBERS,
  SEND_MEMBERS,
  assertNone,
  readInput,
  readTemplate,
} from './send-input.js';
import { DEFAULT_READ_AHEAD } from './each-run.js';
import { DEFAULT_CONCURRENCY, sendMany } from './send-many.js';
import type { SmsResponse } from '../api/actions.js';
import type { SendAction } from './read-statuses.js';
import type { SendObserver } from './send-observer.js';
import type { SmsSendManyResult } from './send-many.js';
import type { Deadline } from '../client/deadline.js';
import type { SendLeave, SmsSendLimits } from './send-limits.js';

/** One text to one phone. */
export type SmsSendInput<Template extends SmsAnyTemplate> = SmsSendSettings &
  SmsSendLimits &
  SmsTemplateInput<Template> & {
    /** A phone number: E.164, or any form that Tencent takes for the mainland. */
    to: string;
  };

/** One text to many phones. */
export type SmsSendManyInput<Template extends SmsAnyTemplate> = SmsSendSettings &
  SmsSendLimits &
  SmsTemplateInput<Template> & {
    /** Any number of phone numbers; repeated ones are sent to once. */
    to: readonly string[];
    /**
     * Calls under way at once, of 200 numbers each.
     * @default 20
     */
    concurrency?: number | undefined;
  };

/** A row of `sendEach`: a phone and its own values, and what it has of its own beside them. */
export type SmsSendRow<Template extends SmsAnyTemplate> = SmsSendSettings & {
  /** A phone number: E.164, or any form that Tencent takes for the mainland. */
  to: string;
} & (Template extends SmsRawTemplate
    ? { params?: readonly SmsParamValue[] | undefined }
    : SmsTemplateInput<Template>);

/** Rows that share a request. */
export interface SmsRequestRows extends Omit<SmsSendSettings, 'ref'> {
  readonly params: SmsLooseParams | undefined;
  readonly rows: readonly {
    /** Its place in the run that it is of. */
    readonly index: number;
    /** In E.164. */
    readonly to: string;
    readonly ref?: string | undefined;
  }[];
}

/** What the sender needs of the account. */
export interface SmsSenderOptions {
  readonly signName: SmsSignName | undefined;
  /** The clock that marketing hours go by. */
  readonly now: () => Date;
  /** What a shutdown waits for: a send as a whole, with all the calls that it takes. */
  readonly inFlight: InFlight;
  /** The ones that the batch sender tells. */
  readonly observers: SendObserver[];
  /**
   * Milliseconds by a clock that never goes back, for what is repeated within a minute.
   * @default Node's `performance.now()`
   */
  readonly monotonicMs?: Clock;
}

/** The ways to send, over one account. */
export class SmsSender {
  constructor(
    private readonly batches: BatchSender,
    private readonly options: SmsSenderOptions,
  ) {}

  /** The account's clock. */
  now(): Date {
    return this.options.now();
  }

  /** Has an observer see all that is sent from now on; gives what ends that. */
  observe(observer: SendObserver): () => void {
    const { observers } = this.options;
    observers.push(observer);
    return () => {
      const index = observers.indexOf(observer);
      if (index >= 0) {
        observers.splice(index, 1);
      }
    };
  }

  /** Whether an observer wants to hear of raw calls. */
  get hasRawObservers(): boolean {
    return this.options.observers.some((observer) => observer.afterRawSend !== undefined);
  }

  /** Tells observers of a raw call that sent. */
  async onRawSend<A extends SendAction>(action: A, response: SmsResponse<A>): Promise<void> {
    for (const observer of this.options.observers) {
      try {
        await observer.afterRawSend?.(action, response);
      } catch {
        // The texts are sent: an observer that throws must not hide their serial numbers.
      }
    }
  }

  async send<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
  ): Promise<SmsReceipt> {
    const outcome = await this.trySend(template, input);
    if (outcome.status === 'rejected') {
      throw new SmsRejectedError(maskNumber(outcome.to), outcome.error);
    }
    if (outcome.status === 'unknown') {
      throw new SmsUnknownOutcomeError(maskNumber(outcome.to), outcome.error);
    }
    return outcome;
  }

  async trySend<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
  ): Promise<SmsOutcome> {
    return this.options.inFlight.track(async () => this.sendOne(template, input));
  }

  /** `trySend` of an attempt that was given leave. */
  async trySendWithLeave<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
    leave: SendLeave,
  ): Promise<SmsOutcome> {
    return this.options.inFlight.track(async () => this.sendOne(template, input, leave));
  }

  /**
   * One request for rows of one market, no number twice and at most 200, as an attempt that was given leave.
   *
   * @throws SmsValidationError when the template, its parameters or the market are at fault.
   */
  async trySendRowsWithLeave(
    given: SmsAnyTemplate,
    { params, rows, ...settings }: SmsRequestRows,
    leave: SendLeave,
  ): Promise<SmsOutcome[]> {
    return this.options.inFlight.track(async () => {
      const template = readTemplate(given);
      const texts = this.prepare(template, params, settings);
      const [first] = await normalizeRecipients(rows[0]?.to ?? '');
      if (first?.market === undefined) {
        throw first?.error ?? noRecipient();
      }
      const text = texts[first.market];
      checkMarket(template, first.market, text, this.options.now());
      const planned = rows.map((row) => ({ ...row, text }));
      const bounds = { ...this.batches.toLimits({}, false), ...leave };
      return this.batches.send({ action: 'SendSms', rows: planned }, bounds);
    });
  }

  /** A limit that begins to count now. */
  startDeadline(milliseconds: number): Deadline {
    return this.batches.startDeadline(milliseconds);
  }

  async sendMany<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendManyInput<Template>,
  ): Promise<SmsSendManyResult> {
    return this.options.inFlight.track(async () => this.sendAll(template, input));
  }

  sendEach(
    template: SmsAnyTemplate,
    rows: SmsRowSource<unknown>,
    options: SmsSendEachOptions = {},
  ): SmsSendEach {
    const { settings, limits, concurrency, readAhead, issues } = readInput(
      options,
      EACH_MEMBERS,
      'options',
    );
    assertNone([...checkRows(rows), ...issues]);
    assertSettings(settings);
    const { inFlight, signName, now, monotonicMs = () => performance.now() } = this.options;
    return new SmsSendEach(
      {
        sender: this.batches,
        inFlight,
        concurrency: concurrency ?? DEFAULT_CONCURRENCY,
        readAhead: readAhead ?? DEFAULT_READ_AHEAD,
        limits: this.batches.toLimits(limits, true),
      },
      { template: readTemplate(template), settings, signName, now, monotonicMs },
      rows,
    );
  }

  private async sendOne(
    given: SmsAnyTemplate,
    input: unknown,
    leave?: SendLeave,
  ): Promise<SmsOutcome> {
    const { to, settings, limits, ...rest } = readInput(input, SEND_MEMBERS, 'input');
    // What is wrong with the phone is the send's own fate.
    assertNone(rest.issues.filter(({ field }) => field !== 'to'));
    const bounds = { ...this.batches.toLimits(limits, false), ...leave };
    const template = readTemplate(given);
    const texts = this.prepare(template, rest.params, settings);
    const { ref } = settings;
    const phone = typeof to === 'string' ? to : '';
    // A list is no phone either: sending to its first only would pass for having sent to all.
    const [recipient] = await normalizeRecipients(phone);
    if (recipient === undefined || recipient.error !== undefined) {
      const unreadable = rest.issues.length > 0 ? new SmsValidationError(rest.issues) : undefined;
      const error = unreadable ?? recipient?.error ?? noRecipient();
      return new SmsRejected(unsent({ index: 0, to: phone, ref }, textAnywhere(texts)), error);
    }
    const text = texts[recipient.market];
    checkMarket(template, recipient.market, text, this.options.now());
    const row = { index: 0, to: recipient.to, ref, text };
    const [outcome] = await this.batches.send({ action: 'SendSms', rows: [row] }, bounds);
    return outcome ?? new SmsRejected(unsent(row, text), noRecipient());
  }

  private async sendAll(given: SmsAnyTemplate, input: unknown): Promise<SmsSendManyResult> {
    const { to, params, settings, limits, concurrency, issues } = readInput(
      input,
      MANY_MEMBERS,
      'input',
    );
    assertNone(issues);
    const bounds = this.batches.toLimits(limits, true);
    const template = readTemplate(given);
    const texts = this.prepare(template, params, settings);
    const phones = readPhones(to);
    const recipients = await normalizeRecipients(phones);
    const now = this.options.now();
    for (const market of new Set(recipients.map((recipient) => recipient.market))) {
      if (market !== undefined) {
        checkMarket(template, market, texts[market], now);
      }
    }
    const many = { texts, ref: settings.ref, phones, recipients };
    return sendMany(this.batches, many, bounds, concurrency);
  }

  private prepare(
    template: SmsAnyTemplate,
    params: unknown,
    settings: SmsSendSettings,
  ): MarketTexts {
    return prepareText(template, params, settings, this.options.signName);
  }
}

/** Copies a list of phones, which may change while it is sent to; what is no text can be no phone. */
function readPhones(to: unknown): string[] {
  try {
    if (Array.isArray(to)) {
      return Array.from({ length: to.length }, (_, index) => {
        const phone = readOnce(to, index, 'to', []);
        return typeof phone === 'string' ? phone : '';
      });
    }
  } catch {
    // Said below.
  }
  throw new SmsValidationError([{ field: 'to', message: 'to must be a list of phone numbers.' }]);
}

function noRecipient(): SmsValidationError {
  return new SmsValidationError([
    { field: 'to', message: 'to must be a phone number, as text.', reason: 'phone-missing' },
  ]);
}

function checkRows(rows: unknown): SmsFieldIssue[] {
  const isSource = hasMethod(rows, Symbol.asyncIterator) || hasMethod(rows, Symbol.iterator);
  return isSource ? [] : [{ field: 'rows', message: 'rows must be a list or a stream of rows.' }];
}
