import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { normalizeRecipients } from '../recipients/normalize-recipients.js';
import type { Recipient } from '../recipients/normalize-recipients.js';
import { isRawTemplate } from '../templates/render-params.js';
import type { SmsSignName } from '../templates/sign-name.js';
import type { SmsAnyTemplate } from '../templates/sms-template.js';
import type { Clock } from '../time/clock.js';
import type { Batch } from './batch.js';
import { DuplicateWindow } from './duplicate-window.js';
import { SmsRejected, unsent } from './outcome.js';
import type { SmsOutcome } from './outcome.js';
import { lookOf, planBatches } from './plan-batches.js';
import type { PlannedRow } from './plan-batches.js';
import { checkMarket, prepareText, textAnywhere } from './prepare-text.js';
import type { MarketTexts, PreparedText, SmsSendSettings } from './prepare-text.js';
import { readObject } from './read-object.js';
import { ROW_MEMBERS, idOf } from './send-input.js';

/** A row as it was when it was pulled: nothing of the caller's is in it but texts. */
export interface PulledRow {
  readonly index: number;
  /** As it was given; empty where it was no text. */
  readonly to: string;
  readonly ref: string | undefined;
  /** What it is to get, or what keeps it from getting anything. */
  readonly content: MarketTexts | SmsError;
  readonly pulledAtMs: number;
  /** What became of it, as soon as that is known. */
  outcome?: SmsOutcome;
  /** The row before it that is sent to for both. */
  first?: PulledRow;
}

/** Rows that are sent together. */
export interface EachPage {
  readonly rows: readonly PulledRow[];
  readonly batches: readonly Batch[];
}

/** What makes texts of rows. */
export interface EachTexts {
  readonly template: SmsAnyTemplate;
  /** Defaults for rows that have no value of their own. */
  readonly settings: SmsSendSettings;
  /** The account's signature. */
  readonly signName: SmsSignName | undefined;
  /** The clock that marketing hours go by. */
  readonly now: () => Date;
  /** Milliseconds by a clock that never goes back. */
  readonly monotonicMs: Clock;
}

/** Makes calls of rows: copies each as it comes, and finds what it repeats. */
export class EachRows {
  private readonly window = new DuplicateWindow<PulledRow>();
  private count = 0;

  constructor(private readonly texts: EachTexts) {}

  /** How many rows have come. */
  get pulled(): number {
    return this.count;
  }

  /** Copies a row; never throws, whatever it is. */
  pull(given: unknown): PulledRow {
    const { members, issues } = readObject(given, ROW_MEMBERS, 'row');
    const { to, params, ...settings } = members;
    const own: SmsSendSettings = { ...this.texts.settings, ...settings };
    const index = this.count;
    this.count += 1;
    return {
      index,
      to: typeof to === 'string' ? to : '',
      ref: typeof own.ref === 'string' ? own.ref : undefined,
      content: issues.length > 0 ? new SmsValidationError(issues) : this.prepare(params, own),
      pulledAtMs: this.texts.monotonicMs(),
    };
  }

  /** Plans the next page; pages must be planned in their order. */
  async plan(rows: readonly PulledRow[]): Promise<EachPage> {
    const recipients = await normalizeRecipients(
      rows.map(({ to }) => to),
      () => 'to',
    );
    const planned: PlannedRow[] = [];
    for (const [place, row] of rows.entries()) {
      const ready = this.makeReady(row, recipients[place] as Recipient);
      if (ready instanceof SmsError) {
        const text =
          row.content instanceof SmsError ? undefined : textOf(row.content, recipients[place]);
        const templateId = idOf(this.texts.template);
        row.outcome = new SmsRejected(unsent(row, text ?? { templateId }), ready);
      } else {
        row.first = this.window.find(`${ready.to}${ready.look}`, row, row.pulledAtMs);
        if (row.first === undefined) {
          planned.push(ready);
        }
      }
    }
    return { rows, batches: planBatches(planned) };
  }

  private prepare(params: unknown, settings: SmsSendSettings): MarketTexts | SmsError {
    const { template, signName } = this.texts;
    const signNames = [this.texts.settings.signName, signName];
    return orError(() =>
      isRawTemplate(template)
        ? prepareText(
            { ...template, params: params ?? template.params } as SmsAnyTemplate,
            undefined,
            settings,
            ...signNames,
          )
        : prepareText(template, params, settings, ...signNames),
    );
  }

  private makeReady(row: PulledRow, recipient: Recipient): PlannedRow | SmsError {
    const { index, ref, content } = row;
    if (content instanceof SmsError) {
      return content;
    }
    if (recipient.error !== undefined) {
      return recipient.error;
    }
    const { to, market } = recipient;
    return orError(() => {
      const text = content[market];
      checkMarket(this.texts.template, market, text, this.texts.now());
      return { index, ref, to, market, text, look: lookOf(text) };
    });
  }
}

function textOf(
  texts: MarketTexts,
  recipient: Recipient | undefined,
): Partial<Pick<PreparedText, 'templateId' | 'signName'>> {
  return recipient?.market === undefined ? textAnywhere(texts) : texts[recipient.market];
}

function orError<T>(make: () => T): T | SmsError {
  try {
    return make();
  } catch (error) {
    if (error instanceof SmsError) {
      return error;
    }
    throw error;
  }
}
