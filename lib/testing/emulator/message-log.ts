import type { SmsAction } from '../../api/actions.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { BoundedList } from './bounded-list.js';

/**
 * A text that the emulator accepted.
 *
 * @publicApi
 */
export interface EmulatorMessage {
  /** The emulator's own id. */
  id: string;
  sdkAppId: string;
  serialNo: string;
  /** E.164. */
  to: string;
  templateId: string;
  /** Without brackets; `''` when none was given. */
  signName: string;
  params: string[];
  /** What the phone shows, signature in front. */
  text: string;
  /** Segments billed. */
  fee: number;
  /** ISO 8601. */
  sentAt: string;
  sessionContext: string;
  requestId: string;
  action: SmsAction;
}

/** A carrier's receipt for a text. */
export interface DeliveryReport {
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly status: 'SUCCESS' | 'FAIL';
  /** `DELIVRD`, or why not. */
  readonly code: string;
}

/** One recipient of one call, accepted or refused. */
export interface SendRecord {
  readonly message: Readonly<EmulatorMessage>;
  readonly phone: PhoneNumber;
  /** UNIX time in milliseconds. */
  readonly sentAt: number;
  /** `Ok`, or the code that refused it. */
  readonly code: string;
  /** Once the carrier has answered. */
  report: DeliveryReport | undefined;
}

/** A recipient whose text the carrier has answered for. */
export type ReportedRecord = SendRecord & { readonly report: DeliveryReport };

/** Tells whether the carrier has answered. */
export function isReported(record: SendRecord): record is ReportedRecord {
  return record.report !== undefined;
}

const MAX_MESSAGES = 1000;
// More than are shown, because people look up old ones by number. Still bounded.
const MAX_RECORDS = 10_000;

/** What was sent: the inbox, the tests and the actions read the same log. */
export class MessageLog {
  private readonly accepted = new BoundedList<SendRecord>(MAX_MESSAGES);
  private readonly records = new BoundedList<SendRecord>(MAX_RECORDS);

  add(record: SendRecord): void {
    this.records.push(record);
    if (record.message.serialNo !== '') {
      this.accepted.push(record);
    }
  }

  /** Accepted texts, oldest first; copies, so that no reader can change the log. */
  messages(): EmulatorMessage[] {
    return this.accepted.toArray().map(copyMessage);
  }

  /** Accepted and refused ones that match, newest first. */
  find(matches: (record: SendRecord) => boolean): SendRecord[] {
    return this.records.newest(matches);
  }

  /** Empties the inbox; the actions still find what was sent, as Tencent's do. */
  clearMessages(): void {
    this.accepted.clear();
  }
}

function copyMessage({ message }: SendRecord): EmulatorMessage {
  return { ...message, params: [...message.params] };
}
