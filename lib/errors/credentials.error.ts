import { SmsError } from './sms.error.js';

/**
 * No usable credentials could be had, so nothing was sent.
 *
 * @publicApi
 */
export class SmsCredentialsError extends SmsError {
  override readonly name = 'SmsCredentialsError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'SMS_CREDENTIALS_UNAVAILABLE', retryable: true, cause });
  }
}
