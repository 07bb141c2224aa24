import type { Held, Keep } from '../memory/keep.js';

/** Most phones that opted out; the oldest is forgotten beyond this. */
const MAX_PHONES = 10_000;
const PHONE_BYTES = 200;

/** Alone or, as in the words that older marketing texts asked for, before 退订. */
const WORDS = /^(?:(?:TD?|N)?退订|TD?|N|QX|0000)$/;
const MARKETING_END = '拒收请回复R';

/**
 * Whether a reply opts out. `R` does only where a marketing text offered it.
 *
 * @see https://cloud.tencent.com/document/product/382/59179
 */
export function isOptOut(reply: string, lastText: string | undefined): boolean {
  // As phones write them, full-width letters and blanks included.
  const word = reply.normalize('NFKC').replace(/\s/g, '').toUpperCase();
  return WORDS.test(word) || (word === 'R' && lastText?.endsWith(MARKETING_END) === true);
}

/** Whether a marketing template lets recipients opt out. */
export function offersOptOut(content: string): boolean {
  return content.endsWith(MARKETING_END);
}

/** The phones of one application that opted out. */
export class OptOuts {
  private readonly phones = new Map<string, Held>();

  constructor(private readonly keep: Keep) {}

  add(e164: string): void {
    this.forget(e164);
    const held = this.keep.hold(PHONE_BYTES, () => {
      this.phones.delete(e164);
    });
    if (held.isHeld) {
      this.phones.set(e164, held);
    }
    if (this.phones.size > MAX_PHONES) {
      for (const oldest of this.phones.keys()) {
        this.forget(oldest);
        break;
      }
    }
  }

  has(e164: string): boolean {
    return this.phones.has(e164);
  }

  clear(): void {
    for (const e164 of this.phones.keys()) {
      this.forget(e164);
    }
  }

  private forget(e164: string): void {
    this.keep.release(this.phones.get(e164));
    this.phones.delete(e164);
  }
}
