import { inspect } from 'node:util';
import type { SmsError } from '../errors/sms.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import { redactForeign } from '../privacy/redact.js';

/** Why nobody knows what became of a text. */
export type SmsUnknownReason =
  /** No answer in time. */
  | 'time-out'
  /** The connection broke after the request was written. */
  | 'connection-lost'
  /** The caller's signal fired after the request was written. */
  | 'aborted'
  /** Something answered that is not the API. */
  | 'protocol'
  /** Tencent answered with a code that leaves it open, or with a refusal that its answer contradicts. */
  | 'code'
  /**
   * Tencent's answer has no status for this number, one that contradicts itself, or one that belongs
   * to another request.
   */
  | 'status';

/** What every outcome tells of its row. */
export interface SmsOutcomeRow {
  /** Place in the input; 0 for a single send. */
  readonly index: number;
  /** The number in E.164; as it was given where it can't be one. */
  readonly to: string;
  /** Our id of the request; `SessionContext` of it unless the caller gave a context. */
  readonly ref: string;
  /** Tencent's id of the call, when it got that far. */
  readonly requestId: string | undefined;
  /** Place of the first row with the same number, which was sent to for both. */
  readonly duplicateOf: number | undefined;
  /**
   * When the turn of its request had come. This and the next two are milliseconds since 1970, by
   * Tencent's clock as far as it is known, and `undefined` for a row that was in no request. Numbers,
   * since outcomes are stored: a `Date` would come back from JSON as text.
   */
  readonly decidedAt: number | undefined;
  /** After which its request was not to leave any more. */
  readonly notAfter: number | undefined;
  /** When its request was signed last: the time that stands in the signature. */
  readonly signedAt: number | undefined;
}

// Data: plain in JSON, so that it can be stored; masked where people print it.
abstract class Outcome implements SmsOutcomeRow {
  readonly index: number;
  readonly to: string;
  readonly ref: string;
  readonly requestId: string | undefined;
  readonly duplicateOf: number | undefined;
  readonly decidedAt: number | undefined;
  readonly notAfter: number | undefined;
  readonly signedAt: number | undefined;

  constructor(row: SmsOutcomeRow) {
    const { index, to, ref, requestId, duplicateOf } = row;
    this.index = index;
    this.to = to;
    this.ref = ref;
    this.requestId = requestId;
    this.duplicateOf = duplicateOf;
    this.decidedAt = row.decidedAt;
    this.notAfter = row.notAfter;
    this.signedAt = row.signedAt;
  }

  /** @internal */
  [inspect.custom](): object {
    const shown: object = Object.assign({}, this, { to: maskNumber(this.to) });
    if ('sessionContext' in shown) {
      shown.sessionContext = '****';
    }
    // Whatever the caller tells rows apart by, a phone and its code as likely as not.
    if ('key' in shown && shown.key !== undefined) {
      shown.key = typeof shown.key === 'string' ? redactForeign(shown.key) : '****';
    }
    return shown;
  }
}

/**
 * Tencent took the text on. Whether it arrives is told later, by the delivery report.
 *
 * @publicApi
 */
export class SmsAccepted extends Outcome {
  /** Tencent took it on. */
  readonly status = 'accepted';
  /** Tencent's number of the text; delivery reports carry it. */
  readonly serialNo: string;
  /** Segments billed. */
  readonly fee: number;
  /** ISO code of the country, `DEF` when Tencent doesn't know it. */
  readonly isoCode: string;
  /** The context as Tencent gave it back. */
  readonly sessionContext: string;

  constructor(
    row: SmsOutcomeRow,
    text: { serialNo: string; fee: number; isoCode: string; sessionContext: string },
  ) {
    super(row);
    this.serialNo = text.serialNo;
    this.fee = text.fee;
    this.isoCode = text.isoCode;
    this.sessionContext = text.sessionContext;
  }
}

/**
 * The text was surely not sent.
 *
 * @publicApi
 */
export class SmsRejected extends Outcome {
  /** Surely not sent. */
  readonly status = 'rejected';
  /** Tencent's code, or ours (`SMS_…`). */
  readonly code: string;

  constructor(
    row: SmsOutcomeRow,
    /** Why, and what to do about it. */
    readonly error: SmsError,
  ) {
    super(row);
    this.code = error.code;
  }
}

/**
 * Nobody knows whether the text was sent. Sending it again may text somebody twice.
 *
 * @publicApi
 */
export class SmsUnknown extends Outcome {
  /** Nobody knows. */
  readonly status = 'unknown';
  /** Tencent's code, or ours (`SMS_…`). */
  readonly code: string;

  constructor(
    row: SmsOutcomeRow,
    /** Why nobody knows. */
    readonly reason: SmsUnknownReason,
    /** What happened. */
    readonly error: SmsError,
  ) {
    super(row);
    this.code = error.code;
  }
}

/** What became of one text; tell them apart by `status`. */
export type SmsOutcome = SmsAccepted | SmsRejected | SmsUnknown;

/** What `send` gives back: the outcome of a text that was accepted. */
export type SmsReceipt = SmsAccepted;

/** The outcome of a row whose number stands further up already. */
export function repeatOutcome(first: SmsOutcome, index: number): SmsOutcome {
  const { to, ref, requestId, decidedAt, notAfter, signedAt } = first;
  const duplicateOf = first.index;
  const row = { index, to, ref, requestId, duplicateOf, decidedAt, notAfter, signedAt };
  if (first.status === 'accepted') {
    return new SmsAccepted(row, first);
  }
  return first.status === 'rejected'
    ? new SmsRejected(row, first.error)
    : new SmsUnknown(row, first.reason, first.error);
}
