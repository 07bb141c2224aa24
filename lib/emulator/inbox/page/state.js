// @ts-check
/** @import { SmsEmulatorMessage, SmsEmulatorReply, SmsEmulatorRequest, SmsEmulatorRequestSummary } from '../../contract/control-api.types.js' */
import { stored } from './storage.js';

/** How many the emulator keeps: of what it accepted, of what it refused, and of replies. */
export const KEPT = 1000;

/** @typedef {'en' | 'zh'} Language */
/** @typedef {'phones' | 'requests'} View */
/**
 * @typedef {object} State
 * @property {Map<string, SmsEmulatorMessage>} messages by id
 * @property {Map<string, SmsEmulatorReply>} replies by id
 * @property {SmsEmulatorRequestSummary[]} requests oldest first
 * @property {Map<string, SmsEmulatorRequest | 'loading' | 'gone'>} details requests by id
 * @property {Set<string>} stale ids of details that must be read again
 * @property {Map<string, string>} drafts replies that were not sent, by phone
 * @property {View} view what the list shows
 * @property {boolean} polling whether the list shows polling, too
 * @property {string} phone whose thread is on show, or `''`
 * @property {string} opened what the inspector shows: `m` or `q` and an id, or `''`
 * @property {string} query
 * @property {boolean} whole whether the thread shows its oldest texts, too
 * @property {boolean} loaded
 * @property {Language} language
 */

/**
 * The state that the page holds and shows.
 *
 * @type {State}
 */
export const state = {
  messages: new Map(),
  replies: new Map(),
  requests: [],
  details: new Map(),
  stale: new Set(),
  drafts: new Map(),
  view: 'phones',
  polling: stored('polling') === 'true',
  phone: '',
  opened: '',
  query: '',
  whole: false,
  loaded: false,
  language: firstLanguage(),
};

function firstLanguage() {
  const wished = [stored('language'), ...navigator.languages.map((name) => name.slice(0, 2))];
  return wished.find((name) => name === 'zh' || name === 'en') ?? 'en';
}

/** @param {SmsEmulatorMessage} message */
export function putMessage(message) {
  put(state.messages, message, ({ status }) => status === message.status);
}

/** @param {SmsEmulatorReply} reply */
export function putReply(reply) {
  put(state.replies, reply, () => true);
}

/**
 * @template {{ id: string }} Item
 * @param {Map<string, Item>} map
 * @param {Item} item
 * @param {(other: Item) => boolean} isAlike
 */
function put(map, item, isAlike) {
  map.set(item.id, item);
  if (map.size <= KEPT) return;
  const alike = [...map.values()].filter(isAlike);
  if (alike.length > KEPT && alike[0]) map.delete(alike[0].id);
}
