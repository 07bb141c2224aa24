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
    .toSorted((a, b) => compareEntries(b.last, a.last));

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
  list.sort(compareEntries);
  const last = /** @type {Entry} */ (list.at(-1));
  const seenAt = seen.phones.get(phone) ?? '';
  // Seen later than it came: that was another emulator, or another clock.
  const isAllNew = seenAt > last.at;
  const unread = list.filter(({ at, message }) => message && (isAllNew || at > seenAt)).length;
  return { phone, entries: list, last, at: last.at, unread };
}

/**
 * By time, then as they came: a burst has one time, and what is loaded comes in another order than what
 * arrives. A reply comes after the text that it answers.
 *
 * @param {Entry} a
 * @param {Entry} b
 */
function compareEntries(a, b) {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return Number(!a.message) - Number(!b.message) || idOf(a) - idOf(b);
}

/** @param {Entry} entry */
const idOf = ({ message, reply }) => Number((message ?? reply).id);
