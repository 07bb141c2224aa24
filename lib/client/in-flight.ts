import { getEventListeners } from 'node:events';
import { SmsError } from '../errors/sms.error.js';
import type { SmsTransport } from '../http/transport.js';
import { withDeadline } from '../time/with-deadline.js';
import { shareSignal } from './share-signal.js';

/** What a shutdown does with connections. */
export type ClosableTransport = Pick<SmsTransport, 'close' | 'closeIdle'>;

/** Why new calls are refused. */
export type ShutDownReason = 'The app is shutting down.' | 'The account is closed.';

/**
 * Counts what is in flight, and shuts down in two steps: first it waits for what it finds in flight
 * and takes new calls all the same, since other parts of the app are still closing and may send; some
 * time later it takes none.
 */
export class InFlight {
  private inFlight = 0;
  /** Those in flight that a shutdown waits for, or will wait for. */
  private awaited = { count: 0, onNone: () => undefined as void };
  /** Whether anything began since connections were closed last. */
  private isUsed = true;
  private shutdown: Promise<void> | undefined;
  private reason: ShutDownReason = 'The app is shutting down.';
  private transport: ClosableTransport | undefined;
  /** When calls are refused from, by the monotonic clock. */
  private refusedFrom = Infinity;
  private timer: NodeJS.Timeout | undefined;
  private readonly controller = new AbortController();

  constructor() {
    // Every stream in flight adds a listener.
    shareSignal(this.controller.signal);
  }

  /** Fires when nothing new may begin any more. */
  get closing(): AbortSignal {
    this.armOrEnd();
    return this.controller.signal;
  }

  /** Whether nothing new may begin any more. */
  get closed(): boolean {
    if (performance.now() >= this.refusedFrom) {
      this.end();
    }
    return this.controller.signal.aborted;
  }

  /** @throws SmsError with the code `SMS_SHUT_DOWN` once new calls are refused. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.assertNotDrained();
    const { awaited } = this;
    this.isUsed = true;
    this.inFlight += 1;
    awaited.count += 1;
    this.armOrEnd();
    try {
      return await task();
    } finally {
      this.inFlight -= 1;
      awaited.count -= 1;
      if (awaited.count === 0) {
        awaited.onNone();
      }
      if (this.inFlight === 0 && this.transport !== undefined) {
        // The sends have their outcomes already; a connection that fails to close changes none of them.
        this.closeIdle(this.transport).catch(() => undefined);
      }
    }
  }

  /**
   * Runs a task that rejects by itself what begins too late: counted, but not once new calls are
   * refused.
   */
  async track<T>(task: () => Promise<T>): Promise<T> {
    return this.closed ? task() : this.run(task);
  }

  /**
   * Waits, for so many milliseconds at most, for what is in flight now. From then on connections close
   * whenever nothing is in flight, and as many milliseconds later new calls are refused, what is still
   * in flight makes no further request, and its connections are closed. Called again, it gives the
   * same promise.
   */
  async shutDown(
    timeoutMs: number,
    transport: ClosableTransport,
    reason: ShutDownReason = 'The app is shutting down.',
  ): Promise<void> {
    if (this.shutdown === undefined) {
      this.reason = reason;
      this.shutdown = this.beginShutdown(timeoutMs, transport);
    }
    return this.shutdown;
  }

  /** What is refused was surely not sent, and another process, or an account that is opened anew, may send it. */
  toShutDownError(what = 'Nothing was sent.'): SmsError {
    return new SmsError(`${this.reason} ${what}`, { code: 'SMS_SHUT_DOWN', retryable: true });
  }

  /**
   * Before each request: once new calls are refused, those in flight send nothing more, whatever the
   * transport is.
   *
   * @throws SmsError with the code `SMS_SHUT_DOWN` once new calls are refused.
   */
  assertNotDrained(): void {
    if (this.closed) {
      throw this.toShutDownError();
    }
  }

  private async beginShutdown(timeoutMs: number, transport: ClosableTransport): Promise<void> {
    await this.drain(timeoutMs);
    this.transport = transport;
    if (timeoutMs === 0) {
      this.controller.abort();
      await withinPatience(async () => closeAll(transport));
      return;
    }
    if (this.inFlight === 0) {
      await withinPatience(async () => this.closeIdle(transport));
    }
    this.refusedFrom = performance.now() + timeoutMs;
    if (this.inFlight > 0 || getEventListeners(this.controller.signal, 'abort').length > 0) {
      this.armOrEnd();
    }
  }

  private async drain(timeoutMs: number): Promise<void> {
    const { awaited } = this;
    this.awaited = { count: 0, onNone: () => undefined };
    if (awaited.count === 0 || timeoutMs === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      awaited.onNone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async closeIdle(transport: ClosableTransport): Promise<void> {
    this.isUsed = false;
    await (transport.closeIdle === undefined ? closeAll(transport) : transport.closeIdle());
  }

  /** A timer only where something is there to be ended: it would outlive the app. */
  private armOrEnd(): void {
    if (this.refusedFrom === Infinity || this.closed || this.timer !== undefined) {
      return;
    }
    this.timer = setTimeout(() => {
      this.end();
    }, this.refusedFrom - performance.now());
    this.timer.unref();
  }

  private end(): void {
    if (this.controller.signal.aborted) {
      return;
    }
    clearTimeout(this.timer);
    this.controller.abort();
    const { transport } = this;
    if (transport?.closeIdle !== undefined || this.isUsed) {
      // No caller is left to receive the error.
      closeAll(transport).catch(() => undefined);
    }
  }
}

/** Milliseconds for a transport to close; a custom one may never be done. */
const CLOSING_MS = 1000;

async function withinPatience(close: () => Promise<void>): Promise<void> {
  await withDeadline(close, { timeoutMs: CLOSING_MS, onTimeout: () => undefined });
}

/** What is in flight breaks here, and becomes unknown where it was written already. */
async function closeAll(transport: ClosableTransport | undefined): Promise<void> {
  await transport?.close?.();
}
