// @ts-check
// The left side: phones or requests, newest first.
/** @import { SmsEmulatorMessage, SmsEmulatorRequestSummary } from '../../contract/control-api.types.js' */
/** @import { Item } from './keep.js' */
/** @import { Fate } from './message.js' */
/** @import { Term } from './search.js' */
/** @import { View } from './state.js' */
/** @import { Thread } from './threads.js' */
import { $, button, h } from './elements.js';
import { face } from './face.js';
import { shortTime, shownPhone } from './format.js';
import { icon } from './icons.js';
import { keep } from './keep.js';
import { t } from './language.js';
import { fateOf } from './message.js';
import { go } from './place.js';
import { drawPolling, isPolling } from './polling.js';
import { fits, has } from './search.js';
import { markRefusedSeen, refusedSinceSeen } from './seen.js';
import { state } from './state.js';
import { time } from './time.js';

const MOST_ROWS = 300;
/** @type {View[]} */
const VIEWS = ['phones', 'requests'];

/**
 * @param {Thread[]} all
 * @param {Term[]} terms
 */
export function drawList(all, terms) {
  for (const view of VIEWS) {
    const tab = $(`tab-${view}`);
    tab.ariaSelected = String(state.view === view);
    tab.tabIndex = state.view === view ? 0 : -1;
  }
  drawRefused();
  drawPolling();
  $('panel').setAttribute('aria-labelledby', `tab-${state.view}`);
  const items = state.view === 'phones' ? phoneRows(all, terms) : requestRows(terms);
  keep($('list'), items.slice(0, MOST_ROWS));
  const note = noteOn(items.length, terms.length > 0);
  $('none').hidden = note === '';
  $('none').textContent = note;
}

/**
 * @param {number} rows
 * @param {boolean} isSearch
 */
function noteOn(rows, isSearch) {
  if (rows > MOST_ROWS) return t('more', { n: rows - MOST_ROWS });
  if (rows > 0) return '';
  if (isSearch) return t('noMatch');
  return t(state.view === 'phones' ? 'emptyTitle' : 'noRequests');
}

/** A request that was refused as a whole shows with no phone, so the tab counts it. */
function drawRefused() {
  if (state.view === 'requests') markRefusedSeen();
  const n = refusedSinceSeen().length;
  const badge = $('refused');
  badge.hidden = n === 0;
  badge.textContent = upTo99(n);
  badge.ariaLabel = t('refusedCount', { n });
}

/** @param {number} n */
const upTo99 = (n) => (n > 99 ? '99+' : String(n));

/**
 * @param {Thread[]} all
 * @param {Term[]} terms
 * @returns {Item[]}
 */
const phoneRows = (all, terms) =>
  all
    .filter(({ entries }) => terms.length === 0 || entries.some((entry) => fits(entry, terms)))
    .map((thread) => {
      const { phone, last, at, unread } = thread;
      const isChosen = phone === state.phone;
      const fate = last.message && fateOf(last.message);
      const version = [last.key, at, fate, unread, isChosen, shortTime(at)].join();
      return { key: phone, version, build: () => phoneRow(thread, fate, isChosen) };
    });

/**
 * @param {Thread} thread
 * @param {Fate | undefined} fate of its last text
 * @param {boolean} isChosen
 */
const phoneRow = ({ phone, last, at, unread }, fate, isChosen) =>
  row('row', isChosen, () => go(phone, ''), [
    face(phone),
    h('span.name', shownPhone(phone)),
    time(at, shortTime(at)),
    h(
      'span.last',
      fate === 'rejected' || fate === 'failed' ? h('em', t(fate)) : null,
      last.message ? last.message.text : `↩ ${last.reply.text}`,
    ),
    unread > 0
      ? h('span.badge', { 'aria-label': t('unread', { n: unread }) }, upTo99(unread))
      : null,
  ]);

/**
 * @param {Term[]} terms
 * @returns {Item[]}
 */
function requestRows(terms) {
  const texts = Map.groupBy(state.messages.values(), ({ requestId }) => requestId);
  return state.requests
    .filter((line) => state.polling || !isPolling(line))
    .map((line) => ({ line, sent: texts.get(line.requestId) ?? [] }))
    .filter(({ line, sent }) => {
      const numbers = sent.flatMap(({ to, code }) => [to, code]);
      const words = [line.action, line.code, line.requestId, line.sdkAppId, ...numbers].join(' ');
      return terms.every(({ value }) => has(words, value));
    })
    .toReversed()
    .map(({ line, sent }) => {
      const key = `q${line.id}`;
      const isChosen = state.opened === key;
      const version = [line.requestId, sent.length, isChosen].join();
      return { key, version, build: () => requestRow(line, sent, isChosen) };
    });
}

/**
 * To which phone it was, and what was refused of it.
 *
 * @param {SmsEmulatorRequestSummary} line
 * @param {SmsEmulatorMessage[]} sent
 * @param {boolean} isChosen
 */
function requestRow({ id, at, action, code, requestId, refusedNumbers, fault }, sent, isChosen) {
  const someRefused = refusedNumbers > 0 ? t('refusedNumbers', { n: refusedNumbers }) : '';
  const refused = code === 'Ok' ? someRefused : code;
  const isOk = refused === '';
  const [first, ...others] = sent;
  let to = isOk ? requestId : '';
  if (first) to = shownPhone(first.to) + (others.length > 0 ? ` +${others.length}` : '');
  return row('row.call', isChosen, () => go(state.phone, `q${id}`), [
    h(
      `span.face.${isOk ? 'ok' : 'bad'}`,
      { 'aria-hidden': 'true' },
      icon(isOk ? 'check' : 'cross'),
    ),
    h('span.name', action || t('noAction')),
    time(at),
    h(
      'span.last',
      isOk ? null : h('em', refused),
      to,
      fault === '' ? null : ` · ${t('fault')} ${fault}`,
    ),
  ]);
}

/**
 * @param {string} classes
 * @param {boolean} isChosen
 * @param {() => void} click
 * @param {import('./elements.js').Child[]} children
 */
const row = (classes, isChosen, click, children) =>
  h('li', button(classes, click, { 'aria-current': isChosen && 'true' }, children));
