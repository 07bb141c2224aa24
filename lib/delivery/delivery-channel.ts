import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';
import { maskNumber } from '../privacy/mask-number.js';
import type { SmsDeliveryReport, SmsDeliverySource } from './store/delivery.store.js';

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

/** Publishes reports as they come, repeated ones included. */
export function publishReports(reports: readonly SmsDeliveryReport[]): void {
  if (!reportChannel.hasSubscribers) {
    return;
  }
  for (const { state, code = '', source, to } of reports) {
    reportChannel.publish({
      state: state === 'delivered' ? 'delivered' : 'failed',
      code,
      source,
      to: maskNumber(to),
    });
  }
}
