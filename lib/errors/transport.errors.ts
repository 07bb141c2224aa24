import { SmsError } from './sms.error.js';
import type { SmsErrorDetails } from './sms.error.js';

/**
 * How far a request came before it failed.
 *
 * - `connect`: never handed to a socket, so surely not executed
 * - `write`: handed over, and no byte of an answer seen
 * - `read`: the answer had begun
 */
export type SmsRequestPhase = 'connect' | 'write' | 'read';

/**
 * The network failed: no connection, or one that broke.
 */
export class SmsTransportError extends SmsError {
  override readonly name: string = 'SmsTransportError';
  /** Whether Tencent may have acted on the request. */
  readonly maybeSent: boolean;

  constructor(
    message: string,
    /** How far the request came. */
    readonly phase: SmsRequestPhase,
    details: Omit<SmsErrorDetails, 'code'> & { code?: string | undefined } = {},
  ) {
    super(message, {
      ...details,
      code: details.code ?? (phase === 'connect' ? 'SMS_CONNECT_FAILED' : 'SMS_CONNECTION_LOST'),
      retryable: details.retryable ?? phase === 'connect',
    });
    this.maybeSent = phase !== 'connect';
  }
}

/**
 * `timeoutMs` or `connectTimeoutMs` ran out.
 */
export class SmsTimeoutError extends SmsTransportError {
  override readonly name = 'SmsTimeoutError';

  constructor(message: string, phase: SmsRequestPhase, cause?: unknown) {
    super(message, phase, { code: 'SMS_TIMEOUT', cause });
  }
}

/**
 * The caller's `signal` fired. `cause` is the reason it gave.
 */
export class SmsAbortError extends SmsError {
  override readonly name = 'SmsAbortError';
  /** Whether Tencent may have acted on the request. */
  readonly maybeSent: boolean;

  constructor(
    message: string,
    /** How far the request came. */
    readonly phase: SmsRequestPhase,
    cause?: unknown,
  ) {
    super(message, { code: 'SMS_ABORTED', retryable: phase === 'connect', cause });
    this.maybeSent = phase !== 'connect';
  }
}
