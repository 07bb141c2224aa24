import type { Held, Keep } from '../memory/keep.js';

/** How a list is bounded. */
export interface BoundedListOptions<T> {
  /** Most items, however small they are. */
  readonly capacity: number;
  /** Bounds it by bytes, together with everything else. */
  readonly keep: Keep;
  readonly sizeOf: (item: T) => number;
  /** Told of each item that the list could not keep. */
  readonly onForgotten?: (item: T) => void;
}

interface Entry<T> {
  readonly item: T;
  held: Held | undefined;
}

/** A list that forgets its oldest items, so that an emulator may run for weeks. */
export class BoundedList<T> {
  // Places of dropped items stay empty until they are cut off.
  private entries: (Entry<T> | undefined)[] = [];
  private first = 0;

  constructor(private readonly options: BoundedListOptions<T>) {}

  get size(): number {
    return this.entries.length - this.first;
  }

  push(item: T): void {
    const { capacity, keep, sizeOf } = this.options;
    const entry: Entry<T> = { item, held: undefined };
    this.entries.push(entry);
    entry.held = keep.hold(sizeOf(item), () => {
      // The oldest of all that is kept is the oldest here, too.
      this.forgetFirst();
    });
    if (this.size > capacity) {
      this.forgetFirst();
    }
  }

  /** Takes the oldest items out. */
  take(count: number): T[] {
    const taken = this.entries.slice(this.first, this.first + count);
    this.drop(taken.length);
    return taken.flatMap(toItem);
  }

  /** Every item, oldest first. */
  toArray(): T[] {
    return this.entries.slice(this.first).flatMap(toItem);
  }

  /** The items that match, newest first. */
  newest(matches: (item: T) => boolean): T[] {
    const found: T[] = [];
    for (let index = this.entries.length - 1; index >= this.first; index -= 1) {
      const entry = this.entries[index];
      if (entry !== undefined && matches(entry.item)) {
        found.push(entry.item);
      }
    }
    return found;
  }

  clear(): void {
    this.drop(this.size);
  }

  private forgetFirst(): void {
    const entry = this.entries[this.first];
    this.drop(1);
    if (entry !== undefined) {
      this.options.onForgotten?.(entry.item);
    }
  }

  private drop(count: number): void {
    for (let index = this.first; index < this.first + count; index += 1) {
      this.options.keep.release(this.entries[index]?.held);
      this.entries[index] = undefined;
    }
    this.first += count;
    // Cut off in bulk: shifting a long array at each push would cost more than the send itself.
    if (this.first > MAX_EMPTY || this.first === this.entries.length) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
  }
}

/** Empty places at the front of a list before they are cut off. */
const MAX_EMPTY = 1000;

function toItem<T>(entry: Entry<T> | undefined): T[] {
  return entry === undefined ? [] : [entry.item];
}
