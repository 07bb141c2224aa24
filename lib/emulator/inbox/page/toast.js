// @ts-check
import { $ } from './elements.js';

/** @type {number | undefined} */
let hiding;

/**
 * Says a sentence for a moment.
 *
 * @param {string} text
 * @param {boolean} [isBad]
 */
export function toast(text, isBad = false) {
  const node = $('toast');
  node.textContent = text;
  node.classList.toggle('bad', isBad);
  node.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(() => node.classList.remove('shown'), isBad ? 6000 : 2500);
}
