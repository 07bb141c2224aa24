import { withDeadline } from '../time/with-deadline.js';
import { toSilenceError, SmsRedisError, toRedisError } from './redis.error.js';
import { RedisRunner } from './redis-client.js';
import type { SmsRedisClient } from './redis-client.js';

/** What clients of either library have beside scripts, as far as they do. */
interface Duplicate {
  /** Of ioredis. */
  readonly status?: string;
  /** Of node-redis. */
  readonly isOpen?: boolean;
  duplicate?(): Duplicate;
  connect?(): Promise<unknown>;
  /** ioredis takes no listener: its messages are events. */
  subscribe?(channel: string, listener?: (message: string) => void): Promise<unknown>;
  on?(event: string, listener: (...given: string[]) => void): unknown;
  once?(event: string, listener: () => void): unknown;
  disconnect?(): unknown;
  destroy?(): unknown;
}

/**
 * Connections of a store's own, made like the application's: applications close theirs when they are
 * told to end, which is before what is in flight has ended. Opened by their first use.
 */
export class RedisConnection {
  private readonly inFlight = new Set<Promise<unknown>>();
  /** Of the application's own client, which is used where it can't be copied. */
  private readonly fallback: RedisRunner;
  private own: { readonly client: Duplicate; readonly runner: RedisRunner } | undefined;
  private connecting: Promise<unknown> | undefined;
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
    this.fallback = new RedisRunner(client, timeoutMs);
  }

  /**
   * Uses the connection.
   *
   * @throws SmsRedisError when it was closed or can't be opened in time, or what the use throws.
   */
  async use<T>(use: (runner: RedisRunner) => Promise<T>): Promise<T> {
    if (this.isClosed) {
      throw new SmsRedisError('The store is closed: its module has ended.');
    }
    const used = this.open().then(use);
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
    const own = this.duplicate();
    this.subscriber = own ?? {};
    if (own?.subscribe === undefined) {
      return;
    }
    const hear = (message: string): void => {
      onMessage(message);
    };
    let isAsked = false;
    // Told by the event and by the end of connecting, and asked once for both.
    const subscribe = (): void => {
      if (isAsked) {
        return;
      }
      isAsked = true;
      const asked = own.subscribe?.(channel, ...(isNodeRedis(own) ? [hear] : []));
      void asked?.then(onListening, ignore).finally(() => {
        isAsked = false;
      });
    };
    if (!isNodeRedis(own)) {
      own.on?.('message', (_, message = '') => {
        onMessage(message);
      });
    }
    own.on?.('ready', subscribe);
    connect(own).then(subscribe, ignore);
  }

  /** Ends once what is in flight has ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.inFlight);
    // Once: ioredis waits for the end of a connection that ended long ago.
    disconnect(this.own?.client);
    disconnect(this.subscriber);
    this.own = undefined;
    this.subscriber = undefined;
  }

  private async open(): Promise<RedisRunner> {
    // ioredis gives up for good where its options say so.
    if (this.own === undefined || this.own.client.status === 'end') {
      const client = this.duplicate();
      if (client === undefined) {
        return this.fallback;
      }
      this.own = { client, runner: new RedisRunner(client as SmsRedisClient, this.timeoutMs) };
      this.connecting = connect(client);
    } else if (this.own.client.isOpen === false) {
      this.connecting ??= connect(this.own.client);
    }
    const { connecting } = this;
    if (connecting !== undefined) {
      await this.untilConnected(connecting);
    }
    return this.own.runner;
  }

  /** Some clients refuse commands that come before they are connected. */
  private async untilConnected(connecting: Promise<unknown>): Promise<void> {
    try {
      await withDeadline(async () => connecting, {
        timeoutMs: this.timeoutMs,
        onTimeout: () => {
          throw toSilenceError(this.timeoutMs);
        },
      });
      this.connecting = undefined;
    } catch (error) {
      if (error instanceof SmsRedisError) {
        throw error;
      }
      this.connecting = undefined;
      throw toRedisError(error);
    }
  }

  private duplicate(): Duplicate | undefined {
    const own = (this.client as Duplicate).duplicate?.();
    // Calls fail as well; without a listener the event would end the process.
    own?.on?.('error', ignore);
    return own;
  }
}

function isNodeRedis(client: Duplicate): boolean {
  return 'evalSha' in client;
}

/** Connects a client, or waits until it has done so by itself. */
async function connect(client: Duplicate): Promise<void> {
  if (isNodeRedis(client) || client.status === 'wait') {
    await client.connect?.();
  } else if (client.status !== undefined && client.status !== 'ready') {
    await new Promise<void>((resolve) => client.once?.('ready', resolve));
  }
}

function disconnect(client: Duplicate | undefined): void {
  try {
    const ended = client?.destroy === undefined ? client?.disconnect?.() : client.destroy();
    void Promise.resolve(ended).catch(ignore);
  } catch {
    // It was not connected.
  }
}

function ignore(): void {
  // A connection that is not there is heard of by the calls that need it.
}
