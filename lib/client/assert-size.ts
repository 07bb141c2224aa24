import { MAX_QUERY_BYTES, MAX_TC3_BODY_BYTES, MAX_V1_BODY_BYTES } from '../api/limits.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsSignedCall } from '../signing/signer.js';

/** How calls go over the wire, which decides how large they may be. */
interface WireForm {
  method: 'GET' | 'POST';
  signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1';
}

/** @throws SmsValidationError when Tencent would refuse a call for its size. */
export function assertSize(
  action: string,
  { queryString, body }: SmsSignedCall,
  { method, signMethod }: WireForm,
): void {
  const get = method === 'GET';
  const postLimit = signMethod === 'TC3-HMAC-SHA256' ? MAX_TC3_BODY_BYTES : MAX_V1_BODY_BYTES;
  const limit = get ? MAX_QUERY_BYTES : postLimit;
  // Most requests are far below a third of it, and no character takes more than three bytes.
  const text = get ? queryString : body;
  if (text.length * 3 > limit && Buffer.byteLength(text) > limit) {
    const what = get ? "the query string of a GET (use method: 'POST')" : 'the body of a POST';
    throw new SmsValidationError([
      {
        field: 'params',
        message: `${action}: the parameters are too large; ${what} holds at most ${limit / 1024} KB.`,
      },
    ]);
  }
}
