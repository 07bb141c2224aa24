import { SmsError } from './sms.error.js';

/** Our codes of a verification that did not come about. */
export type SmsVerificationErrorCode =
  | 'SMS_VERIFICATION_THROTTLED'
  | 'SMS_VERIFICATION_REFUSED'
  | 'SMS_VERIFICATION_CHALLENGE'
  | 'SMS_VERIFICATION_DENIED'
  | 'SMS_VERIFICATION_LOCKED'
  | 'SMS_VERIFICATION_UNAVAILABLE';

/** What a {@link SmsVerificationError} carries beside its code. */
export interface SmsVerificationErrorDetails {
  /** Milliseconds since 1970: from when on it may be tried again. */
  retryAt?: number | undefined;
  cause?: unknown;
}

const SENTENCES: Readonly<Record<SmsVerificationErrorCode, string>> = {
  SMS_VERIFICATION_THROTTLED: 'Too many codes were asked for: nothing was sent.',
  SMS_VERIFICATION_REFUSED: 'No code is sent to this number: nothing was sent.',
  SMS_VERIFICATION_CHALLENGE: 'A challenge has to be passed first: nothing was sent.',
  SMS_VERIFICATION_DENIED: 'The code is wrong, or does not hold any more.',
  SMS_VERIFICATION_LOCKED:
    'Too many wrong codes: codes of this phone are not compared for a while.',
  SMS_VERIFICATION_UNAVAILABLE:
    'What verifications need, such as their store, is out of reach: nothing was sent, and no code was approved.',
};

/**
 * A code was not sent, or not approved. Thrown by `startOrThrow` and `checkOrThrow`; the exception
 * filter answers by its code.
 */
export class SmsVerificationError extends SmsError {
  override readonly name = 'SmsVerificationError';
  /** Milliseconds since 1970: from when on it may be tried again; `undefined` where that says nothing. */
  readonly retryAt: number | undefined;

  constructor(
    code: SmsVerificationErrorCode,
    { retryAt, cause }: SmsVerificationErrorDetails = {},
  ) {
    const passes = retryAt !== undefined || code === 'SMS_VERIFICATION_UNAVAILABLE';
    super(SENTENCES[code], { code, retryable: passes, cause });
    this.retryAt = retryAt;
  }
}
