import { SmsApiError } from '../errors/api.errors.js';
import { currentCode, knownPrefix } from '../errors/error-catalogue.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsTransportError } from '../errors/transport.errors.js';

/** How attempts are repeated. */
export interface SmsRetryOptions {
  /**
   * Most attempts of one call, the first included.
   * @default 3
   */
  attempts?: number | undefined;
  /**
   * Milliseconds that the first pause is at most; each further one is up to twice as long, and none
   * longer than two seconds. The pause itself is random below that.
   * @default 100
   */
  baseDelayMs?: number | undefined;
}

/** {@link SmsRetryOptions} with every default filled in. */
export type ResolvedRetry = Readonly<Record<keyof SmsRetryOptions, number>>;

/** Fills in the defaults; `false` is one attempt and no more. */
export function resolveRetry(given: SmsRetryOptions | false | undefined): ResolvedRetry {
  const { attempts = given === false ? 1 : 3, baseDelayMs = 100 } = given || {};
  return Object.freeze({ attempts, baseDelayMs });
}

/** What to do after an attempt failed. */
export type RetryStep =
  /** Nothing: the failure is the answer. */
  | 'give-up'
  /** Pause, then try again. */
  | 'again'
  /** Set the clock right, then try again at once. */
  | 'correct-clock'
  /** Ask for newer credentials, then try again at once. */
  | 'refresh-credentials';

/**
 * Decides whether an attempt may be repeated. What sends, changes or takes something is repeated
 * only when it was surely not executed, so that no phone gets a text twice.
 *
 * @param read whether the action only reads, and may be repeated after any failure
 */
export function nextStep(error: unknown, read: boolean): RetryStep {
  if (error instanceof SmsTransportError) {
    // Some connections can't come about any more, such as those of a module that is shut down, and
    // what is too late stays so.
    if (error.code === 'SMS_TOO_LATE') {
      return 'give-up';
    }
    const again = error.phase === 'connect' ? error.retryable : read;
    return again ? 'again' : 'give-up';
  }
  if (error instanceof SmsProtocolError) {
    return read ? 'again' : 'give-up';
  }
  return error instanceof SmsApiError ? stepAfterApiError(error, read) : 'give-up';
}

function stepAfterApiError({ code, maybeSent }: SmsApiError, read: boolean): RetryStep {
  // Before the code: it may stand beside what says that something was done.
  if (maybeSent) {
    return read ? 'again' : 'give-up';
  }
  // The gateway turned it away before anything was done.
  if (isRateCode(code)) {
    return 'again';
  }
  switch (currentCode(code)) {
    case 'AuthFailure.SignatureExpire':
      return 'correct-clock';
    case 'AuthFailure.TokenFailure':
      return 'refresh-credentials';
    default:
      return 'give-up';
  }
}

/** Whether the gateway turned a request away because there were too many. */
export function isRateRefusal(error: unknown): boolean {
  return error instanceof SmsApiError && !error.maybeSent && isRateCode(error.code);
}

function isRateCode(code: string): boolean {
  return knownPrefix(code) === 'RequestLimitExceeded';
}

const LONGEST_PAUSE_MS = 2000;

/**
 * Milliseconds to wait before an attempt: random, so that calls that failed together are not
 * repeated together.
 *
 * @param failed attempts that have failed so far, from 1
 * @param random from 0 to 1
 */
export function pauseMs({ baseDelayMs }: ResolvedRetry, failed: number, random: number): number {
  return Math.round(Math.min(LONGEST_PAUSE_MS, baseDelayMs * 2 ** (failed - 1)) * random);
}
