import { ITEM_OK } from '../api/envelope.js';
import type { SendStatus } from '../api/sending.js';
import type { SmsAction } from '../api/actions.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { toApiError } from '../errors/to-api-error.js';
import { parseMainlandNumber } from '../recipients/phone-number.js';
import { judgeFailure } from './judge-failure.js';
import { SmsAccepted, SmsUnknown } from './outcome.js';
import type { SmsOutcome, SmsOutcomeRow } from './outcome.js';

/** An item as it came over the wire: any member may be missing. */
export type WireStatus = Partial<SendStatus>;

/**
 * Finds the outcome of each row in Tencent's answer. By number, since the order is not promised;
 * what was not asked for is ignored, and a row without an item is unknown.
 */
export function readStatuses(
  action: SmsAction,
  rows: readonly SmsOutcomeRow[],
  statuses: readonly WireStatus[],
): SmsOutcome[] {
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
  return rows.map((row) => readStatus(action, row, byNumber.get(row.to) ?? []));
}

function readStatus(
  action: SmsAction,
  row: SmsOutcomeRow,
  statuses: readonly WireStatus[],
): SmsOutcome {
  const [status] = statuses;
  if (status === undefined) {
    return unclear(action, row, 'has no status for this number');
  }
  const { Code: code, Message: message } = status;
  if (typeof code !== 'string' || code === '') {
    return unclear(action, row, 'has a status without a code for this number');
  }
  if (statuses.some(({ Code, SerialNo }) => Code !== code || SerialNo !== status.SerialNo)) {
    return unclear(action, row, 'has several statuses for this number, which disagree');
  }
  if (code !== ITEM_OK && code.trim().toUpperCase() === ITEM_OK.toUpperCase()) {
    // Neither the success that is documented nor any error that is.
    return unclear(
      action,
      row,
      'has a status for this number that is nearly Ok, which is not documented',
    );
  }
  if (code !== ITEM_OK) {
    const fault = { code, message: toText(message), requestId: row.requestId };
    return judgeFailure(row, toApiError(action, fault));
  }
  return new SmsAccepted(row, {
    serialNo: toText(status.SerialNo),
    fee: typeof status.Fee === 'number' ? status.Fee : 0,
    isoCode: toText(status.IsoCode),
    sessionContext: toText(status.SessionContext),
  });
}

function unclear(action: SmsAction, row: SmsOutcomeRow, what: string): SmsOutcome {
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
