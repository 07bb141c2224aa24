/** Where one is on the page, the static words and buttons, and the start. */
export const START_SCRIPT = String.raw`
const isWide = () => matchMedia('(min-width: 760px)').matches;

function draw() {
  const all = threads();
  settle(all);
  const terms = parseQuery(state.query);
  drawThread(all, terms);
  const read = threadsRead(all);
  drawList(read, terms);
  drawGuide(all);
  drawInspector();
  const unread = read.reduce((sum, thread) => sum + thread.unread, 0);
  document.title = (unread > 0 ? '(' + unread + ') ' : '') + t('title');
}

// The thread on show has just been read.
function threadsRead(all) {
  for (const thread of all) if (state.seen.get(thread.phone) === thread.at) thread.unread = 0;
  return all;
}

// The address says what is shown, so that a reload, a link and the back button work.
function go(phone, opened) {
  const place = new URLSearchParams();
  if (phone !== '') place.set('to', phone);
  if (opened !== '') place.set('open', opened);
  const hash = '#' + place;
  if (location.hash === hash || (hash === '#' && location.hash === '')) { arrive(); return; }
  // On a narrow screen every pane is a step to come back from.
  history[isWide() ? 'replaceState' : 'pushState'](null, '', hash);
  arrive();
}

function arrive() {
  const place = new URLSearchParams(location.hash.slice(1));
  const phone = place.get('to') || '';
  if (phone !== state.phone) state.whole = false;
  state.phone = phone;
  state.opened = place.get('open') || '';
  setPane(state.opened !== '' ? 'inspector' : phone !== '' ? 'thread' : 'list');
  draw();
}

function setPane(pane) { $('app').dataset.pane = pane; }

// What was on show may be gone. A wide page shows somebody else's texts then, a narrow one what is left.
function settle(all) {
  if (!state.loaded) return;
  if (state.opened[0] === 'm' && !state.messages.has(state.opened.slice(1))) state.opened = '';
  if (!all.some(({ phone }) => phone === state.phone)) state.phone = isWide() && all.length > 0 ? all[0].phone : '';
  const { pane } = $('app').dataset;
  if (pane === 'inspector' && state.opened === '') setPane(state.phone === '' ? 'list' : 'thread');
  if (pane === 'thread' && state.phone === '') setPane('list');
}

function closeInspector() {
  const key = state.opened;
  go(state.phone, '');
  const item = [...$('texts').children].find((node) => node.dataset.key === key);
  if (item) item.focus();
  else if (state.view === 'requests' && !isWide()) setPane('list');
}

function goBack() { go('', ''); focusChosen(); }

function show(view) {
  state.view = view;
  draw();
}

function setQuery(query) {
  state.query = query;
  $('search').value = query;
  draw();
}

function translate() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-tl]')) { node.setAttribute('aria-label', t(node.dataset.tl)); if (node.matches('button')) node.title = t(node.dataset.tl); }
  for (const node of document.querySelectorAll('[data-tp]')) node.placeholder = t(node.dataset.tp);
  showLive($('live').dataset.state);
  drawKeys();
  draw();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

const isDark = () => (document.documentElement.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

function start() {
  for (const node of document.querySelectorAll('[data-icon]')) node.append(icon(node.dataset.icon));
  const theme = stored('theme');
  if (theme === 'light' || theme === 'dark') setTheme(theme);
  const on = (id, type, listener) => $(id).addEventListener(type, listener);
  on('language', 'click', () => { state.language = state.language === 'zh' ? 'en' : 'zh'; store('language', state.language); translate(); });
  on('theme', 'click', () => { const next = isDark() ? 'light' : 'dark'; setTheme(next); store('theme', next); });
  on('help', 'click', () => $('keys').showModal());
  on('clear', 'click', () => { $('sure').returnValue = ''; $('sure').showModal(); });
  on('sure', 'close', () => { if ($('sure').returnValue === 'yes') attempt(async () => { await call('DELETE', 'messages'); clearOf(null); toast(t('cleared')); go('', ''); }); });
  on('search', 'input', () => setQuery($('search').value));
  on('tab-phones', 'click', () => show('phones'));
  on('tab-requests', 'click', () => show('requests'));
  on('back', 'click', goBack);
  on('unopen', 'click', closeInspector);
  on('copy-number', 'click', () => copyAnd(state.phone, t('copied')));
  on('reply', 'submit', (event) => { event.preventDefault(); reply(); });
  on('answer', 'keydown', (event) => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); reply(); } });
  document.addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) draw(); });
  window.addEventListener('popstate', arrive);
  // Another tab has read something.
  window.addEventListener('storage', () => { state.seen = readSeen(); state.seenRequest = stored('request') || ''; draw(); });
  for (const dialog of document.querySelectorAll('dialog')) dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  showLive('connecting');
  arrive();
  translate();
  connect();
  pollRequests();
}

start();
`;
