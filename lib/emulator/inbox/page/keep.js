// @ts-check
import { state } from './state.js';

/**
 * @typedef {object} Item
 * @property {string} key one of its kind in the parent
 * @property {string} version another one means that it looks different; so does another language
 * @property {() => HTMLElement} build
 */
/** @typedef {{ node: HTMLElement, version: string }} Kept */

/** @type {WeakMap<HTMLElement, Map<string, Kept>>} */
const keptBy = new WeakMap();

/**
 * Shows the items in order and builds only what is new or has another version, so that focus,
 * scrolling and a marked text survive an arrival.
 *
 * @param {HTMLElement} parent
 * @param {Item[]} items
 */
export function keep(parent, items) {
  const before = keptBy.get(parent);
  /** @type {Map<string, Kept>} */
  const after = new Map();
  const focus = holdFocus(parent);
  for (const [index, item] of items.entries()) {
    const { key, build } = item;
    const version = state.language + item.version;
    const known = before?.get(key);
    const entry = known?.version === version ? known : { node: build(), version };
    entry.node.dataset.key = key;
    if (known && known !== entry) known.node.replaceWith(entry.node);
    after.set(key, entry);
    const place = parent.children[index] ?? null;
    if (place !== entry.node) parent.insertBefore(entry.node, place);
  }
  while (parent.children.length > items.length) parent.lastElementChild?.remove();
  keptBy.set(parent, after);
  focus(after);
}

/**
 * Removes all items.
 *
 * @param {HTMLElement} parent
 */
export function keepNothing(parent) {
  keptBy.delete(parent);
  parent.replaceChildren();
}

/**
 * Notes which control has the focus; the result gives it back to that one or to its likeness.
 *
 * @param {HTMLElement} parent
 * @returns {(after: Map<string, Kept>) => void}
 */
function holdFocus(parent) {
  const focused = document.activeElement;
  /** @type {HTMLElement | null | undefined} */
  const within = parent.contains(focused) ? focused?.closest('[data-key]') : null;
  if (!within || !(focused instanceof HTMLElement)) return () => {};
  const like = likenessOf(focused);
  const nth = [...within.querySelectorAll(like)].indexOf(focused);
  return (after) => {
    if (document.activeElement === focused) return;
    const node = after.get(within.dataset.key ?? '')?.node;
    /** @type {NodeListOf<HTMLElement> | undefined} */
    const alike = node?.querySelectorAll(like);
    const next = focused.isConnected ? focused : (alike?.[nth] ?? node);
    next?.focus({ preventScroll: true });
  };
}

/**
 * A selector of the same control after it was built anew. Only its first class stays: a chip may have
 * become the newest one.
 *
 * @param {HTMLElement} node
 */
const likenessOf = ({ localName, classList }) =>
  classList.length > 0 ? `${localName}.${classList[0]}` : localName;
