import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';

/** The Redis that instances of the app share, or none. */
export class RedisConnection implements OnApplicationShutdown {
  private constructor(
    readonly client: Redis | undefined,
    /** Of BullMQ, which waits for Redis as long as it takes. */
    readonly queueClient: Redis | undefined,
  ) {}

  /** @param url of a Redis; `undefined`, or nothing, for none: stores are in the memory of this process then */
  static async open(url: string | undefined): Promise<RedisConnection> {
    if (url === undefined || url === '') {
      return new RedisConnection(undefined, undefined);
    }
    const { Redis: Client } = await import('ioredis');
    const client = new Client(url);
    const logger = new Logger(RedisConnection.name);
    let isReached = true;
    client.on('ready', () => {
      isReached = true;
    });
    client.on('error', ({ name, code = name }: NodeJS.ErrnoException) => {
      // Each try to connect again fails with an error of its own.
      if (isReached) {
        logger.error(`Redis is out of reach (${code}): nothing is sent until it is back`);
      }
      isReached = false;
    });
    const queueClient = new Client(url, { maxRetriesPerRequest: null });
    queueClient.on('error', () => undefined);
    return new RedisConnection(client, queueClient);
  }

  /** After the modules that depend on it, which wait for their calls. */
  onApplicationShutdown(): void {
    this.client?.disconnect();
    this.queueClient?.disconnect();
  }
}
