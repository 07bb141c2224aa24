import { SmsProtocolError } from '../errors/protocol.error.js';
import type { SmsError } from '../errors/sms.error.js';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import { redactUntrusted } from '../privacy/redact.js';
import { toConnectError } from './connect-error.js';
import { MAX_RESPONSE_BYTES } from './exchange.js';

/**
 * What the failure of an adapter of the app means. An error of axios holds the request with its
 * headers and numbers: it is never kept as a cause.
 *
 * @param timeoutMs of the request
 * @param proves whether a code of the error proves that no connection came about
 */
export function toAdapterFailure(error: unknown, timeoutMs: number, proves: boolean): SmsError {
  const { code, syscall } = rootOf(error);
  if (proves && (NOT_CONNECTED.has(code) || (syscall === 'connect' && code !== ''))) {
    return toConnectError(Object.assign(new Error(code), { code }));
  }
  if (TOO_LARGE.test(messageOf(error))) {
    return toTooLarge(0);
  }
  return TIMED_OUT.has(code)
    ? new SmsTimeoutError(`No answer within ${timeoutMs} ms.`, 'write')
    : toClientFailure(error, 'write');
}

/** An error of the axios instance, in words that hold no secret. */
export function toClientFailure(error: unknown, phase: SmsRequestPhase): SmsTransportError {
  const words = redactUntrusted(messageOf(error));
  return new SmsTransportError(`The HTTP client failed: ${words}`, phase);
}

/** What answers without sending answers the next attempt as well. */
export function toUnsent(): SmsTransportError {
  return new SmsTransportError(
    'An interceptor or adapter of the axios instance answered without sending the request.',
    'connect',
    { retryable: false },
  );
}

/** The API's answers are far smaller. */
export function toTooLarge(status: number): SmsProtocolError {
  const megabytes = MAX_RESPONSE_BYTES / 1024 / 1024;
  return new SmsProtocolError(
    `The answer is larger than ${megabytes} MB, so it is not the API's.`,
    status,
  );
}

/** Codes of Node that come before anything is written: of name resolution, connecting and TLS. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);
/** How axios says that an answer is larger than it was allowed to be. */
const TOO_LARGE = /maxContentLength size of \d+ exceeded/u;

/** Code and system call of an error, or of that which it wraps. */
function rootOf(error: unknown): { code: string; syscall: unknown } {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  const root = Object(cause ?? error) as { code?: unknown; syscall?: unknown };
  const name = typeof root.code === 'string' ? root.code : code;
  return { code: typeof name === 'string' ? name : '', syscall: root.syscall };
}

function messageOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : 'no reason given';
}
