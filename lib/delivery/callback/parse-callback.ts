import * as v from 'valibot';
import { MAX_PULLED_ITEMS } from '../../api/limits.js';
import { parseChinaTime } from '../../time/china-time.js';
import type { SmsReply } from '../report.js';
import type { SmsDeliveryReport } from '../store/delivery.store.js';
import { toReply } from '../to-reply.js';

/** What a body holds. */
export interface ParsedCallback {
  readonly reports: readonly SmsDeliveryReport[];
  readonly replies: readonly SmsReply[];
  /** Rows that are neither. */
  readonly refused: number;
}

/** Longer than anything that Tencent documents; what is longer is not Tencent's. */
const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
const digits = v.pipe(v.string(), v.trim(), v.regex(/^\+?\d{1,15}$/));

const STATUS = v.looseObject({
  user_receive_time: v.optional(text(64)),
  nationcode: digits,
  mobile: digits,
  report_status: v.pipe(v.string(), v.toUpperCase(), v.picklist(['SUCCESS', 'FAIL'])),
  errmsg: v.optional(text(256), ''),
  sid: v.pipe(text(256), v.minLength(1)),
  ext: v.optional(v.unknown()),
});

const REPLY = v.looseObject({
  extend: v.optional(text(64), ''),
  mobile: digits,
  nationcode: digits,
  sign: v.optional(text(256), ''),
  text: text(4096),
  time: v.optional(v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.finite()), 0),
});

/** Longest `SessionContext` that is given back. */
const MAX_CONTEXT = 1024;

/**
 * Reads the body of a callback: a list of 1 to 100 reports, or one reply. Never throws: what is neither
 * is counted, and members that are not known are ignored.
 *
 * @see https://cloud.tencent.com/document/product/382/59178
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export function parseCallback(body: unknown, accounts: readonly string[]): ParsedCallback {
  if (Array.isArray(body)) {
    return body.length > MAX_PULLED_ITEMS ? refuse(body.length) : parseReports(body);
  }
  const reply = v.safeParse(REPLY, body);
  if (reply.success) {
    const from = toE164(reply.output.nationcode, reply.output.mobile);
    return { reports: [], replies: [toReply({ ...reply.output, from }, accounts)], refused: 0 };
  }
  // One report alone, as it may come one day.
  const report = parseReports([body]);
  return report.reports.length === 1 ? report : refuse(1);
}

function refuse(rows: number): ParsedCallback {
  return { reports: [], replies: [], refused: rows };
}

function parseReports(rows: readonly unknown[]): ParsedCallback {
  const reports: SmsDeliveryReport[] = [];
  for (const row of rows) {
    const parsed = v.safeParse(STATUS, row);
    if (parsed.success) {
      reports.push(toReport(parsed.output));
    }
  }
  return { reports, replies: [], refused: rows.length - reports.length };
}

function toReport(row: v.InferOutput<typeof STATUS>): SmsDeliveryReport {
  return {
    to: toE164(row.nationcode, row.mobile),
    serialNo: row.sid,
    state: row.report_status === 'SUCCESS' ? 'delivered' : 'failed',
    code: row.errmsg,
    at: parseChinaTime(row.user_receive_time ?? ''),
    source: 'callback',
    exact: true,
    context: toContext(row.ext),
  };
}

/** A text in the documentation, an object in what some projects were sent. */
function toContext(ext: unknown): string | undefined {
  if (ext === undefined || ext === null || ext === '') {
    return undefined;
  }
  const context = typeof ext === 'string' ? ext : JSON.stringify(ext);
  return context.length <= MAX_CONTEXT ? context : undefined;
}

function toE164(countryCode: string, number: string): string {
  const national = number.replace(/^\+/, '');
  const code = countryCode.replace(/^\+/, '');
  return number.startsWith('+') ? number : `+${code}${national}`;
}
