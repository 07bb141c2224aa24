import { SmsError } from './sms.error.js';

/**
 * It is unknown whether a text was sent: sending it again may deliver it twice. Look it up first,
 * by number, with `describeSendRecordList` or `pullSmsSendStatusByPhoneNumber`.
 *
 * `code` is that of its cause, which says how it came about.
 */
export class SmsUnknownOutcomeError extends SmsError {
  override readonly name = 'SmsUnknownOutcomeError';

  /** @param to the number, masked */
  constructor(to: string, cause: SmsError) {
    super(`It is not known whether the text to ${to} was sent. ${cause.message}`, {
      code: cause.code,
      requestId: cause.requestId,
      maybeSent: true,
      phase: cause.phase,
      cause,
    });
  }
}
