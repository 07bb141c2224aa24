// Takes out of texts what no error, log or attribute may show. Which function for what:
// - `redact`: a sentence of this package, or of Node and undici, on its way into an error or a log;
// - `redactUntrusted`: words from outside, such as Tencent's `Message` or an error of a provider;
// - `redactCode`, `redactRequestId`: a code or an id as it came from the network;
// - `redactSecrets`: words that may repeat secrets which are at hand;
// - `toOneLine`: text that hides nothing, but may forge a line of a log;
// - `maskNumber` (mask-number.ts): one phone number that people are to recognise.
// - `maskSerialNo` (mask-serial-no.ts): the serial number of a text, which ends with digits of its phone.
import { maskNumber } from './mask-number.js';

/** More than any message has. Matching a word of some megabytes overflows the stack. */
const LONGEST_TEXT = 65_536;

/**
 * Takes out of a text what no error or log may show: phone numbers, key ids, credentials in a URL,
 * and characters that could pass for lines of a log or turn the order of what is read.
 * The last line of defence; no message is built from such a value in the first place.
 *
 * Gives the beginning only of a text that is longer than any message.
 */
export function redact(text: string): string {
  return (
    toOneLine(clip(text))
      .replace(/AKID[\w\p{N}]+/gu, 'AKID****')
      .replace(NUMBER, (number, kept: string | undefined) => kept ?? maskTyped(number))
      // Up to the last at sign: a password may have one of its own.
      .replace(/\/\/[^/\s]*@/g, '//****@')
  );
}

/** Characters that end a line: a log goes on behind them as if it had written what follows. */
const LINE_ENDS = /[\t\n\v\f\r\x85\u2028\u2029]+/gu;
/** Controls, such as ESC of a terminal, invisible marks, such as those of direction, and half characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** Leaves no character that a log or a terminal takes for more than text. */
export function toOneLine(text: string): string {
  return text.replace(LINE_ENDS, ' ').replace(INVISIBLE, '\ufffd');
}

/** What stands between the digits of a number that a person typed, or that hides from a search. */
const BETWEEN = String.raw`[\s\p{Pd}\p{M}.·・_()（）．−\ufffd]{0,3}`;
const DATE = String.raw`(?:19|20)\d\d-[01]\d-[0-3]\d(?:[ T]\d\d(?=:))?`;
const IPV4 = String.raw`(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
/**
 * At least seven digits of whatever script; a date and an address of the network, which stand by
 * themselves, are in the first group.
 */
const NUMBER = new RegExp(
  String.raw`((?:${DATE}|${IPV4})(?!${BETWEEN}\p{N}))|[+＋]?\p{N}(?:${BETWEEN}\p{N}){6,}`,
  'gu',
);

/** Masks a number as it was typed. The digits of scripts that have a form of their own go altogether. */
function maskTyped(number: string): string {
  const digits = number
    .normalize('NFKC')
    .replace(/[^+\d]/gu, (other) => (/\p{N}/u.test(other) ? '*' : ''));
  return maskNumber(digits);
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
  return redact(withoutKeys).replace(/\p{N}{4,}/gu, '****');
}

/**
 * Takes known secrets out of a text from outside, and every word as long as a key or a token. A colon
 * ends a word, so the ARN of a role stays readable.
 */
export function redactSecrets(text: string, secrets: readonly unknown[]): string {
  const withoutKnown = secrets
    .filter((secret) => typeof secret === 'string')
    .reduce((rest, secret) => rest.replaceAll(secret, '****'), text);
  return toOneLine(withoutKnown).replace(/[\w+/=.-]{40,}/g, '****');
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
