import type { Clock } from '../time/clock.js';
import { withDeadline } from '../time/with-deadline.js';

/** After a failure callers do not wait for the store for so long. */
const REST_MS = 5_000;

/** Where it writes, and what follows. */
export interface WriteBehindTarget<Item, Written> {
  /** Writes items; throws when the store is out of reach. */
  write(items: readonly Item[]): Promise<Written>;
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

  /** Writes, and waits for that no longer than this. Never throws. */
  async put(items: readonly Item[], patienceMs: number): Promise<void> {
    if (items.length === 0) {
      return;
    }
    this.backlog.push(...items);
    this.bound();
    if (this.monotonicMs() < this.restUntil) {
      this.arm();
      return;
    }
    await withDeadline(async () => this.flush(), {
      timeoutMs: patienceMs,
      onTimeout: () => {
        this.rest();
      },
    });
  }

  /** Writes what waits. Never throws. */
  async flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
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

  private async write(): Promise<void> {
    while (this.backlog.length > 0) {
      const items = this.backlog;
      this.backlog = [];
      let written: Written;
      try {
        // oxlint-disable-next-line no-await-in-loop -- writes keep their order
        written = await this.target.write(items);
        this.restUntil = -Infinity;
      } catch (error) {
        this.backlog = [...items, ...this.backlog];
        this.bound();
        this.rest();
        this.target.onFailed(error);
        return;
      }
      this.target.onWritten(written);
    }
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
