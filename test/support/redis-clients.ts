import { Cluster, Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient, createCluster } from 'redis';
import type { SmsRedisClient } from '../../lib/redis/redis-client.js';
import type { RedisServer } from './redis-server.js';

/** A client of one of the libraries that stores work with. */
export interface ConnectedClient {
  readonly client: SmsRedisClient;
  /** Sends a command that is not for a store. */
  command(...words: string[]): Promise<unknown>;
  close(): void;
}

type Connect = (server: Pick<RedisServer, 'host' | 'port'>) => Promise<ConnectedClient>;

function ignore(): void {
  // Clients tell of broken connections by events; calls fail as well.
}

/** Of ioredis. */
export const connectIoredis: Connect = async ({ host, port }) => {
  const client = new Redis({ host, port, lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: async (...words) => client.call(...(words as [string, ...string[]])),
    close: () => {
      client.disconnect();
    },
  };
};

/** Of iovalkey. */
export const connectIovalkey: Connect = async ({ host, port }) => {
  const client = new Valkey({ host, port, lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: async (...words) => client.call(...(words as [string, ...string[]])),
    close: () => {
      client.disconnect();
    },
  };
};

/** Of node-redis. */
export const connectNodeRedis: Connect = async ({ host, port }) => {
  const client = createClient({ socket: { host, port } });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: async (...words) => client.sendCommand(words),
    close: () => {
      client.destroy();
    },
  };
};

/** Of ioredis, for a cluster. */
export const connectIoredisCluster: Connect = async ({ host, port }) => {
  const client = new Cluster([{ host, port }], { lazyConnect: true });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: async (...words) => client.call(...(words as [string, ...string[]])),
    close: () => {
      client.disconnect();
    },
  };
};

/** Of node-redis, for a cluster. */
export const connectNodeRedisCluster: Connect = async ({ host, port }) => {
  const client = createCluster({ rootNodes: [{ socket: { host, port } }] });
  client.on('error', ignore);
  await client.connect();
  return {
    client,
    command: async (...words) => client.sendCommand(undefined, true, words),
    close: () => {
      client.destroy();
    },
  };
};

/** By the names of their packages. */
export const CLIENT_KINDS: readonly (readonly [string, Connect])[] = [
  ['ioredis', connectIoredis],
  ['iovalkey', connectIovalkey],
  ['redis', connectNodeRedis],
];
