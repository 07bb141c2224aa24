import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';
import { maskNumber } from '../privacy/mask-number.js';
import type { SmsSettlementCertainty, SmsSettlementVerdict } from './settlement.js';
import { toPrintedCode } from './printed-code.js';
import type {
  SmsDeliveryReport,
  SmsDeliverySource,
  SmsReportedChange,
  SmsTextChange,
} from './store/delivery.store.js';

/** What the channel `tencentcloud-sms:report` publishes of each report that comes. No whole number. */
export interface SmsReportTrace {
  readonly state: 'delivered' | 'failed';
  /** The carrier's receipt code. */
  readonly code: string;
  readonly source: SmsDeliverySource;
  /** Masked. */
  readonly to: string;
}

/** Check `hasSubscribers` before making a trace. */
export const reportChannel = channel('tencentcloud-sms:report') as Channel<unknown, SmsReportTrace>;

/**
 * What the channel `tencentcloud-sms:delivery` publishes of each change of a text's state by a report,
 * once over all instances. No number, no serial number.
 */
export interface SmsDeliveryTrace {
  readonly state: 'delivered' | 'failed';
  /** The carrier's receipt code. */
  readonly code: string;
  readonly source: SmsDeliverySource;
  /** Name of the account; `undefined` for the one without a name. */
  readonly account: string | undefined;
  /** Whether the text had ended otherwise before. */
  readonly corrected: boolean;
  /** Milliseconds from the send to the moment that the report names; `undefined` where it names none. */
  readonly sinceSentMs: number | undefined;
}

/** Check `hasSubscribers` before making a trace. */
export const deliveryChannel = channel('tencentcloud-sms:delivery') as Channel<
  unknown,
  SmsDeliveryTrace
>;

/**
 * What the channel `tencentcloud-sms:settled` publishes of each verdict on a text whose outcome was open,
 * once over all instances. No number, no serial number.
 */
export interface SmsSettledTrace {
  readonly verdict: SmsSettlementVerdict;
  readonly certainty: SmsSettlementCertainty;
  readonly source: SmsDeliverySource;
  /** Name of the account; `undefined` for the one without a name. */
  readonly account: string | undefined;
  /** Whether it takes another verdict back. */
  readonly corrected: boolean;
}

/** Check `hasSubscribers` before making a trace. */
export const settledChannel = channel('tencentcloud-sms:settled') as Channel<
  unknown,
  SmsSettledTrace
>;

/** Publishes what a step of the store changed. */
export function publishChanges(changes: readonly SmsTextChange[]): void {
  publishReported(changes.filter((change) => 'state' in change));
  if (settledChannel.hasSubscribers) {
    for (const change of changes) {
      if ('verdict' in change) {
        const { verdict, certainty, source, account, corrected } = change;
        settledChannel.publish({ verdict, certainty, source, account, corrected });
      }
    }
  }
}

function publishReported(changes: readonly SmsReportedChange[]): void {
  if (!deliveryChannel.hasSubscribers) {
    return;
  }
  for (const { state, code = '', source, account, corrected, at, sentAt } of changes) {
    // Reports have whole seconds, so that one may be of before the send.
    const sinceSentMs = at === undefined ? undefined : Math.max(0, at - sentAt);
    deliveryChannel.publish({
      state,
      code: toPrintedCode(code),
      source,
      account,
      corrected,
      sinceSentMs,
    });
  }
}

/** Publishes reports as they come, repeated ones included. */
export function publishReports(reports: readonly SmsDeliveryReport[]): void {
  if (!reportChannel.hasSubscribers) {
    return;
  }
  for (const { state, code = '', source, to } of reports) {
    reportChannel.publish({
      state: state === 'delivered' ? 'delivered' : 'failed',
      code: toPrintedCode(code),
      source,
      to: maskNumber(to),
    });
  }
}
