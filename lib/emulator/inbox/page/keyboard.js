// @ts-check
/** @import { TextKey } from './language.js' */
import { copyAnd } from './clipboard.js';
import { $, h } from './elements.js';
import { t } from './language.js';
import { newestCode } from './message.js';
import { closeInspector, focusChosen, go, goBack, isWide, setPane } from './place.js';
import { state } from './state.js';
import { toast } from './toast.js';
import { setQuery, show } from './view.js';

/** @type {[keys: string, label: TextKey][]} */
const KEYS = [
  ['↑ ↓ j k', 'keyMove'],
  ['↵', 'keyOpen'],
  ['/', 'keySearch'],
  ['c', 'keyCopy'],
  ['r', 'keyReply'],
  ['?', 'keyHelp'],
  ['Esc', 'keyClose'],
];

export function drawKeys() {
  $('keys-list').replaceChildren(
    ...KEYS.flatMap(([keys, label]) => [
      h('dt', ...keys.split(' ').map((key) => h('kbd', key))),
      h('dd', t(label)),
    ]),
  );
}

/**
 * What a key does; `false` leaves it to the browser.
 *
 * @type {[key: string, act: (target: HTMLElement) => unknown][]}
 */
const ACTIONS = [
  ['j', () => move(1)],
  ['ArrowDown', () => move(1)],
  ['k', () => move(-1)],
  ['ArrowUp', () => move(-1)],
  ['Enter', openFocused],
  ['/', startSearch],
  ['c', copyNewest],
  ['r', startReply],
  ['?', () => $('keys').showModal()],
];

/** @param {KeyboardEvent} event */
export function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]')) return;
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return;
  if (key === 'Escape') {
    escape(target);
  } else if (
    target.getAttribute('role') === 'tab' &&
    (key === 'ArrowLeft' || key === 'ArrowRight')
  ) {
    show(state.view === 'phones' ? 'requests' : 'phones');
    $(`tab-${state.view}`).focus();
  } else if (target.id === 'search' && key === 'ArrowDown') {
    event.preventDefault();
    move(1);
  } else if (!takesKey(target, key)) {
    const [, act] = ACTIONS.find(([name]) => name === key) ?? [];
    if (act && act(target) !== false) event.preventDefault();
  }
}

/**
 * Whether the browser does something with the key there. A text to scroll takes no letters.
 *
 * @param {HTMLElement} target
 * @param {string} key
 */
const takesKey = (target, key) =>
  target.matches('input, textarea') || (target.matches('pre') && key.length > 1);

/**
 * In the texts when one of them has the focus, else in the list.
 *
 * @param {number} step
 */
function move(step) {
  const focused = document.activeElement;
  const isInTexts = $('texts').contains(focused);
  /** @type {NodeListOf<HTMLElement>} */
  const nodes = isInTexts
    ? $('texts').querySelectorAll('.text')
    : $('list').querySelectorAll('.row');
  const all = [...nodes];
  const current = all.findIndex((node) =>
    isInTexts ? node.contains(focused) : node === focused || node.hasAttribute('aria-current'),
  );
  const next = all[Math.min(Math.max(current + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  if (!isInTexts && isWide()) next?.click();
}

/** @param {HTMLElement} target */
function openFocused(target) {
  if (target.closest('button, summary, a')) {
    if (!target.matches('.row[aria-current]') || state.view !== 'phones') return false;
    /** @type {HTMLElement | null} */
    const last = $('texts').querySelector('.text:last-of-type');
    if (last) setPane('thread');
    last?.focus();
    return true;
  }
  /** @type {HTMLElement | null} */
  const item = target.closest('.text');
  const key = item?.dataset.key ?? '';
  if (!key.startsWith('m')) return false;
  go(state.phone, key);
  return true;
}

function startSearch() {
  $('search').focus();
  $('search').select();
}

async function copyNewest() {
  const code = newestCode();
  if (code === null) toast(t('noCode'), true);
  else await copyAnd(code, t('copiedCode', { code }));
}

function startReply() {
  if ($('thread').hidden) return false;
  setPane('thread');
  $('answer').focus();
  return true;
}

/** @param {HTMLElement} target */
function escape(target) {
  if (target.id === 'search' && state.query !== '') setQuery('');
  else if (target.matches('input, textarea')) target.blur();
  else if (state.opened !== '') closeInspector();
  else if ($('texts').contains(target)) focusChosen();
  else if (!isWide()) goBack();
}
