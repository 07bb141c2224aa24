/** A list that forgets its oldest items, so that an emulator may run for weeks. */
export class BoundedList<T> {
  private items: T[] = [];
  private first = 0;

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.items.length - this.first;
  }

  push(item: T): void {
    this.items.push(item);
    if (this.size > this.capacity) {
      this.drop(1);
    }
  }

  /** Takes the oldest items out. */
  take(count: number): T[] {
    const taken = this.items.slice(this.first, this.first + count);
    this.drop(taken.length);
    return taken;
  }

  /** Every item, oldest first. */
  toArray(): T[] {
    return this.items.slice(this.first);
  }

  /** The items that match, newest first. */
  newest(matches: (item: T) => boolean): T[] {
    const found: T[] = [];
    for (let index = this.items.length - 1; index >= this.first; index -= 1) {
      const item = this.items[index];
      if (item !== undefined && matches(item)) {
        found.push(item);
      }
    }
    return found;
  }

  clear(): void {
    this.items = [];
    this.first = 0;
  }

  // Cut off in bulk: shifting a long array at each push would cost more than the send itself.
  private drop(count: number): void {
    this.first += count;
    if (this.first > this.capacity || this.first === this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
  }
}
