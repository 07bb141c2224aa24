import { redactCode, redactUntrusted } from '../privacy/redact.js';
import { describeApiCode, describeSmsError } from './error-catalogue.js';
import type {
  SmsErrorDescription,
  SmsErrorFamily,
  SmsErrorOwner,
  SmsRetryAdvice,
} from './error-description.js';
import { nextStep } from './next-step.js';
import { SmsError } from './sms.error.js';

/** What Tencent said: `Response.Error` and the id of the call. */
export interface SmsApiErrorBody {
  /** Tencent's code, such as `AuthFailure.SignatureFailure`. */
  code: string;
  /** Tencent's sentence; it may repeat values that were sent, so it is quoted redacted. */
  message: string;
  /** Tencent's id of the call. */
  requestId?: string | undefined;
  /**
   * Whether Tencent may have acted on the request, where the answer as a whole tells more than its
   * code.
   * @default as the code by itself says
   */
  maybeSent?: boolean | undefined;
}

/** Enough of Tencent's own words to be found in its documentation. */
const QUOTE_LENGTH = 200;

/**
 * Tencent refused the call: `Response.Error` was set. Base of a class for each family of codes;
 * a code of no known family is this class itself.
 *
 * `code` is Tencent's own, such as `AuthFailure.SignatureFailure`.
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 */
export class SmsApiError extends SmsError {
  override readonly name: string = 'SmsApiError';
  /** What the code is about. */
  readonly family: SmsErrorFamily;
  /** Who must act. */
  readonly owner: SmsErrorOwner;
  /**
   * Whether, and when, the call may be made again; `retryable` is true for both `safe-…`. The answer
   * as a whole decides, so it may differ from what the code says by itself.
   */
  readonly retry: SmsRetryAdvice;

  constructor(
    /** The action that was refused. */
    readonly action: string,
    { code: given, message, requestId, maybeSent }: SmsApiErrorBody,
  ) {
    const code = redactCode(given);
    const description = describeSmsError(code);
    const retry = adviceOf(description, maybeSent);
    super(`${action} ${tell(description, retry)}${quote(message)}`, {
      code,
      requestId,
      retryable: retry === 'safe-now' || retry === 'safe-later',
      maybeSent: retry === 'unsafe',
    });
    this.family = description.family;
    this.owner = description.owner;
    this.retry = retry;
  }
}

function adviceOf({ retry }: SmsErrorDescription, maybeSent = retry === 'unsafe'): SmsRetryAdvice {
  if (maybeSent) {
    return 'unsafe';
  }
  return retry === 'unsafe' ? 'never' : retry;
}

/** What happened and what to do; not what the code says where the answer says otherwise. */
function tell(description: SmsErrorDescription, retry: SmsRetryAdvice) {
  const { code, en, retry: usual } = description;
  if (retry === usual) {
    return `was refused with ${code}: ${en}${nextStep(description)}`;
  }
  if (retry !== 'unsafe') {
    return `was refused with ${code}, which is not known here: nothing was sent.`;
  }
  const doubt = describeApiCode(code).known
    ? 'which the rest of the answer contradicts'
    : 'which is not known here';
  return `was answered with ${code}, ${doubt}: it may have been carried out; look before doing it again.`;
}

/** The request itself is malformed, incomplete or out of range. */
export class SmsRequestError extends SmsApiError {
  override readonly name = 'SmsRequestError';
}

/** The key, the token, the signature or the clock behind it was not accepted. */
export class SmsAuthenticationError extends SmsApiError {
  override readonly name = 'SmsAuthenticationError';
}

/** Too many or too fast; waiting helps. */
export class SmsRateLimitError extends SmsApiError {
  override readonly name = 'SmsRateLimitError';
}

/** What the account may use is used up or closed for now: balance, daily volume, hours. */
export class SmsQuotaError extends SmsApiError {
  override readonly name = 'SmsQuotaError';
}

/** The words of the message or of its values were not accepted. */
export class SmsContentError extends SmsApiError {
  override readonly name = 'SmsContentError';
}

/** The phone number, or the country it belongs to, can't be sent to. */
export class SmsRecipientError extends SmsApiError {
  override readonly name = 'SmsRecipientError';
}

/** The template does not exist, is not approved or does not fit. */
export class SmsTemplateError extends SmsApiError {
  override readonly name = 'SmsTemplateError';
}

/** The signature of the message does not exist, is not approved or does not fit. */
export class SmsSignError extends SmsApiError {
  override readonly name = 'SmsSignError';
}

/** The account or the key may not do this. */
export class SmsPermissionError extends SmsApiError {
  override readonly name = 'SmsPermissionError';
}

/** The API has no such thing (any more). */
export class SmsUnsupportedError extends SmsApiError {
  override readonly name = 'SmsUnsupportedError';
}

/** Something went wrong at Tencent. */
export class SmsInternalError extends SmsApiError {
  override readonly name = 'SmsInternalError';
}

// Redacted before it is cut, or a cut number would pass for a harmless one.
function quote(message: string): string {
  const said = redactUntrusted(message);
  if (said === '') {
    return '';
  }
  return ` Tencent says: "${said.length > QUOTE_LENGTH ? `${said.slice(0, QUOTE_LENGTH)}…` : said}"`;
}
