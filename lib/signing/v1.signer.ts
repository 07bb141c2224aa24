import { randomInt } from 'node:crypto';
import { encodeParams, flattenParams } from './flatten-params.js';
import type { SmsCall, SmsCredentials, SmsSignedCall, SmsSigner } from './signer.js';
import { signV1 } from './v1-signature.js';
import type { SmsV1SignatureMethod } from './v1-signature.js';

const MAX_NONCE = 2 ** 31;

/**
 * Signs with the legacy HmacSHA1 or HmacSHA256: everything travels as form or query parameters.
 * For accounts or gateways that still ask for it; TC3 is better in every respect.
 */
export class V1Signer implements SmsSigner {
  constructor(private readonly signatureMethod: SmsV1SignatureMethod) {}

  sign(call: SmsCall, credentials: SmsCredentials): SmsSignedCall {
    const flat = flattenParams({
      ...call.params,
      Action: call.action,
      Version: call.version,
      Region: call.region,
      Language: call.language,
      Timestamp: call.timestamp,
      Nonce: randomInt(1, MAX_NONCE),
      SecretId: credentials.secretId,
      Token: credentials.token,
      SignatureMethod: this.signatureMethod,
    });
    const { signature } = signV1({
      method: call.method,
      host: call.host,
      signatureMethod: this.signatureMethod,
      secretKey: credentials.secretKey,
      params: Object.fromEntries(flat),
    });
    flat.push(['Signature', signature]);
    const encoded = encodeParams(flat);
    const post = call.method === 'POST';
    return {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      queryString: post ? '' : encoded,
      body: post ? encoded : '',
    };
  }
}
