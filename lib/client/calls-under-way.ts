import { SmsError } from '../errors/sms.error.js';
import { shareSignal } from './share-signal.js';

/** Counts what is under way, so that a shutdown can wait for it and let nothing new begin. */
export class CallsUnderWay {
  private count = 0;
  private onIdle: (() => void) | undefined;
  private over = false;
  private readonly controller = new AbortController();

  constructor() {
    // Every stream under way listens.
    shareSignal(this.controller.signal);
  }

  /** Fires when nothing new may begin any more. */
  get closing(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether nothing new may begin any more. */
  get closed(): boolean {
    return this.controller.signal.aborted;
  }

  /** @throws SmsError with the code `SMS_SHUT_DOWN` once the shutdown has begun. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.closed) {
      throw toShutDownError();
    }
    this.count += 1;
    try {
      return await task();
    } finally {
      this.count -= 1;
      if (this.count === 0) {
        this.onIdle?.();
      }
    }
  }

  /**
   * Lets nothing new begin, and waits for the rest, for so many milliseconds at most.
   *
   * @returns how many were still under way when the time was up.
   */
  async close(timeoutMs: number): Promise<number> {
    this.controller.abort();
    if (this.count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.over = true;
    return this.count;
  }

  /**
   * Before each request: what a shutdown no longer waits for must send nothing more, whatever the
   * transport is.
   *
   * @throws SmsError with the code `SMS_SHUT_DOWN` once the time is up.
   */
  assertNotOver(): void {
    if (this.over) {
      throw toShutDownError();
    }
  }
}

/** What is refused during a shutdown was surely not sent, and another process may send it. */
export function toShutDownError(what = 'Nothing was sent.'): SmsError {
  return new SmsError(`The app is shutting down. ${what}`, {
    code: 'SMS_SHUT_DOWN',
    retryable: true,
  });
}
