// @ts-check
/** @import { Thread } from './threads.js' */
import { state } from './state.js';
import { store, stored } from './storage.js';

const MOST_PHONES = 300;

export const seen = {
  /** @type {Map<string, string>} time of the last entry that was read, by phone */
  phones: new Map(),
  /** Tencent's id of the last refused request that was shown. */
  request: '',
};

/** Reads what this tab or another one has noted. */
export function readSeen() {
  try {
    seen.phones = new Map(JSON.parse(stored('seen') ?? '[]'));
  } catch {
    seen.phones = new Map();
  }
  seen.request = stored('request') ?? '';
}

/** @param {Thread} thread */
export function markSeen({ phone, at }) {
  if (document.hidden || seen.phones.get(phone) === at) return;
  seen.phones.delete(phone);
  seen.phones.set(phone, at);
  store('seen', JSON.stringify([...seen.phones].slice(-MOST_PHONES)));
}

/** Requests that were refused since the list last showed one. */
export function refusedSinceSeen() {
  const refused = state.requests.filter(({ code }) => code !== 'Ok');
  return refused.slice(refused.findIndex(({ requestId }) => requestId === seen.request) + 1);
}

/** The list shows all refused requests. */
export function markRefusedSeen() {
  const last = refusedSinceSeen().at(-1);
  if (!last || document.hidden) return;
  seen.request = last.requestId;
  store('request', seen.request);
}

readSeen();
