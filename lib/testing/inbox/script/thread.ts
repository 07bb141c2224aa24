/** The middle: what one phone got and wrote. */
export const THREAD_SCRIPT = String.raw`
const MOST_TEXTS = 200;
let shownPhoneNumber = '';

function drawThread(all, terms) {
  const thread = all.find(({ phone }) => phone === state.phone);
  $('thread').hidden = !thread;
  keepDraft(thread ? thread.phone : '');
  if (!thread) { shownPhoneNumber = ''; return; }
  const { phone, entries } = thread;
  const list = $('texts');
  const fitting = terms.length === 0 ? entries : entries.filter((entry) => fits(entry, terms));
  // A thread that was chosen by hand shows, even when the search left it out of the list.
  const shown = fitting.length === 0 ? entries : fitting;
  const visible = state.whole ? shown : shown.slice(-MOST_TEXTS);
  $('phone').textContent = shownPhone(phone);
  $('face').textContent = phone.slice(-2);
  paintFace($('face'), phone);
  $('count').textContent = visible.length < entries.length
    ? t('matching', { shown: visible.length, all: entries.length })
    : entries.length === 1 ? t('oneText') : t('texts', { n: entries.length });
  list.setAttribute('aria-label', t('thread', { to: shownPhone(phone) }));
  $('answer').setAttribute('aria-label', t('replyLabel', { to: shownPhone(phone) }));

  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const grew = shownPhoneNumber !== phone || (list.lastElementChild && visible.at(-1).key !== list.lastElementChild.dataset.key);
  const newest = visible.findLast(({ message }) => message && hasCode(message));
  const items = [];
  if (visible.length < shown.length) items.push({ key: 'all', version: state.language, build: () => h('li.day', {}, h('button.mini', { type: 'button', click: () => { state.whole = true; draw(); } }, t('showAll'))) });
  let lastDay = '';
  for (const entry of visible) {
    const name = day(entry.at);
    if (name !== lastDay) items.push({ key: 'd' + name, version: '', build: () => h('li.day', {}, h('span', {}, name)) });
    lastDay = name;
    const opened = entry.key === state.opened;
    const version = [state.language, opened, entry === newest, entry.at, entry.message ? entry.message.requestId + fateOf(entry.message) + entry.message.events.length : ''].join();
    items.push({ key: entry.key, version, build: () => (entry.message ? textItem(entry.message, opened, entry === newest) : replyItem(entry.reply)) });
  }
  if (shownPhoneNumber !== phone) { list.kept = undefined; list.replaceChildren(); }
  keep(list, items);
  if (grew && (atEnd || shownPhoneNumber !== phone)) list.scrollTop = list.scrollHeight;
  shownPhoneNumber = phone;
  markSeen(thread);
}

// Words for one phone must not go out as another's.
function keepDraft(phone) {
  if (phone === shownPhoneNumber) return;
  if (shownPhoneNumber !== '') state.drafts.set(shownPhoneNumber, $('answer').value);
  $('answer').value = state.drafts.get(phone) || '';
}

const FATE_ICONS = { pending: 'check', delivered: 'checks', failed: 'cross', rejected: 'cross' };

function textItem(message, opened, isNewest) {
  const fate = fateOf(message);
  const last = message.events.findLast(({ kind }) => kind === 'called-back' || kind === 'callback-failed');
  const reason = message.status === 'rejected' ? message.code : fate === 'failed' ? message.report.code : '';
  return h('li.text.' + fate + (opened ? '.opened' : ''), { tabindex: '-1' },
    h('div.bubble', { click: () => { if (String(getSelection()) === '') go(message.to, 'm' + message.id); } },
      h('p', { dir: 'auto' }, signedText(message)),
      hasCode(message) ? codeChip(message.verificationCode, isNewest) : null,
      reason === '' ? null : h('div.refusal', {}, h('code', {}, reason), h('span', {}, message.status === 'rejected' ? meaningOf(reason) : reportOf(message)))),
    h('div.meta', {},
      h('time', { datetime: message.sentAt }, clockTime(message.sentAt, true)),
      h('span.fate', {}, icon(FATE_ICONS[fate]), t(fate)),
      last ? h('span.' + last.kind, { title: last.detail }, icon('repeat'), t(last.kind)) : null,
      h('span', {}, segmentsOf(message)),
      h('span', {}, t('fee', { n: message.fee })),
      h('button.link', { type: 'button', 'aria-expanded': String(opened), 'aria-controls': 'inspector', click: () => go(message.to, opened ? '' : 'm' + message.id) }, t('details'))));
}

function segmentsOf({ segments }) {
  return segments === 1 ? t('oneSegment') : t('segments', { n: segments });
}

function signedText({ text, signName }) {
  // Texts abroad have square brackets.
  const sign = ['【' + signName + '】', '[' + signName + ']'].find((start) => text.startsWith(start));
  return signName !== '' && sign ? [h('b', {}, sign), text.slice(sign.length)] : [text || t('noText')];
}

function codeChip(code, isNewest) {
  const said = h('span.said', {}, t('copy'));
  return h('button.code' + (isNewest ? '.newest' : ''), { type: 'button', 'aria-label': t('copyCode', { code }), click: async (event) => {
    event.stopPropagation();
    if (await copyAnd(code, t('copiedCode', { code }))) {
      said.textContent = t('copied');
      setTimeout(() => { said.textContent = t('copy'); }, 2500);
    }
  } }, h('span.digits', {}, code), icon('copy'), said);
}

function replyItem(reply) {
  return h('li.text.reply-item', { tabindex: '-1' },
    h('div.bubble', {}, h('p', { dir: 'auto' }, reply.text)),
    h('div.meta', {}, h('time', { datetime: reply.at }, clockTime(reply.at, true)), reply.optedOut ? h('span.callback-failed', {}, t('optedOut')) : null));
}

async function resend(id) {
  await attempt(async () => {
    const { url } = await call('POST', 'messages/' + encodeURIComponent(id) + '/callback');
    toast(t('resent', { url }));
  });
}

async function reply() {
  const to = state.phone;
  const text = $('answer').value.trim();
  if (text === '' || to === '') return;
  // Gone at once, so that a second Enter does not send it twice.
  $('answer').value = '';
  const sent = await attempt(() => call('POST', 'replies', { to, text }));
  if (!sent) {
    if (state.phone === to) $('answer').value ||= text;
    else state.drafts.set(to, text);
    return;
  }
  put(state.replies, sent.reply);
  draw();
  $('texts').scrollTop = $('texts').scrollHeight;
}
`;
