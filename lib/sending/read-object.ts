import type { SmsFieldIssue } from '../errors/sms.error.js';

/** The members that an object of the caller's gave, and what is wrong with them. */
export interface ReadMembers {
  /** Only what was given: `undefined` is as good as left out. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly issues: readonly SmsFieldIssue[];
}

/**
 * Copies the members of an object of the caller's, each read once: the object may change later, and
 * a getter or a proxy may throw. What throws becomes an issue that names the member, and so does a
 * member that is not known.
 *
 * @param what the object in a word, such as `row`
 */
export function readObject(given: unknown, known: ReadonlySet<string>, what: string): ReadMembers {
  if (typeof given !== 'object' || given === null || isList(given)) {
    return { members: {}, issues: [{ field: what, message: `${what} must be an object.` }] };
  }
  const issues: SmsFieldIssue[] = [];
  const members: Record<string, unknown> = {};
  for (const name of known) {
    const value = readOnce(given, name, '', issues);
    if (value !== undefined) {
      members[name] = copyMember(name, value, issues);
    }
  }
  for (const name of keysOf(given, what, issues)) {
    if (!known.has(name) && isGiven(given, name)) {
      const member = sayKey('', name);
      issues.push({
        field: member === '' ? what : member,
        message: `${member === '' ? `A member of ${what}` : member} is not known here; expected ${[...known].join(', ')}.`,
      });
    }
  }
  return { members, issues };
}

function copyMember(name: string, value: unknown, issues: SmsFieldIssue[]): unknown {
  if (name === 'params') {
    return copyParams(value, issues);
  }
  return name === 'signName' && typeof value === 'object' ? copySignNames(value, issues) : value;
}

const MARKETS: ReadonlySet<string> = new Set(['mainland', 'international']);

function copySignNames(given: unknown, issues: SmsFieldIssue[]): unknown {
  const read = readObject(given, MARKETS, 'signName');
  for (const { field, message } of read.issues) {
    const path = field === 'signName' ? '' : 'signName.';
    issues.push({ field: path + field, message: path + message });
  }
  return read.members;
}

/** Copies the values of a text. They are texts or numbers: anything deeper is at fault anyway. */
export function copyParams(params: unknown, issues: SmsFieldIssue[]): unknown {
  if (typeof params !== 'object' || params === null) {
    return params;
  }
  try {
    if (Array.isArray(params)) {
      return Array.from({ length: params.length }, (_, index) =>
        readOnce(params, index, 'params', issues),
      );
    }
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(params)) {
      const value = readOnce(params, name, 'params', issues);
      if (name === '__proto__') {
        Object.defineProperty(copy, name, { value, enumerable: true });
      } else {
        copy[name] = value;
      }
    }
    return copy;
  } catch {
    issues.push({ field: 'params', message: "params can't be read." });
    return undefined;
  }
}

/**
 * The value of a member; `undefined` and an issue where reading it throws.
 *
 * @param path of the object
 */
export function readOnce(
  given: object,
  name: string | number,
  path: string,
  issues: SmsFieldIssue[],
): unknown {
  try {
    return (given as Record<string | number, unknown>)[name];
  } catch {
    const field = typeof name === 'number' ? `${path}[${name}]` : sayKey(path, name);
    // What was thrown is the caller's and may hold anything, so that it is not shown.
    issues.push({ field, message: `${field} can't be read: its getter throws.` });
    return undefined;
  }
}

/** Whether an object has a member; `false` where it can't be asked. */
export function hasMember(given: unknown, name: string | symbol): boolean {
  try {
    return typeof given === 'object' && given !== null && name in given;
  } catch {
    return false;
  }
}

/** Whether an object has a method; `false` where it can't be asked. */
export function hasMethod(given: unknown, name: string | symbol): boolean {
  try {
    return (
      typeof given === 'object' &&
      given !== null &&
      typeof (given as Record<string | symbol, unknown>)[name] === 'function'
    );
  } catch {
    return false;
  }
}

function isList(given: object): boolean {
  try {
    return Array.isArray(given);
  } catch {
    // A proxy that was revoked: each of its members says so.
    return false;
  }
}

function isGiven(given: object, name: string): boolean {
  const unreadable: SmsFieldIssue[] = [];
  return readOnce(given, name, '', unreadable) !== undefined || unreadable.length > 0;
}

function keysOf(given: object, what: string, issues: SmsFieldIssue[]): readonly string[] {
  try {
    return Object.keys(given);
  } catch {
    issues.push({ field: what, message: `The members of ${what} can't be listed.` });
    return [];
  }
}

// A key that can't be a name may be a value in the wrong place.
function sayKey(path: string, key: string): string {
  const isName = /^[A-Za-z_$][\w$]{0,39}$/.test(key) && !/\d{3}/.test(key);
  return isName ? (path === '' ? key : `${path}.${key}`) : path;
}
