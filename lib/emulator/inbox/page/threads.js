// @ts-check
/** @import { SmsEmulatorMessage, SmsEmulatorReply } from '../../contract/control-api.types.js' */
import { seen } from './seen.js';
import { state } from './state.js';

/** @typedef {{ key: string, at: string, message: SmsEmulatorMessage, reply?: undefined }} TextEntry */
/** @typedef {{ key: string, at: string, message?: undefined, reply: SmsEmulatorReply }} ReplyEntry */
/** @typedef {TextEntry | ReplyEntry} Entry */
/**
 * What one phone got and wrote.
 *
 * @typedef {object} Thread
 * @property {string} phone
 * @property {Entry[]} entries oldest first; never empty
 * @property {Entry} last
 * @property {string} at time of the last entry
 * @property {number} unread
 */

/**
 * All phones, the one with the newest entry first.
 *
 * @returns {Thread[]}
 */
export const threads = () =>
  [...Map.groupBy(entries(), ({ message, reply }) => (message ?? reply).to)]
    .map(([phone, list]) => toThread(phone, list))
    .toSorted((a, b) => compare(b.at, a.at));

/** @returns {Iterable<Entry>} */
function* entries() {
  for (const message of state.messages.values()) {
    yield { key: `m${message.id}`, at: message.sentAt, message };
  }
  for (const reply of state.replies.values()) yield { key: `r${reply.id}`, at: reply.at, reply };
}

/**
 * @param {string} phone
 * @param {Entry[]} list
 */
function toThread(phone, list) {
  list.sort((a, b) => compare(a.at, b.at));
  const last = /** @type {Entry} */ (list.at(-1));
  const seenAt = seen.phones.get(phone) ?? '';
  // Seen later than it came: that was another emulator, or another clock.
  const isAllNew = seenAt > last.at;
  const unread = list.filter(({ at, message }) => message && (isAllNew || at > seenAt)).length;
  return { phone, entries: list, last, at: last.at, unread };
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
