// @ts-check
// Builds elements. Data becomes text nodes and attribute values, never markup.

/**
 * Elements of index.html that more is asked of than of any other, by id.
 *
 * @typedef {object} SpecialElements
 * @property {HTMLTextAreaElement} answer
 * @property {HTMLTemplateElement} catalogue
 * @property {HTMLDialogElement} keys
 * @property {HTMLInputElement} polls
 * @property {HTMLInputElement} search
 * @property {HTMLDialogElement} sure
 */
/**
 * Ids of all other elements of index.html that the page reads or changes.
 *
 * @typedef {'app' | 'arrivals' | 'back' | 'clear' | 'copy-number' | 'count' | 'face' | 'facts' | 'guide'
 *   | 'help' | 'inspected' | 'inspector' | 'keys-list' | 'language' | 'list' | 'live' | 'none' | 'panel'
 *   | 'phone' | 'polling' | 'polls-label' | 'refused' | 'reply' | 'tab-phones' | 'tab-requests'
 *   | 'texts' | 'theme' | 'thread' | 'dropped' | 'toast' | 'unopen'} PlainId
 */
/** @typedef {SpecialElements & Record<PlainId, HTMLElement>} PageElements */
/** @typedef {Node | string | null | Children} Child */
/** @typedef {Child[]} Children */
/** @typedef {Record<string, string | boolean | ((event: Event) => unknown)>} Attributes */

/**
 * An element of index.html.
 *
 * @type {<Id extends keyof PageElements>(id: Id) => PageElements[Id]}
 */
export const $ = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * Elements of the page.
 *
 * @param {string} selector
 * @returns {NodeListOf<HTMLElement>}
 */
export const findAll = (selector) => document.querySelectorAll(selector);

/**
 * Builds an element: `li.text.new` and so on. A function among the attributes listens for the event
 * of its name; an attribute that is `false` is left out, and so is a child that is `null`.
 *
 * @param {string} spec
 * @param {...(Attributes | Child)} parts
 */
export function h(spec, ...parts) {
  const [tag = '', ...classes] = spec.split('.');
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(' ');
  add(node, parts);
  return node;
}

/**
 * A button that submits no form.
 *
 * @param {string} classes
 * @param {(event: Event) => unknown} click
 * @param {...(Attributes | Child)} parts
 */
export const button = (classes, click, ...parts) =>
  h(`button.${classes}`, { type: 'button', click }, ...parts);

/**
 * @param {HTMLElement} node
 * @param {(Attributes | Child)[]} parts
 */
function add(node, parts) {
  for (const part of parts) {
    if (Array.isArray(part)) add(node, part);
    else if (typeof part === 'string' || part instanceof Node) node.append(part);
    else if (part) setAttributes(node, part);
  }
}

/**
 * @param {HTMLElement} node
 * @param {Attributes} attributes
 */
function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? '' : value);
  }
}
