import { timingSafeEqual } from 'node:crypto';
import { MAX_CLOCK_SKEW_SECONDS } from '../../api/limits.js';
import { signTc3 } from '../../signing/tc3-signature.js';
import type { SmsTc3Signature } from '../../signing/tc3-signature.js';
import { signV1 } from '../../signing/v1-signature.js';
import {
  missingOf,
  SECRET_ID_NOT_FOUND,
  SIGNATURE_FAILURE,
  wrongTypeOf,
} from '../errors/tencent-words.js';
import { ApiError } from './api.error.js';
import type { SmsSignatureCheck } from '../contract/control-api.types.js';
import { headerOf } from '../wire/wire.js';
import type { WireRequest } from '../wire/wire.js';

/** What both signature methods need to check a request. */
export interface SignatureContext {
  /** `undefined` accepts any: in process the emulator has no way to learn the key of an app. */
  readonly secretKey: string | undefined;
  /** Real time in milliseconds, never the emulator's. */
  readonly realNow: number;
  /** Filled in on the way, so that the request log shows how far the check came. */
  readonly trace: SignatureTrace;
}

/** What a request brought for its signature, and what the emulator computed. */
export interface SignatureTrace {
  method: SmsSignatureCheck['method'];
  authorization: string;
  signature: string;
  secretId: string;
  computed: NonNullable<SmsSignatureCheck['computed']> | undefined;
  valid: boolean;
  /** Any key is taken, so nothing was checked. */
  skipped: boolean;
}

/** A trace of nothing yet. */
export function emptyTrace(): SignatureTrace {
  return {
    method: 'none',
    authorization: '',
    signature: '',
    secretId: '',
    computed: undefined,
    valid: false,
    skipped: false,
  };
}

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const PRODUCTION_HOST = /\.tencentcloudapi\.com$/i;

/**
 * Verifies `TC3-HMAC-SHA256`, as tolerant of hosts and services as the official SDKs need it.
 *
 * @throws ApiError with the `AuthFailure.*` code.
 */
export function verifyTc3(
  request: WireRequest,
  queryString: string,
  { secretKey, realNow, trace }: SignatureContext,
): void {
  trace.method = 'TC3-HMAC-SHA256';
  trace.authorization = headerOf(request, 'authorization') ?? '';
  if (secretKey === undefined) {
    trace.skipped = true;
    return;
  }
  const authorization = parseAuthorization(trace.authorization);
  const { secretId, date, service, signedHeaders, signature } = authorization;
  Object.assign(trace, { secretId, signature });
  assertSecretId(secretId);
  const timestamp = readTimestamp(headerOf(request, 'x-tc-timestamp'), 'X-TC-Timestamp', realNow);
  const host = headerOf(request, 'host') ?? '';
  const rightService = PRODUCTION_HOST.test(withoutPort(host)) ? 'sms' : service;
  const headers = readSignedHeaders(request, signedHeaders);
  // Whatever is wrong, the right strings are computed, so that the inbox can show which line differs.
  const canFit =
    date === new Date(timestamp * 1000).toISOString().slice(0, 10) &&
    service === rightService &&
    headers.came;
  const contentType = headerOf(request, 'content-type') ?? '';
  const unsigned = headerOf(request, 'x-tc-content-sha256') === UNSIGNED_PAYLOAD;
  const sign = (candidate: { host: string; contentType: string }): SmsTc3Signature =>
    signTc3({
      ...candidate,
      method: request.method === 'GET' ? 'GET' : 'POST',
      service: rightService,
      action: headerOf(request, 'x-tc-action') ?? '',
      timestamp,
      secretId,
      secretKey,
      body: unsigned ? UNSIGNED_PAYLOAD : request.body,
      queryString,
      signedHeaders,
      headers: headers.values,
    });
  // A scope other than `sms` gives the Node SDK away, which signs the host without its port.
  const hosts = hostsToTry(host, service === 'sms');
  const lowerCased = contentType.toLowerCase();
  const types = lowerCased === contentType ? [contentType] : [contentType, lowerCased];
  for (const type of types) {
    for (const name of hosts) {
      const computed = sign({ host: name, contentType: type });
      if (canFit && equal(computed.signature, signature)) {
        trace.computed = computed;
        trace.valid = true;
        return;
      }
      // Shown if none matches: the string by the rule, with the request's own host and type.
      if (trace.computed === undefined || name === host) {
        trace.computed = type === contentType ? computed : trace.computed;
      }
    }
  }
  throw signatureFailure();
}

/**
 * Verifies `HmacSHA1` and `HmacSHA256`: one signature over the sorted parameters.
 *
 * @throws ApiError with the `AuthFailure.*` code, or naming the common parameter that is missing.
 */
