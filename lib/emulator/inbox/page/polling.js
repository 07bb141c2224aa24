// @ts-check
// Requests that an app makes over and over while nothing happens.
/** @import { SmsEmulatorRequestSummary } from '../../contract/control-api.types.js' */
import { $ } from './elements.js';
import { t } from './language.js';
import { state } from './state.js';
import { store } from './storage.js';

/**
 * Whether a request only asked for something and got it. A refused one must not be missed.
 *
 * @param {SmsEmulatorRequestSummary} request
 */
export const isPolling = ({ action, code, fault }) =>
  /^(?:Pull|Describe)/.test(action) && code === 'Ok' && fault === '';

export function drawPolling() {
  $('polling').hidden = state.view !== 'requests';
  $('polls').checked = state.polling;
  const n = state.requests.filter(isPolling).length;
  $('polls-label').textContent = t('polling', { n });
}

/** @param {boolean} isShown */
export function showPolling(isShown) {
  state.polling = isShown;
  store('polling', String(isShown));
}
