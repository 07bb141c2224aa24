/** The left side: phones or requests, newest first. */
export const LIST_SCRIPT = String.raw`
const MOST_ROWS = 300;

function drawList(all, terms) {
  const isPhones = state.view === 'phones';
  for (const name of ['phones', 'requests']) {
    $('tab-' + name).setAttribute('aria-selected', String(state.view === name));
    $('tab-' + name).tabIndex = state.view === name ? 0 : -1;
  }
  $('panel').setAttribute('aria-labelledby', 'tab-' + state.view);
  const items = isPhones ? phoneRows(all, terms) : requestRows(terms);
  keep($('list'), items.slice(0, MOST_ROWS));
  const none = items.length > MOST_ROWS ? t('more', { n: items.length - MOST_ROWS }) : items.length > 0 ? '' : terms.length > 0 ? t('noMatch') : isPhones ? t('emptyTitle') : t('noRequests');
  $('none').hidden = none === '';
  $('none').textContent = none;
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
        version: [last.key, fate, unread, chosen, state.language, shortTime(last.at)].join(),
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
  return state.requests
    .filter((line) => words.every((word) => has([line.action, line.code, line.requestId, line.sdkAppId].join(' '), word)))
    .toReversed()
    .map((line) => {
      const chosen = state.opened === 'q' + line.id;
      return { key: 'q' + line.id, version: [chosen, state.language].join(), build: () => requestRow(line, chosen) };
    });
}

function requestRow(line, chosen) {
  const ok = line.code === 'Ok';
  return h('li', {}, h('button.row.call', { type: 'button', 'aria-current': chosen ? 'true' : undefined, click: () => go(state.phone, 'q' + line.id) },
    h('span.face.' + (ok ? 'ok' : 'bad'), { 'aria-hidden': 'true' }, icon(ok ? 'check' : 'cross')),
    h('span.name', {}, line.action || t('noAction')),
    h('time', { datetime: line.at }, clockTime(line.at, true)),
    h('span.last', {}, ok ? line.requestId : h('em', {}, line.code), line.fault === '' ? null : ' · ' + t('fault') + ' ' + line.fault)));
}
`;
