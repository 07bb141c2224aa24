import { SmsError } from './sms.error.js';

/**
 * Something answered, but not in the API's shape: a proxy's error page, a truncated body, a
 * missing member. The request may have been executed all the same.
 */
export class SmsProtocolError extends SmsError {
  override readonly name = 'SmsProtocolError';

  constructor(
    message: string,
    /** HTTP status of the answer. */
    readonly httpStatus: number,
    details: { requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, {
      code: 'SMS_PROTOCOL',
      ...details,
      // Whatever answered may have passed the request on.
      maybeSent: true,
    });
  }
}
