import { keepContext } from './keep-context.js';

/** What waits for its turn. */
export interface Waiter {
  /** Its place among those in flight, kept by its lane; `undefined` elsewhere. */
  slot: number | undefined;
  start: () => void;
  /** Ends it, wherever it is. */
  cut: (reason: Error) => Promise<void>;
}

/**
 * Limits how many requests to one origin are in flight; the others wait in line, each account in a
 * lane of its own.
 *
 * undici has such a limit, too, but does not tell whether a request waits for its turn or for a
 * connection, which is not the same to a time limit for connecting.
 */
export class OriginLimiter {
  private running = 0;
  /** Lanes in which something waits; those that had a turn last are at the end. */
  private readonly waiting = new Set<Lane>();

  /** @param onIdle called whenever nothing is in flight any more */
  constructor(
    private readonly max: number,
    private readonly onIdle: () => void = () => undefined,
  ) {}

  get idle(): boolean {
    return this.running === 0;
  }

  /** Whether a turn is free now, which it then no longer is. */
  takeTurn(): boolean {
    if (this.running >= this.max) {
      return false;
    }
    this.running += 1;
    return true;
  }

  wait(lane: Lane): void {
    this.waiting.add(lane);
  }

  giveUp(lane: Lane): void {
    this.waiting.delete(lane);
  }

  /** Gives a turn that has ended to the next one. */
  passOn(): void {
    const lane = this.waiting.size === 0 ? undefined : this.next();
    if (lane !== undefined) {
      // At the end, where it comes last among equals.
      this.waiting.delete(lane);
      if (lane.startNext()) {
        this.waiting.add(lane);
      }
      return;
    }
    this.running -= 1;
    if (this.running === 0) {
      this.onIdle();
    }
  }

  /**
   * The lane with the fewest requests in flight: while others wait, a lane that has a quarter of all
   * gets no more before those that have less, and a single text does not stand behind the thousands
   * of another account.
   */
  private next(): Lane | undefined {
    let fewest: Lane | undefined;
    for (const lane of this.waiting) {
      if (fewest === undefined || lane.running < fewest.running) {
        fewest = lane;
      }
    }
    return fewest;
  }
}

/** The requests of one account to one origin: those in flight, and those that wait in line. */
export class Lane {
  /** In no order; a list, since each request joins it and leaves it. */
  private readonly started: Waiter[] = [];
  private readonly waiting = new Map<Waiter, () => void>();

  constructor(private readonly limiter: OriginLimiter) {}

  /** Requests in flight. */
  get running(): number {
    return this.started.length;
  }

  /** Whether the turn has come at once; otherwise `start` is called when it has. */
  acquire(waiter: Waiter): boolean {
    if (this.limiter.takeTurn()) {
      this.join(waiter);
      return true;
    }
    // It starts where another request ends, whose context must not become its own.
    const start = keepContext(() => {
      waiter.start();
    });
    this.waiting.set(waiter, start);
    this.limiter.wait(this);
    return false;
  }

  /** Ends a turn, or the wait for it. */
  release(waiter: Waiter): void {
    if (this.leave(waiter)) {
      this.limiter.passOn();
    } else if (this.waiting.delete(waiter) && this.waiting.size === 0) {
      this.limiter.giveUp(this);
    }
  }

  /** Starts the one that waits for the longest time; whether others wait behind it. */
  startNext(): boolean {
    const [next] = this.waiting;
    if (next !== undefined) {
      const [waiter, start] = next;
      this.waiting.delete(waiter);
      this.join(waiter);
      // Not from within: a long line that fails at once would be as deep a stack.
      queueMicrotask(start);
    }
    return this.waiting.size > 0;
  }

  private join(waiter: Waiter): void {
    waiter.slot = this.started.length;
    this.started.push(waiter);
  }

  private leave(waiter: Waiter): boolean {
    const { slot } = waiter;
    const last = this.started.at(-1);
    if (slot === undefined || last === undefined) {
      return false;
    }
    this.started[slot] = last;
    last.slot = slot;
    this.started.pop();
    waiter.slot = undefined;
    return true;
  }

  /** Ends all of them, those that wait first: none may take the turn of another. */
  async cut(reason: Error): Promise<void> {
    const all = [...this.waiting.keys(), ...this.started];
    await Promise.all(all.map(async (waiter) => waiter.cut(reason)));
  }
}
