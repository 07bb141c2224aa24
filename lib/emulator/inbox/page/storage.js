// @ts-check
// What the browser remembers of the page. A private window remembers nothing and throws instead.

/** @param {string} name */
export function stored(name) {
  try {
    return localStorage.getItem(`sms-inbox.${name}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function store(name, value) {
  try {
    localStorage.setItem(`sms-inbox.${name}`, value);
  } catch {}
}
