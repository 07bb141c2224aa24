// @ts-check
import { h } from './elements.js';

/**
 * The round sign of a phone: its last digits on a colour of its own.
 *
 * @param {string} phone
 */
export function face(phone) {
  const node = h('span.face', { 'aria-hidden': 'true' });
  paintFace(node, phone);
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {string} phone
 */
export function paintFace(node, phone) {
  let hue = 7;
  for (const digit of phone) hue = (hue * 31 + digit.charCodeAt(0)) % 360;
  node.style.setProperty('--hue', String(hue));
  node.textContent = phone.slice(-2);
}
