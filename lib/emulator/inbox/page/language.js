// @ts-check
/** @import { SmsEmulatorReport } from '../../contract/control-api.types.js' */
import { catalogue } from './catalogue.js';
import { state } from './state.js';
import { TEXTS } from './texts.js';

/** @typedef {keyof typeof TEXTS} TextKey */

/** @param {readonly [english: string, chinese: string]} texts */
const spoken = ([english, chinese]) => (state.language === 'zh' ? chinese : english);

/**
 * A text in the language of the page.
 *
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values] for what stands in braces
 */
export const t = (key, values = {}) =>
  spoken(TEXTS[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** The locale for dates. */
export const locale = () => spoken(['en-GB', 'zh-CN']);

/**
 * What an error code means; `''` for one that is not in the catalogue.
 *
 * @param {string} code
 */
export function meaningOf(code) {
  const meaning = Object.hasOwn(catalogue.meanings, code) && catalogue.meanings[code];
  return meaning ? spoken(meaning) : '';
}

/**
 * A receipt in words. Carriers use Chinese: without an English text it shows as it came.
 *
 * @param {SmsEmulatorReport} report
 */
export function reportOf({ code, description }) {
  const english = Object.hasOwn(catalogue.receipts, code) && catalogue.receipts[code];
  return spoken([english || description, description]);
}
