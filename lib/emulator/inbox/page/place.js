// @ts-check
// The chosen view. It is kept in the address, so that a reload, a link and the back button work.
/** @import { Thread } from './threads.js' */
import { $ } from './elements.js';
import { redraw } from './redraw.js';
import { state } from './state.js';

export const isWide = () => matchMedia('(min-width: 760px)').matches;

/**
 * @param {string} phone
 * @param {string} opened
 */
export function go(phone, opened) {
  const place = new URLSearchParams();
  if (phone !== '') place.set('to', phone);
  if (opened !== '') place.set('open', opened);
  if (location.hash.slice(1) !== String(place)) {
    // On a narrow screen every pane is a step to come back from.
    history[isWide() ? 'replaceState' : 'pushState'](null, '', `#${place}`);
  }
  arrive();
}

/** Shows the view in the address. */
export function arrive() {
  const place = new URLSearchParams(location.hash.slice(1));
  const phone = place.get('to') ?? '';
  if (phone !== state.phone) state.whole = false;
  state.phone = phone;
  state.opened = place.get('open') ?? '';
  if (state.opened !== '') setPane('inspector');
  else setPane(phone === '' ? 'list' : 'thread');
  redraw();
}

/**
 * The part of the page that a narrow screen shows.
 *
 * @param {'list' | 'thread' | 'inspector'} pane
 */
export function setPane(pane) {
  $('app').dataset.pane = pane;
}

/**
 * Leaves what is gone. A wide page shows the first thread then, a narrow one what is left.
 *
 * @param {Thread[]} all
 */
export function settle(all) {
  if (!state.loaded) return;
  if (state.opened[0] === 'm' && !state.messages.has(state.opened.slice(1))) state.opened = '';
  if (!all.some(({ phone }) => phone === state.phone)) {
    state.phone = (isWide() && all[0]?.phone) || '';
  }
  const { pane } = $('app').dataset;
  if (pane === 'inspector' && state.opened === '') setPane(state.phone === '' ? 'list' : 'thread');
  if (pane === 'thread' && state.phone === '') setPane('list');
}

export function closeInspector() {
  const key = state.opened;
  go(state.phone, '');
  /** @type {NodeListOf<HTMLElement>} */
  const items = $('texts').querySelectorAll('[data-key]');
  const item = [...items].find(({ dataset }) => dataset.key === key);
  if (item) item.focus();
  else if (state.view === 'requests' && !isWide()) setPane('list');
}

export function goBack() {
  go('', '');
  focusChosen();
}

/** Puts the focus on the chosen row of the list. */
export function focusChosen() {
  /** @type {HTMLElement | null} */
  const row = $('list').querySelector('[aria-current]');
  row?.focus();
}
