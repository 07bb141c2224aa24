import { findTextFault } from '../api/text-faults.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';

/** What a template was approved for; each kind has rules of its own. */
export type SmsTemplateKind = 'verification' | 'notification' | 'marketing';

/** Stands for the id of a template that is not submitted yet: it can be previewed and not be sent. */
export const NEW_TEMPLATE_ID = 'new';

/** What is known of a template that stands in the code. */
export interface SmsTemplateContent {
  /** Tencent's id of the approved template, digits; `new` before it is submitted. */
  readonly id: string;
  /** Decides what values may be, and when it may be sent. */
  readonly kind: SmsTemplateKind;
  /** The approved text with its placeholders, `{1}` or with names of ours `{code:1}`. */
  readonly text: string;
  /** Names of the placeholders in the order of their numbers; a plain `{1}` is called `1`. */
  readonly placeholders: readonly string[];
  /** Name of the placeholder for a verification code; `undefined` where there is none. */
  readonly code: string | undefined;
  /** Name of the placeholder for the minutes that a code holds; `undefined` where there is none. */
  readonly minutes: string | undefined;
}

/** Which placeholders are told to be what, by name or by number. */
export interface TemplateRoles {
  readonly code?: string | number | undefined;
  readonly minutes?: string | number | undefined;
}

const KINDS: ReadonlySet<unknown> = new Set(['verification', 'notification', 'marketing']);
const PLACEHOLDER = /\{(?:([^{}:]*):)?([1-9]\d*)\}/g;
const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/**
 * Reads a template as the code gives it.
 *
 * @throws SmsValidationError with every fault that Tencent's review would not have let pass, or
 * that would leave open which value goes where.
 */
export function parseTemplateContent(
  id: string,
  kind: SmsTemplateKind,
  text: string,
  roles: TemplateRoles = {},
): SmsTemplateContent {
  const issues: SmsFieldIssue[] = id === NEW_TEMPLATE_ID ? [] : checkTemplateId('id', id);
  if (!KINDS.has(kind)) {
    issues.push({
      field: 'kind',
      message: 'kind must be verification, notification or marketing.',
    });
  }
  const placeholders: string[] = [];
  if (typeof text !== 'string' || text.trim() === '') {
    issues.push({ field: 'text', message: 'text must be the text of the approved template.' });
  } else {
    placeholders.push(...readPlaceholders(text, issues));
    checkText(text, issues);
  }
  const code = findRole('code', roles.code, placeholders, issues);
  const minutes = findRole('minutes', roles.minutes, placeholders, issues);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  // The only value of a verification text is its code.
  const only = kind === 'verification' && placeholders.join() === '1' ? '1' : undefined;
  return {
    id,
    kind,
    text,
    placeholders: Object.freeze(placeholders),
    code: code ?? (minutes === undefined ? only : undefined),
    minutes,
  };
}

function findRole(
  role: keyof TemplateRoles,
  told: string | number | undefined,
  placeholders: readonly string[],
  issues: SmsFieldIssue[],
): string | undefined {
  if (told === undefined) {
    return placeholders.includes(role) ? role : undefined;
  }
  const name = String(told);
  if (!placeholders.includes(name)) {
    issues.push({
      field: role,
      message: `${role} must be one of the placeholders of the text${placeholders.length > 0 ? `: ${placeholders.join(', ')}` : ', which has none'}.`,
    });
  }
  return name;
}

/** Faults of a template id; none for a good one. */
export function checkTemplateId(field: string, id: unknown): SmsFieldIssue[] {
  return typeof id === 'string' && /^\d+$/.test(id)
    ? []
    : [{ field, message: `${field} must be the id of a template: digits, as text.` }];
}

/** Puts the values in; a value that is missing leaves its placeholder to be seen. */
export function renderText(text: string, values: readonly (string | undefined)[]): string {
  return text.replace(
    PLACEHOLDER,
    (placeholder, _name, position: string) => values[Number(position) - 1] ?? placeholder,
  );
}

function readPlaceholders(text: string, issues: SmsFieldIssue[]): string[] {
  const found = [...text.matchAll(PLACEHOLDER)];
  const say = (message: string): void => {
    issues.push({ field: 'text', message });
  };
  const named = found.filter(([, name]) => name !== undefined);
  if (named.length > 0 && named.length < found.length) {
    say('text must name all of its placeholders or none.');
  }
  for (const [, name] of named) {
    // `__proto__` in an object literal sets no property.
    if (name === undefined || !IDENTIFIER.test(name) || name === '__proto__') {
      say('text has a placeholder whose name is no identifier; write it as {code:1}.');
    }
  }
  if (new Set(named.map(([, name]) => name)).size < named.length) {
    say('text gives one name to several placeholders.');
  }
  const placeholders: string[] = [];
  for (const [, name, position] of found) {
    const index = Number(position) - 1;
    if (placeholders[index] !== undefined) {
      // It is not documented whether Tencent expects one value then or two.
      say(`text has the number ${position} in several placeholders.`);
    } else if (index < found.length) {
      placeholders[index] = name ?? String(position);
    } else {
      say('text must number its placeholders from 1 without gaps.');
    }
  }
  return placeholders;
}

function checkText(text: string, issues: SmsFieldIssue[]): void {
  const say = (message: string): void => {
    issues.push({ field: 'text', message });
  };
  const fault = findTextFault(text, true);
  if (fault !== undefined) {
    say(`text must not have ${fault}.`);
  }
  if (/[{}｛｝]/.test(text.replace(PLACEHOLDER, ''))) {
    say('text has a brace that belongs to no placeholder; write them as {1} or {code:1}.');
  }
  if (/[【】]/.test(text)) {
    say(
      'text must stand without its signature: Tencent puts 【】 around that and allows no other.',
    );
  }
  if (text.replace(PLACEHOLDER, '').trim() === '') {
    say('text must not consist of placeholders only.');
  }
  if (/\}\{/.test(text)) {
    say('text must have something between two placeholders.');
  }
}
