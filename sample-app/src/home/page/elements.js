// @ts-check

/**
 * Elements of index.html that more is asked of than of any other, by id.
 *
 * @typedef {object} SpecialElements
 * @property {HTMLProgressElement} bar
 * @property {HTMLAnchorElement} inbox
 * @property {HTMLInputElement} phone
 * @property {HTMLTextAreaElement} phones
 * @property {HTMLButtonElement} send
 * @property {HTMLButtonElement} sign-in
 * @property {HTMLButtonElement} start
 * @property {HTMLInputElement} typed
 */
/**
 * Ids of all other elements of index.html that the page reads or changes.
 *
 * @typedef {'accepted' | 'campaign' | 'campaign-error' | 'code' | 'code-error' | 'codes' | 'costs'
 *   | 'delivered' | 'examples' | 'failed' | 'language' | 'live' | 'login' | 'login-error'
 *   | 'no-reports' | 'progress' | 'rejected' | 'reports' | 'said' | 'signed-in' | 'skipped' | 'stop'
 *   | 'unknown'} PlainId
 */
/** @typedef {SpecialElements & Record<PlainId, HTMLElement>} PageElements */

const MOST_ITEMS = 200;

/**
 * An element of index.html.
 *
 * @type {<Id extends keyof PageElements>(id: Id) => PageElements[Id]}
 */
export const $ = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * @param {keyof PageElements} id
 * @param {string} type
 * @param {() => unknown} listener
 */
export function on(id, type, listener) {
  $(id).addEventListener(type, (event) => {
    event.preventDefault();
    void listener();
  });
}

/**
 * Puts a phone on top of a list. Data becomes text nodes only, never markup.
 *
 * @param {HTMLElement} list
 * @param {string} phone
 * @param {Date} [at]
 * @returns {HTMLElement} where to say what became of its text
 */
export function addItem(list, phone, at = new Date()) {
  const number = document.createElement('b');
  number.textContent = phone;
  const fate = document.createElement('span');
  const time = document.createElement('small');
  time.textContent = at.toLocaleTimeString(document.documentElement.lang);
  time.title = at.toLocaleString(document.documentElement.lang);
  const item = document.createElement('li');
  item.append(number, fate, time);
  list.prepend(item);
  while (list.children.length > MOST_ITEMS) {
    list.lastElementChild?.remove();
  }
  return fate;
}
