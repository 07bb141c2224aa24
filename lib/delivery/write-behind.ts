import type { Clock } from '../time/clock.js';
import { withDeadline } from '../time/with-deadline.js';
import type {
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsReportedChange,
} from './store/delivery.store.js';

/** After a failure sends do not wait for the store for so long. */
const REST_MS = 5_000;
const MAX_TEXTS = 10_000;

/**
 * Writes texts into a store that may be out of reach: a send waits for it a little, and not at all after
 * it failed; what is not written is written later, in its order.
 */
export class WriteBehind {
  private backlog: SmsDeliveryText[] = [];
  private restUntil = -Infinity;
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private droppedCount = 0;

  constructor(
    private readonly store: SmsDeliveryStore,
    private readonly onFailed: (error: unknown) => void,
    private readonly onWritten: (changes: readonly SmsReportedChange[]) => void,
    private readonly monotonicMs: Clock = () => performance.now(),
  ) {}

  /** Texts that were lost because too many waited. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Writes, and waits for that no longer than this. Never throws. */
  async put(texts: readonly SmsDeliveryText[], patienceMs: number): Promise<void> {
    if (texts.length === 0) {
      return;
    }
    this.backlog.push(...texts);
    const surplus = this.backlog.length - MAX_TEXTS;
    if (surplus > 0) {
      this.backlog.splice(0, surplus);
      this.droppedCount += surplus;
    }
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
      const texts = this.backlog;
      this.backlog = [];
      let changes: readonly SmsReportedChange[];
      try {
        // oxlint-disable-next-line no-await-in-loop -- writes keep their order
        changes = await this.store.put(texts);
        this.restUntil = -Infinity;
      } catch (error) {
        this.backlog = [...texts, ...this.backlog];
        this.rest();
        this.onFailed(error);
        return;
      }
      this.onWritten(changes);
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
