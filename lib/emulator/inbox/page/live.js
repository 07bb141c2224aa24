// @ts-check
// Receives what is new, also after the connection was lost.
/** @import { SmsEmulatorCallback, ControlApiEvents } from '../../contract/control-api.types.js' */
import { $ } from './elements.js';
import { openEvents, readKeep, readMessages, readReplies } from './emulator-api.js';
import { shownPhone } from './format.js';
import { t } from './language.js';
import { redraw, redrawSoon } from './redraw.js';
import { restartRequestLog } from './request-log.js';
import { putMessage, putReply, state } from './state.js';

/** @typedef {'connecting' | 'live' | 'offline'} Connection */
/** @typedef {{ [Kind in keyof ControlApiEvents]: { kind: Kind, id: string, data: ControlApiEvents[Kind] } }[keyof ControlApiEvents]} Heard */

const RETRY_MS = 2000;
/** @type {Heard['kind'][]} */
const KINDS = ['message', 'report', 'reply', 'callback', 'clear', 'dropped'];

let lastEventId = '';
/** @type {Heard[] | undefined} what came while the whole is being read */
let waiting;
/** @type {Connection} */
let shown = 'connecting';
/** @type {EventSource | undefined} */
let source;
/** @type {number | undefined} */
let retry;
/** @type {number | undefined} */
let announcing;

/**
 * Shows it once: a screen reader would speak each try.
 *
 * @param {Connection} [connection] the one on show if none is given
 */
export function showLive(connection = shown) {
  const live = $('live');
  shown = connection;
  live.dataset.state = connection;
  if (live.textContent !== t(connection)) live.textContent = t(connection);
}

let dropped = 0;

/**
 * Says how many reports were dropped, as long as there are any to speak of.
 *
 * @param {number} [count] the one on show if none is given
 */
export function showDropped(count = dropped) {
  dropped = count;
  $('dropped').hidden = count === 0;
  $('dropped').textContent = count === 0 ? '' : t('dropped', { n: count });
}

/** Reads the whole, then listens. */
export async function connect() {
  try {
    await load();
    listen(openEvents(lastEventId));
  } catch {
    tryAgain();
  }
}

async function load() {
  /** @type {Heard[]} */
  const missed = [];
  waiting = missed;
  const [{ messages, lastEventId: id }, { replies }, { droppedReports }] = await Promise.all([
    readMessages(),
    readReplies(),
    readKeep(),
  ]);
  // A later one has begun meanwhile.
  if (waiting !== missed) return;
  state.messages = new Map(messages.map((message) => [message.id, message]));
  state.replies = new Map(replies.map((reply) => [reply.id, reply]));
  lastEventId = id;
  state.loaded = true;
  showDropped(droppedReports);
  waiting = undefined;
  for (const event of missed) if (!(Number(event.id) <= Number(id))) apply(event);
  // It may be another emulator by now, whose requests have the numbers of the old ones.
  state.stale = new Set(state.details.keys());
  restartRequestLog();
  redraw();
}

/** @param {EventSource} events */
function listen(events) {
  source = events;
  let isDropped = false;
  events.addEventListener('open', () => {
    showLive('live');
    if (isDropped) load().catch(tryAgain);
    isDropped = false;
  });
  events.addEventListener('error', () => {
    isDropped = true;
    showLive('offline');
    // A browser stops reconnecting after a response that is no stream, such as a proxy's 502.
    if (events.readyState === EventSource.CLOSED) tryAgain();
  });
  for (const kind of KINDS) {
    events.addEventListener(kind, (event) => {
      const heard = { kind, id: event.lastEventId, data: JSON.parse(event.data) };
      if (waiting) waiting.push(heard);
      else apply(heard);
    });
  }
}

function tryAgain() {
  showLive('offline');
  source?.close();
  clearTimeout(retry);
  retry = setTimeout(() => void connect(), RETRY_MS);
}

/** @param {Heard} heard */
function apply({ kind, data }) {
  switch (kind) {
    case 'message':
      if (!state.messages.has(data.id)) {
        announce(t('arrived', { to: shownPhone(data.to), text: data.text }));
      }
      putMessage(data);
      break;
    case 'report':
      // What was cleared stays cleared, whatever the carrier reports later.
      if (state.messages.has(data.id)) putMessage(data);
      break;
    case 'reply':
      putReply(data);
      announce(t('arrivedReply', { to: shownPhone(data.to), text: data.text }));
      break;
    case 'callback':
      addCallback(data);
      break;
    case 'clear':
      clearOf(data.sdkAppId);
      break;
    case 'dropped':
      showDropped(data.reports);
  }
  redrawSoon();
}

/** @param {SmsEmulatorCallback} callback */
function addCallback({ at, ok, attempt, detail, messageIds }) {
  const kind = ok ? 'called-back' : 'callback-failed';
  for (const id of messageIds) {
    const events = state.messages.get(id)?.events;
    if (!events?.some((event) => event.at === at && event.kind === kind)) {
      events?.push({ at, kind, detail: `${attempt}: ${detail}` });
    }
  }
}

/**
 * Forgets what the emulator has cleared.
 *
 * @param {string | null} sdkAppId `null` for all applications
 */
export function clearOf(sdkAppId) {
  for (const map of [state.messages, state.replies]) {
    for (const [id, item] of map) {
      if (sdkAppId === null || item.sdkAppId === sdkAppId) map.delete(id);
    }
  }
  state.requests = [];
  state.details.clear();
  restartRequestLog();
  if (state.messages.size === 0) {
    state.phone = '';
    state.opened = '';
  }
}

/**
 * One after the other, so that a screen reader is not flooded.
 *
 * @param {string} text
 */
function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    $('arrivals').textContent = text;
  }, 150);
}
