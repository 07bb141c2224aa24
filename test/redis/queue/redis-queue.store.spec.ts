import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmsQueueStore } from '../../../lib/guard/queue.store.js';
import { redisQueueStore } from '../../../lib/redis/queue/redis-queue.store.js';
import type { SmsRedisQueueOptions } from '../../../lib/redis/queue/redis-queue.store.js';
import type { SmsRedisClient } from '../../../lib/redis/redis-client.js';
import { describeQueueStore } from '../../../lib/testing/queue-store/describe-queue-store.js';
import { QueueCaller } from '../../../lib/testing/queue-store/queue-caller.js';
import type { SmsDuration } from '../../../lib/time/duration.js';
import { ManualClock } from '../../support/manual-clock.js';
import { CLIENT_KINDS, connectIoredis } from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis } from '../../support/redis-server.js';

/** Waits for as long as a busy machine may take. */
const PATIENT = { timeout: '20s' } as const;
const TIMEOUT_MS = 300;

let prefixes = 0;
/** Keys of its own for each test. */
function nextPrefix(): string {
  prefixes += 1;
  return `queue${prefixes}`;
}

/** Stores of a test, which close after it. */
const stores: SmsQueueStore[] = [];
function callerOn(client: SmsRedisClient, options: SmsRedisQueueOptions = {}): QueueCaller {
  const store = redisQueueStore(client, { ...PATIENT, ...options });
  stores.push(store);
  return new QueueCaller(store, undefined);
}

describeWithRedis('redisQueueStore', (redis) => {
  let connected: ConnectedClient;
  beforeAll(async () => {
    connected = await connectIoredis(redis());
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map(async (store) => store.close?.()));
  });
  afterAll(() => {
    connected.close();
  });

  describe('with a clock of its own', () => {
    describeQueueStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now, ...PATIENT };
        return { store: redisQueueStore(connected.client, options), clock };
      },
      { describe, it },
    );
  });

  describe.each(CLIENT_KINDS)('on a client of %s, with the clock of Redis', (_, connect) => {
    let own: ConnectedClient;
    beforeAll(async () => {
      own = await connect(redis());
    });
    afterAll(() => {
      own.close();
    });
    describeQueueStore(
      () => ({ store: redisQueueStore(own.client, { prefix: nextPrefix(), ...PATIENT }) }),
      { describe, it, hasClock: false, runs: 20 },
    );

    it('does each step once whose answer is lost', async () => {
      const proxy = await RedisProxy.start(redis());
      const through = await connect(proxy);
      const caller = callerOn(through.client, { prefix: nextPrefix() });
      const key = caller.key();
      const steps = async (cut: () => void): Promise<unknown[]> => {
        const one = caller.key();
        cut();
        const first = await caller.go(one);
        cut();
        await caller.store.release([one.id], first.token);
        const second = await caller.go(one);
        cut();
        const settling = await caller.store.end(one.id, second.epoch, { state: 'settling' });
        cut();
        const done = await caller.done(one, second.epoch, 'accepted');
        cut();
        const cancelled = await caller.cancel(caller.key());
        cut();
        await caller.store.pause('marketing', 'manual');
        cut();
        await caller.store.resume('marketing');
        return [second.epoch, settling?.state, done?.corrected, done?.doubled, cancelled.state];
      };
      // All scripts are known from then on, so that one answer is one script's.
      const plain = await steps(() => undefined);
      await expect(
        steps(() => {
          proxy.cutNext();
        }),
      ).resolves.toEqual(plain);
      expect(plain).toEqual([2, 'settling', false, false, 'cancelled']);
      await caller.go(key);
      await Promise.all(stores.splice(0).map(async (store) => store.close?.()));
      through.close();
      await proxy.stop();
    });

    it('fails in time while Redis is silent, and works on afterwards', async () => {
      const prefix = nextPrefix();
      const caller = callerOn(own.client, { prefix, timeout: TIMEOUT_MS });
      const key = caller.key();
      const token = caller.token();
      await caller.store.stats();
      redis().pause();
      const started = performance.now();
      try {
        await expect(caller.begin(key, { token })).rejects.toMatchObject({
          code: 'SMS_REDIS_UNAVAILABLE',
        });
      } finally {
        redis().resume();
      }
      expect(performance.now() - started).toBeLessThan(4 * TIMEOUT_MS);
      // Whether it has begun is not known: the attempt that asks again has its leave.
      const patient = callerOn(own.client, { prefix });
      expect((await patient.go(key, { token })).epoch).toBe(1);
    });
  });

  it('keeps all keys of a store in one slot of a cluster', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix });
    await caller.go(caller.key());
    await caller.store.pause('marketing', 'manual');
    await caller.store.reserve('budget', 10, 1000);
    const keys = (await connected.command('KEYS', `*${prefix}*`)) as string[];
    expect(keys).not.toHaveLength(0);
    expect(keys.filter((key) => !key.startsWith(`{${prefix}}:`))).toEqual([]);
  });

  it('lets all keys of texts expire', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix, retain: '1h' });
    const { id, epoch } = await caller.go(caller.key());
    await caller.store.end(id, epoch, { state: 'settling' });
    await caller.go(caller.key());
    await caller.store.reserve('budget', 10, 1000);
    const keys = (await connected.command('KEYS', `*${prefix}*`)) as string[];
    const times = await Promise.all(keys.map(async (key) => connected.command('PTTL', key)));
    expect(times.length).toBeGreaterThan(3);
    expect(times.filter((ms) => Number(ms) <= 0 || Number(ms) > 3_600_000)).toEqual([]);
  });

  it('refuses options that are not usable', () => {
    const { client } = connected;
    expect(() => redisQueueStore(client, { retain: 0 })).toThrow('retain is not usable');
    expect(() => redisQueueStore(client, { prefix: '{x}' })).toThrow('prefix is not usable');
    expect(() => redisQueueStore(client, { timeout: 'soon' as SmsDuration })).toThrow(
      'timeout is not usable',
    );
  });
});
