/** How long a text is, and how many messages it is billed as. */
export interface SmsSegmentCount {
  /** Units that count: UTF-16 units, or with GSM text abroad the units of that alphabet. */
  readonly characters: number;
  /** Texts that are billed for. */
  readonly segments: number;
}

const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
// Sent as an escape and a character, so each counts twice.
const GSM_EXTENSION = new Set('|^€{}[]~\\');

/**
 * Counts the segments of a whole text, signature included.
 *
 * On the mainland every character counts one and a long text is cut every 67. Abroad a text of the
 * GSM alphabet holds 160, or 153 a segment; any other text is counted as on the mainland.
 *
 * In Malaysia the operator adds seven characters: less fits into a lone text and into the
 * first of several; they are no part of `characters`.
 *
 * Assumes that Tencent bills by plain division, as its own examples do. A phone network never cuts
 * an emoji or an escaped character in two, so a long text full of them may be carried in one piece
 * more than this says.
 *
 * @param country ISO 3166 code of the recipient's, where it is known
 * @see https://cloud.tencent.com/document/product/382/18058
 * @see https://www.tencentcloud.com/document/product/382/18052
 */
export function countSegments(
  text: string,
  market: 'mainland' | 'international',
  country?: string,
): SmsSegmentCount {
  const gsm = market === 'international' ? gsmLength(text) : undefined;
  const added = market === 'international' && country === 'MY' ? ADDED_IN_MALAYSIA : 0;
  return gsm === undefined ? split(text.length, added, 70, 67) : split(gsm, added, 160, 153);
}

const ADDED_IN_MALAYSIA = 7;

function split(characters: number, added: number, single: number, piece: number): SmsSegmentCount {
  const all = characters + added;
  return { characters, segments: all <= single ? 1 : Math.ceil(all / piece) };
}

function gsmLength(text: string): number | undefined {
  let length = 0;
  for (const character of text) {
    if (GSM_BASIC.has(character)) {
      length += 1;
    } else if (GSM_EXTENSION.has(character)) {
      length += 2;
    } else {
      return undefined;
    }
  }
  return length;
}
