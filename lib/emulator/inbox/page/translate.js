// @ts-check
import { findAll } from './elements.js';
import { drawKeys } from './keyboard.js';
import { t } from './language.js';
import { showDropped, showLive } from './live.js';
import { redraw } from './redraw.js';
import { state } from './state.js';
import { store } from './storage.js';

/**
 * Shows the page in its language. In index.html `data-t` names the text of an element, `data-tl` its
 * label, `data-tp` its placeholder.
 */
export function translate() {
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  forEach('t', (node, text) => {
    node.textContent = text;
  });
  forEach('tl', (node, text) => {
    node.ariaLabel = text;
    if (node.matches('button')) node.title = text;
  });
  forEach('tp', (node, text) => node.setAttribute('placeholder', text));
  showLive();
  showDropped();
  drawKeys();
  redraw();
}

export function switchLanguage() {
  state.language = state.language === 'zh' ? 'en' : 'zh';
  store('language', state.language);
  translate();
}

/**
 * @param {string} name
 * @param {(node: HTMLElement, text: string) => void} change
 */
function forEach(name, change) {
  for (const node of findAll(`[data-${name}]`)) {
    /** @type {any} index.html names texts only, which a test makes sure of */
    const key = node.dataset[name];
    change(node, t(key));
  }
}
