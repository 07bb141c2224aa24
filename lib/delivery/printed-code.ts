/** More than a carrier's code has, and fewer than a number or most verification codes. */
const MOST_DIGITS = 5;
const MOST_CHARACTERS = 64;

/**
 * The code of a report or a refusal where it is printed or traced: itself, such as `MK:0001`, `DB00141` or
 * `FailedOperation.PhoneNumberInBlacklist`. Callbacks are not signed, so that anything else may be what
 * was sent.
 */
export function toPrintedCode(code: string): string {
  const isCode =
    code.length <= MOST_CHARACTERS &&
    /^[\w:.+-]*$/.test(code) &&
    code.replace(/\D/g, '').length <= MOST_DIGITS;
  return isCode ? code : '****';
}
