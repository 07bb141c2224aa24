import { hasContent } from '../api/json-values.js';
import { ITEM_OK } from '../api/envelope.js';
import type { SendStatus } from '../api/sending.js';
import { leavesTextOpen } from '../errors/code-verdict.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { toApiError } from '../errors/to-api-error.js';
import { parseMainlandNumber } from '../recipients/phone-number.js';
import { classifyFailure } from './classify-failure.js';
import { SmsAccepted, SmsUnknown } from './outcome.js';
import type { SmsOutcome, SmsOutcomeRow } from './outcome.js';

/** An action that sends. */
export type SendAction = 'SendSms' | 'SendMultiGlobalSms';

/** An item as it came over the wire: any member may be missing. */
export type WireStatus = Partial<SendStatus>;

/**
 * Finds the outcome of each row in Tencent's answer. By number, since the order is not promised;
 * what was not asked for is ignored, and a row without an item is unknown.
 *
 * @param contexts the `SessionContext` that each row went with
 */
export function readStatuses(
  action: SendAction,
  rows: readonly SmsOutcomeRow[],
  statuses: readonly WireStatus[],
  contexts: readonly string[],
): SmsOutcome[] {
  const carried = new Set<unknown>(contexts);
  const isOfAnother = statuses.some(
    ({ SessionContext: given }) => isGiven(given) && !carried.has(given),
  );
  const byNumber = new Map<string, WireStatus[]>();
  for (const status of statuses) {
    const number = toKey(status.PhoneNumber);
    const same = byNumber.get(number);
    if (same === undefined) {
      byNumber.set(number, [status]);
    } else {
      same.push(status);
    }
  }
  return rows.map((row, i) =>
    readStatus(action, row, byNumber.get(row.to) ?? [], {
      context: contexts[i] ?? '',
      mayLack: !isOfAnother,
    }),
  );
}

/** What a `SessionContext` in an item has to be. */
interface Expected {
  readonly context: string;
  /** Whether an item without one is taken for an answer to this request, too. */
  readonly mayLack: boolean;
}

function readStatus(
  action: SendAction,
  row: SmsOutcomeRow,
  statuses: readonly WireStatus[],
  { context, mayLack }: Expected,
): SmsOutcome {
  const [status] = statuses;
  if (status === undefined) {
    return unclear(action, row, 'has no status for this number');
  }
  const isOurs = statuses.every(({ SessionContext: given }) =>
    isGiven(given) ? given === context : mayLack,
  );
  if (!isOurs) {
    return unclear(action, row, 'has the SessionContext of another request');
  }
  const { Code: code, Message: message } = status;
  if (typeof code !== 'string' || code === '') {
    return unclear(action, row, 'has a status without a code for this number');
  }
  if (statuses.some(({ Code, SerialNo }) => Code !== code || SerialNo !== status.SerialNo)) {
    return unclear(action, row, 'has several statuses for this number, which disagree');
  }
  if (code !== ITEM_OK) {
    const maybeSent =
      statuses.some((item) => showsSending(action, item)) ||
      leavesTextOpen(code, statuses.every(isFree));
    const body = { code, message: toText(message), requestId: row.requestId, maybeSent };
    return classifyFailure(row, toApiError(action, body));
  }
  if (toText(status.SerialNo).trim() === '') {
    return unclear(action, row, 'has the code Ok for this number, and no serial number');
  }
  return new SmsAccepted(row, {
    serialNo: toText(status.SerialNo),
    fee: typeof status.Fee === 'number' ? status.Fee : 0,
    isoCode: toText(status.IsoCode),
    sessionContext: toText(status.SessionContext),
  });
}

/**
 * Whether a status shows that its text was sent whatever its code says. A serial number shows it
 * for SendSms only: in Tencent's own example of a failed SendMultiGlobalSms there is one.
 */
function showsSending(action: SendAction, { Fee: fee, SerialNo: serialNo }: WireStatus): boolean {
  const isBilled = hasContent(fee) && Number(fee) !== 0;
  return isBilled || (action === 'SendSms' && hasContent(serialNo));
}

/** As each failure is documented. */
function isFree({ Fee: fee }: WireStatus): boolean {
  return fee === 0;
}

function unclear(action: SendAction, row: SmsOutcomeRow, what: string): SmsOutcome {
  const { requestId } = row;
  const error = new SmsProtocolError(`${action}: the answer ${what}.`, 200, { requestId });
  return new SmsUnknown(row, 'status', error);
}

/** A number as Tencent writes it, in E.164. */
function toKey(number: unknown): string {
  if (typeof number !== 'string' || number.startsWith('+')) {
    return toText(number);
  }
  return parseMainlandNumber(number)?.e164 ?? `+${number}`;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isGiven(context: unknown): boolean {
  return context !== undefined && context !== null && context !== '';
}
