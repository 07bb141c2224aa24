import { createHmac } from 'node:crypto';

/** Algorithms of the legacy signature method. */
export type SmsV1SignatureMethod = 'HmacSHA1' | 'HmacSHA256';

/** What {@link signV1} signs. */
export interface SmsV1Input {
  method: 'GET' | 'POST';
  /** The `Host` header as sent: with the port when the URL has one. */
  host: string;
  signatureMethod: SmsV1SignatureMethod;
  secretKey: string;
  /** Every parameter that is sent except `Signature`, flattened, values not yet percent-encoded. */
  params: Readonly<Record<string, string | number>>;
}

/** What {@link signV1} returns. */
export interface SmsV1Signature {
  /** Base64; percent-encode it like every other value before sending. */
  signature: string;
  stringToSign: string;
}

/**
 * Signs a request with the legacy method v1: one HMAC over the sorted, raw parameters.
 *
 * @see https://cloud.tencent.com/document/api/382/38766
 */
export function signV1({
  method,
  host,
  signatureMethod,
  secretKey,
  params,
}: SmsV1Input): SmsV1Signature {
  // Sorted by code unit, which for these names is ASCII order: `Set.10` stands before `Set.2`.
  const sorted = Object.keys(params)
    .toSorted()
    .map((name) => `${name}=${params[name]}`)
    .join('&');
  const stringToSign = `${method}${host}/?${sorted}`;
  const algorithm = signatureMethod === 'HmacSHA256' ? 'sha256' : 'sha1';
  const signature = createHmac(algorithm, secretKey).update(stringToSign).digest('base64');
  return { signature, stringToSign };
}
