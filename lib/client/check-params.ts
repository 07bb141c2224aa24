import { shapeOf } from '../api/actions.js';
import type { SmsAction } from '../api/actions.js';
import type { MemberShape, ObjectShape } from '../api/shapes.js';
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
  const shape = shapeOf(action, 'request');
  const params = withoutNull(given);
  if (sdkAppId !== undefined && shape['SmsSdkAppId'] !== undefined) {
    params['SmsSdkAppId'] ??= sdkAppId;
  }
  const issues: SmsFieldIssue[] = [];
  checkMembers(action, '', params, shape, issues);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
  return params;
}

function checkMembers(
  action: SmsAction,
  path: string,
  params: Readonly<Record<string, unknown>>,
  shape: ObjectShape,
  issues: SmsFieldIssue[],
): void {
  for (const member of Object.keys(params)) {
    if (!Object.hasOwn(shape, member) && !isJson(params[member])) {
      const field = path + member;
      issues.push({ field, message: `${action}: ${field} can't be written as JSON.` });
    }
  }
  for (const member in shape) {
    const expected = shape[member] as MemberShape;
    const value = params[member];
    const field = path + member;
    if (value === undefined) {
      if (typeof expected !== 'string' || !expected.endsWith('?')) {
        issues.push({ field, message: `${action}: ${field} is missing; ${say(expected)}.` });
      }
    } else if (!fits(value, expected)) {
      issues.push({ field, message: `${action}: ${field} must be ${say(expected)}.` });
    } else if (typeof expected !== 'string' && Array.isArray(value)) {
      const [itemShape] = expected as readonly [ObjectShape];
      for (const [index, item] of (value as Record<string, unknown>[]).entries()) {
        checkMembers(action, `${field}[${index}].`, item, itemShape, issues);
      }
    }
  }
}

function fits(value: unknown, expected: MemberShape): boolean {
  switch (expected) {
    case 'string':
    case 'string?':
      return typeof value === 'string';
    case 'integer':
    case 'integer?':
      return Number.isSafeInteger(value);
    case 'string[]':
    case 'string[]?':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'integer[]':
    case 'integer[]?':
      return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
    default:
      return Array.isArray(value) && value.every(isObject);
  }
}

function say(expected: MemberShape): string {
  switch (expected) {
    case 'string':
    case 'string?':
      return 'text';
    case 'integer':
    case 'integer?':
      return 'a whole number';
    case 'string[]':
    case 'string[]?':
      return 'a list of texts';
    case 'integer[]':
    case 'integer[]?':
      return 'a list of whole numbers';
    default:
      return 'a list of objects';
  }
}

// A cycle or a bigint cannot be sent; any other unknown value may be valid in a newer API.
function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
