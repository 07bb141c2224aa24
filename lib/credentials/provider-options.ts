import * as v from 'valibot';
import { isObject } from '../api/json-values.js';
import { checkOptions, expects, optionsObject, toFieldIssue } from '../errors/check-options.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { toOrigin } from '../http/to-origin.js';

/** What one option of a provider must be, where it is given. */
export type OptionCheck = v.OptionalSchema<v.GenericSchema, undefined>;

/** A check for each option: none can be forgotten. */
export type OptionChecks<T> = Readonly<Record<keyof T, v.GenericSchema>>;

/**
 * Checks the options of a provider when it is created; otherwise the first send would be the one to
 * fail.
 *
 * @throws SmsOptionsError with a sentence for every bad option, and no value in it.
 */
export function assertOptions<T extends object>(
  factory: string,
  given: T,
  checks: OptionChecks<T>,
): void {
  const { problems } = checkOptions(optionsObject(checks), given);
  if (problems !== undefined) {
    throw new SmsOptionsError(
      problems.map((problem) =>
        problem.field === ''
          ? { field: factory, message: `${factory}: the options must be an object.` }
          : toFieldIssue(problem, `${factory}: `),
      ),
    );
  }
}

/** A value that a function takes; `expected` says in words which. */
export function option(fits: (value: unknown) => boolean, expected: string): OptionCheck {
  return v.optional(expects(expected, v.custom<unknown>(fits)));
}

/** A text that matches a pattern. */
export function text(pattern: RegExp, expected: string): OptionCheck {
  return option((value) => typeof value === 'string' && pattern.test(value), expected);
}

/** A whole number within bounds. */
export function wholeNumber(unit: string, min: number, max = 2 ** 31 - 1): OptionCheck {
  return option(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `a whole number of ${unit} from ${min} to ${max}`,
  );
}

/** An object that has a method. */
export function port(method: string): OptionCheck {
  return option(
    (value) => isObject(value) && typeof value[method] === 'function',
    `an object with a method "${method}"`,
  );
}

/** Turns a check into one of an option that can't be left out. */
export function required(check: OptionCheck): v.GenericSchema {
  return check.wrapped;
}

/** An endpoint: a URL without path, or a bare host. */
export const ENDPOINT = option(
  (value) => typeof value === 'string' && toOrigin(value) !== undefined,
  'a host, or a URL with http or https, without path and credentials',
);

/** A replacement of the clock. */
export const CLOCK = option(
  (value) => typeof value === 'function',
  'a function that returns milliseconds since 1970',
);

/** A replacement of `process.env`. */
export const ENVIRONMENT = option(isObject, 'an object such as process.env');
