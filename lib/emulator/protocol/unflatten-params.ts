import type { Member, Members } from '../../api/shapes.js';
import { unknownOf } from '../errors/tencent-words.js';
import { ApiError } from './api.error.js';
import { quoteMember } from './quote-member.js';

/** Decodes a query string or a form: `+` and `%20` are both a blank, since SDKs send either. */
export function decodeParams(encoded: string): [name: string, value: string][] {
  return [...new URLSearchParams(encoded)];
}

/**
 * Rebuilds a request from its flattened form: `PhoneNumberSet.0` becomes the first item of a list,
 * digits become an integer where the action takes one. Types are checked afterwards, as for JSON.
 *
 * @throws ApiError when a name fits no member or the indexes of a list have gaps.
 */
export function unflattenParams(
  members: Members,
  pairs: Iterable<readonly [name: string, value: string]>,
): Record<string, unknown> {
  const root: Branch = new Map();
  for (const [name, value] of pairs) {
    setPath(root, name, value);
  }
  return readObject(members, root, '');
}

/** Names come from outside, so they are kept in maps, where `__proto__` is a name like any other. */
type Branch = Map<string, Branch | string>;

// MultiSmsInfoSet.0.TemplateParamSet.0 is the deepest name there is.
const MAX_DEPTH = 4;

function setPath(root: Branch, name: string, value: string): void {
  const steps = name.split('.', MAX_DEPTH + 1);
  const leaf = steps.pop() ?? '';
  let branch = root;
  for (const step of steps) {
    const below = branch.get(step);
    if (below instanceof Map) {
      branch = below;
    } else {
      const fresh: Branch = new Map();
      branch.set(step, fresh);
      branch = fresh;
    }
  }
  if (steps.length === MAX_DEPTH) {
    throw new ApiError('UnknownParameter', unknownOf(quoteMember(name)));
  }
  branch.set(leaf, value);
}

function readObject(members: Members, branch: Branch, path: string): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of branch) {
    const member = members.get(name);
    if (member === undefined) {
      throw new ApiError('UnknownParameter', unknownOf(quoteMember(path + name)));
    }
    object[name] = readMember(member, value, path + name);
  }
  return object;
}

function readMember(member: Member, value: Branch | string, path: string): unknown {
  if (typeof value === 'string') {
    return member.kind === 'integer' ? toInteger(value) : value;
  }
  if (member.kind !== 'object') {
    // A scalar given as a list stays a list: the check of types names it.
    return toList(value, path).map((item) =>
      typeof item === 'string' && member.kind === 'integer' ? toInteger(item) : item,
    );
  }
  return member.isList
    ? toList(value, path).map((item, index) => readItem(member, item, `${path}.${index}`))
    : readObject(member.members, value, `${path}.`);
}

function readItem({ members }: { members: Members }, item: Branch | string, path: string): unknown {
  return typeof item === 'string' ? item : readObject(members, item, `${path}.`);
}

/** An index can't be larger than the list is long, so a huge one is a gap and never an array's length. */
function toList(branch: Branch, path: string): (Branch | string)[] {
  const list: (Branch | string)[] = [];
  for (let index = 0; index < branch.size; index += 1) {
    const item = branch.get(String(index));
    if (item === undefined) {
      throw new ApiError(
        'InvalidParameter',
        `The indexes of ${quoteMember(path)} must count from 0 without gaps.`,
      );
    }
    list.push(item);
  }
  return list;
}

function toInteger(text: string): number | string {
  return /^-?\d{1,20}$/.test(text) ? Number(text) : text;
}
