// @ts-check

/**
 * Elements of index.html that more is asked of than of any other, by id.
 *
 * @typedef {object} SpecialElements
 * @property {HTMLProgressElement} bar
 * @property {HTMLButtonElement} check
 * @property {HTMLAnchorElement} inbox
 * @property {HTMLSelectElement} failing
 * @property {HTMLInputElement} file
 * @property {HTMLInputElement} name
 * @property {HTMLInputElement} order-no
 * @property {HTMLInputElement} order-phone
 * @property {HTMLInputElement} phone
 * @property {HTMLInputElement} phone-column
 * @property {HTMLAnchorElement} results
 * @property {HTMLButtonElement} send
 * @property {HTMLButtonElement} ship
 * @property {HTMLInputElement} shop-column
 * @property {HTMLButtonElement} sign-in
 * @property {HTMLButtonElement} start
 * @property {HTMLInputElement} typed
 */
/**
 * Ids of all other elements of index.html that the page reads or changes.
 *
 * @typedef {'accepted' | 'advice' | 'callbacks' | 'campaign' | 'campaign-error' | 'campaign-name' | 'cancel'
 *   | 'cancelled' | 'chosen' | 'code' | 'code-error' | 'codes' | 'costs' | 'delivered' | 'drop' | 'duplicates'
 *   | 'example' | 'failed' | 'failures' | 'health' | 'language' | 'live' | 'login' | 'login-error'
 *   | 'lose' | 'losing' | 'losses' | 'mode' | 'no-callbacks' | 'no-replies' | 'no-texts' | 'order'
 *   | 'order-error' | 'order-said' | 'pause' | 'progress' | 'rejected' | 'replies' | 'reply-hint'
 *   | 'reply-url' | 'resume' | 'said' | 'signed-in' | 'status-url' | 'texts' | 'told' | 'uploaded'
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
 * A line of a list.
 *
 * @typedef {object} Line
 * @property {HTMLElement} words what there is to say of the phone
 * @property {HTMLElement} mark what there is to say of these words
 * @property {(at: number | undefined) => void} setTime milliseconds since 1970
 */

/**
 * Puts a phone on top of a list. Data becomes text nodes only, never markup.
 *
 * @param {HTMLElement} list
 * @param {string} phone
 * @returns {Line}
 */
export function addLine(list, phone) {
  const number = document.createElement('b');
  number.textContent = phone;
  const words = document.createElement('span');
  const mark = document.createElement('em');
  const time = document.createElement('small');
  const item = document.createElement('li');
  item.append(number, words, mark, time);
  list.prepend(item);
  while (list.children.length > MOST_ITEMS) {
    list.lastElementChild?.remove();
  }
  const setTime = (/** @type {number | undefined} */ at) => {
    const moment = new Date(at ?? Date.now());
    time.textContent = moment.toLocaleTimeString(document.documentElement.lang);
    time.title = moment.toLocaleString(document.documentElement.lang);
  };
  return { words, mark, setTime };
}
