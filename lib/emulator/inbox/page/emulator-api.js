// @ts-check
/** @import { CallbackResponse, CallbacksResponse, KeepResponse, MessagesResponse, RepliesResponse, ReplyResponse, ReplyBody, RequestResponse, RequestsResponse, ControlApiErrorBody } from '../../contract/control-api.types.js' */
import { toast } from './toast.js';

// The page stands at the emulator's root, with or without a slash at the end of a prefix.
const BASE = `${location.pathname.replace(/\/?$/, '/')}_emulator/`;

/** @type {() => Promise<MessagesResponse>} */
export const readMessages = () => call('GET', 'messages?status=all');

/** @type {() => Promise<null>} */
export const deleteMessages = () => call('DELETE', 'messages');

/** @type {(id: string) => Promise<CallbackResponse>} */
export const pushCallback = (id) => call('POST', `messages/${id}/callback`);

/** @type {(id: string) => Promise<CallbacksResponse>} */
export const readCallbacks = (id) => call('GET', `callbacks?message=${id}`);

/** @type {() => Promise<RepliesResponse>} */
export const readReplies = () => call('GET', 'replies');

/** @type {(body: ReplyBody) => Promise<ReplyResponse>} */
export const sendReply = (body) => call('POST', 'replies', body);

/** @type {() => Promise<KeepResponse>} */
export const readKeep = () => call('GET', 'keep');

/** @type {(since: string) => Promise<RequestsResponse>} */
export const readRequests = (since) => call('GET', `requests${since && `?since=${since}`}`);

/** @type {(id: string) => Promise<RequestResponse>} */
export const readRequest = (id) => call('GET', `requests/${encodeURIComponent(id)}`);

/** @param {string} lastEventId */
export const openEvents = (lastEventId) =>
  new EventSource(`${BASE}events?lastEventId=${encodeURIComponent(lastEventId)}`);

/**
 * Runs an action of the user, and shows why it failed.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result | undefined>} `undefined` when it failed
 */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), true);
    return undefined;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function call(method, path, body) {
  const response = await fetch(BASE + path, {
    method,
    ...(body && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(messageOf(text) || `${response.status} ${response.statusText}`);
  return text === '' ? null : JSON.parse(text);
}

/** @param {string} text */
function messageOf(text) {
  try {
    /** @type {ControlApiErrorBody} */
    const { error } = JSON.parse(text);
    return error.message;
  } catch {
    // Not the emulator's answer.
    return '';
  }
}
