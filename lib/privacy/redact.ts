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

/**
 * Redacts a text that somebody else wrote, such as Tencent's `Message`: it may repeat the values
 * that were sent, so every longer run of digits goes.
 */
export function redactForeign(text: string): string {
  return redact(text).replace(/\d{4,}/g, '****');
}
