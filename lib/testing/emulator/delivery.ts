import type { DeliveryReport, SendRecord } from './message-log.js';
import type { SmsApp } from './sms-app.js';

/** The carrier's answer to an accepted text: delivered at once. */
export function deliver(record: SendRecord, app: SmsApp): void {
  report(record, app, { at: record.sentAt, status: 'SUCCESS', code: 'DELIVRD' });
}

/** Hands a receipt in: to be pulled, counted, and found by number. */
function report(record: SendRecord, app: SmsApp, receipt: DeliveryReport): void {
  app.reports.push(Object.assign(record, { report: receipt }));
  app.countReport(receipt);
}
