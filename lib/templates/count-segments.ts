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
 * Assumes that Tencent bills by plain division, as its own examples do. A phone network never cuts
 * an emoji or an escaped character in two, so a long text full of them may be carried in one piece
 * more than this says.
 *
 * @see https://cloud.tencent.com/document/product/382/18058
 */
export function countSegments(text: string, market: 'mainland' | 'international'): SmsSegmentCount {
  const gsm = market === 'international' ? gsmLength(text) : undefined;
  return gsm === undefined ? split(text.length, 70, 67) : split(gsm, 160, 153);
}

function split(characters: number, single: number, piece: number): SmsSegmentCount {
  return { characters, segments: characters <= single ? 1 : Math.ceil(characters / piece) };
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
