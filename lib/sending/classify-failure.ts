import { SmsApiError } from '../errors/api.errors.js';
import type { SmsError } from '../errors/sms.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { SmsRejected, SmsUnknown } from './outcome.js';
import type { SmsOutcome, SmsOutcomeRow, SmsUnknownReason } from './outcome.js';

/** The outcome of a text whose request failed: unknown exactly when it may have been executed. */
export function classifyFailure(row: SmsOutcomeRow, error: SmsError): SmsOutcome {
  return error.maybeSent
    ? new SmsUnknown(row, reasonOf(error), error)
    : new SmsRejected(row, error);
}

function reasonOf(error: SmsError): SmsUnknownReason {
  if (error instanceof SmsTimeoutError) {
    return 'time-out';
  }
  if (error instanceof SmsTransportError) {
    return 'connection-lost';
  }
  if (error instanceof SmsAbortError) {
    return 'aborted';
  }
  return error instanceof SmsApiError ? 'code' : 'protocol';
}
