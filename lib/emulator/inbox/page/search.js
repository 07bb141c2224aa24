// @ts-check
/** @import { SmsEmulatorMessage } from '../../contract/control-api.types.js' */
/** @import { Entry } from './threads.js' */
import { t } from './language.js';
import { fateOf } from './message.js';

/** @typedef {keyof typeof FIELDS} Field */
/** @typedef {{ field: Field, value: string }} Term */

const TERM = /(?:(to|template|status|code|sign|app)[:：])?(?:"([^"]*)"?|(\S+))?/g;

/**
 * `to:137 status:failed "exact words"` as terms that must all hold.
 *
 * @param {string} query
 */
export function parseQuery(query) {
  /** @type {Term[]} */
  const terms = [];
  for (const [, field = '', quoted, bare] of query.toLowerCase().matchAll(TERM)) {
    const value = quoted ?? bare;
    if (value) terms.push({ field: /** @type {Field} */ (field), value });
  }
  return terms;
}

/**
 * @param {string} text
 * @param {string} value in lower case
 */
export const has = (text, value) => text.toLowerCase().includes(value);

/** @satisfies {Record<string, (message: SmsEmulatorMessage, value: string) => boolean>} */
const FIELDS = {
  to: ({ to }, value) => isPhone(to, value),
  template: ({ templateId }, value) => templateId.startsWith(value),
  // In the words of the API, of the page's code or of the page itself.
  status: (message, value) => {
    const fate = fateOf(message);
    return [message.status, fate, t(fate).toLowerCase()].some((word) => word.startsWith(value));
  },
  code: ({ code, verificationCode, report }, value) =>
    [code, verificationCode, report?.code].some((text) => has(text ?? '', value)),
  sign: ({ signName }, value) => has(signName, value),
  app: ({ sdkAppId }, value) => sdkAppId === value,
  '': ({ text, to, templateId, serialNo, requestId, sessionContext, code }, value) =>
    [text, to, templateId, serialNo, requestId, sessionContext, code].some((part) =>
      has(part, value),
    ),
};

/**
 * @param {Entry} entry
 * @param {Term[]} terms
 */
export const fits = ({ message, reply }, terms) =>
  terms.every(({ field, value }) => {
    if (message) return FIELDS[field](message, value);
    if (field === 'to') return isPhone(reply.to, value);
    return field === '' && (has(reply.text, value) || has(reply.to, value));
  });

/**
 * @param {string} phone
 * @param {string} value
 */
const isPhone = (phone, value) =>
  phone.replace(/\D/g, '').includes(value.replace(/\D/g, '') || '-');
