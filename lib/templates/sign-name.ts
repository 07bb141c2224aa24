import { MAX_SIGN_CHARACTERS, MIN_SIGN_CHARACTERS } from '../api/limits.js';

/** A signature for each market; one that is left out falls back to what stands behind it. */
export interface SmsSignNames {
  /**
   * For texts to the Chinese mainland.
   * @default none of its own
   */
  readonly mainland?: string | undefined;
  /**
   * For all others; they can do without.
   * @default none of its own
   */
  readonly international?: string | undefined;
}

/** The signature of every text, or one for each market. */
export type SmsSignName = string | SmsSignNames;

/** The signature of a market: the first that one of these has, which may be empty for none. */
export function signNameFor(
  market: keyof SmsSignNames,
  ...given: readonly (SmsSignName | undefined)[]
): string | undefined {
  for (const signName of given) {
    const own = typeof signName === 'object' ? signName[market] : signName;
    if (own !== undefined) {
      return own;
    }
  }
  return undefined;
}

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
 * Why Tencent may well refuse signatures that can be some, a sentence each. The documented form has one
 * sentence of Tencent's as its only source, so that nothing is refused for it here.
 */
export function findSignDoubts(given: SmsSignName | undefined): string[] {
  if (given === undefined) {
    return [];
  }
  const { mainland, international } =
    typeof given === 'string' ? { mainland: given, international: undefined } : given;
  return [
    findDoubt(typeof given === 'string' ? 'signName' : 'signName.mainland', 'mainland', mainland),
    findDoubt('signName.international', 'international', international),
  ].filter((doubt) => doubt !== undefined);
}

function findDoubt(
  field: string,
  market: keyof SmsSignNames,
  signName: string | undefined,
): string | undefined {
  if (signName === undefined) {
    return undefined;
  }
  if (/^\d+$/.test(signName)) {
    return `${field} has digits only: it must be the content of the signature, not its id.`;
  }
  const isDocumented = market === 'mainland' ? isMainlandSignName : isInternationalSignName;
  const characters =
    market === 'mainland' ? 'Chinese characters, letters and digits, nothing else' : 'characters';
  return isDocumented(signName)
    ? undefined
    : `${field} is none that Tencent documents: ${MIN_SIGN_CHARACTERS} to ${MAX_SIGN_CHARACTERS[market]} ${characters}. Compare it with the SMS console.`;
}
