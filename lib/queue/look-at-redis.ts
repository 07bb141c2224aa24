import type { Queue } from 'bullmq';

/** What a Redis says of itself that matters to jobs. */
export interface RedisHabits {
  /** Such as `noeviction`; `undefined` where it does not say. */
  readonly evictionPolicy: string | undefined;
  readonly keepsAof: boolean | undefined;
}

const UNKNOWN: RedisHabits = { evictionPolicy: undefined, keepsAof: undefined };

/** Asks the Redis of a queue. Managed ones may not answer, which says nothing. */
export async function lookAtRedis(queue: Queue): Promise<RedisHabits> {
  try {
    const said = await (await clientOf(queue))?.info();
    if (said === undefined) {
      return UNKNOWN;
    }
    const aof = /^aof_enabled:(\d)/m.exec(said)?.[1];
    return {
      evictionPolicy: /^maxmemory_policy:(\S+)/m.exec(said)?.[1],
      keepsAof: aof === undefined ? undefined : aof === '1',
    };
  } catch {
    return UNKNOWN;
  }
}

interface InfoClient {
  info(): Promise<string>;
}

/** BullMQ 6 has its client behind a backend, 5 beside the queue. */
async function clientOf(queue: Queue): Promise<InfoClient | undefined> {
  const { getBackend, client } = queue as unknown as {
    getBackend?: () => { client?: Promise<InfoClient> };
    client?: Promise<InfoClient>;
  };
  return getBackend === undefined ? client : getBackend.call(queue).client;
}
