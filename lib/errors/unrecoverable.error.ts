import { SmsError } from './sms.error.js';

/**
 * A job must not be done again: its text was rejected for good, or may have been sent. BullMQ knows such
 * an error by its name, and fails the job whatever `attempts` says.
 */
export class SmsUnrecoverableError extends SmsError {
  override readonly name = 'UnrecoverableError';

  constructor(cause: SmsError) {
    const { code, requestId, maybeSent, phase } = cause;
    const why = maybeSent
      ? 'The text may have been sent, so that its job is not done again.'
      : 'The text was rejected for good.';
    super(`${why} ${cause.message}`, { code, requestId, maybeSent, phase, cause });
  }
}