export function verifyV1(
  request: WireRequest,
  params: ReadonlyMap<string, string>,
  { secretKey, realNow, trace }: SignatureContext,
): void {
  const method = params.get('SignatureMethod') === 'HmacSHA256' ? 'HmacSHA256' : 'HmacSHA1';
  // Ruby's official SDK ends it with a line break.
  const given = (params.get('Signature') ?? '').trim();
  Object.assign(trace, { method, signature: given, secretId: params.get('SecretId') ?? '' });
  if (secretKey === undefined) {
    trace.skipped = true;
    return;
  }
  for (const name of ['SecretId', 'Timestamp', 'Nonce', 'Signature']) {
    if (!params.has(name)) {
      throw missing(name);
    }
  }
  assertSecretId(params.get('SecretId') ?? '');
  if (!/^0*[1-9]\d*$/.test(params.get('Nonce') ?? '')) {
    throw new ApiError('InvalidParameter', wrongTypeOf('`Nonce`'));
  }
  readTimestamp(params.get('Timestamp'), 'Timestamp', realNow);
  // Names come from outside: `fromEntries` makes even `__proto__` a member like any other.
  const signed = Object.fromEntries([...params].filter(([name]) => name !== 'Signature'));
  for (const host of hostsToTry(headerOf(request, 'host') ?? '', true)) {
    const { signature, stringToSign } = signV1({
      method: request.method === 'GET' ? 'GET' : 'POST',
      host,
      signatureMethod: method,
      secretKey,
      params: signed,
    });
    trace.valid = equal(signature, given);
    if (trace.valid || trace.computed === undefined) {
      trace.computed = { canonicalRequest: '', stringToSign, signature };
    }
    if (trace.valid) {
      return;
    }
  }
  throw signatureFailure();
}

/** The refusal for a common parameter that was not given. */
export function missing(name: string): ApiError {
  return new ApiError('MissingParameter', missingOf(`\`${name}\``));
}

interface Authorization {
  readonly secretId: string;
  readonly date: string;
  readonly service: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([^,\s]+)$/;

function parseAuthorization(header: string): Authorization {
  const [, credential = '', signedHeaders = '', signature = ''] = AUTHORIZATION.exec(header) ?? [];
  const scope = credential.split('/');
  const [date = '', service = '', end] = scope.slice(-3);
  const names = signedHeaders.split(';');
  if (
    scope.length < 4 ||
    end !== 'tc3_request' ||
    service === '' ||
    !/^\d{4}-\d\d-\d\d$/.test(date) ||
    !names.includes('content-type') ||
    !names.includes('host')
  ) {
    throw new ApiError(
      'AuthFailure.InvalidAuthorization',
      'The Authorization header must read `TC3-HMAC-SHA256 Credential=<SecretId>/<date>/<service>/tc3_request, SignedHeaders=content-type;host, Signature=<hex>`.',
    );
  }
  return { secretId: scope.slice(0, -3).join('/'), date, service, signedHeaders, signature };
}

function assertSecretId(secretId: string): void {
  if (secretId === '' || secretId !== secretId.trim()) {
    throw new ApiError('AuthFailure.SecretIdNotFound', SECRET_ID_NOT_FOUND);
  }
}

function readTimestamp(text: string | undefined, name: string, realNow: number): number {
  if (text === undefined) {
    throw missing(name);
  }
  if (!/^\d{1,12}$/.test(text)) {
    throw new ApiError('InvalidParameter', wrongTypeOf(`\`${name}\``));
  }
  const timestamp = Number(text);
  if (Math.abs(Math.floor(realNow / 1000) - timestamp) > MAX_CLOCK_SKEW_SECONDS) {
    throw new ApiError(
      'AuthFailure.SignatureExpire',
      `\`${name}\` is more than five minutes away from the time of this machine.`,
    );
  }
  return timestamp;
}

/** What the signed headers hold, empty where one did not come. */
function readSignedHeaders(
  request: WireRequest,
  signedHeaders: string,
): { values: Record<string, string>; came: boolean } {
  const values: Record<string, string> = {};
  let came = true;
  for (const name of signedHeaders.split(';')) {
    const value = headerOf(request, name);
    came &&= value !== undefined;
    Object.defineProperty(values, name, { value: value ?? '', configurable: true });
  }
  return { values, came };
}

/** With its port, which is the rule, and without, which is what some SDKs sign. */
function hostsToTry(host: string, asSentFirst: boolean): string[] {
  const bare = withoutPort(host);
  if (bare === host) {
    return [host];
  }
  return asSentFirst ? [host, bare] : [bare, host];
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

function signatureFailure(): ApiError {
  return new ApiError('AuthFailure.SignatureFailure', SIGNATURE_FAILURE);
}

function equal(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
