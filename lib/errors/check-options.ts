import * as v from 'valibot';
import { redactUntrusted } from '../privacy/redact.js';
import type { SmsFieldIssue } from './sms.error.js';

/** What is wrong with one option. */
export interface OptionProblem {
  /** Path of the option, such as `credentials.secretId`; empty for the options as a whole. */
  readonly field: string;
  readonly kind: 'missing' | 'unusable' | 'unknown';
  /** What the option should have been, in words. */
  readonly expected: string;
}

/** The options with their defaults, or everything that is wrong with them. */
export type CheckedOptions<Output> =
  | { readonly output: Output; readonly problems?: undefined }
  | { readonly problems: readonly OptionProblem[] };

/** Says in words what a schema takes, for the sentence that refuses anything else. */
export function expects<const Schema extends v.GenericSchema>(
  expected: string,
  schema: Schema,
): Schema {
  return v.config(schema, { message: expected });
}

/**
 * An object with these options and no others. `undefined` means not given, so that a required option
 * is missing either way.
 */
export function optionsObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(
    v.custom<Record<string, unknown>>(isRecord),
    // Options that are left out get checked by their own entry, which knows what it expects.
    v.transform((given) => withAll(given, Object.keys(entries))),
    v.looseObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      const value = dataset.value as Record<string, unknown>;
      for (const key of Object.keys(value).filter((name) => !Object.hasOwn(entries, name))) {
        addIssue({
          message: UNKNOWN,
          path: [{ type: 'object', origin: 'key', input: value, key, value: value[key] }],
        });
      }
    }),
  );
}

/** One schema for objects and another one for everything else, so that a bad member is named. */
export function objectOr<
  const ObjectSchema extends v.GenericSchema,
  const Other extends v.GenericSchema,
>(object: ObjectSchema, other: Other) {
  return v.lazy<ObjectSchema | Other>((input) => (isRecord(input) ? object : other));
}

/** Checks options by their schema: one problem for each option, in the order of the schema. */
export function checkOptions<const Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
): CheckedOptions<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, given);
  if (result.success) {
    return { output: result.output };
  }
  const problems = new Map<string, OptionProblem>();
  for (const issue of result.issues) {
    const field = v.getDotPath(issue) ?? '';
    if (!problems.has(field)) {
      problems.set(field, { field, kind: kindOf(issue), expected: issue.message });
    }
  }
  return { problems: [...problems.values()] };
}

/** The sentence for a problem; `where` stands before it, such as the name of a function. */
export function toFieldIssue({ field, kind, expected }: OptionProblem, where = ''): SmsFieldIssue {
  if (kind === 'unknown') {
    // A caller who mixes name and value up puts a key here.
    const name = redactUntrusted(field);
    return { field: name, message: `${where}${name} is not an option; check its spelling.` };
  }
  const problem = kind === 'missing' ? 'is missing' : 'is not usable';
  return { field, message: `${where}${field} ${problem}: expected ${expected}.` };
}

const UNKNOWN = 'no such option';

function kindOf({ input, message }: v.BaseIssue<unknown>): OptionProblem['kind'] {
  if (message === UNKNOWN) {
    return 'unknown';
  }
  return input === undefined ? 'missing' : 'unusable';
}

/** Options may come from an instance of a class, whose getters are not its own members. */
function withAll(
  given: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> {
  const keys = new Set([...Object.keys(given), ...names]);
  return Object.fromEntries([...keys].map((key) => [key, given[key]]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
