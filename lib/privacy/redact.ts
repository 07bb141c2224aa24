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

const LONGEST_CODE = 128;
/** More than any code has, and fewer than a number, a key or most verification codes. */
const MOST_DIGITS = 4;

/**
 * A code as it came from the network: itself where it looks like one, else redacted, since it may be
 * anything, such as a value that was sent.
 */
export function redactCode(code: string): string {
  const isCode =
    code.length <= LONGEST_CODE &&
    /^[\w.]+$/.test(code) &&
    code.replace(/\D/g, '').length <= MOST_DIGITS;
  return isCode ? redact(code) : redactForeign(code).slice(0, LONGEST_CODE);
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The id of a request as it came from the network: Tencent's are UUIDs, which hide no number. */
export function redactRequestId(id: string): string {
  return UUID.test(id) ? id : redactForeign(id).slice(0, LONGEST_CODE);
}
