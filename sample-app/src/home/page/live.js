// @ts-check
import { showReports } from './campaign.js';
import { $ } from './elements.js';
import { say } from './language.js';
import { forgetReplies, showReplies } from './replies.js';
import { forgetTexts, showTexts } from './texts.js';

/** Shows what becomes of the texts as it is known, and whether the app tells it. */
export function listen() {
  show('lost');
  const source = new EventSource('deliveries/live');
  source.addEventListener('open', () => {
    show('live');
    // All that the app has comes next.
    forgetTexts();
    forgetReplies();
  });
  source.addEventListener('error', () => show('lost'));
  source.addEventListener('texts', ({ data }) => showTexts(JSON.parse(data)));
  source.addEventListener('replies', ({ data }) => showReplies(JSON.parse(data)));
  source.addEventListener('campaigns', ({ data }) => showReports(JSON.parse(data)));
}

/** @param {'live' | 'lost'} state */
function show(state) {
  $('live').dataset.state = state;
  say($('live'), state);
}
