import { MAX_SIGN_CHARACTERS, MIN_SIGN_CHARACTERS } from '../api/limits.js';

/** What a signature is, in the words of every sentence that refuses another. */
export const SIGN_NAME = 'the content of the signature';

/** The form that Tencent documents for the mainland: Chinese characters, letters and digits alone. */
const MAINLAND = new RegExp(
  String.raw`^[\p{Script=Han}A-Za-z\d]{${MIN_SIGN_CHARACTERS},${MAX_SIGN_CHARACTERS.mainland}}$`,
  'u',
);

// Pairs as keyboards and env files write them, and the brackets that Tencent puts there itself.
const AROUND = /^(?:["'`“”‘’„«»「」『』＂＇].*["'`“”‘’„«»「」『』＂＇]|\[.*\]|［.*］|["'`])$/su;
// Format characters (`Cf`) such as a zero-width space can't be seen; half of a pair (`Cs`) is none.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const EMOJI = /(?![©®™])\p{Extended_Pictographic}|\p{Emoji_Presentation}|[\ufe0f\u20e3]/u;

/**
 * What a text lacks to be a signature of any market, as `SIGN_NAME` with what must not be there;
 * `undefined` when it can be one.
 */
export function findSignFault(signName: string): string | undefined {
  if (signName === '') {
    return `${SIGN_NAME}, which is not empty`;
  }
  if (signName.trim() !== signName) {
    return `${SIGN_NAME} without blanks or line breaks around it`;
  }
  if (/[【】]/.test(signName)) {
    return `${SIGN_NAME} without 【】`;
  }
  if (AROUND.test(signName)) {
    return `${SIGN_NAME} without quotes or brackets around it; an env file may keep its quotes`;
  }
  if (EMOJI.test(signName)) {
    return `${SIGN_NAME} without emoji`;
  }
  return INVISIBLE.test(signName)
    ? `${SIGN_NAME} without control characters and invisible ones`
    : undefined;
}

/** Whether a signature has the form that Tencent documents for the mainland. */
export function isMainlandSignName(signName: string): boolean {
  return MAINLAND.test(signName);
}

/** Whether a signature has the length that Tencent documents for texts abroad. */
export function isInternationalSignName(signName: string): boolean {
  const { length } = Array.from(signName);
  return length >= MIN_SIGN_CHARACTERS && length <= MAX_SIGN_CHARACTERS.international;
}

/**
 * Why Tencent may well refuse a signature that can be one, as a sentence; `undefined` when it has the
 * documented form. One sentence of Tencent's is the only source of it, so it is not refused here.
 */
export function findSignDoubt(signName: string): string | undefined {
  if (/^\d+$/.test(signName)) {
    return 'signName has digits only: it must be the content of the signature, not its id.';
  }
  return isMainlandSignName(signName)
    ? undefined
    : `signName is none that Tencent documents for the mainland: ${MIN_SIGN_CHARACTERS} to ${MAX_SIGN_CHARACTERS.mainland} Chinese characters, letters and digits, nothing else. Compare it with the SMS console.`;
}
