// Takes out of texts what no error, log or attribute may show. Which function for what:
// - `redact`: a sentence of this package, or of Node and undici, on its way into an error or a log;
// - `redactUntrusted`: words from outside, such as Tencent's `Message` or an error of a provider;
// - `redactCode`, `redactRequestId`: a code or an id as it came from the network;
// - `redactSecrets`: words that may repeat secrets which are at hand;
// - `maskNumber` (mask-number.ts): one phone number that people are to recognise.
// - `maskSerialNo` (mask-serial-no.ts): the serial number of a text, which ends with digits of its phone.
import { maskNumber } from './mask-number.js';

/** More than any message has. Matching a word of some megabytes overflows the stack. */
const LONGEST_TEXT = 65_536;

/**
 * Takes out of a text what no error or log may show: phone numbers, key ids, credentials in a URL.
 * The last line of defence; no message is built from such a value in the first place.
 *
 * Gives the beginning only of a text that is longer than any message.
 */
export function redact(text: string): string {
  return (
    clip(text)
      // Up to the last at sign: a password may have one of its own.
      .replace(/\/\/[^/\s]*@/g, '//****@')
      .replace(/AKID\w+/g, 'AKID****')
      .replace(/\+?\d{7,}/g, maskNumber)
  );
}

/** Long and without a blank: a key or a token, where letters and digits are mixed. */
const LONG_WORD = /[A-Za-z0-9+/=_-]{20,}/g;

/**
 * Redacts a text from outside the package, such as Tencent's `Message`: it may repeat the values
 * that were sent, so every longer run of digits goes, and whatever looks like a key or a token.
 */
export function redactUntrusted(text: string): string {
  const withoutKeys = clip(text).replace(LONG_WORD, (word) => {
    const isKey = !word.startsWith('AKID') && /\d/.test(word) && /[A-Za-z]/.test(word);
    return isKey ? '****' : word;
  });
  return redact(withoutKeys).replace(/\d{4,}/g, '****');
}

/**
 * Takes known secrets out of a text from outside, and every word as long as a key or a token. A colon
 * ends a word, so the ARN of a role stays readable.
 */
export function redactSecrets(text: string, secrets: readonly unknown[]): string {
  return secrets
    .filter((secret) => typeof secret === 'string')
    .reduce((rest, secret) => rest.replaceAll(secret, '****'), text)
    .replace(/[\w+/=.-]{40,}/g, '****');
}

/** Cuts between two words: half a number, a key or a password would pass for something harmless. */
function clip(text: string): string {
  if (text.length <= LONGEST_TEXT) {
    return text;
  }
  const start = text.slice(0, LONGEST_TEXT - 1);
  return `${start.slice(0, Math.max(0, start.lastIndexOf(' '), start.lastIndexOf('\n')))}…`;
}

/** No code of Tencent's is nearly as long. */
export const LONGEST_CODE = 128;
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
  return isCode ? redact(code) : shorten(redactUntrusted(code));
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The id of a request as it came from the network: Tencent's are UUIDs, which hide no number. */
export function redactRequestId(id: string): string {
  return UUID.test(id) ? id : shorten(redactUntrusted(id));
}

/** Marked as cut, so that it can be no code of the catalogue. */
function shorten(redacted: string): string {
  return redacted.length > LONGEST_CODE ? `${redacted.slice(0, LONGEST_CODE - 1)}…` : redacted;
}
