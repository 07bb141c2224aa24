import type { CallsUnderWay } from '../client/calls-under-way.js';
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
import type { SmsParamValue } from '../templates/text-params.js';
import type { BatchSender, SmsSendLimits } from './batch.sender.js';
import { SmsRejected } from './outcome.js';
import type { SmsOutcome, SmsReceipt } from './outcome.js';
import type { RowSource } from './page-reader.js';
import { checkMarket, prepareText } from './prepare-text.js';
import type { PreparedText, SmsSendSettings } from './prepare-text.js';
import { SHUT_BATCHES } from './shut-batches.js';
import type { Batches } from './shut-batches.js';
import { SmsSendEach } from './send-each.js';
import type { EachRow, SmsSendEachOptions } from './send-each.js';
import { sendMany, textOf, unsent } from './send-many.js';
import type { SmsSendManyResult } from './send-many.js';

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

/** A row of `sendEach`: a phone and its own values. */
export type SmsSendRow<Template extends SmsAnyTemplate, Key = undefined> = {
  /** A phone number: E.164, or any form that Tencent takes for the mainland. */
  to: string;
  /** Whatever tells the row apart for you; comes back with its outcome. */
  key?: Key | undefined;
} & (Template extends SmsRawTemplate
  ? { params?: readonly SmsParamValue[] | undefined }
  : SmsTemplateInput<Template>);

/** What the sender needs to know of the account. */
export interface SmsSenderOptions {
  readonly signName: string | undefined;
  /** The clock that marketing hours go by. */
  readonly now: () => Date;
  /** What a shutdown waits for: a send as a whole, with all the calls that it takes. */
  readonly underWay: CallsUnderWay;
}

/** The ways to send, over one account. */
export class SmsSender {
  constructor(
    private readonly batches: BatchSender,
    private readonly options: SmsSenderOptions,
  ) {}

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
    return this.unlessShut(async (batches) => this.sendOne(batches, template, input));
  }

  async sendMany<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendManyInput<Template>,
  ): Promise<SmsSendManyResult> {
    return this.unlessShut(async (batches) => this.sendAll(batches, template, input));
  }

  sendEach<Key>(
    template: SmsAnyTemplate,
    rows: RowSource<EachRow<Key>>,
    options: SmsSendEachOptions = {},
  ): SmsSendEach<Key> {
    assertConcurrency(options.concurrency);
    return new SmsSendEach({ ...this.options, sender: this.batches }, template, rows, options);
  }

  /** What a shutdown finds begun may end; what begins after is rejected, row by row. */
  private async unlessShut<T>(task: (batches: Batches) => Promise<T>): Promise<T> {
    const { underWay } = this.options;
    return underWay.closed ? task(SHUT_BATCHES) : underWay.run(async () => task(this.batches));
  }

  private async sendOne(
    batches: Batches,
    template: SmsAnyTemplate,
    input: unknown,
  ): Promise<SmsOutcome> {
    const { to, params, signal, timeoutMs, notAfter, ...settings } = asInput(input);
    const deadline = this.batches.toDeadline(notAfter);
    const text = this.prepare(template, params, settings);
    // A list is none either: sending to its first only would pass for having sent to all.
    const [recipient] = typeof to === 'string' ? await normalizeRecipients(to) : [];
    if (recipient === undefined || recipient.error !== undefined) {
      const error = recipient?.error ?? noRecipient();
      return new SmsRejected(unsent(0, textOf(to)), error);
    }
    checkMarket(template, recipient.market, text.signName, this.options.now());
    const [outcome] = await batches.sendSame(text, [recipient], {
      signal,
      timeoutMs,
      deadline,
      outlastsRateRefusals: false,
    });
    return outcome ?? new SmsRejected(unsent(0, recipient.to), noRecipient());
  }

  private async sendAll(
    batches: Batches,
    template: SmsAnyTemplate,
    input: unknown,
  ): Promise<SmsSendManyResult> {
    const { to, params, signal, timeoutMs, notAfter, concurrency, ...settings } = asInput(input);
    const deadline = this.batches.toDeadline(notAfter);
    const text = this.prepare(template, params, settings);
    if (!Array.isArray(to)) {
      throw new SmsValidationError([
        { field: 'to', message: 'to must be a list of phone numbers.' },
      ]);
    }
    assertConcurrency(concurrency);
    const recipients = await normalizeRecipients(to as string[]);
    const now = this.options.now();
    for (const market of new Set(recipients.map((recipient) => recipient.market))) {
      if (market !== undefined) {
        checkMarket(template, market, text.signName, now);
      }
    }
    return sendMany(batches, text, to as string[], recipients, {
      signal,
      timeoutMs,
      deadline,
      concurrency,
    });
  }

  private prepare(
    template: SmsAnyTemplate,
    params: unknown,
    settings: SmsSendSettings,
  ): PreparedText {
    return prepareText(template, params, settings, this.options.signName);
  }
}

/** The members of an input of any template. */
interface AnyInput extends SmsSendSettings, SmsSendLimits {
  to?: unknown;
  params?: unknown;
  concurrency?: number | undefined;
}

function asInput(input: unknown): AnyInput {
  if (typeof input !== 'object' || input === null) {
    throw new SmsValidationError([
      { field: 'input', message: 'What to send must be an object with "to".' },
    ]);
  }
  return input;
}

function noRecipient(): SmsValidationError {
  return new SmsValidationError([{ field: 'to', message: 'to must be a phone number, as text.' }]);
}

function assertConcurrency(concurrency: number | undefined): void {
  if (concurrency !== undefined && (!Number.isSafeInteger(concurrency) || concurrency < 1)) {
    throw new SmsValidationError([
      { field: 'concurrency', message: 'concurrency must be a whole number from 1.' },
    ]);
  }
}
