/** Most phones that opted out; the oldest is forgotten beyond this. */
const MAX_PHONES = 10_000;

const WORDS = new Set(['T', 'TD', 'N', 'QX', '0000', '退订']);
const MARKETING_END = '拒收请回复R';

/**
 * Whether a reply opts out. `R` does only where a marketing text offered it.
 *
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export function isOptOut(reply: string, lastText: string | undefined): boolean {
  const word = reply.trim().toUpperCase();
  return WORDS.has(word) || (word === 'R' && lastText?.endsWith(MARKETING_END) === true);
}

/** Whether a marketing template lets recipients opt out. */
export function offersOptOut(content: string): boolean {
  return content.endsWith(MARKETING_END);
}

/** The phones of one application that opted out. */
export class OptOuts {
  private readonly phones = new Set<string>();

  add(e164: string): void {
    this.phones.add(e164);
    if (this.phones.size > MAX_PHONES) {
      for (const oldest of this.phones) {
        this.phones.delete(oldest);
        break;
      }
    }
  }

  has(e164: string): boolean {
    return this.phones.has(e164);
  }

  clear(): void {
    this.phones.clear();
  }
}
