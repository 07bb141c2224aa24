/** Half of a pair of UTF-16 units, as cutting an emoji apart leaves it: UTF-8 has no form for it. */
const HALF_PAIR = /\p{Cs}/u;
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const CONTROL_OR_LINE = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * What a text has in it that Tencent takes in none, as the end of a sentence; `undefined` for a good
 * text.
 *
 * @param lines whether line breaks and tabs are fine, as in what a phone shows
 */
export function findTextFault(text: string, lines: boolean): string | undefined {
  if (HALF_PAIR.test(text)) {
    return 'half an emoji in it: it was cut apart';
  }
  if (lines) {
    return CONTROL.test(text) ? 'control characters in it' : undefined;
  }
  return CONTROL_OR_LINE.test(text) ? 'line breaks or control characters in it' : undefined;
}
