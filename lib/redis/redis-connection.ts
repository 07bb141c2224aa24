import { SmsRedisError } from './redis.error.js';
import { RedisRunner } from './redis-client.js';
import type { SmsRedisClient } from './redis-client.js';

/** What clients of either library have beside scripts, as far as they do. */
interface Duplicate {
  readonly status?: string;
  readonly isOpen?: boolean;
  duplicate?(): SmsRedisClient;
  connect?(): Promise<unknown>;
  /** ioredis takes no listener: its messages are events. */
  subscribe?(channel: string, listener?: (message: string) => void): Promise<unknown>;
  on?(event: string, listener: (...given: string[]) => void): unknown;
  disconnect?(): unknown;
  destroy?(): unknown;
}

/**
 * Connections of a store's own, made like the application's: applications close theirs when they are
 * told to end, which is before what is in flight has ended. Opened by their first use.
 */
export class RedisConnection {
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly template: RedisRunner;
  private commands: SmsRedisClient | undefined;
  private runner: RedisRunner | undefined;
  private subscriber: Duplicate | undefined;
  private isClosed = false;

  /**
   * @throws TypeError when the client is none that is known.
   * @throws RangeError when there is no time.
   */
  constructor(
    private readonly client: SmsRedisClient,
    private readonly timeoutMs: number,
  ) {
    this.template = new RedisRunner(client, timeoutMs);
  }

  /**
   * Uses the connection.
   *
   * @throws SmsRedisError when it was closed, or what the use throws.
   */
  async use<T>(use: (runner: RedisRunner) => Promise<T>): Promise<T> {
    if (this.isClosed) {
      throw new SmsRedisError('The store is closed: its module has ended.');
    }
    const used = use(this.open());
    this.inFlight.add(used);
    try {
      return await used;
    } finally {
      this.inFlight.delete(used);
    }
  }

  /**
   * Listens to a channel from now on, over every loss of the connection. Clients that can't listen hear
   * nothing.
   *
   * @param onListening called each time it begins: what came before was not heard
   */
  listen(channel: string, onMessage: (message: string) => void, onListening: () => void): void {
    if (this.subscriber !== undefined || this.isClosed) {
      return;
    }
    const own = this.duplicate() as Duplicate | undefined;
    if (own?.subscribe === undefined) {
      this.subscriber = {};
      disconnect(own);
      return;
    }
    this.subscriber = own;
    const hear = (message: string): void => {
      onMessage(message);
    };
    const subscribe = (): void => {
      own.subscribe?.(channel, ...(isNodeRedis(own) ? [hear] : [])).then(onListening, ignore);
    };
    if (!isNodeRedis(own)) {
      own.on?.('message', (_, message) => {
        onMessage(String(message));
      });
    }
    own.on?.('ready', subscribe);
    connect(own).then(subscribe, ignore);
  }

  /** Ends once what is in flight has ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.inFlight);
    disconnect(this.commands as Duplicate | undefined);
    disconnect(this.subscriber);
    this.commands = undefined;
    this.subscriber = undefined;
  }

  private open(): RedisRunner {
    if (this.runner === undefined) {
      this.commands = this.duplicate();
      this.runner =
        this.commands === undefined
          ? this.template
          : new RedisRunner(this.commands, this.timeoutMs);
    }
    const own = this.commands as Duplicate | undefined;
    if (own !== undefined) {
      connect(own).catch(ignore);
    }
    return this.runner;
  }

  /** `undefined` where the client can't be copied: the application's own is used then. */
  private duplicate(): SmsRedisClient | undefined {
    const own = (this.client as Duplicate).duplicate?.();
    // Calls fail as well; without a listener the event would end the process.
    (own as Duplicate | undefined)?.on?.('error', ignore);
    return own;
  }
}

function isNodeRedis(client: Duplicate): boolean {
  return 'evalSha' in client;
}

/** Connects a client that does not do so by itself; calls wait for it. */
async function connect(client: Duplicate): Promise<void> {
  const isIdle = isNodeRedis(client) ? client.isOpen !== true : client.status === 'wait';
  if (isIdle) {
    await client.connect?.();
  }
}

function disconnect(client: Duplicate | undefined): void {
  try {
    const ended: unknown =
      client?.destroy === undefined ? client?.disconnect?.() : client.destroy();
    void Promise.resolve(ended).catch(ignore);
  } catch {
    // It was not connected.
  }
}

function ignore(): void {
  // A connection that is not there is heard of by the calls that need it.
}
