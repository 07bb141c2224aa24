import { membersOf } from '../api/actions.js';
import type { SmsAction, SmsResponse } from '../api/actions.js';
import { hasContent, isObject } from '../api/json-values.js';
import type { Members } from '../api/shapes.js';
import { leavesRequestOpen } from '../errors/code-verdict.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsError } from '../errors/sms.error.js';
import { toApiError } from '../errors/to-api-error.js';
import type { SmsHttpResponse } from '../http/transport.js';
import { redactRequestId } from '../privacy/redact.js';

/** In characters; a custom transport may deliver more than the built-in ones allow. */
const LARGEST_ANSWER = 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads an answer strictly: status 200, JSON, `Response`, no `Response.Error`, and the members that
 * the action promises.
 *
 * @throws SmsApiError when Tencent refused; SmsProtocolError for everything that is not the API's.
 */
export function readResponse<A extends SmsAction>(
  action: A,
  parsed: SmsHttpResponse,
): SmsResponse<A> {
  const { status, body } = parsed;
  try {
    return readStrictly(action, status, body);
  } catch (error) {
    // The request was handed over: an unreadable answer does not prove that the call failed.
    throw error instanceof SmsError
      ? error
      : new SmsProtocolError(`${action}: the answer can't be read.`, status, {
          cause: toSafeCause(error),
        });
  }
}

function readStrictly<A extends SmsAction>(
  action: A,
  status: number,
  body: string,
): SmsResponse<A> {
  const response = readEnvelope(action, status, body);
  let requestId: string | undefined;
  if (typeof response['RequestId'] === 'string') {
    requestId = redactRequestId(response['RequestId']);
    response['RequestId'] = requestId;
  }
  const error = response['Error'];
  if (error !== undefined && error !== null) {
    const { Code, Message } = error as Values;
    if (typeof Code !== 'string' || Code === '') {
      throw new SmsProtocolError(`${action}: the answer holds an Error without a Code.`, status, {
        requestId,
      });
    }
    const message = typeof Message === 'string' ? Message : '';
    const maybeSent = leavesRequestOpen(Code) || showsWork(action, response);
    throw toApiError(action, { code: Code, message, requestId, maybeSent });
  }
  const complaint = complain('', response, membersOf(action, 'response'));
  if (complaint !== undefined) {
    throw new SmsProtocolError(`${action}: the answer's ${complaint}.`, status, { requestId });
  }
  return response as unknown as SmsResponse<A>;
}

function readEnvelope(action: SmsAction, status: number, body: string): Record<string, unknown> {
  if (status !== 200) {
    throw new SmsProtocolError(
      `${action}: HTTP status ${status} instead of 200; the API answers everything with 200, so this came from something in between.`,
      status,
    );
  }
  if (body.length > LARGEST_ANSWER) {
    throw new SmsProtocolError(
      `${action}: the answer is larger than any of the API, so this came from something in between.`,
      status,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // The parser's own message quotes the body, which may hold phone numbers.
    throw new SmsProtocolError(`${action}: the answer is not JSON.`, status);
  }
  const response = isObject(parsed) ? parsed['Response'] : undefined;
  if (!isObject(response)) {
    throw new SmsProtocolError(`${action}: the answer has no Response.`, status);
  }
  return response;
}

/**
 * Whether an answer with an Error holds anything that says that the request was acted on all the
 * same: a list with items or a member with content that the action gives back, and anywhere a serial
 * number or a fee.
 */
function showsWork(action: SmsAction, response: Values): boolean {
  const promised = membersOf(action, 'response');
  const places = Object.entries(response).map(([name, value]) => ({
    name,
    value,
    beside: name !== 'Error',
    promised: promised.has(name),
  }));
  // A list of its own in place of recursion: how deep an answer goes is up to its sender.
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { name, value } = place;
    if (Array.isArray(value) && value.length > 0 && place.beside) {
      return true;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [member, inner] of Object.entries(value)) {
        places.push({ ...place, name: member, value: inner });
      }
    } else if ((place.promised || /^(?:serialno|fee)$/i.test(name)) && hasContent(value)) {
      return true;
    }
  }
  return false;
}

/**
 * The first member that is not as promised. Members inside the items of a list may be missing or
 * new, but a whole number beyond 2^53 was already rounded by the JSON parser: better no answer
 * than a wrong one.
 */
function complain(path: string, values: Values, members: Members): string | undefined {
  for (const [member, expected] of members) {
    const value = values[member];
    const name = path + member;
    if (expected.kind !== 'object') {
      const isInteger = expected.kind === 'integer';
      if (isInteger && typeof value === 'number' && !Number.isSafeInteger(value)) {
        return `${name} is not a whole number that can be read exactly`;
      }
      if (path === '' && typeof value !== (isInteger ? 'number' : 'string')) {
        return `${name} is not ${isInteger ? 'a number' : 'text'}`;
      }
      continue;
    }
    const complaint = expected.isList
      ? complainOfList(name, value, expected.members)
      : isObject(value)
        ? complain(`${name}.`, value, expected.members)
        : `${name} is not an object`;
    if (complaint !== undefined) {
      return complaint;
    }
  }
  return undefined;
}

function complainOfList(name: string, value: unknown, members: Members): string | undefined {
  if (!Array.isArray(value)) {
    return `${name} is not a list`;
  }
  for (const item of value as unknown[]) {
    const complaint = isObject(item)
      ? complain(`${name}[].`, item, members)
      : `${name} holds something that is not an object`;
    if (complaint !== undefined) {
      return complaint;
    }
  }
  return undefined;
}
