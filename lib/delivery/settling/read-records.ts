import type { PullSmsSendStatus, SendRecord } from '../../api/statuses.js';
import type { SmsDeliveryFact, SmsDeliveryReport } from '../store/delivery.store.js';
import type { TextRecord } from './match-records.js';

/** What `SendStatus` says. */
const REFUSED = 1;
const DELIVERED = 2;
const FAILED = 4;

/** Records as a look reads them, and the reports that stand in them. */
export function toRecords(found: readonly SendRecord[]): {
  records: TextRecord[];
  reports: SmsDeliveryReport[];
} {
  const seen = new Map<string, number>();
  const records = found.map((record): TextRecord => {
    const { SerialNo: serialNo, SendTime, RequestCode } = record;
    const isRefused = record.SendStatus === REFUSED;
    const same = `refused ${SendTime} ${RequestCode}`;
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return {
      // Refused ones have no serial number, or one that names nothing.
      claim: isRefused || serialNo === '' ? `${same} ${count}` : serialNo,
      serialNo: isRefused || serialNo === '' ? undefined : serialNo,
      at: SendTime * 1000,
      content: record.Content,
      isReceipt: false,
      fact: toFact(record),
    };
  });
  const reports = found.flatMap((record): SmsDeliveryReport[] =>
    record.SendStatus === DELIVERED || record.SendStatus === FAILED
      ? [{ ...toFact(record), exact: true, to: record.PhoneNumber, serialNo: record.SerialNo }]
      : [],
  );
  return { records, reports };
}

function toFact(record: SendRecord): SmsDeliveryFact {
  const { SendStatus, SendTime, StatusCode, UserReceiveTime, RequestCode } = record;
  const base = { source: 'record', exact: false } as const;
  if (SendStatus === REFUSED) {
    return { ...base, state: 'rejected', code: RequestCode, at: SendTime * 1000 };
  }
  if (SendStatus === DELIVERED) {
    return { ...base, state: 'delivered', code: StatusCode, at: UserReceiveTime * 1000 };
  }
  // When it failed is not said.
  return SendStatus === FAILED
    ? { ...base, state: 'failed', code: StatusCode }
    : { ...base, state: 'accepted', at: SendTime * 1000 };
}

/** A report that was pulled, of a text that it names. */
export function toReport(
  status: PullSmsSendStatus,
  source: 'number' | 'queue' = 'number',
): SmsDeliveryReport {
  const { PhoneNumber, SerialNo, ReportStatus, Description, UserReceiveTime, SessionContext } =
    status;
  return {
    to: PhoneNumber,
    serialNo: SerialNo,
    state: ReportStatus === 'SUCCESS' ? 'delivered' : 'failed',
    code: Description,
    at: UserReceiveTime * 1000,
    source,
    exact: true,
    // Optional on the wire, and empty where Tencent has not enabled it.
    context: isText(SessionContext) ? SessionContext : undefined,
  };
}

/** A report that was pulled, as the record of a text: all that is known of it where records are denied. */
export function toReportRecord(status: PullSmsSendStatus): TextRecord {
  const { serialNo, at = 0, state, code, source } = toReport(status);
  return {
    claim: serialNo,
    serialNo,
    at,
    content: '',
    isReceipt: true,
    fact: { state, code, at, source, exact: false },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
