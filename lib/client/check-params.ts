import { membersOf } from '../api/actions.js';
import type { SmsAction } from '../api/actions.js';
import { isObject } from '../api/json-values.js';
import type { Member, Members } from '../api/shapes.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';

/**
 * Checks a request before it is paid for: required members are present, and known members have
 * their type. Unknown members pass, since a newer version of the API may have them.
 *
 * Gives a copy in which `null` is left out and `SmsSdkAppId` falls back to the account's.
 *
 * @throws SmsValidationError naming every bad member, without its value.
 */
export function checkParams(
  action: SmsAction,
  given: unknown,
  sdkAppId: string | undefined,
): Record<string, unknown> {
  if (!isObject(given)) {
    throw new SmsValidationError([
      { field: 'params', message: `${action}: the parameters must be an object.` },
    ]);
  }
  const members = membersOf(action, 'request');
  const params = withoutNull(given);
  if (sdkAppId !== undefined && members.has('SmsSdkAppId')) {
    params['SmsSdkAppId'] ??= sdkAppId;
  }
  const issues: SmsFieldIssue[] = [];
  checkMembers(action, '', params, members, issues);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return params;
}

function checkMembers(
  action: SmsAction,
  path: string,
  params: Readonly<Record<string, unknown>>,
  members: Members,
  issues: SmsFieldIssue[],
): void {
  for (const name of Object.keys(params)) {
    if (!members.has(name) && !isJson(params[name])) {
      const field = path + name;
      issues.push({ field, message: `${action}: ${field} can't be written as JSON.` });
    }
  }
  for (const [name, member] of members) {
    const value = params[name];
    const field = path + name;
    if (value === undefined) {
      if (!member.isOptional) {
        issues.push({ field, message: `${action}: ${field} is missing; ${describe(member)}.` });
      }
    } else if (!fits(value, member)) {
      issues.push({ field, message: `${action}: ${field} must be ${describe(member)}.` });
    } else if (member.kind === 'object') {
      for (const [itemPath, item] of objectsIn(field, value, member.isList)) {
        checkMembers(action, `${itemPath}.`, item, member.members, issues);
      }
    }
  }
}

function objectsIn(
  field: string,
  value: unknown,
  isList: boolean,
): (readonly [path: string, object: Record<string, unknown>])[] {
  return isList
    ? Array.from(value as Record<string, unknown>[], (item, index) => [`${field}[${index}]`, item])
    : [[field, value as Record<string, unknown>]];
}

const IS_KIND: Readonly<Record<Member['kind'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  object: isObject,
};

function fits(value: unknown, { kind, isList }: Member): boolean {
  const isKind = IS_KIND[kind];
  return isList ? Array.isArray(value) && value.every((item) => isKind(item)) : isKind(value);
}

const DESCRIPTIONS: Readonly<Record<Member['kind'], { one: string; list: string }>> = {
  string: { one: 'text', list: 'a list of texts' },
  integer: { one: 'a whole number', list: 'a list of whole numbers' },
  object: { one: 'an object', list: 'a list of objects' },
};

function describe({ kind, isList }: Member): string {
  return DESCRIPTIONS[kind][isList ? 'list' : 'one'];
}

// A cycle or a bigint cannot be sent; any other unknown value may be valid in a newer API.
function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function withoutNull(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const member of Object.keys(given)) {
    const value = given[member];
    if (value !== undefined && value !== null) {
      params[member] = value;
    }
  }
  return params;
}
