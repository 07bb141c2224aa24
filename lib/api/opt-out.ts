const WORDS = new Set(['TD', 'T', 'N', 'QX', '0000', '退订']);

/**
 * Whether a reply opts out, by its words alone: one of them, or one with 退订 behind it. `R` does where a
 * marketing text offered it, which a reply does not tell.
 *
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export function readsAsOptOut(reply: string): boolean {
  const word = reply.normalize('NFKC').trim().toUpperCase();
  const first = word.endsWith('退订') ? word.slice(0, -'退订'.length).trim() : word;
  return WORDS.has(word) || WORDS.has(first) || word === 'R';
}
