// @ts-check
// The middle: what one phone got and wrote.
/** @import { SmsEmulatorMessage, SmsEmulatorReply } from '../../contract/control-api.types.js' */
/** @import { IconName } from './icons.js' */
/** @import { Item } from './keep.js' */
/** @import { Fate } from './message.js' */
/** @import { Term } from './search.js' */
/** @import { Entry, Thread } from './threads.js' */
import { copyAnd } from './clipboard.js';
import { $, button, h } from './elements.js';
import { paintFace } from './face.js';
import { day, shownPhone } from './format.js';
import { icon } from './icons.js';
import { keep, keepNothing } from './keep.js';
import { meaningOf, reportOf, t } from './language.js';
import { codeOf, fateOf, segmentsOf } from './message.js';
import { go } from './place.js';
import { redraw } from './redraw.js';
import { refusal } from './refusal.js';
import { fits } from './search.js';
import { markSeen } from './seen.js';
import { state } from './state.js';
import { time } from './time.js';

const MOST_TEXTS = 200;
/** A list that is nearly at its end goes on to follow it. */
const NEAR_END_PX = 80;
let drawnPhone = '';

/**
 * @param {Thread[]} all
 * @param {Term[]} terms
 */
export function drawThread(all, terms) {
  const thread = all.find(({ phone }) => phone === state.phone);
  $('thread').hidden = !thread;
  keepDraft(thread?.phone ?? '');
  if (thread) {
    drawTexts(thread, terms);
    markSeen(thread);
  }
  drawnPhone = thread?.phone ?? '';
}

/**
 * A draft for one phone must not go out as another's.
 *
 * @param {string} phone
 */
function keepDraft(phone) {
  if (phone === drawnPhone) return;
  if (drawnPhone !== '') state.drafts.set(drawnPhone, $('answer').value);
  $('answer').value = state.drafts.get(phone) ?? '';
}

/**
 * @param {Thread} thread
 * @param {Term[]} terms
 */
function drawTexts({ phone, entries }, terms) {
  const fitting = entries.filter((entry) => fits(entry, terms));
  // A thread that was chosen by hand shows, even when the search left it out of the list.
  const found = fitting.length === 0 ? entries : fitting;
  const visible = state.whole ? found : found.slice(-MOST_TEXTS);
  drawHead(phone, visible.length, entries.length);
  const list = $('texts');
  const isOther = drawnPhone !== phone;
  const last = list.lastElementChild;
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  const hasGrown = last instanceof HTMLElement && last.dataset.key !== visible.at(-1)?.key;
  if (isOther) keepNothing(list);
  keep(list, itemsOf(visible, visible.length < found.length));
  if (isOther || (hasGrown && isAtEnd)) list.scrollTop = list.scrollHeight;
}

/**
 * @param {string} phone
 * @param {number} shown
 * @param {number} all
 */
function drawHead(phone, shown, all) {
  const to = shownPhone(phone);
  $('phone').textContent = to;
  paintFace($('face'), phone);
  const count = all === 1 ? t('oneText') : t('texts', { n: all });
  $('count').textContent = shown < all ? t('matching', { shown, all }) : count;
  $('texts').ariaLabel = t('thread', { to });
  $('answer').ariaLabel = t('replyLabel', { to });
}

/**
 * @param {Entry[]} entries
 * @param {boolean} hasMore
 */
function itemsOf(entries, hasMore) {
  const newest = entries.findLast(({ message }) => message && codeOf(message) !== null);
  /** @type {Item[]} */
  const items = [];
  if (hasMore) items.push({ key: 'all', version: '', build: showAllItem });
  let lastDay = '';
  for (const entry of entries) {
    const name = day(entry.at);
    if (name !== lastDay) {
      items.push({
        key: `d${name}`,
        version: '',
        build: () => h('li.day', h('span', name)),
      });
    }
    lastDay = name;
    items.push(itemOf(entry, entry === newest));
  }
  return items;
}

