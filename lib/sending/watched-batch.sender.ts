import type { SmsClient } from '../client/sms.client.js';
import { SmsApiError } from '../errors/api.errors.js';
import { describeApiCode } from '../errors/error-catalogue.js';
import { maskNumber } from '../privacy/mask-number.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import { isMainland } from '../recipients/phone-number.js';
import { BatchSender } from './batch.sender.js';
import type { BatchLimits, BatchRow, PersonalRow } from './batch.sender.js';
import type { SmsOutcome, SmsRejected } from './outcome.js';
import type { OutcomeRates } from './outcome-rates.js';
import type { PreparedText } from './prepare-text.js';
import { sendChannel, traceSend } from './send-channel.js';
import type { SmsSendTrace } from './send-channel.js';
import type { SendAction } from './read-statuses.js';
import type { SendEvents } from './send-events.js';

/** Observers of the outcomes of batches. */
export interface BatchObservers {
  /** Name of the account. */
  account: string | undefined;
  rates: OutcomeRates;
  events: SendEvents;
}

/** Counts the outcomes of batches and notifies observers; sends as its base class does. */
export class WatchedBatchSender extends BatchSender {
  constructor(
    client: SmsClient,
    private readonly observers: BatchObservers,
  ) {
    super(client);
  }

  override async sendSame(
    text: PreparedText,
    rows: readonly BatchRow[],
    limits: BatchLimits,
  ): Promise<SmsOutcome[]> {
    const send = async () => super.sendSame(text, rows, limits);
    const outcomes = sendChannel.hasSubscribers
      ? await traceSend(this.createTrace('SendSms', text.templateId, rows), send)
      : await send();
    this.observe('SendSms', text.templateId, rows, outcomes);
    return outcomes;
  }

  override async sendPersonal(
    rows: readonly PersonalRow[],
    limits: BatchLimits,
  ): Promise<SmsOutcome[]> {
    const template = commonTemplate(rows);
    const send = async () => super.sendPersonal(rows, limits);
    const outcomes = sendChannel.hasSubscribers
      ? await traceSend(this.createTrace('SendMultiGlobalSms', template, rows), send)
      : await send();
    this.observe('SendMultiGlobalSms', template, rows, outcomes);
    return outcomes;
  }

  private createTrace(
    action: SmsSendTrace['action'],
    template: string | undefined,
    rows: readonly BatchRow[],
  ): SmsSendTrace {
    return {
      action,
      account: this.observers.account,
      ...describe(template, rows),
      accepted: undefined,
      rejected: undefined,
      unknown: undefined,
      fee: undefined,
      codes: undefined,
      unknownCodes: undefined,
      requestId: undefined,
    };
  }

  private observe(
    action: SendAction,
    template: string | undefined,
    rows: readonly BatchRow[],
    outcomes: readonly SmsOutcome[],
  ): void {
    this.observers.rates.add(outcomes);
    try {
      this.tellEvents(action, template, rows, outcomes);
    } catch {
      // The outcomes are final: an observer that throws must not lose them.
    }
  }

  private tellEvents(
    action: SendAction,
    template: string | undefined,
    rows: readonly BatchRow[],
    outcomes: readonly SmsOutcome[],
  ): void {
    const unknown = outcomes.filter((outcome) => outcome.status === 'unknown');
    const [first] = unknown;
    if (first !== undefined) {
      this.observers.events.onUnknown({
        ...describe(template, rows),
        unknown: unknown.length,
        codes: [...new Set(unknown.map(({ code }) => code))],
        requestId: first.requestId,
      });
    }
    for (const { error, requestId } of newRefusals(outcomes)) {
      this.observers.events.onNewCode({ code: error.code, action, requestId });
    }
  }
}

/** One rejected row for each code that is in no catalogue yet. */
function newRefusals(outcomes: readonly SmsOutcome[]): SmsRejected[] {
  const byCode = new Map<string, SmsRejected>();
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && outcome.error instanceof SmsApiError) {
      byCode.set(outcome.code, outcome);
    }
  }
  return [...byCode.values()].filter(({ code }) => !describeApiCode(code).known);
}

/** A description of a batch that may be logged: no text, and no whole phone number. */
function describe(template: string | undefined, rows: readonly BatchRow[]) {
  const to = rows[0]?.to ?? '';
  const market: SmsMarket = isMainland(to) ? 'mainland' : 'international';
  return {
    template,
    market,
    recipients: rows.length,
    to: rows.length === 1 ? maskNumber(to) : undefined,
  };
}

function commonTemplate(rows: readonly PersonalRow[]): string | undefined {
  const template = rows[0]?.text.templateId;
  return rows.every(({ text }) => text.templateId === template) ? template : undefined;
}
