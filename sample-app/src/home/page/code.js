// @ts-check
import { $, addItem } from './elements.js';
import { say } from './language.js';
import { messageOf, post } from './post.js';
import { onReport, showFate } from './reports.js';

/** Sends a login code and shows what becomes of it. */
export async function sendCode() {
  const phone = $('phone').value.trim();
  $('code-error').textContent = '';
  try {
    const response = await post('welcome', { phone });
    /** @type {{ serialNo: string }} */
    const { serialNo } = await response.json();
    const fate = addItem($('codes'), phone);
    say(fate, 'accepted');
    onReport(serialNo, (report) => showFate(fate, report));
  } catch (error) {
    $('code-error').textContent = messageOf(error);
  }
}
