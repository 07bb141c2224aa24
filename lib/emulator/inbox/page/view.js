// @ts-check
// What the list shows.
/** @import { View } from './state.js' */
import { $ } from './elements.js';
import { redraw } from './redraw.js';
import { state } from './state.js';

/** @param {View} view */
export function show(view) {
  state.view = view;
  redraw();
}

/** @param {string} query */
export function setQuery(query) {
  state.query = query;
  $('search').value = query;
  redraw();
}
