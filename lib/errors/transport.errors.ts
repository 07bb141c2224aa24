import { SmsError } from './sms.error.js';
import type { SmsErrorDetails, SmsRequestPhase } from './sms.error.js';

/**
 * The network failed: no connection, or one that broke.
 */
export class SmsTransportError extends SmsError {
  override readonly name: string = 'SmsTransportError';
  declare readonly phase: SmsRequestPhase;

  /** @param phase how far the request came: what was handed over may have been executed */
  constructor(
    message: string,
    phase: SmsRequestPhase,
    details: Omit<Partial<SmsErrorDetails>, 'maybeSent' | 'phase'> = {},
  ) {
    super(message, {
      ...details,
      code: details.code ?? (phase === 'connect' ? 'SMS_CONNECT_FAILED' : 'SMS_CONNECTION_LOST'),
      retryable: details.retryable ?? phase === 'connect',
      maybeSent: phase !== 'connect',
      phase,
    });
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
  declare readonly phase: SmsRequestPhase;

  /** @param phase how far the request came: what was handed over may have been executed */
  constructor(message: string, phase: SmsRequestPhase, cause?: unknown) {
    const notSent = phase === 'connect';
    super(message, { code: 'SMS_ABORTED', retryable: notSent, maybeSent: !notSent, phase, cause });
  }
}
