import { createHmac } from 'node:crypto';
import { buildCanonicalRequest, sha256Hex } from './canonical-request.js';

/** The only algorithm of signature method v3. */
export const TC3_ALGORITHM = 'TC3-HMAC-SHA256';

/** What {@link signTc3} signs. Members that it does not know are ignored. */
export interface SmsTc3Input {
  /** HTTP method. */
  method: 'GET' | 'POST';
  /** The `Host` header as sent: with the port when the URL has one. */
  host: string;
  /**
   * Product, the second part of the credential scope.
   * @default 'sms'
   */
  service?: string | undefined;
  /** Value of `X-TC-Action`; goes into the signature only when `signedHeaders` lists it. */
  action: string;
  /** Value of `X-TC-Timestamp`: UNIX time in seconds. Its UTC day is the date of the scope. */
  timestamp: number;
  /** Id of the key; stands in the header. */
  secretId: string;
  /** Stays here: only what it signs goes out. */
  secretKey: string;
  /** The `Content-Type` header as sent, charset and all. */
  contentType: string;
  /**
   * The body as sent; nothing for a GET.
   * @default ''
   */
  body?: string | Uint8Array | null | undefined;
  /**
   * The text after the question mark as sent; nothing for a POST.
   * @default ''
   */
  queryString?: string | null | undefined;
  /**
   * Names in lower case, sorted, joined with `;`.
   * @default 'content-type;host'
   */
  signedHeaders?: string | undefined;
  /** Values of signed headers other than `content-type`, `host` and `x-tc-action`. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What {@link signTc3} returns. */
export interface SmsTc3Signature {
  /** The whole `Authorization` header. */
  authorization: string;
  /** 64 hex digits, the last part of `authorization`. */
  signature: string;
  canonicalRequest: string;
  stringToSign: string;
}

const DEFAULT_SIGNED_HEADERS = 'content-type;host';

/**
 * Signs a request with TC3-HMAC-SHA256.
 *
 * Pure: same input, same signature. The key derived from a secret is remembered for its UTC day,
 * since it depends on nothing else.
 *
 * @example
 * const { authorization } = signTc3({
 *   method: 'POST', host: 'sms.tencentcloudapi.com', action: 'SendSms', timestamp,
 *   secretId, secretKey, contentType: 'application/json', body,
 * });
 *
 * @throws TypeError when `signedHeaders` names a header without a value.
 * @see https://cloud.tencent.com/document/api/382/38766
 */
export function signTc3(input: SmsTc3Input): SmsTc3Signature {
  const { timestamp, service = 'sms', signedHeaders = DEFAULT_SIGNED_HEADERS } = input;
  const scope = `${utcDate(timestamp)}/${service}/tc3_request`;
  const canonicalRequest = canonicalRequestOf(input, signedHeaders);
  const stringToSign = `${TC3_ALGORITHM}\n${timestamp}\n${scope}\n${sha256Hex(canonicalRequest)}`;
  const signature = createHmac('sha256', signingKey(input.secretKey, timestamp, service))
    .update(stringToSign)
    .digest('hex');
  return {
    authorization: `${TC3_ALGORITHM} Credential=${input.secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    signature,
    canonicalRequest,
    stringToSign,
  };
}

function canonicalRequestOf(input: SmsTc3Input, signedHeaders: string): string {
  const { method, host, contentType } = input;
  const queryString = input.queryString ?? '';
  const body = input.body ?? '';
  if (signedHeaders === DEFAULT_SIGNED_HEADERS) {
    // The two headers that every SDK signs, without a list of them: this line runs for each text.
    return `${method}\n/\n${queryString}\ncontent-type:${contentType.trim()}\nhost:${host.trim()}\n\n${signedHeaders}\n${sha256Hex(body)}`;
  }
  const headers = signedHeaders.split(';').map((name) => [name, headerValue(input, name)] as const);
  return buildCanonicalRequest({ method, queryString, headers, body });
}

function headerValue(input: SmsTc3Input, name: string): string {
  switch (name) {
    case 'content-type':
      return input.contentType;
    case 'host':
      return input.host;
    case 'x-tc-action':
      // Sent as `SendSms`, signed as `sendsms`: the one value that the documentation lower-cases.
      return input.action.toLowerCase();
    default: {
      const value = input.headers?.[name];
      if (value === undefined) {
        throw new TypeError(`signedHeaders names "${name}", but headers has no value for it`);
      }
      return value.toLowerCase();
    }
  }
}

const SECONDS_A_DAY = 86_400;
let lastDay = { number: Number.NaN, date: '' };

/** `yyyy-MM-dd` in UTC: a date of Beijing would break every call before 08:00. */
function utcDate(timestamp: number): string {
  const day = Math.floor(timestamp / SECONDS_A_DAY);
  if (day !== lastDay.number) {
    lastDay = {
      number: day,
      date: new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 10),
    };
  }
  return lastDay.date;
}

// A memo, not state: it changes how long the answer takes, never the answer. Bounded, because
// temporary credentials bring new secrets all day long.
const MAX_REMEMBERED_SECRETS = 64;
const remembered = new Map<string, { day: number; service: string; key: Buffer }>();

function signingKey(secretKey: string, timestamp: number, service: string): Buffer {
  const day = Math.floor(timestamp / SECONDS_A_DAY);
  const known = remembered.get(secretKey);
  if (known !== undefined && known.day === day && known.service === service) {
    return known.key;
  }
  const dateKey = hmac(`TC3${secretKey}`, utcDate(timestamp));
  const key = hmac(hmac(dateKey, service), 'tc3_request');
  if (known === undefined && remembered.size >= MAX_REMEMBERED_SECRETS) {
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }
  remembered.set(secretKey, { day, service, key });
  return key;
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
