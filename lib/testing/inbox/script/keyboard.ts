/** Hands on the keys. */
export const KEYBOARD_SCRIPT = String.raw`
const KEYS = [['↑ ↓ j k', 'keyMove'], ['↵', 'keyOpen'], ['/', 'keySearch'], ['c', 'keyCopy'], ['r', 'keyReply'], ['?', 'keyHelp'], ['Esc', 'keyClose']];

function drawKeys() {
  $('keys-list').replaceChildren(...KEYS.flatMap(([keys, label]) => [h('dt', {}, keys.split(' ').map((key) => h('kbd', {}, key))), h('dd', {}, t(label))]));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector('dialog[open]') !== null) return;
  const { target, key } = event;
  if (key === 'Escape') { escape(target); return; }
  const inTabs = target.getAttribute('role') === 'tab';
  if (inTabs && (key === 'ArrowLeft' || key === 'ArrowRight')) {
    show(state.view === 'phones' ? 'requests' : 'phones');
    $('tab-' + state.view).focus();
    return;
  }
  if (target.id === 'search' && key === 'ArrowDown') { event.preventDefault(); move(1); return; }
  if (target.matches('input, textarea, pre') && !(target.matches('pre') && key.length === 1)) return;
  const act = ACTIONS.get(key);
  if (act && act(event) !== false) event.preventDefault();
}

const ACTIONS = new Map([
  ['j', () => move(1)],
  ['ArrowDown', () => move(1)],
  ['k', () => move(-1)],
  ['ArrowUp', () => move(-1)],
  ['Enter', openFocused],
  ['/', () => { $('search').focus(); $('search').select(); }],
  ['c', copyNewest],
  ['r', () => { if ($('thread').hidden) return false; setPane('thread'); $('answer').focus(); }],
  ['?', () => $('keys').showModal()],
]);

// In the texts when one of them has the focus, else in the list.
function move(step) {
  const focused = document.activeElement;
  const inTexts = $('texts').contains(focused);
  const all = [...(inTexts ? $('texts').querySelectorAll('.text') : $('list').querySelectorAll('.row'))];
  if (all.length === 0) return;
  const current = inTexts ? all.findIndex((node) => node.contains(focused)) : all.findIndex((node) => node === focused || node.hasAttribute('aria-current'));
  const next = all[Math.min(Math.max(current + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  if (!inTexts && isWide()) next.click();
}

function openFocused(event) {
  const item = event.target.closest('.text');
  if (event.target.closest('button, summary, a')) {
    if (!event.target.matches('.row[aria-current]') || state.view !== 'phones') return false;
    const last = $('texts').querySelector('.text:last-of-type');
    if (last) { setPane('thread'); last.focus(); }
    return true;
  }
  if (item === null || !item.dataset.key.startsWith('m')) return false;
  go(state.phone, item.dataset.key);
  return true;
}

async function copyNewest() {
  const newest = newestCode();
  if (!newest) { toast(t('noCode'), true); return; }
  await copyAnd(newest.verificationCode, t('copiedCode', { code: newest.verificationCode }));
}

function escape(target) {
  if (target.id === 'search' && state.query !== '') { setQuery(''); return; }
  if (target.matches('input, textarea')) { target.blur(); return; }
  if (state.opened !== '') { closeInspector(); return; }
  if ($('texts').contains(target)) { focusChosen(); return; }
  if (!isWide()) goBack();
}

function focusChosen() {
  const row = $('list').querySelector('[aria-current]');
  if (row) row.focus();
}
`;
