/** Building and keeping elements. Data becomes text nodes and attribute values, never markup. */
export const DOM_SCRIPT = String.raw`
const $ = (id) => document.getElementById(id);

// 'li.text.new' and so on; children are elements or texts, and what is null is left out.
function h(spec, attributes, ...children) {
  const [tag, ...classes] = spec.split('.');
  const node = document.createElement(tag);
  if (classes.length > 0) node.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'click') node.addEventListener('click', value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const ICONS = {
  back: 'M15 5l-7 7 7 7',
  bin: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  bolt: 'M13 3L5 14h6l-1 7 8-11h-6z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2 12.5L6.500 17 15 7.500M11 15.500l1.500 1.500L22 7.500',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  cross: 'M7 7l10 10M17 7L7 17',
  details: 'M4 6h16M4 12h16M4 18h10',
  keyboard: 'M3 7h18v10H3zM7 10.500h.01M11 10.500h.01M15 10.500h.01M8 14h8',
  repeat: 'M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5',
  send: 'M4 12l16-8-6 16-3-7z',
  theme: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
};

function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

// Shows the items in order and builds only what is new or has another version, so that focus,
// scrolling and what somebody has marked survive an arrival.
function keep(parent, items) {
  const before = parent.kept || new Map();
  const after = new Map();
  const focused = document.activeElement;
  const within = parent.contains(focused) ? focused.closest('[data-key]') : null;
  const likes = within === null ? '' : likeness(focused);
  const nth = within === null ? -1 : [...within.querySelectorAll(likes)].indexOf(focused);
  for (const [index, { key, version, build }] of items.entries()) {
    const known = before.get(key);
    const entry = known && known.version === version ? known : { node: build(), version };
    entry.node.dataset.key = key;
    if (known && known !== entry) known.node.replaceWith(entry.node);
    after.set(key, entry);
    if (parent.children[index] !== entry.node) parent.insertBefore(entry.node, parent.children[index] || null);
  }
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  parent.kept = after;
  if (within !== null && document.activeElement !== focused) {
    const entry = after.get(within.dataset.key);
    if (focused.isConnected) focused.focus({ preventScroll: true });
    else if (entry) (entry.node.querySelectorAll(likes)[nth] || entry.node).focus({ preventScroll: true });
  }
}

// What the same control is called after it was built anew. A chip may have become the newest one.
function likeness(node) {
  return node.localName + (node.classList.length > 0 ? '.' + node.classList[0] : '');
}

function face(phone) {
  const node = h('span.face', { 'aria-hidden': 'true' }, phone.slice(-2));
  paintFace(node, phone);
  return node;
}

function paintFace(node, phone) {
  let hue = 7;
  for (const digit of phone) hue = (hue * 31 + digit.charCodeAt(0)) % 360;
  node.style.setProperty('--hue', String(hue));
}

let toastTimer;
function toast(text, bad) {
  const node = $('toast');
  node.textContent = text;
  node.classList.toggle('bad', bad === true);
  node.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => node.classList.remove('shown'), bad ? 6000 : 2500);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only secure contexts have a clipboard; by address in a network this is none.
    const area = h('textarea.unseen', { readonly: true });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (focused) focused.focus({ preventScroll: true });
    return done;
  }
}

async function copyAnd(text, said) {
  const done = await copy(text);
  toast(done ? said : t('copyFailed'), !done);
  return done;
}

function copyButton(text) {
  return h('button.mini', { type: 'button', click: () => copyAnd(text, t('copied')) }, icon('copy'), t('copy'));
}
`;
