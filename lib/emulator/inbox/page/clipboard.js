// @ts-check
import { button } from './elements.js';
import { icon } from './icons.js';
import { t } from './language.js';
import { toast } from './toast.js';

/**
 * Copies a text and says so, or that the browser refused it.
 *
 * @param {string} text
 * @param {string} said
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyAnd(text, said) {
  const done = await copy(text);
  toast(done ? said : t('copyFailed'), !done);
  return done;
}

/** @param {string} text */
export const copyButton = (text) =>
  button('mini', () => copyAnd(text, t('copied')), icon('copy'), t('copy'));

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/**
 * Only secure contexts have a clipboard; a page opened by its address in a network is none.
 *
 * @param {string} text
 */
function copyBySelection(text) {
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.readOnly = true;
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
