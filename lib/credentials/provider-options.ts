import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { toOrigin } from '../http/to-origin.js';

/** What one option of a provider must be. */
export interface OptionCheck {
  fits: (value: unknown) => boolean;
  /** In words, after "expected". */
  expected: string;
  required?: boolean;
}

/** A check for each option: none can be forgotten. */
export type OptionChecks<T> = Readonly<Record<keyof T, OptionCheck>>;

/**
 * Checks the options of a provider where it is made, since a bad one would else be found by the
 * first text that should be sent.
 *
 * @throws SmsOptionsError with a sentence for every bad option, and no value in it.
 */
export function assertOptions<T extends object>(
  factory: string,
  given: T,
  checks: OptionChecks<T>,
): void {
  if (typeof given !== 'object' || given === null) {
    throw new SmsOptionsError([
      { field: factory, message: `${factory}: the options must be an object.` },
    ]);
  }
  const issues: SmsFieldIssue[] = [];
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(checks, field)) {
      const message = `${factory}: ${field} is not an option; check its spelling.`;
      issues.push({ field, message });
    }
  }
  for (const field of Object.keys(checks) as (keyof T & string)[]) {
    const { fits, expected, ...check } = checks[field];
    const value: unknown = given[field];
    if (value === undefined ? check.required : !fits(value)) {
      const problem = value === undefined ? 'is missing' : 'is not usable';
      issues.push({ field, message: `${factory}: ${field} ${problem}: expected ${expected}.` });
    }
  }
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
}

/** A text that matches a pattern. */
export function text(pattern: RegExp, expected: string): OptionCheck {
  return { fits: (value) => typeof value === 'string' && pattern.test(value), expected };
}

/** A whole number within bounds. */
export function wholeNumber(unit: string, min: number, max = 2 ** 31 - 1): OptionCheck {
  return {
    fits: (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    expected: `a whole number of ${unit} from ${min} to ${max}`,
  };
}

/** An object that has a method. */
export function port(method: string): OptionCheck {
  return {
    fits: (value) => isObject(value) && typeof value[method] === 'function',
    expected: `an object with a method "${method}"`,
  };
}

/** Turns a check into one of an option that can't be left out. */
export function required(check: OptionCheck): OptionCheck {
  return { ...check, required: true };
}

/** An endpoint: a URL without path, or a bare host. */
export const ENDPOINT: OptionCheck = {
  fits: (value) => typeof value === 'string' && toOrigin(value) !== undefined,
  expected: 'a host, or a URL with http or https, without path and credentials',
};

/** A replacement of the clock. */
export const CLOCK: OptionCheck = {
  fits: (value) => typeof value === 'function',
  expected: 'a function that returns milliseconds since 1970',
};

/** A replacement of `process.env`. */
export const ENVIRONMENT: OptionCheck = {
  fits: isObject,
  expected: 'an object such as process.env',
};

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
