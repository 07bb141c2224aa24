/* oxlint-disable no-await-in-loop -- pages and calls follow each other */
import type { Clock } from '../../time/clock.js';
import { Repetition } from '../../time/repetition.js';
import { withDeadline } from '../../time/with-deadline.js';
import type { SmsClaimedChange, SmsDeliveryStore } from '../store/delivery.store.js';
import { maskedBody } from '../masked-body.js';
import { hears } from './delivery-handler.js';
import type { DeliveryHandler } from './delivery-handler.js';

/** How long a change is ours to tell before another instance may. */
const LEASE_MS = 30_000;
/** A handler that has not ended by then has failed; it would be called again when its lease ends. */
const HANDLER_TIMEOUT_MS = 25_000;
const BATCH = 100;
/** Handlers that run at once. */
const CONCURRENCY = 20;
const POLL_MS = 1_000;
const HEARTBEAT_MS = 60_000;

/** What is said of handlers and stores that fail. */
export interface DispatchEvents {
  /** With what it was called with, which a log must not repeat. */
  onHandlerFailed(handler: string, error: unknown, body: unknown): void;
  onStoreFailed(error: unknown): void;
}

/** Tells changes to the handlers of this process, from the outbox of the store. */
export class ChangeDispatcher {
  private readonly repetition = new Repetition(
    async () => this.run(),
    () => POLL_MS,
  );
  private heartbeatAt = -Infinity;

  constructor(
    private readonly store: SmsDeliveryStore,
    private handlers: readonly DeliveryHandler[],
    private readonly events: DispatchEvents,
    private readonly monotonicMs: Clock = () => performance.now(),
  ) {}

  /** Names the handlers, and begins to look. */
  async start(): Promise<void> {
    await this.heartbeat();
    this.wake();
  }

  /** Has one more handler hear from now on; it may have the name of others, which hear as well. */
  add(handler: DeliveryHandler): void {
    this.handlers = [...this.handlers, handler];
    this.heartbeatAt = -Infinity;
    this.wake();
  }

  remove(handler: DeliveryHandler): void {
    this.handlers = this.handlers.filter((one) => one !== handler);
  }

  /** Looks at once: something may have changed. */
  wake(): void {
    this.repetition.wake();
  }

  /** Looks no more, and waits for the handlers that run. */
  async stop(): Promise<void> {
    await this.repetition.stop();
  }

  private async run(): Promise<void> {
    try {
      await this.heartbeat();
      await this.store.advance();
      const names = [...new Set(this.handlers.map(({ name }) => name))];
      let changes: readonly SmsClaimedChange[];
      do {
        changes = names.length === 0 ? [] : await this.store.claim(names, BATCH, LEASE_MS);
        await this.tellAll(changes);
      } while (changes.length === BATCH && !this.repetition.isStopped);
    } catch (error) {
      this.events.onStoreFailed(error);
    }
  }

  private async heartbeat(): Promise<void> {
    const now = this.monotonicMs();
    if (now - this.heartbeatAt >= HEARTBEAT_MS && this.handlers.length > 0) {
      await this.store.register(this.handlers.map(({ name, mark }) => ({ name, kind: mark.kind })));
      this.heartbeatAt = now;
    }
  }

  private async tellAll(changes: readonly SmsClaimedChange[]): Promise<void> {
    const calls = changes.flatMap((change) => change.handlers.map((name) => ({ change, name })));
    const next = calls.values();
    const workers = Array.from({ length: Math.min(CONCURRENCY, calls.length) }, async () => {
      for (const { change, name } of next) {
        await this.tell(change, name);
      }
    });
    await Promise.all(workers);
  }

  private async tell(change: SmsClaimedChange, name: string): Promise<void> {
    const handlers = this.handlers.filter((one) => one.name === name);
    if (handlers.length === 0) {
      return;
    }
    let done = true;
    for (const handler of handlers.filter((one) => hears(one, change))) {
      try {
        // A handler that has ended already needs no timer.
        await withDeadline(() => handler.call(maskedBody(change.body)), {
          timeoutMs: HANDLER_TIMEOUT_MS,
          onTimeout: () => {
            throw new Error(`The handler did not end within ${HANDLER_TIMEOUT_MS} ms.`);
          },
        });
      } catch (error) {
        done = false;
        this.events.onHandlerFailed(name, error, change.body);
      }
    }
    await this.store.acknowledge(change.id, name, done);
  }
}
