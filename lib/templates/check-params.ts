import { MAX_TEXT_CHARACTERS } from '../api/limits.js';
import { findTextFault } from '../api/text-faults.js';
import type { SmsFieldIssue, SmsIssueReason } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { containsUrl } from './contains-url.js';
import { renderText } from './template-content.js';
import type { SmsTemplateContent, SmsTemplateKind } from './template-content.js';

/** Where a text goes. */
type Market = 'mainland' | 'international';

/** Values in the order of their numbers, and what is wrong with them. */
export interface CollectedValues {
  /** `undefined` where no text could be made. */
  readonly values: readonly (string | undefined)[];
  readonly issues: readonly SmsFieldIssue[];
}

/**
 * Brings parameters, named or positional, into the order of the text and checks each of them.
 *
 * @param other the template of the other market, whose parameters may be there too
 */
export function collectValues(
  template: SmsTemplateContent,
  params: unknown,
  other?: SmsTemplateContent,
): CollectedValues {
  const { kind, placeholders } = template;
  const names = other === undefined || other === template ? [] : other.placeholders;
  if (placeholders.length === 0 && names.length > 0) {
    return { values: [], issues: [] };
  }
  const issues: SmsFieldIssue[] = [];
  const given = byName(placeholders, names, params, issues);
  const values = placeholders.map((name) => {
    const value = given.get(name);
    return value === undefined ? undefined : checkValue(fieldOf(name), value, kind, issues);
  });
  return { values, issues };
}

/** Checks the values of a template of which only the id is known. */
export function collectRawValues(params: unknown): CollectedValues {
  if (params !== undefined && !Array.isArray(params)) {
    return { values: [], issues: [{ field: 'params', message: 'params must be a list.' }] };
  }
  const issues: SmsFieldIssue[] = [];
  const values = Array.from((params ?? []) as unknown[], (value, index) =>
    checkValue(`params[${index}]`, value, undefined, issues),
  );
  return { values, issues };
}

/**
 * Checks that a whole text, its signature included, is short enough for where it goes. Counts UTF-16 units, as the
 * mainland's segments do.
 *
 * @param signName without it the signature is not counted
 * @throws SmsValidationError when it is too long.
 */
export function checkTextLength(
  template: SmsTemplateContent,
  values: readonly string[],
  market: Market,
  signName = '',
): void {
  const issues = textLengthIssues(template, values, market, signName);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}

/** What `checkTextLength` would throw. */
export function textLengthIssues(
  template: SmsTemplateContent,
  values: readonly (string | undefined)[],
  market: Market,
  signName: string,
): SmsFieldIssue[] {
  // Both 【】 and [] add two.
  const sign = signName === '' ? 0 : signName.length + 2;
  const characters = sign + renderText(template.text, values).length;
  const most = MAX_TEXT_CHARACTERS[market];
  return characters <= most
    ? []
    : [
        {
          field: 'params',
          message: `The text has ${characters} characters with its values and signature; ${most} are allowed.`,
          reason: 'text-too-long',
        },
      ];
}

/**
 * Checks that values of which the text is not known are short enough for where they go.
 *
 * @throws SmsValidationError when one alone is too long.
 */
export function checkValueLengths(values: readonly string[], market: Market): void {
  const most = MAX_TEXT_CHARACTERS[market];
  if (values.some((value) => value.length > most)) {
    throw new SmsValidationError([
      {
        field: 'params',
        message: `A value of params alone is longer than the ${most} characters of a whole text.`,
      },
    ]);
  }
}

