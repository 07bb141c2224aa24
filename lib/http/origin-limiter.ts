import { keepContext } from './keep-context.js';

/** What waits for its turn. */
export interface Waiter {
  start: () => void;
}

/**
 * Limits how many requests to one origin are in flight; the others wait in line.
 *
 * undici has such a limit, too, but does not tell whether a request waits for its turn or for a
 * connection, which is not the same to a time limit for connecting.
 */
export class OriginLimiter {
  private running = 0;
  private readonly waiting = new Map<Waiter, () => void>();

  constructor(private readonly max: number) {}

  /** Whether the turn has come at once; otherwise `start` is called when it has. */
  acquire(waiter: Waiter): boolean {
    if (this.running < this.max) {
      this.running += 1;
      return true;
    }
    // It starts where another request ends, whose context must not become its own.
    const start = keepContext(() => {
      waiter.start();
    });
    this.waiting.set(waiter, start);
    return false;
  }

  /** Ends a turn, or the wait for it. */
  release(waiter: Waiter): void {
    if (this.waiting.delete(waiter)) {
      return;
    }
    const [next] = this.waiting;
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    const [first, start] = next;
    this.waiting.delete(first);
    // Not from within: a long line that fails at once would be as deep a stack.
    queueMicrotask(start);
  }
}
