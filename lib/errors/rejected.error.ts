import { SmsError } from './sms.error.js';

/**
 * A text was surely not sent. `code` and `retryable` are those of its cause, which says why.
 */
export class SmsRejectedError extends SmsError {
  override readonly name = 'SmsRejectedError';

  /** @param to the number, masked */
  constructor(to: string, cause: SmsError) {
    super(`The text to ${to} was not sent. ${cause.message}`, {
      code: cause.code,
      requestId: cause.requestId,
      retryable: cause.retryable,
      phase: cause.phase,
      cause,
    });
  }
}
