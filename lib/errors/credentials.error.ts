import { SmsError } from './sms.error.js';

/** What a {@link SmsCredentialsError} carries beside its message. */
export interface SmsCredentialsErrorDetails {
  /**
   * `SMS_CREDENTIALS_NOT_FOUND` says that this source is not set up here, so that a chain may ask
   * the next one. Everything else is a failure, which no chain steps over.
   * @default 'SMS_CREDENTIALS_UNAVAILABLE'
   */
  code?: 'SMS_CREDENTIALS_NOT_FOUND' | 'SMS_CREDENTIALS_UNAVAILABLE' | undefined;
  /**
   * Whether the same request may succeed later without a change of configuration.
   * @default true, but false for `SMS_CREDENTIALS_NOT_FOUND`
   */
  retryable?: boolean | undefined;
  /** Tencent's id of the call that was refused. */
  requestId?: string | undefined;
}

/**
 * No usable credentials could be had, so nothing was sent.
 */
export class SmsCredentialsError extends SmsError {
  override readonly name = 'SmsCredentialsError';

  /** @param message a sentence, or several, each on a line of its own */
  constructor(
    message: string | readonly string[],
    cause?: unknown,
    details: SmsCredentialsErrorDetails = {},
  ) {
    const { code = 'SMS_CREDENTIALS_UNAVAILABLE', requestId } = details;
    const { retryable = code !== 'SMS_CREDENTIALS_NOT_FOUND' } = details;
    super(message, { code, retryable, requestId, cause });
  }
}
