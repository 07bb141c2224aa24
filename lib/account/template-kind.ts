import { offersOptOut } from '../api/opt-out.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { SmsTemplateKind } from '../templates/template-content.js';

const CODE_WORD = { mainland: /验证码/, international: /验证码|\bcodes?\b/i } as const;
/** A placeholder close to the word, so that the text hands a code out and does not only speak of one. */
const CODE_TEXT =
  /\{\d+\}.{0,12}?(?:验证码|\bcode\b)|(?:验证码|\bcode\b)[^，。；,;.!！\n]{0,12}?\{\d+\}/i;

/**
 * What a text was approved for, as far as it shows: Tencent tells a template's kind to none of its
 * readers. Marketing texts of the mainland must offer to opt out, and verification texts must have
 * the word for code in them.
 */
export function guessKind(text: string): SmsTemplateKind {
  if (offersOptOut(text)) {
    return 'marketing';
  }
  return CODE_TEXT.test(text) ? 'verification' : 'notification';
}

/** Whether Tencent can have approved a text for this kind. */
export function fitsKind(text: string, kind: SmsTemplateKind, market: SmsMarket): boolean {
  switch (kind) {
    case 'verification':
      return CODE_WORD[market].test(text) && !offersOptOut(text);
    case 'marketing':
      // Outside the mainland no offer is asked for.
      return market === 'mainland' ? offersOptOut(text) : !CODE_TEXT.test(text);
    case 'notification':
      return guessKind(text) === 'notification';
  }
}
