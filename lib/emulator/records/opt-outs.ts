import { offersOptOut, readsAsOptOut } from '../../api/opt-out.js';
import type { Held, Keep } from '../memory/keep.js';

/** Most phones that opted out; the oldest is forgotten beyond this. */
const MAX_PHONES = 10_000;
const PHONE_BYTES = 200;

/** Whether a reply to the text that was sent last opts out. */
export function isOptOut(reply: string, lastText: string | undefined): boolean {
  return readsAsOptOut(reply, lastText !== undefined && offersOptOut(lastText));
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
