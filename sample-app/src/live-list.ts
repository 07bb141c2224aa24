import { Subject, auditTime, buffer, defer, map, startWith } from 'rxjs';
import type { Observable } from 'rxjs';

/** How long changes are gathered: a campaign has thousands of them. */
const GATHERED_MS = 100;

/** Keeps the newest items, and tells those who listen of each change. */
export class LiveList<Item extends { readonly id: string }> {
  /** Oldest first. */
  private readonly items = new Map<string, Item>();
  private readonly changes = new Subject<Item>();

  /**
   * @param capacity how many are kept
   * @param onDropped hears of each that is kept no longer
   */
  constructor(
    private readonly capacity: number,
    private readonly onDropped: (id: string) => void = () => undefined,
  ) {}

  /** Adds an item, or puts it in the place of an earlier one with its id. */
  put(item: Item): void {
    this.items.set(item.id, item);
    const [oldest] = this.items.keys();
    if (this.items.size > this.capacity && oldest !== undefined) {
      this.items.delete(oldest);
      this.onDropped(oldest);
    }
    this.changes.next(item);
  }

  get(id: string): Item | undefined {
    return this.items.get(id);
  }

  /** Oldest first. */
  all(): Item[] {
    return [...this.items.values()];
  }

  /** All that there are, and then what changes, each item as it is last. */
  live(): Observable<Item[]> {
    return defer(() =>
      this.changes.pipe(
        buffer(this.changes.pipe(auditTime(GATHERED_MS))),
        map((items) => [...new Map(items.map((item) => [item.id, item])).values()]),
        startWith(this.all()),
      ),
    );
  }

  /** Ends what listens, which would hold up a shutdown. */
  close(): void {
    this.changes.complete();
  }
}
