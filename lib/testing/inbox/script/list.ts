/** The left side: phones or requests, newest first. */
export const LIST_SCRIPT = String.raw`
const MOST_ROWS = 300;

function drawList(all, terms) {
  const isPhones = state.view === 'phones';
  for (const name of ['phones', 'requests']) {
    $('tab-' + name).setAttribute('aria-selected', String(state.view === name));
    $('tab-' + name).tabIndex = state.view === name ? 0 : -1;
  }
  drawRefused();
  $('panel').setAttribute('aria-labelledby', 'tab-' + state.view);
  const items = isPhones ? phoneRows(all, terms) : requestRows(terms);
  keep($('list'), items.slice(0, MOST_ROWS));
  const none = items.length > MOST_ROWS ? t('more', { n: items.length - MOST_ROWS }) : items.length > 0 ? '' : terms.length > 0 ? t('noMatch') : isPhones ? t('emptyTitle') : t('noRequests');
  $('none').hidden = none === '';
  $('none').textContent = none;
}

// A call that was refused as a whole shows with no phone, so the tab says that there was one.
function drawRefused() {
  const refused = refusedSinceSeen();
  if (state.view === 'requests' && refused.length > 0 && !document.hidden) {
    state.seenRequest = refused.at(-1).requestId;
    store('request', state.seenRequest);
    refused.length = 0;
  }
  const badge = $('refused');
  badge.hidden = refused.length === 0;
  badge.textContent = refused.length > 99 ? '99+' : String(refused.length);
  badge.setAttribute('aria-label', t('refusedCount', { n: refused.length }));
}

function phoneRows(all, terms) {
  return all
    .filter((thread) => terms.length === 0 || thread.entries.some((entry) => fits(entry, terms)))
    .map((thread) => {
      const { phone, last, unread } = thread;
      const chosen = phone === state.phone;
      const fate = last.message ? fateOf(last.message) : 'reply';
      return {
        key: phone,
        version: [last.key, last.at, fate, unread, chosen, state.language, shortTime(last.at)].join(),
        build: () => phoneRow(phone, last, fate, unread, chosen),
      };
    });
}

function phoneRow(phone, last, fate, unread, chosen) {
  const button = h('button.row', { type: 'button', 'aria-current': chosen ? 'true' : undefined, click: () => go(phone, '') },
    face(phone),
    h('span.name', {}, shownPhone(phone)),
    h('time', { datetime: last.at }, shortTime(last.at)),
    h('span.last', {}, fate === 'rejected' || fate === 'failed' ? h('em', {}, t(fate)) : null, last.reply ? '↩ ' + last.reply.text : last.message.text),
    unread > 0 ? h('span.badge', { 'aria-label': t('unread', { n: unread }) }, unread > 99 ? '99+' : String(unread)) : null);
  return h('li', {}, button);
}

function requestRows(terms) {
  const words = terms.map(({ value }) => value);
  const texts = Map.groupBy(state.messages.values(), ({ requestId }) => requestId);
  return state.requests
    .map((line) => ({ line, sent: texts.get(line.requestId) || [] }))
    .filter(({ line, sent }) => words.every((word) => has([line.action, line.code, line.requestId, line.sdkAppId, ...sent.flatMap(({ to, code }) => [to, code])].join(' '), word)))
    .toReversed()
    .map(({ line, sent }) => {
      const chosen = state.opened === 'q' + line.id;
      return { key: 'q' + line.id, version: [line.requestId, sent.length, chosen, state.language].join(), build: () => requestRow(line, sent, chosen) };
    });
}

// To whom it was, and what was refused of it.
function requestRow(line, sent, chosen) {
  const refused = line.code !== 'Ok' ? line.code : line.refusedNumbers > 0 ? t('refusedNumbers', { n: line.refusedNumbers }) : '';
  const ok = refused === '';
  const to = sent.length === 0 ? (ok ? line.requestId : '') : shownPhone(sent[0].to) + (sent.length > 1 ? ' +' + (sent.length - 1) : '');
  return h('li', {}, h('button.row.call', { type: 'button', 'aria-current': chosen ? 'true' : undefined, click: () => go(state.phone, 'q' + line.id) },
    h('span.face.' + (ok ? 'ok' : 'bad'), { 'aria-hidden': 'true' }, icon(ok ? 'check' : 'cross')),
    h('span.name', {}, line.action || t('noAction')),
    h('time', { datetime: line.at }, clockTime(line.at, true)),
    h('span.last', {}, ok ? null : h('em', {}, refused), to, line.fault === '' ? null : ' · ' + t('fault') + ' ' + line.fault)));
}
`;
