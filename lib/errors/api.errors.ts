import { redactForeign } from '../privacy/redact.js';
import { SmsError } from './sms.error.js';

/**
 * Tencent refused the call: `Response.Error` was set.
 *
 * `code` is Tencent's own, such as `AuthFailure.SignatureFailure`.
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 * @publicApi
 */
export class SmsApiError extends SmsError {
  override readonly name: string = 'SmsApiError';

  constructor(
    /** The action that was refused. */
    readonly action: string,
    fault: { code: string; message: string; requestId?: string | undefined },
  ) {
    super(`${action} was refused with ${fault.code}: ${redactForeign(fault.message)}`, {
      code: fault.code,
      requestId: fault.requestId,
    });
  }
}
