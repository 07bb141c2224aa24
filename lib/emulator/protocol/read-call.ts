// From a request to the call it makes: which action, which parameters, signed how.
import { isSmsAction, membersOf } from '../../api/actions.js';
import type { SmsAction } from '../../api/actions.js';
import { API_VERSION } from '../../api/envelope.js';
import { MAX_QUERY_BYTES, MAX_TC3_BODY_BYTES, MAX_V1_BODY_BYTES } from '../../api/limits.js';
import { ApiError } from './api.error.js';
import { assertRegion } from './assert-region.js';
import { decodeParams, unflattenParams } from './unflatten-params.js';
import { missing, verifyTc3, verifyV1 } from './verify-signature.js';
import type { SignatureContext } from './verify-signature.js';
import { headerOf } from '../wire/wire.js';
import type { WireRequest } from '../wire/wire.js';

/** A call whose signature is good. Its parameters are not checked yet. */
export interface ApiCall {
  readonly action: SmsAction;
  readonly params: unknown;
}

/** Travel beside the action's own parameters when the method is v1. */
const V1_COMMON = new Set([
  'Action',
  'Version',
  'Region',
  'Timestamp',
  'Nonce',
  'SecretId',
  'Token',
  'SignatureMethod',
  'Signature',
  'Language',
  'RequestClient',
]);

/**
 * Reads and verifies a request.
 *
 * @throws ApiError
 */
export function readCall(
  request: WireRequest,
  queryString: string,
  context: SignatureContext,
): ApiCall {
  const { method } = request;
  if (method !== 'GET' && method !== 'POST') {
    throw new ApiError('UnsupportedProtocol', 'Only GET and POST are supported.');
  }
  assertSize(request.bodyTooLarge ? Infinity : request.body.length, MAX_TC3_BODY_BYTES);
  if (method === 'GET') {
    assertSize(queryString.length, MAX_QUERY_BYTES);
  }
  const type = (headerOf(request, 'content-type') ?? '').toLowerCase().split(';')[0]?.trim() ?? '';
  if (type === 'multipart/form-data') {
    throw new ApiError('InvalidRequest', 'No action of this API takes a multipart body.');
  }
  const isTc3 =
    headerOf(request, 'authorization') !== undefined ||
    headerOf(request, 'x-tc-action') !== undefined;
  return isTc3
    ? readTc3(request, queryString, type, context)
    : readV1(request, queryString, type, context);
}

function readTc3(
  request: WireRequest,
  queryString: string,
  type: string,
  context: SignatureContext,
): ApiCall {
  const action = headerOf(request, 'x-tc-action');
  if (action === undefined) {
    throw missing('X-TC-Action');
  }
  verifyTc3(request, queryString, context);
  const name = assertAction(action, headerOf(request, 'x-tc-version'), 'X-TC-Version');
  assertRegion(headerOf(request, 'x-tc-region'));
  if (request.method === 'GET') {
    return { action: name, params: unflatten(name, decodeParams(queryString)) };
  }
  if (type !== 'application/json') {
    throw new ApiError(
      'InvalidRequest',
      'A POST signed with TC3-HMAC-SHA256 must be `application/json`.',
    );
  }
  return { action: name, params: parseJson(request.body) };
}

function readV1(
  request: WireRequest,
  queryString: string,
  type: string,
  context: SignatureContext,
): ApiCall {
  const isForm = type === 'application/x-www-form-urlencoded';
  if (request.body.length > MAX_V1_BODY_BYTES) {
    // The signature covers the parameters, and the gateway reads no more of them.
    throw new ApiError('AuthFailure.SignatureFailure', 'exceeding request size limit');
  }
  const encoded =
    request.method === 'GET' ? queryString : isForm ? Buffer.from(request.body).toString() : '';
  const pairs = decodeParams(encoded);
  const params = new Map(pairs);
  const action = params.get('Action');
  if (action === undefined) {
    throw missing('Action');
  }
  verifyV1(request, params, context);
  const name = assertAction(action, params.get('Version'), 'Version');
  assertRegion(params.get('Region'));
  return {
    action: name,
    params: unflatten(
      name,
      pairs.filter(([key]) => !V1_COMMON.has(key)),
    ),
  };
}

function unflatten(action: SmsAction, pairs: [string, string][]): unknown {
  return unflattenParams(membersOf(action, 'request'), pairs);
}

function assertSize(bytes: number, max: number): void {
  if (bytes > max) {
    throw new ApiError('RequestSizeLimitExceeded', `The request is larger than ${max / 1024} KB.`);
  }
}

function assertAction(action: string, version: string | undefined, header: string): SmsAction {
  if (!isSmsAction(action)) {
    throw new ApiError('InvalidAction', 'The action does not exist.');
  }
  if (version === undefined) {
    throw missing(header);
  }
  if (version !== API_VERSION) {
    throw new ApiError('NoSuchVersion', `The only version of this API is ${API_VERSION}.`);
  }
  return action;
}

function parseJson(body: Uint8Array): unknown {
  // An empty body is a request without parameters.
  if (body.length === 0) {
    return {};
  }
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  } catch {
    // The parser's own message quotes the body.
    throw new ApiError('FailedOperation.JsonParseFail', 'The body could not be parsed as JSON.');
  }
}
