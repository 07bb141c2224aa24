// @ts-check
import { $ } from './elements.js';
import { say, unsay } from './language.js';
import { messageOf, post } from './post.js';

/** Tells a customer that an order was shipped; what becomes of the text is in the list of all. */
export async function shipOrder() {
  unsay($('order-said'));
  unsay($('order-error'));
  const order = $('order-no').value.trim();
  $('ship').disabled = true;
  try {
    const path = `orders/${encodeURIComponent(order)}/shipped`;
    const response = await post(path, { phone: $('order-phone').value.trim() });
    /** @type {{ notice: 'sent' | 'queued' | 'known' }} */
    const { notice } = await response.json();
    say($('order-said'), `notice-${notice}`, { order });
  } catch (error) {
    $('order-error').textContent = messageOf(error);
  }
  $('ship').disabled = false;
}
