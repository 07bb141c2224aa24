// @ts-check
import { $ } from './elements.js';
import { say, unsay } from './language.js';

/** @typedef {{ status: 'up' | 'down' }} Check */

const KNOWN = /** @type {const} */ (['sms', 'sms-credentials', 'sms-queue']);

/** Shows what a load balancer and a person would ask for. */
export async function showHealth() {
  $('check').disabled = true;
  try {
    const response = await fetch('health');
    // Of an app that is not healthy the status is 503, and the answer has the same form.
    /** @type {{ details?: Record<string, Check> }} */
    const { details = {} } = await response.json();
    unsay($('health'));
    $('health').replaceChildren(
      ...KNOWN.filter((check) => check in details).map((check) => {
        const item = document.createElement('li');
        const state = details[check]?.status === 'up' ? 'up' : 'down';
        item.className = state === 'up' ? 'delivered' : 'failed';
        say(item, `${check}-${state}`);
        return item;
      }),
    );
  } catch {
    say($('health'), 'offline');
  }
  $('check').disabled = false;
}
