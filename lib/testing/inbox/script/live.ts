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

function showLive(is) {
  $('live').dataset.state = is;
  $('live').textContent = t(is);
}

async function load() {
  waiting = [];
  const [{ messages, lastEventId: id }, { replies }] = await Promise.all([call('GET', 'messages?status=all'), call('GET', 'replies')]);
  state.messages = new Map(messages.map((message) => [message.id, message]));
  state.replies = new Map(replies.map((reply) => [reply.id, reply]));
  lastEventId = id;
  state.loaded = true;
  const missed = waiting;
  waiting = null;
  for (const event of missed) if (!(Number(event.id) <= Number(id))) apply(event);
  choosePhone();
  draw();
}

async function connect() {
  showLive('connecting');
  try {
    await load();
  } catch {
    waiting = null;
    showLive('offline');
    setTimeout(connect, 2000);
    return;
  }
  source = new EventSource(BASE + 'events?lastEventId=' + encodeURIComponent(lastEventId));
  let dropped = false;
  source.onopen = () => {
    showLive('live');
    // It may be another emulator by now: see what it has.
    if (dropped) load().catch(() => { waiting = null; });
    dropped = false;
  };
  source.onerror = () => {
    dropped = true;
    showLive('offline');
    // A browser gives up when it got an answer that is no stream, such as a proxy's 502.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
  for (const kind of ['message', 'report', 'reply', 'callback', 'clear']) {
    source.addEventListener(kind, (event) => {
      const heard = { kind, id: event.lastEventId, data: JSON.parse(event.data) };
      if (waiting) waiting.push(heard);
      else apply(heard);
    });
  }
}

function apply({ kind, data }) {
  if (kind === 'message' || kind === 'report') {
    const isNew = !state.messages.has(data.id);
    put(state.messages, data);
    if (isNew) announce(t('arrived', { to: shownPhone(data.to), text: data.text }));
    if (isNew) choosePhone();
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

// Requests that brought no text about have no event: ask, as long as somebody looks at them.
async function pollRequests() {
  if (!document.hidden && (state.view === 'requests' || state.messages.size === 0) && state.loaded) {
    try {
      const { requests } = await call('GET', 'requests');
      const newest = requests.at(-1);
      const known = state.requests.at(-1);
      if (requests.length !== state.requests.length || (newest && newest.id) !== (known && known.id)) {
        state.requests = requests;
        draw();
      }
    } catch { /* the stream tells that it is gone */ }
  }
  setTimeout(pollRequests, 2000);
}

async function detailOf(id) {
  if (!state.details.has(id)) {
    state.details.set(id, null);
    try { state.details.set(id, (await call('GET', 'requests/' + encodeURIComponent(id))).request); }
    catch { state.details.set(id, 'gone'); }
    if (state.details.size > 50) state.details.delete(state.details.keys().next().value);
    drawSoon();
  }
}
`;
