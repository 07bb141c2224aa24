import type { ReplyCallback, StatusCallbackItem } from '../../api/callbacks.js';
import { isObject } from '../../api/json-values.js';
import { describeReceipt } from '../../api/receipt-codes.js';
import { toChinaTime } from '../../time/china-time.js';
import { toSeconds } from '../clock/clock.js';
import type { DeliveryReport, ReportedRecord } from '../records/message-log.js';
import type { Reply } from '../records/sms-app.js';

/** An item of the status callback, where `ext` may be what Tencent does not document. */
export type PushedItem = Omit<StatusCallbackItem, 'ext'> & { ext?: unknown };

/** How an item repeats the context of its send: not at all, as the text it is, or as the object in it. */
export type ExtForm = 'none' | 'text' | 'object';

/** An item of the status callback; `ext` is there only where Tencent has enabled it. */
export function toStatusItem(
  { phone, serialNo, sessionContext }: ReportedRecord,
  report: DeliveryReport,
  form: ExtForm,
): PushedItem {
  const item = {
    user_receive_time: toChinaTime(report.at),
    nationcode: phone.countryCode,
    mobile: phone.subscriber,
    report_status: report.status,
    errmsg: report.code,
    description: describeReceipt(report.code, report.status),
    sid: serialNo,
  };
  return form === 'none'
    ? item
    : { ...item, ext: form === 'object' ? toObject(sessionContext) : sessionContext };
}

/** The body of the reply callback. */
export function toReplyBody({ phone, extendCode, signName, text, at }: Reply): ReplyCallback {
  return {
    extend: extendCode,
    mobile: phone.subscriber,
    nationcode: phone.countryCode,
    sign: signName,
    text,
    time: toSeconds(at),
  };
}

/** The same JSON in ASCII alone. */
export function escapeJson(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The object that a text is the JSON of, or else the text. */
function toObject(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : text;
  } catch {
    return text;
  }
}
