import { redact, toOneLine } from '../privacy/redact.js';

/**
 * How far a request came before it failed.
 *
 * - `connect`: never handed to a socket, so surely not executed
 * - `write`: handed over, and no byte of an answer seen
 * - `read`: the answer had begun
 */
export type SmsRequestPhase = 'connect' | 'write' | 'read';

/** What every error of this package can carry beside its message. */
export interface SmsErrorDetails {
  /** Tencent's code verbatim, or ours (`SMS_…`) for what failed before or beside the API. */
  code: string;
  /** Tencent's id of the call, when it got that far. */
  requestId?: string | undefined;
  /**
   * Whether the very same call may be made again: nothing was executed, and it may go better.
   * @default false
   */
  retryable?: boolean | undefined;
  /**
   * Whether Tencent may have acted on the request.
   * @default false
   */
  maybeSent?: boolean | undefined;
  /**
   * How far the request came.
   * @default undefined: it says nothing, or there was no request
   */
  phase?: SmsRequestPhase | undefined;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * Base of all errors of this package: catch this one to catch them all.
 *
 * No secret, code or whole phone number is in any of them, and nothing that could forge a line of a
 * log; the constructor sees to it.
 */
export class SmsError extends Error {
  override readonly name: string = 'SmsError';
  /** Tencent's code verbatim, or ours (`SMS_…`) for what failed before or beside the API. */
  readonly code: string;
  /** Tencent's id of the call, when it got that far; support cases are opened with it. */
  readonly requestId: string | undefined;
  /** Whether the very same call may be made again: nothing was executed, and it may go better. */
  readonly retryable: boolean;
  /** Whether Tencent may have acted on the request; `false`: surely not. */
  readonly maybeSent: boolean;
  /** How far the request came; `undefined` where no request failed on its way. */
  readonly phase: SmsRequestPhase | undefined;

  /** @param message a sentence, or several, each on a line of its own */
  constructor(message: string | readonly string[], details: SmsErrorDetails) {
    const { code, requestId, cause } = details;
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.map(redact).join('\n'), cause === undefined ? undefined : { cause });
    this.code = toOneLine(code);
    this.requestId = requestId === undefined ? undefined : toOneLine(requestId);
    this.retryable = details.retryable ?? false;
    this.maybeSent = details.maybeSent ?? false;
    this.phase = details.phase;
  }

  /** What can be stored or logged; the cause stays out, since foreign code may have thrown it. */
  toJSON(): object {
    return Object.assign({}, this, { message: this.message });
  }
}

/** One bad field and what was expected of it. Never the value. */
export interface SmsFieldIssue {
  /** Path of the field, such as `credentials.secretId`. */
  field: string;
  /** A sentence that names the field. */
  message: string;
  /**
   * What is wrong in a word, where the value is one that a caller gives: for sentences of your own.
   * Not in the JSON of an error.
   */
  reason?: SmsIssueReason | undefined;
}

/** What can be wrong with a phone, with a value of a text, or with the text that they make. */
export type SmsIssueReason =
  | 'phone-missing'
  | 'phone-without-country-code'
  | 'phone-impossible'
  | 'value-missing'
  | 'value-no-text'
  | 'value-no-code'
  | 'value-too-long'
  | 'value-has-url'
  | 'text-too-long'
  | 'marketing-at-night';

/** Redacts the sentences of issues as {@link SmsError} does its message: both get printed. */
export function redactIssues(issues: readonly SmsFieldIssue[]): readonly SmsFieldIssue[] {
  return issues.map(({ field, message, reason }) => {
    const issue: SmsFieldIssue = { field: redact(field), message: redact(message) };
    // Not enumerable: what is printed or stored of an issue stays its field and its sentence.
    return reason === undefined ? issue : Object.defineProperty(issue, 'reason', { value: reason });
  });
}
