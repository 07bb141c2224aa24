// @ts-check
import { h } from './elements.js';
import { clockTime } from './format.js';

/**
 * @param {string} at
 * @param {string} [text]
 */
export const time = (at, text = clockTime(at)) => h('time', { datetime: at }, text);
