import { membersOf } from '../../api/actions.js';
import type { SmsAction, SmsRequest } from '../../api/actions.js';
import { isObject, isWhole } from '../../api/json-values.js';
import type { Member, Members } from '../../api/shapes.js';
import { missingOf, unknownOf, wrongTypeOf } from '../errors/tencent-words.js';
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
  checkObject(membersOf(action, 'request'), params, '');
}

function checkObject(members: Members, object: Record<string, unknown>, path: string): void {
  for (const name of Object.keys(object)) {
    if (!members.has(name)) {
      throw new ApiError('UnknownParameter', unknownOf(quoteMember(path + name)));
    }
    if (object[name] === null) {
      Reflect.deleteProperty(object, name);
    }
  }
  for (const [name, member] of members) {
    const value = object[name];
    if (value !== undefined) {
      checkMember(member, value, path + name);
    } else if (!member.isOptional) {
      throw new ApiError('MissingParameter', missingOf(quoteMember(path + name)));
    }
  }
}

function checkMember(member: Member, value: unknown, path: string): void {
  if (!member.isList) {
    checkValue(member, value, path);
    return;
  }
  for (const [index, item] of listOf(value, path).entries()) {
    checkValue(member, item, `${path}.${index}`);
  }
}

function checkValue(member: Member, value: unknown, path: string): void {
  if (member.kind === 'object') {
    checkObject(member.members, objectOf(value, path), `${path}.`);
  } else if (member.kind === 'string' && typeof value !== 'string') {
    throw wrongType(path);
  } else if (member.kind === 'integer' && !isWhole(value)) {
    // Every integer of a request is unsigned on the wire.
    throw wrongType(path);
  }
}

function listOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) {
    throw wrongType(path);
  }
  return value;
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) {
    throw wrongType(path);
  }
  return value;
}

function wrongType(path: string): ApiError {
  return new ApiError('InvalidParameter', wrongTypeOf(quoteMember(path)));
}
