import { shapeOf } from '../../api/actions.js';
import type { SmsAction, SmsRequest } from '../../api/actions.js';
import type { MemberShape, ObjectShape } from '../../api/shapes.js';
import { ApiError } from './api.error.js';
import { quoteMember } from './quote-member.js';

/**
 * Checks a request against the members of its action, as Tencent's gateway does: nothing missing,
 * nothing unknown, nothing of the wrong type. A member that is `null` counts as not given.
 *
 * @throws ApiError naming the member.
 */
export function assertParams<A extends SmsAction>(
  action: A,
  params: unknown,
): asserts params is SmsRequest<A> {
  if (!isObject(params)) {
    throw new ApiError('InvalidParameter', 'The body must be a JSON object.');
  }
  checkObject(shapeOf(action, 'request'), params, '');
}

function checkObject(shape: ObjectShape, object: Record<string, unknown>, path: string): void {
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(shape, name)) {
      throw new ApiError(
        'UnknownParameter',
        `The parameter ${quoteMember(path + name)} is not defined.`,
      );
    }
    if (object[name] === null) {
      Reflect.deleteProperty(object, name);
    }
  }
  for (const [name, member] of Object.entries(shape)) {
    const value = object[name];
    if (value !== undefined) {
      checkMember(member, value, path + name);
    } else if (typeof member !== 'string' || !member.endsWith('?')) {
      throw new ApiError(
        'MissingParameter',
        `The request is missing a required parameter ${quoteMember(path + name)}.`,
      );
    }
  }
}

function checkMember(shape: MemberShape, value: unknown, path: string): void {
  if (typeof shape !== 'string') {
    checkNested(shape, value, path);
    return;
  }
  const kind = shape.endsWith('?') ? shape.slice(0, -1) : shape;
  if (!kind.endsWith('[]')) {
    checkScalar(kind, value, path);
    return;
  }
  const itemKind = kind.slice(0, -2);
  for (const [index, item] of listOf(value, path, `a list of ${itemKind}s`).entries()) {
    checkScalar(itemKind, item, path, index);
  }
}

function checkNested(
  shape: ObjectShape | readonly [ObjectShape],
  value: unknown,
  path: string,
): void {
  if (!isListShape(shape)) {
    checkObject(shape, objectOf(value, path), `${path}.`);
    return;
  }
  for (const [index, item] of listOf(value, path, 'a list of objects').entries()) {
    const itemPath = `${path}.${index}`;
    checkObject(shape[0], objectOf(item, itemPath), `${itemPath}.`);
  }
}

function checkScalar(kind: string, value: unknown, path: string, index?: number): void {
  const fits =
    kind === 'string'
      ? typeof value === 'string'
      : // Every integer of a request is unsigned on the wire.
        typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (!fits) {
    const expected = kind === 'string' ? 'a string' : 'an unsigned integer';
    throw wrongType(index === undefined ? path : `${path}.${index}`, expected);
  }
}

function listOf(value: unknown, path: string, expected: string): unknown[] {
  if (!Array.isArray(value)) {
    throw wrongType(path, expected);
  }
  return value;
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) {
    throw wrongType(path, 'an object');
  }
  return value;
}

function wrongType(path: string, expected: string): ApiError {
  return new ApiError('InvalidParameter', `The value of ${quoteMember(path)} must be ${expected}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListShape(shape: ObjectShape | readonly [ObjectShape]): shape is readonly [ObjectShape] {
  return Array.isArray(shape);
}
