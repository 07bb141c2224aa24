/** Alone or, as in the words that older marketing texts asked for, before 退订. */
const WORDS = /^(?:(?:TD?|N)?退订|TD?|N|QX|0000)$/;

/**
 * How a marketing text of the mainland ends.
 *
 * @see https://cloud.tencent.com/document/product/382/39023
 */
const OPT_OUT_OFFER = '拒收请回复R';

/** Whether a marketing text lets its recipients opt out. */
export function offersOptOut(content: string): boolean {
  return content.endsWith(OPT_OUT_OFFER);
}

/**
 * Whether a reply opts out, by its words.
 *
 * @param offersR whether the text that it replies to offered `R`: a callback does not tell, so that it
 * counts there
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export function readsAsOptOut(reply: string, offersR = true): boolean {
  // As phones write them, full-width letters and blanks included.
  const word = reply.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  return WORDS.test(word) || (word === 'R' && offersR);
}
