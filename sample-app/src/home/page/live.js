// @ts-check
/** @import { TextKey, Values } from './language.js' */
/** @import { Report } from './reports.js' */
import { $ } from './elements.js';
import { say } from './language.js';
import { receive } from './reports.js';

/** Shows delivery reports as they come, and whether they do. */
export function listen() {
  show('lost', 'lost');
  const source = new EventSource('receipts/live');
  source.addEventListener('open', () => {
    show('live', 'live');
    void receiveEarlier();
  });
  source.addEventListener('error', () => show('lost', 'lost'));
  source.addEventListener('trouble', ({ data }) => show('lost', 'trouble', JSON.parse(data)));
  source.addEventListener('reports', ({ data }) => {
    show('live', 'live');
    /** @type {Report[]} */
    const reports = JSON.parse(data);
    reports.forEach(receive);
  });
}

/** What came before this page listened, or while it was cut off; all that it knows is left out. */
async function receiveEarlier() {
  try {
    const response = await fetch('receipts/recent');
    /** @type {{ receipts: Report[] }} */
    const { receipts } = await response.json();
    receipts.forEach(receive);
  } catch {
    // The stream of events shows that the app is gone.
  }
}

/**
 * @param {'live' | 'lost'} state
 * @param {TextKey} key
 * @param {Values} [values]
 */
function show(state, key, values) {
  $('live').dataset.state = state;
  say($('live'), key, values);
}
