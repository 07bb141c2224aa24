// @ts-check
import { $ } from './elements.js';

/** @typedef {{ status: string, reply: string }} Callbacks */

/**
 * Shows where texts go and what Tencent's console needs, and offers example numbers only where they
 * reach no phone.
 */
export async function showDestination() {
  const response = await fetch('destination');
  /** @type {{ inbox: string | null, losesAnswers: boolean, callbacks: Callbacks | null }} */
  const { inbox, losesAnswers, callbacks } = await response.json();
  $('inbox').hidden = inbox === null;
  $('failures').hidden = inbox === null;
  $('reply-hint').hidden = inbox === null;
  $('losses').hidden = !losesAnswers;
  $('costs').hidden = inbox !== null;
  $('callbacks').hidden = inbox !== null || callbacks === null;
  $('no-callbacks').hidden = inbox !== null || callbacks !== null;
  if (inbox !== null) {
    $('inbox').href = inbox;
  }
  if (callbacks !== null) {
    // Tencent can reach no address that is open without TLS on this machine.
    const origin = location.protocol === 'https:' ? location.origin : 'https://…';
    $('status-url').textContent = origin + callbacks.status;
    $('reply-url').textContent = origin + callbacks.reply;
  }
}
