import { inspect } from 'node:util';
import type { SmsError } from '../errors/sms.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import { maskSerialNo } from '../privacy/mask-serial-no.js';
import { redactUntrusted, toOneLine } from '../privacy/redact.js';

/** Why the outcome of a text is unknown. */
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

/** What every outcome holds of its row. */
export interface SmsOutcomeRow {
  /** Place in the input; 0 for a single send. */
  readonly index: number;
  /** The number in E.164; as it was given where it can't be one. */
  readonly to: string;
  /** The caller's own label; `undefined` where none was given. */
  readonly ref: string | undefined;
  /**
   * Our id of the request, made anew for each; its `SessionContext` unless the caller gave one.
   * `undefined` for a row that was in no request.
   */
  readonly callRef: string | undefined;
  /** Id of the template; `undefined` where it can't be one. */
  readonly templateId: string | undefined;
  /** The signature that the text carries; `undefined` where it has none. */
  readonly signName: string | undefined;
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
  readonly ref: string | undefined;
  readonly callRef: string | undefined;
  readonly templateId: string | undefined;
  readonly signName: string | undefined;
  readonly requestId: string | undefined;
  readonly duplicateOf: number | undefined;
  readonly decidedAt: number | undefined;
  readonly notAfter: number | undefined;
  readonly signedAt: number | undefined;

  constructor(row: SmsOutcomeRow) {
    this.index = row.index;
    this.to = row.to;
    this.ref = row.ref;
    this.callRef = row.callRef;
    this.templateId = row.templateId;
    this.signName = row.signName;
    this.requestId = row.requestId;
    this.duplicateOf = row.duplicateOf;
    this.decidedAt = row.decidedAt;
    this.notAfter = row.notAfter;
    this.signedAt = row.signedAt;
  }

  /** @internal */
  [inspect.custom](): object {
    const { ref, signName } = this;
    const shown: object = Object.assign({}, this, {
      to: toOneLine(maskNumber(this.to)),
      // The caller's labels may hold anything, a phone and its code as likely as not.
      ref: ref === undefined ? undefined : redactUntrusted(ref),
      signName: signName === undefined ? undefined : redactUntrusted(signName),
    });
    if (this instanceof SmsAccepted) {
      const serialNo = maskSerialNo(toOneLine(this.serialNo));
      const isoCode = toOneLine(this.isoCode);
      Object.assign(shown, { serialNo, isoCode, sessionContext: '****' });
    }
    return shown;
  }
}

/**
 * Tencent took the text on. Whether it arrives is told later, by the delivery report.
 */
export class SmsAccepted extends Outcome {
  /** Tencent took it on. */
  readonly status = 'accepted';
  /**
   * Tencent's number of the text; delivery reports carry it. Text of any form, with digits of the phone
   * in it: personal data like a masked number, and nothing to sort by.
   */
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
 * It is unknown whether the text was sent. Sending it again may deliver it twice.
 */
export class SmsUnknown extends Outcome {
  /** It may have been sent or not. */
  readonly status = 'unknown';
  /** Tencent's code, or ours (`SMS_…`). */
  readonly code: string;

  constructor(
    row: SmsOutcomeRow,
    /** Why it is unknown. */
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

/** A row that was in no request, and so has no id of one. */
export function unsent(
  {
    index,
    to,
    ref,
  }: { readonly index: number; readonly to: string; readonly ref?: string | undefined },
  text?: { readonly templateId?: string | undefined; readonly signName?: string | undefined },
): SmsOutcomeRow {
  return {
    index,
    to,
    ref,
    callRef: undefined,
    templateId: text?.templateId,
    signName: text?.signName,
    requestId: undefined,
    duplicateOf: undefined,
    decidedAt: undefined,
    notAfter: undefined,
    signedAt: undefined,
  };
}

/** A row that was in a request. */
export function inRequest(
  { index, to, ref }: Pick<SmsOutcomeRow, 'index' | 'to'> & { readonly ref?: string | undefined },
  { templateId, signName }: Pick<SmsOutcomeRow, 'templateId' | 'signName'>,
  request: Pick<SmsOutcomeRow, 'callRef' | 'requestId' | 'decidedAt' | 'notAfter' | 'signedAt'>,
): SmsOutcomeRow {
  const { callRef, requestId, decidedAt, notAfter, signedAt } = request;
  return {
    index,
    to,
    ref,
    callRef,
    templateId,
    signName,
    requestId,
    duplicateOf: undefined,
    decidedAt,
    notAfter,
    signedAt,
  };
}

/** The outcome of a row whose text stands further up already; its place and its label are its own. */
export function repeatOutcome(
  first: SmsOutcome,
  { index, ref }: Pick<SmsOutcomeRow, 'index' | 'ref'>,
): SmsOutcome {
  const row: SmsOutcomeRow = Object.assign({}, first, { index, ref, duplicateOf: first.index });
  if (first.status === 'accepted') {
    return new SmsAccepted(row, first);
  }
  return first.status === 'rejected'
    ? new SmsRejected(row, first.error)
    : new SmsUnknown(row, first.reason, first.error);
}