function byName(
  placeholders: readonly string[],
  others: readonly string[],
  params: unknown,
  issues: SmsFieldIssue[],
): Map<string, unknown> {
  const say = (field: string, message: string, reason?: SmsIssueReason): void => {
    issues.push({ field, message, reason });
  };
  const given = new Map<string, unknown>();
  const known = new Set(
    others.length === 0 ? placeholders : [...placeholders, ...others].toSorted(),
  );
  if (Array.isArray(params)) {
    if (placeholders.length > 0 && !isPositional(placeholders)) {
      say('params', `params must be an object with ${list(placeholders)}.`);
    } else if (params.length !== placeholders.length) {
      say('params', `params must have ${count(placeholders)}, not ${params.length}.`);
    }
    // Never `undefined`: what stands in the list was given, whatever it is.
    params.forEach((value: unknown, index) => given.set(String(index + 1), value ?? null));
  } else if (params === undefined || (typeof params === 'object' && params !== null)) {
    const object = (params ?? {}) as Readonly<Record<string, unknown>>;
    if (isPositional(placeholders)) {
      say('params', `params must be a list of ${count(placeholders)}.`);
    } else {
      for (const name of placeholders) {
        const value = Object.hasOwn(object, name) ? object[name] : undefined;
        if (value === undefined) {
          say(fieldOf(name), `${fieldOf(name)} is missing.`, 'value-missing');
        } else {
          given.set(name, value);
        }
      }
      for (const name of Object.keys(object)) {
        if (object[name] !== undefined && !known.has(name)) {
          say('params', `${sayKey(name)} is not in the text; it has ${list([...known])}.`);
        }
      }
    }
  } else {
    say('params', 'params must be an object or a list.');
  }
  return given;
}

function checkValue(
  field: string,
  value: unknown,
  kind: SmsTemplateKind | undefined,
  issues: SmsFieldIssue[],
): string | undefined {
  const text = toText(value);
  // Digits are the only advice for a code, whatever the number was.
  const shown = kind === 'verification' && typeof value === 'number' ? String(value) : text;
  const fault = shown === undefined ? NO_TEXT : findFault(shown, kind);
  if (fault !== undefined) {
    const [sentence, reason] = fault;
    issues.push({ field, message: `${field} ${sentence}.`, reason });
  }
  return text;
}

/** What is wrong with a value, in words that follow its name, and for programs. */
type ValueFault = readonly [sentence: string, reason: SmsIssueReason | undefined];

const NO_TEXT: ValueFault = [
  'must be a text, or a number that is whole: JavaScript rounds others, so write 0.3, or more than 15 digits, as text',
  'value-no-text',
];

function findFault(text: string, kind: SmsTemplateKind | undefined): ValueFault | undefined {
  const textFault = findTextFault(text, true);
  if (textFault !== undefined) {
    return [`must not have ${textFault}`, undefined];
  }
  if (kind === 'verification' && !/^\d{1,6}$/.test(text)) {
    return ['must be 1 to 6 digits, as in every verification template', 'value-no-code'];
  }
  if (text.length > MAX_TEXT_CHARACTERS.international) {
    return [
      `alone is longer than the ${MAX_TEXT_CHARACTERS.international} characters of a whole text`,
      'value-too-long',
    ];
  }
  return containsUrl(text) ? ['must not contain a URL or a domain', 'value-has-url'] : undefined;
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  // Of any other number the digits may differ from those in the source: 0.1 + 0.2 has seventeen.
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

// A name of ours never begins with a digit.
function isPositional(placeholders: readonly string[]): boolean {
  return placeholders[0] === '1';
}

function fieldOf(name: string): string {
  return /^\d/.test(name) ? `params[${Number(name) - 1}]` : `params.${name}`;
}

// A key that can't be the name of a placeholder may be a value in the wrong place.
function sayKey(name: string): string {
  return /^[A-Za-z_$][\w$]{0,39}$/.test(name) && !/\d{3}/.test(name)
    ? `params.${name}`
    : 'A key of params';
}

function list(placeholders: readonly string[]): string {
  return placeholders.length === 0 ? 'no placeholders' : placeholders.join(', ');
}

function count(placeholders: readonly string[]): string {
  return placeholders.length === 1 ? '1 value' : `${placeholders.length} values`;
}
