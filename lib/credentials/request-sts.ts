import { isObject } from '../api/json-values.js';
import { SmsApiError } from '../errors/api.errors.js';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsError } from '../errors/sms.error.js';
import { sendBounded } from '../http/bounded-send.js';
import type { ServerClock } from '../http/server-clock.js';
import type { SmsHttpResponse, SmsTransport } from '../http/transport.js';
import type { SmsCredentials } from '../signing/signer.js';
import { redactCode, redactRequestId, redactSecrets } from '../privacy/redact.js';
import { signTc3 } from '../signing/tc3-signature.js';
import { parseTemporaryKeys } from './parse-temporary-keys.js';
import type { SmsTemporaryCredentials } from './refreshing.js';

/** One call of the Security Token Service. */
export interface StsCall {
  action: 'AssumeRole' | 'AssumeRoleWithWebIdentity';
  params: Readonly<Record<string, string | number | undefined>>;
  /** The key pair that signs; without it the call is unsigned, because `params` hold a token. */
  credentials?: SmsCredentials | undefined;
  /** Origin, such as `https://sts.tencentcloudapi.com`. */
  endpoint: string;
  region: string;
  timeoutMs: number;
  /** The time to sign with; set right when STS goes by another. */
  clock: ServerClock;
  /** What to do when STS refuses. */
  advice: string;
}

const CLOCK_REFUSED = 'AuthFailure.SignatureExpire';
const STS_VERSION = '2018-08-13';
const JSON_TYPE = 'application/json';
/** A message of STS is one sentence; a longer one holds something else, too. */
const MAX_MESSAGE_LENGTH = 300;

/**
 * Asks STS for temporary credentials, once; once more when this machine's clock was wrong, since
 * then nothing was granted.
 *
 * @throws SmsCredentialsError whose `cause` is the error of STS or of the network.
 * @see https://cloud.tencent.com/document/api/1312/48197
 */
export async function requestSts(
  call: StsCall,
  transport: SmsTransport,
): Promise<SmsTemporaryCredentials> {
  const { clock } = call;
  const { offsetSeconds } = clock;
  let response = await send(call, transport);
  if (isClockRefused(response)) {
    clock.correct(response.headers['date']);
    if (clock.offsetSeconds !== offsetSeconds) {
      response = await send(call, transport);
    }
  }
  const reply = readReply(call, response);
  return parseTemporaryKeys('STS', reply['Credentials'], reply['ExpiredTime']);
}

function headersOf(call: StsCall, body: string): Record<string, string> {
  const { action, credentials } = call;
  const timestamp = call.clock.now();
  const headers: Record<string, string> = {
    'Content-Type': JSON_TYPE,
    Authorization: 'SKIP',
    'X-TC-Action': action,
    'X-TC-Version': STS_VERSION,
    'X-TC-Region': call.region,
    'X-TC-Timestamp': String(timestamp),
  };
  if (credentials !== undefined) {
    const { secretId, secretKey, token } = credentials;
    headers['Authorization'] = signTc3({
      method: 'POST',
      host: new URL(call.endpoint).host,
      service: 'sts',
      action,
      timestamp,
      secretId,
      secretKey,
      contentType: JSON_TYPE,
      body,
    }).authorization;
    if (token !== undefined) {
      headers['X-TC-Token'] = token;
    }
  }
  return headers;
}

async function send(call: StsCall, transport: SmsTransport): Promise<SmsHttpResponse> {
  const { endpoint, timeoutMs } = call;
  const body = JSON.stringify(call.params);
  const headers = headersOf(call, body);
  try {
    const request = { method: 'POST' as const, url: `${endpoint}/`, headers, body, timeoutMs };
    return await sendBounded(transport, request);
  } catch (error) {
    // The error of a custom transport may hold the request, and with it the keys.
    const cause = error instanceof SmsError ? error : undefined;
    throw new SmsCredentialsError(
      `STS could not be asked for ${call.action}: ${cause?.message ?? 'the transport failed.'} Check the network and the endpoint.`,
      cause,
    );
  }
}

function isClockRefused({ status, body }: SmsHttpResponse): boolean {
  const apiError = status === 200 ? parseResponse(body)?.['Error'] : undefined;
  return isObject(apiError) && apiError['Code'] === CLOCK_REFUSED;
}

function readReply(call: StsCall, { status, body }: SmsHttpResponse): Record<string, unknown> {
  const { action } = call;
  const reply = status === 200 ? parseResponse(body) : undefined;
  if (reply === undefined) {
    const cause = new SmsProtocolError(
      `${action}: HTTP status ${status}, and not an answer of Tencent Cloud.`,
      status,
    );
    throw new SmsCredentialsError(
      `STS did not answer ${action}; something else did, with HTTP status ${status}. Check the endpoint, and any proxy on the way.`,
      cause,
    );
  }
  const { Error: apiError, RequestId } = reply;
  if (apiError !== undefined && apiError !== null) {
    const { Code, Message } = isObject(apiError) ? apiError : {};
    const code = typeof Code === 'string' && Code !== '' ? redactCode(Code) : 'an unknown code';
    const { params, credentials } = call;
    const secrets = [params['WebIdentityToken'], credentials?.secretKey, credentials?.token];
    const message =
      typeof Message === 'string'
        ? redactSecrets(Message, secrets).slice(0, MAX_MESSAGE_LENGTH)
        : '';
    const requestId = typeof RequestId === 'string' ? redactRequestId(RequestId) : undefined;
    const cause = new SmsApiError(action, { code, message, requestId });
    const advice = code === CLOCK_REFUSED ? 'Check the clock of this machine.' : call.advice;
    throw new SmsCredentialsError(`STS refused ${action} with ${code}. ${advice}`, cause, {
      retryable: /^(InternalError|RequestLimitExceeded|ResourceUnavailable)/.test(code),
      requestId,
    });
  }
  return reply;
}

function parseResponse(body: string): Record<string, unknown> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // The parser's own message quotes the body, which may hold keys.
    return undefined;
  }
  const response = isObject(parsed) ? parsed['Response'] : undefined;
  return isObject(response) ? response : undefined;
}
