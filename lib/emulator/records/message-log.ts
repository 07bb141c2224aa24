import type { SmsAction } from '../../api/actions.js';
import { ITEM_OK } from '../../api/envelope.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { BoundedList } from './bounded-list.js';
import { sizeOfTexts } from '../memory/keep.js';
import type { Keep } from '../memory/keep.js';
import { describeReceipt } from '../../api/receipt-codes.js';
import type { SmsEmulatorMessage, SmsEmulatorMessageEvent } from '../contract/control-api.types.js';

/** A carrier's receipt for a text. */
export interface DeliveryReport {
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly status: 'SUCCESS' | 'FAIL';
  /** `DELIVRD`, or why not. */
  readonly code: string;
}

/** A moment in the life of a text. */
export interface RecordEvent {
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly kind: SmsEmulatorMessageEvent['kind'];
  readonly detail: string;
}

/** One recipient of one call, accepted or refused. */
export interface SendRecord {
  readonly id: number;
  readonly sdkAppId: string;
  /** `''` when it was refused. */
  readonly serialNo: string;
  readonly phone: PhoneNumber;
  readonly templateId: string;
  readonly signName: string;
  readonly params: readonly string[];
  readonly text: string;
  readonly fee: number;
  readonly segments: number;
  /** UNIX time in milliseconds. */
  readonly sentAt: number;
  readonly sessionContext: string;
  readonly requestId: string;
  readonly requestLogId: number;
  readonly action: SmsAction;
  readonly isVerification: boolean;
  readonly verificationCode: string | undefined;
  /** `Ok`, or the code that refused it. */
  readonly code: string;
  /** Once the carrier has answered. */
  report: DeliveryReport | undefined;
  /** Oldest first. */
  readonly events: RecordEvent[];
}

/** A recipient whose text the carrier has answered for. */
export type ReportedRecord = SendRecord & { readonly report: DeliveryReport };

/** Whether the carrier has answered. */
export function isReported(record: SendRecord): record is ReportedRecord {
  return record.report !== undefined;
}

/** Whether a text went out. */
export function isAccepted({ code }: SendRecord): boolean {
  return code === ITEM_OK;
}

/** What the members of a record take beside its texts, from above. */
const RECORD_BYTES = 1000;
const EVENT_BYTES = 150;

/** How much memory a record takes at most, in bytes. */
export function sizeOfRecord(record: SendRecord): number {
  const { text, params, signName, sessionContext, templateId, events } = record;
  return (
    RECORD_BYTES +
    EVENT_BYTES * events.length +
    sizeOfTexts(text, signName, sessionContext, templateId, ...params)
  );
}

/** Most moments of one text: a callback may be pushed again any number of times. */
const MAX_EVENTS = 50;

/** Adds a moment, in place of the third one where there are too many: the first two tell of the text itself. */
export function addEvent({ events }: SendRecord, event: RecordEvent): void {
  events.push(event);
  if (events.length > MAX_EVENTS) {
    events.splice(2, 1);
  }
}

const MAX_MESSAGES = 1000;
// More than are shown, because clients look up old ones by number. Still bounded.
const MAX_RECORDS = 10_000;

/** What was sent: the inbox, the tests and the actions read the same log. */
export class MessageLog {
  private readonly accepted: BoundedList<SendRecord>;
  private readonly rejected: BoundedList<SendRecord>;
  private readonly records: BoundedList<SendRecord>;

  constructor(keep: Keep) {
    const sizeOf = sizeOfRecord;
    this.accepted = new BoundedList({ capacity: MAX_MESSAGES, keep, sizeOf });
    this.rejected = new BoundedList({ capacity: MAX_MESSAGES, keep, sizeOf });
    this.records = new BoundedList({ capacity: MAX_RECORDS, keep, sizeOf });
  }

  add(record: SendRecord): void {
    this.records.push(record);
    (isAccepted(record) ? this.accepted : this.rejected).push(record);
  }

  /** What the inbox shows, oldest first. */
  list(status: 'accepted' | 'rejected' | 'all' = 'accepted'): SendRecord[] {
    if (status !== 'all') {
      return (status === 'accepted' ? this.accepted : this.rejected).toArray();
    }
    return [...this.accepted.toArray(), ...this.rejected.toArray()].toSorted(
      (left, right) => left.id - right.id,
    );
  }

  /** Accepted and refused ones that match, newest first. */
  find(matches: (record: SendRecord) => boolean): SendRecord[] {
    return this.records.newest(matches);
  }

  /** Empties the inbox; the actions still find what was sent, as Tencent's do. */
  clearInbox(sdkAppId?: string): void {
    for (const list of [this.accepted, this.rejected]) {
      const kept =
        sdkAppId === undefined
          ? []
          : list.toArray().filter((record) => record.sdkAppId !== sdkAppId);
      list.clear();
      for (const record of kept) {
        list.push(record);
      }
    }
  }
}

/** A record as readers get it: a copy, so that none of them can change the log. */
export function toMessage(record: SendRecord): SmsEmulatorMessage {
  const { report } = record;
  return {
    id: String(record.id),
    sdkAppId: record.sdkAppId,
    serialNo: record.serialNo,
    to: record.phone.e164,
    templateId: record.templateId,
    signName: record.signName,
    params: [...record.params],
    text: record.text,
    fee: record.fee,
    segments: record.segments,
    sentAt: toIso(record.sentAt),
    sessionContext: record.sessionContext,
    requestId: record.requestId,
    requestLogId: String(record.requestLogId),
    action: record.action,
    status: isAccepted(record) ? 'accepted' : 'rejected',
    code: record.code,
    isVerification: record.isVerification,
    verificationCode: record.verificationCode ?? null,
    report:
      report === undefined
        ? null
        : {
            status: report.status,
            code: report.code,
            description: describeReceipt(report.code, report.status),
            at: toIso(report.at),
          },
    events: record.events.map(({ at, kind, detail }) => ({ at: toIso(at), kind, detail })),
  };
}

/** A moment as the emulator's own paths write it. */
export function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