/**
 * @param {Entry} entry
 * @param {boolean} isNewest
 * @returns {Item}
 */
function itemOf({ key, at, message, reply }, isNewest) {
  if (!message) {
    return { key, version: at, build: () => replyItem(reply) };
  }
  const isOpened = key === state.opened;
  const life = message.requestId + fateOf(message) + message.events.length;
  const version = [isOpened, isNewest, at, life].join();
  return { key, version, build: () => textItem(message, isOpened, isNewest) };
}

const showAllItem = () => h('li.day', button('mini', showAll, t('showAll')));

function showAll() {
  state.whole = true;
  redraw();
}

/** @type {Record<Fate, IconName>} */
const FATE_ICONS = { pending: 'check', delivered: 'checks', failed: 'cross', rejected: 'cross' };

/**
 * @param {SmsEmulatorMessage} message
 * @param {boolean} isOpened
 * @param {boolean} isNewest
 */
function textItem(message, isOpened, isNewest) {
  const { id, to } = message;
  const code = codeOf(message);
  // A click that ends the marking of words opens nothing.
  const open = () => String(getSelection()) === '' && go(to, `m${id}`);
  return h(
    `li.text.${fateOf(message)}${isOpened ? '.opened' : ''}`,
    { tabindex: '-1' },
    h(
      'div.bubble',
      { click: open },
      h('p', { dir: 'auto' }, ...signedText(message)),
      code === null ? null : codeChip(code, isNewest),
      refusalOf(message),
    ),
    metaOf(message, isOpened),
  );
}

/** @param {SmsEmulatorMessage} message */
function refusalOf({ status, code, report }) {
  if (status === 'rejected') return refusal(code, meaningOf(code));
  return report?.status === 'FAIL' ? refusal(report.code, reportOf(report)) : null;
}

/**
 * @param {SmsEmulatorMessage} message
 * @param {boolean} isOpened
 */
function metaOf(message, isOpened) {
  const { id, to, sentAt, fee, events } = message;
  const fate = fateOf(message);
  const callback = events.findLast(({ kind }) => kind.startsWith('call'));
  return h(
    'div.meta',
    time(sentAt),
    h('span.fate', icon(FATE_ICONS[fate]), t(fate)),
    callback
      ? h(`span.${callback.kind}`, { title: callback.detail }, icon('repeat'), t(callback.kind))
      : null,
    h('span', segmentsOf(message)),
    h('span', t('fee', { n: fee })),
    button(
      'link',
      () => go(to, isOpened ? '' : `m${id}`),
      { 'aria-expanded': String(isOpened), 'aria-controls': 'inspector' },
      t('details'),
    ),
  );
}

/** @param {SmsEmulatorMessage} message */
function signedText({ text, signName }) {
  // Texts abroad have square brackets.
  const sign = [`【${signName}】`, `[${signName}]`].find((start) => text.startsWith(start));
  return signName !== '' && sign ? [h('b', sign), text.slice(sign.length)] : [text || t('noText')];
}

/**
 * @param {string} code
 * @param {boolean} isNewest
 */
function codeChip(code, isNewest) {
  const said = h('span.said', t('copy'));
  /** @param {Event} event */
  const copy = async (event) => {
    event.stopPropagation();
    if (await copyAnd(code, t('copiedCode', { code }))) {
      said.textContent = t('copied');
      setTimeout(() => {
        said.textContent = t('copy');
      }, 2500);
    }
  };
  return button(
    isNewest ? 'code.newest' : 'code',
    copy,
    { 'aria-label': t('copyCode', { code }) },
    h('span.digits', code),
    icon('copy'),
    said,
  );
}

/** @param {SmsEmulatorReply} reply */
const replyItem = ({ text, at, optedOut }) =>
  h(
    'li.text.reply-item',
    { tabindex: '-1' },
    h('div.bubble', h('p', { dir: 'auto' }, text)),
    h('div.meta', time(at), optedOut ? h('span.callback-failed', t('optedOut')) : null),
  );
