/** Bytes that are kept unless the option says otherwise. */
export const DEFAULT_KEEP_BYTES = 64 * 1024 * 1024;

/** Something that is kept: a link of the list by age. */
export interface Held {
  readonly bytes: number;
  readonly forget: () => void;
  older: Held | undefined;
  newer: Held | undefined;
  isHeld: boolean;
}

/**
 * Bounds everything that an emulator remembers, whatever it is, by one number of bytes: the oldest goes
 * first. Sizes are estimates from above, and what stands in several lists counts in each.
 */
export class Keep {
  private oldest: Held | undefined;
  private newest: Held | undefined;
  private held = 0;

  constructor(readonly limitBytes: number = DEFAULT_KEEP_BYTES) {}

  get bytes(): number {
    return this.held;
  }

  /**
   * Counts something in. `forget` is called when its turn has come, which may be at once for what is
   * larger than all there is to keep.
   */
  hold(bytes: number, forget: () => void): Held {
    const held: Held = { bytes, forget, older: undefined, newer: undefined, isHeld: false };
    this.append(held);
    while (this.held > this.limitBytes && this.oldest !== undefined) {
      const { oldest } = this;
      this.release(oldest);
      oldest.forget();
    }
    return held;
  }

  /** Counts something out that is gone already. */
  release(held: Held | undefined): void {
    if (held?.isHeld !== true) {
      return;
    }
    held.isHeld = false;
    this.held -= held.bytes;
    if (held.older === undefined) {
      this.oldest = held.newer;
    } else {
      held.older.newer = held.newer;
    }
    if (held.newer === undefined) {
      this.newest = held.older;
    } else {
      held.newer.older = held.older;
    }
    held.older = undefined;
    held.newer = undefined;
  }

  /** Makes something the newest again, since it is in use. */
  renew(held: Held): void {
    if (held.isHeld) {
      this.release(held);
      this.append(held);
    }
  }

  private append(held: Held): void {
    held.isHeld = true;
    held.older = this.newest;
    if (this.newest === undefined) {
      this.oldest = held;
    } else {
      this.newest.newer = held;
    }
    this.newest = held;
    this.held += held.bytes;
  }
}

/** How much memory texts take at most, in bytes. */
export function sizeOfTexts(...texts: readonly string[]): number {
  return texts.reduce((bytes, text) => bytes + TEXT_OVERHEAD + 2 * text.length, 0);
}

const TEXT_OVERHEAD = 24;

/**
 * The beginning of a text, by itself: a part that was only cut off would keep the whole text in memory,
 * however long it is.
 */
export function headOf(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : Buffer.from(text.slice(0, maxLength)).toString();
}
