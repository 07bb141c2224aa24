import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsCallOptions } from './call-options.js';
import { MAX_DELAY_MS } from './wait.js';

/** Options of a raw call, each of them usable but for `notAfter`. */
export interface CheckedCallOptions {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly notAfter: unknown;
}

const KNOWN: Readonly<Record<keyof SmsCallOptions, true>> = {
  signal: true,
  timeoutMs: true,
  notAfter: true,
};

const NONE: CheckedCallOptions = Object.freeze({
  signal: undefined,
  timeoutMs: undefined,
  notAfter: undefined,
});

/**
 * Checks the options of a raw call: JavaScript callers are not type-checked, and what is wrong here
 * must not pass for a request that may have been sent.
 *
 * @throws SmsValidationError naming every bad option, without its value.
 */
export function checkCallOptions(given: unknown): CheckedCallOptions {
  if (given === undefined) {
    return NONE;
  }
  if (given !== null && (typeof given !== 'object' || Array.isArray(given))) {
    throw new SmsValidationError([{ field: 'options', message: 'options must be an object.' }]);
  }
  const options: Partial<Record<string, unknown>> = { ...given };
  const { signal, timeoutMs, notAfter } = options;
  const issues = [...findSignalIssues(signal), ...findTimeoutIssues(timeoutMs)];
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, name) && options[name] !== undefined) {
      const message = `${name} is not known here; expected ${Object.keys(KNOWN).join(', ')}.`;
      issues.push({ field: name, message });
    }
  }
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return {
    signal: (signal ?? undefined) as AbortSignal | undefined,
    timeoutMs: timeoutMs as number | undefined,
    notAfter,
  };
}

/** What is wrong with a signal; `null` counts as none, as in `fetch`. */
export function findSignalIssues(signal: unknown): SmsFieldIssue[] {
  return signal === undefined || signal === null || isSignal(signal)
    ? []
    : [{ field: 'signal', message: 'signal must be an AbortSignal.' }];
}

/** What is wrong with a time-out: it must be a delay that a timer takes. */
export function findTimeoutIssues(timeoutMs: unknown): SmsFieldIssue[] {
  return timeoutMs === undefined || isTimeout(timeoutMs)
    ? []
    : [{ field: 'timeoutMs', message: 'timeoutMs must be a whole number of milliseconds from 1.' }];
}

function isTimeout(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_DELAY_MS;
}

// By its shape: one from a polyfill, or from another realm, is no instance of Node's class.
function isSignal(value: unknown): value is AbortSignal {
  try {
    const { addEventListener, removeEventListener } = value as Partial<AbortSignal>;
    return (
      typeof value === 'object' &&
      value !== null &&
      'aborted' in value &&
      typeof addEventListener === 'function' &&
      typeof removeEventListener === 'function'
    );
  } catch {
    return false;
  }
}
