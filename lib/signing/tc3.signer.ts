import { encodeParams, flattenParams } from './flatten-params.js';
import type { SmsCall, SmsCredentials, SmsSignedCall, SmsSigner } from './signer.js';
import { signTc3 } from './tc3-signature.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Signs with TC3-HMAC-SHA256: JSON bodies by POST, query strings by GET.
 */
export class Tc3Signer implements SmsSigner {
  sign(call: SmsCall, credentials: SmsCredentials): SmsSignedCall {
    const post = call.method === 'POST';
    // Serialised once: these characters are hashed, signed and sent.
    const body = post ? JSON.stringify(call.params) : '';
    const queryString = post ? '' : encodeParams(flattenParams(call.params));
    const contentType = post ? JSON_TYPE : FORM_TYPE;
    const { authorization } = signTc3({
      method: call.method,
      host: call.host,
      // Never derived from the host: a proxy or an emulator has another first label.
      service: 'sms',
      action: call.action,
      timestamp: call.timestamp,
      secretId: credentials.secretId,
      secretKey: credentials.secretKey,
      contentType,
      body,
      queryString,
    });
    const headers: Record<string, string> = {
      'Content-Type': contentType,
      Authorization: authorization,
      'X-TC-Action': call.action,
      'X-TC-Version': call.version,
      'X-TC-Region': call.region,
      'X-TC-Timestamp': String(call.timestamp),
    };
    if (credentials.token !== undefined) {
      headers['X-TC-Token'] = credentials.token;
    }
    if (call.language !== undefined) {
      headers['X-TC-Language'] = call.language;
    }
    return { headers, queryString, body };
  }
}
