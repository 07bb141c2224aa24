// @ts-check
import { h } from './elements.js';

/**
 * @param {string} code
 * @param {string} meaning
 */
export const refusal = (code, meaning) => h('div.refusal', h('code', code), h('span', meaning));
