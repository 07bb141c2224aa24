/** Talking to the emulator: reading, changing, and hearing of what is new. */
export const LIVE_SCRIPT = String.raw`
// The page stands at the emulator's root, with or without a slash at the end of a prefix.
const BASE = location.pathname.replace(/\/?$/, '/') + '_emulator/';

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetch(BASE + path, options);
  const text = await response.text();
  if (!response.ok) {
    let message = response.status + ' ' + response.statusText;
    try { message = JSON.parse(text).error.message || message; } catch { /* not ours: the status has to do */ }
    throw new Error(message);
  }
  return text === '' ? null : JSON.parse(text);
}

// For what somebody asked for by hand: says why it failed.
async function attempt(work) {
  try { return await work(); } catch (error) { toast(error.message, true); return undefined; }
}

let lastEventId = '';
let waiting = null;
let source;
let retry;

// Says it once: a reader of the screen would hear each try.
function showLive(is) {
  $('live').dataset.state = is;
  if ($('live').textContent !== t(is)) $('live').textContent = t(is);
}

async function load() {
  const missed = [];
  waiting = missed;
  const [{ messages, lastEventId: id }, { replies }] = await Promise.all([call('GET', 'messages?status=all'), call('GET', 'replies')]);
  // A later one has begun meanwhile.
  if (waiting !== missed) return;
  state.messages = new Map(messages.map((message) => [message.id, message]));
  state.replies = new Map(replies.map((reply) => [reply.id, reply]));
  lastEventId = id;
  state.loaded = true;
  waiting = null;
  for (const event of missed) if (!(Number(event.id) <= Number(id))) apply(event);
  // It may be another emulator by now, whose requests have the numbers of the old ones.
  state.stale = new Set(state.details.keys());
  newestRequest = '';
  draw();
}

async function connect() {
  try {
    await load();
  } catch {
    tryAgain();
    return;
  }
  source = new EventSource(BASE + 'events?lastEventId=' + encodeURIComponent(lastEventId));
  let dropped = false;
  source.onopen = () => {
    showLive('live');
    if (dropped) load().catch(tryAgain);
    dropped = false;
  };
  source.onerror = () => {
    dropped = true;
    showLive('offline');
    // A browser gives up when it got an answer that is no stream, such as a proxy's 502.
    if (source.readyState === EventSource.CLOSED) tryAgain();
  };
  for (const kind of ['message', 'report', 'reply', 'callback', 'clear']) {
    source.addEventListener(kind, (event) => {
      const heard = { kind, id: event.lastEventId, data: JSON.parse(event.data) };
      if (waiting) waiting.push(heard);
      else apply(heard);
    });
  }
}

function tryAgain() {
  showLive('offline');
  if (source) source.close();
  clearTimeout(retry);
  retry = setTimeout(connect, 2000);
}

function apply({ kind, data }) {
  if (kind === 'message') {
    const isNew = !state.messages.has(data.id);
    put(state.messages, data);
    if (isNew) announce(t('arrived', { to: shownPhone(data.to), text: data.text }));
  } else if (kind === 'report') {
    // What was cleared stays cleared, whatever the carrier says of it.
    if (state.messages.has(data.id)) put(state.messages, data);
  } else if (kind === 'reply') {
    put(state.replies, data);
    announce(t('arrivedReply', { to: shownPhone(data.to), text: data.text }));
  } else if (kind === 'callback') {
    for (const id of data.messageIds) addCallback(state.messages.get(id), data);
  } else {
    clearOf(data.sdkAppId);
  }
  drawSoon();
}

function addCallback(message, { at, ok, attempt: count, detail }) {
  const kind = ok ? 'called-back' : 'callback-failed';
  if (!message || message.events.some((event) => event.at === at && event.kind === kind)) return;
  message.events.push({ at, kind, detail: count + ': ' + detail });
}

function clearOf(sdkAppId) {
  for (const map of [state.messages, state.replies]) {
    for (const [id, item] of map) if (sdkAppId === null || item.sdkAppId === sdkAppId) map.delete(id);
  }
  state.requests = [];
  state.details.clear();
  newestRequest = '';
  if (state.messages.size === 0) { state.phone = ''; state.opened = ''; }
}

// One after the other, so that a reader of the screen is not flooded.
let announced;
function announce(text) {
  clearTimeout(announced);
  announced = setTimeout(() => { $('arrivals').textContent = text; }, 150);
}

// In a flood of texts most of the time belongs to whoever uses the page.
let drawing;
let restMs = 16;
function drawSoon() {
  drawing ||= setTimeout(() => {
    const began = performance.now();
    drawing = undefined;
    draw();
    restMs = Math.min(Math.max(16, 3 * (performance.now() - began)), 500);
  }, restMs);
}

// Requests have no event of their own: ask for those after the newest one, as long as somebody looks.
let newestRequest = '';
async function pollRequests() {
  if (!document.hidden && state.loaded) {
    const since = newestRequest;
    try {
      const { requests } = await call('GET', 'requests' + (since === '' ? '' : '?since=' + since));
      if (since === newestRequest && (since === '' || requests.length > 0)) {
        state.requests = [...(since === '' ? [] : state.requests), ...requests].slice(-KEPT);
        newestRequest = requests.length > 0 ? requests.at(-1).id : '';
        draw();
      }
    } catch { /* the stream tells that it is gone */ }
  }
  setTimeout(pollRequests, state.loaded ? 2000 : 200);
}

async function detailOf(id) {
  // A stale one stays on show until the new one is there.
  if (!state.details.has(id) || state.stale.delete(id)) {
    if (!state.details.has(id)) state.details.set(id, null);
    try { state.details.set(id, (await call('GET', 'requests/' + encodeURIComponent(id))).request); }
    catch { state.details.set(id, 'gone'); }
    if (state.details.size > 50) state.details.delete(state.details.keys().next().value);
    drawSoon();
  }
}
`;
