import type { TextCarrier } from '../records/account.js';
import { randomInt } from 'node:crypto';
import type { Callbacks } from './callbacks.js';
import type { CallbackFaults, ReportFaults } from '../faults/faults.js';
import type { Events } from '../records/events.js';
import type { DroppedReports } from '../memory/dropped-reports.js';
import { addEvent, sizeOfRecord, toMessage } from '../records/message-log.js';
import type { DeliveryReport, SendRecord } from '../records/message-log.js';
import { isDelivered } from '../../api/receipt-codes.js';
import { receiptOf } from './magic-numbers.js';
import type { Schedule } from '../clock/schedule.js';
import type { SmsApp } from '../records/sms-app.js';

/**
 * When the carrier answers for an accepted text: at once, after 1 to 8 seconds, after 1 to 5 minutes,
 * or not at all. By the emulator's clock.
 */
export type SmsDeliveryMode = 'instant' | 'realistic' | 'slow' | 'never';

const DELAYS_MS = {
  realistic: [1000, 8000],
  slow: [60_000, 300_000],
} as const;

/** What a delivery works with. */
export interface DeliveryOptions {
  readonly mode: SmsDeliveryMode;
  readonly schedule: Schedule;
  readonly callbacks: Callbacks;
  readonly events: Events;
  readonly dropped: DroppedReports;
}

interface Receipt {
  readonly record: SendRecord;
  readonly app: SmsApp;
  readonly code: string;
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly callback: CallbackFaults | undefined;
}

/** The carrier: answers for what was accepted. */
export class Delivery implements TextCarrier {
  constructor(private readonly options: DeliveryOptions) {}

  /** Takes a text on, and lets go wrong with its report what is to. */
  deliver(record: SendRecord, app: SmsApp, { receipt, callback }: ReportFaults): void {
    const { mode, schedule, dropped } = this.options;
    const code = receipt ?? receiptOf(record.phone.e164);
    if (mode === 'never' || code === undefined) {
      return;
    }
    if (mode === 'instant' || callback?.effects.has('early') === true) {
      this.report({ record, app, code, at: record.sentAt, callback });
      return;
    }
    const [shortest, longest] = DELAYS_MS[mode];
    const report = (at: number): void => {
      this.report({ record, app, code, at, callback });
    };
    schedule.add(record.sentAt + randomInt(shortest, longest + 1), report, {
      bytes: sizeOfRecord(record),
      onForgotten: () => {
        dropped.count(1);
      },
    });
  }

  /** Hands a receipt in: to be pulled, counted, found by number, and pushed. */
  private report({ record, app, code, at, callback }: Receipt): void {
    const status = isDelivered(code) ? 'SUCCESS' : 'FAIL';
    const report: DeliveryReport = { at, status, code };
    const reported = Object.assign(record, { report });
    addEvent(reported, { at, kind: 'reported', detail: `${status} ${code}` });
    app.reports.push(reported);
    app.countReport(report);
    this.options.events.emit('report', app.id, () => toMessage(reported));
    this.options.callbacks.pushReport(reported, callback);
  }
}
