import type { Clock } from '../time/clock.js';
import { withDeadline } from '../time/with-deadline.js';

/** After a failure callers do not wait for the store for so long. */
const REST_MS = 5_000;

/** Where it writes, and what follows. */
export interface WriteBehindTarget<Item, Written> {
  /** Writes items, at once where the store is in this process; throws when it is out of reach. */
  write(items: readonly Item[]): Promise<Written> | Written;
  onWritten(written: Written): void;
  onFailed(error: unknown): void;
  /** Most items that wait; the oldest go first. */
  readonly most: number;
}

/**
 * Writes into a store that may be out of reach: a caller waits for it a little, and not at all after it
 * failed; what is not written is written later, in its order.
 */
export class WriteBehind<Item, Written = void> {
  private backlog: Item[] = [];
  private restUntil = -Infinity;
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private droppedCount = 0;

  constructor(
    private readonly target: WriteBehindTarget<Item, Written>,
    private readonly monotonicMs: Clock = () => performance.now(),
  ) {}

  /** Items that were lost because too many waited. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Writes, and waits for that no longer than this; gives nothing where it is done. Never throws. */
  put(items: readonly Item[], patienceMs: number): Promise<void> | undefined {
    if (items.length === 0) {
      return undefined;
    }
    for (const item of items) {
      this.backlog.push(item);
    }
    this.bound();
    if (this.monotonicMs() < this.restUntil) {
      this.arm();
      return undefined;
    }
    const flushing = this.flush();
    return flushing === undefined
      ? undefined
      : withDeadline(async () => flushing, {
          timeoutMs: patienceMs,
          onTimeout: () => {
            this.rest();
          },
        });
  }

  /** Writes what waits; gives nothing where that is done. Never throws. */
  flush(): Promise<void> | undefined {
    this.writing ??= this.write()?.finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  /** Tries once more, and no further. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.flush();
  }

  private write(): Promise<void> | undefined {
    while (this.backlog.length > 0) {
      const items = this.backlog;
      this.backlog = [];
      let written: Promise<Written> | Written;
      try {
        written = this.target.write(items);
      } catch (error) {
        this.onFailed(items, error);
        return undefined;
      }
      if (written instanceof Promise) {
        return this.finish(items, written);
      }
      this.onWritten(written);
    }
    return undefined;
  }

  private async finish(items: readonly Item[], writing: Promise<Written>): Promise<void> {
    let written: Written;
    try {
      written = await writing;
    } catch (error) {
      this.onFailed(items, error);
      return;
    }
    this.onWritten(written);
    await this.write();
  }

  private onWritten(written: Written): void {
    this.restUntil = -Infinity;
    this.target.onWritten(written);
  }

  private onFailed(items: readonly Item[], error: unknown): void {
    this.backlog = [...items, ...this.backlog];
    this.bound();
    this.rest();
    this.target.onFailed(error);
  }

  private bound(): void {
    const surplus = this.backlog.length - this.target.most;
    if (surplus > 0) {
      this.backlog.splice(0, surplus);
      this.droppedCount += surplus;
    }
  }

  private rest(): void {
    this.restUntil = this.monotonicMs() + REST_MS;
    this.arm();
  }

  private arm(): void {
    if (this.timer !== undefined || this.stopped) {
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, REST_MS);
    this.timer.unref();
  }
}
