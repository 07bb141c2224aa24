import { maskNumber } from './mask-number.js';

/**
 * Takes out of a text what no error or log may show: phone numbers, key ids, credentials in a URL.
 * The last line of defence; no message is built from such a value in the first place.
 */
export function redact(text: string): string {
  return (
    text
      // Up to the last at sign: a password may have one of its own.
      .replace(/\/\/[^/\s]*@/g, '//****@')
      .replace(/AKID\w+/g, 'AKID****')
      .replace(/\+?\d{7,}/g, maskNumber)
  );
}

/** Long and without a blank: a key or a token, where letters and digits are mixed. */
const LONG_WORD = /[A-Za-z0-9+/=_-]{20,}/g;

/**
 * Redacts a text that somebody else wrote, such as Tencent's `Message`: it may repeat the values
 * that were sent, so every longer run of digits goes, and whatever looks like a key or a token.
 */
export function redactForeign(text: string): string {
  const withoutKeys = text.replace(LONG_WORD, (word) => {
    const isKey = !word.startsWith('AKID') && /\d/.test(word) && /[A-Za-z]/.test(word);
    return isKey ? '****' : word;
  });
  return redact(withoutKeys).replace(/\d{4,}/g, '****');
}
