import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type {
  SmsDeliveryStore,
  SmsDeliveryText,
} from '../../../lib/delivery/store/delivery.store.js';
import { redisDeliveryStore } from '../../../lib/redis/delivery/redis-delivery.store.js';
import type { SmsRedisDeliveryOptions } from '../../../lib/redis/delivery/redis-delivery.store.js';
import type { SmsIoredisClient, SmsRedisClient } from '../../../lib/redis/redis-client.js';
import { DeliveryCaller, HANDLER } from '../../../lib/testing/delivery-store/delivery-caller.js';
import { describeDeliveryStore } from '../../../lib/testing/delivery-store/describe-delivery-store.js';
import type { SmsDuration } from '../../../lib/time/duration.js';
import {
  CLIENT_KINDS,
  connectIoredis,
  connectIoredisCluster,
  connectNodeRedisCluster,
} from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithRedis } from '../../support/redis-server.js';

/** Waits for as long as a busy machine may take. */
const PATIENT = { timeout: '20s' } as const;
const HOUR_MS = 3_600_000;

let prefixes = 0;
/** Keys of its own for each test. */
function nextPrefix(): string {
  prefixes += 1;
  return `test${prefixes}`;
}

/** Stores of a test, which close after it. */
const stores: SmsDeliveryStore[] = [];
function storeOn(client: SmsRedisClient, options: SmsRedisDeliveryOptions): SmsDeliveryStore {
  const store = redisDeliveryStore(client, { ...PATIENT, ...options });
  stores.push(store);
  return store;
}
function callerOn(client: SmsRedisClient, options: SmsRedisDeliveryOptions): DeliveryCaller {
  return new DeliveryCaller(storeOn(client, options), undefined);
}

/** Texts in all states, with all that a store keeps of them. */
async function fill(caller: DeliveryCaller): Promise<SmsDeliveryText> {
  const { store } = caller;
  await caller.register();
  const text = await caller.send({ ref: 'order' });
  await caller.send({ tracked: false });
  const parked = { to: text.to, serialNo: 'foreign' };
  await store.merge([caller.report(text, 'failed'), caller.report(parked, 'failed')]);
  await caller.settle([
    { key: { to: text.to, ref: 'order' }, fact: caller.report(text, 'delivered') },
  ]);
  await store.announce([{ id: 'one', kind: 'report', body: {} }]);
  const [change] = await caller.claim();
  await store.acknowledge(change?.id ?? '', HANDLER, false);
  await store.lease('pull', 'one', 60_000);
  await store.advance();
  return text;
}

describeWithRedis('redisDeliveryStore', (redis) => {
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

  async function keysOf(prefix: string): Promise<string[]> {
    return (await connected.command('KEYS', `*${prefix}*`)) as string[];
  }

  async function clients(): Promise<string[]> {
    return String(await connected.command('CLIENT', 'LIST')).match(/^id=\d+/gm) ?? [];
  }

  describe('with a clock of its own', () => {
    describeDeliveryStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now, ...PATIENT };
        return { store: redisDeliveryStore(connected.client, options), clock };
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
    describeDeliveryStore(
      () => ({ store: redisDeliveryStore(own.client, { prefix: nextPrefix(), ...PATIENT }) }),
      { describe, it, hasClock: false, runs: 10, pushes: 500 },
    );

    it('works on after the application has closed its client', async () => {
      const other = await connect(redis());
      const caller = callerOn(other.client, { prefix: nextPrefix() });
      const text = await caller.send();
      other.close();
      await caller.store.merge([caller.report(text, 'delivered')]);
      expect(await caller.stateOf(text)).toBe('delivered DELIVRD');
    });

    it('closes its connections once what is in flight has ended', async () => {
      const caller = callerOn(own.client, { prefix: nextPrefix() });
      const before = await clients();
      const opened = async (): Promise<string[]> =>
        (await clients()).filter((id) => !before.includes(id));
      const text = await caller.send();
      const listening = new Promise<void>((resolve) => {
        caller.store.subscribe(() => {
          resolve();
        });
      });
      await listening;
      expect(await opened()).toHaveLength(2);
      const merged = caller.store.merge([caller.report(text, 'delivered')]);
      await caller.store.close?.();
      await merged;
      await expect(caller.store.find(text)).rejects.toThrow('The store is closed');
      // oxlint-disable-next-line no-await-in-loop -- Redis hears of a closed socket a little later
      while ((await opened()).length > 0);
    });
  });

  it('works on a client that can neither be copied nor listen', async () => {
    const ioredis = connected.client as Redis;
    const client: SmsIoredisClient = {
      evalsha: async (sha, count, ...given) => ioredis.evalsha(sha, count, ...given),
      eval: async (text, count, ...given) => ioredis.eval(text, count, ...given),
    };
    const caller = callerOn(client, { prefix: nextPrefix() });
    const text = await caller.send();
    caller.store.subscribe(() => undefined)();
    await caller.store.merge([caller.report(text, 'delivered')]);
    expect(await caller.stateOf(text)).toBe('delivered DELIVRD');
    await caller.store.close?.();
    expect(await connected.command('PING')).toBe('PONG');
  });

  it('tells the time by Redis, however wrong the clock of the app is', async () => {
    const caller = callerOn(connected.client, { prefix: nextPrefix() });
    const real = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(real - HOUR_MS);
    const text = await caller.send();
    await caller.store.merge([caller.report(text, 'failed')]);
    const { newestReportAt = 0 } = await caller.store.stats();
    clock.mockRestore();
    expect(Math.abs(newestReportAt - real)).toBeLessThan(60_000);
  });

  it('makes one change of 2,000 equal pushes over 10 connections', async () => {
    const prefix = nextPrefix();
    const callers = Array.from({ length: 10 }, () => callerOn(connected.client, { prefix }));
    const [first] = callers as [DeliveryCaller];
    await first.register();
    const text = await first.send();
    const report = first.report(text, 'delivered');
    await Promise.all(
      Array.from({ length: 2000 }, async (_, i) => callers[i % 10]?.store.merge([report])),
    );
    const claims = await Promise.all(callers.map(async (caller) => caller.claim()));
    expect(claims.flat()).toHaveLength(1);
  });

  it('keeps no more than 1 kB for a text, and lets all of it expire', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix });
    const given = { ref: 'order 20261126-0001', signName: '腾讯云短信', account: 'marketing' };
    const texts = Array.from({ length: 400 }, (_, index) => {
      const callRef = `a3f1c2d4e5f60718293a4b5c6d7e8f90${index}`;
      const serialNo = `5000:${1_764_131_718_000 + index}13800000000`;
      return { ...caller.accepted(caller.text({ ...given, callRef })), serialNo };
    });
    await caller.store.put(texts);
    await caller.store.merge(texts.slice(200).map((text) => caller.report(text, 'delivered')));
    const sizes = await Promise.all(
      (await keysOf(prefix)).map(async (name) =>
        Number(await connected.command('MEMORY', 'USAGE', name, 'SAMPLES', '0')),
      ),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0) / texts.length;
    expect(bytes).toBeLessThan(1024);
    await fill(caller);
    const names = await keysOf(prefix);
    const ttls = await Promise.all(
      names.map(async (name) => Number(await connected.command('PTTL', name))),
    );
    expect(Math.min(...ttls)).toBeGreaterThan(0);
  });

  it('keeps a text for as long as it is told', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix, retain: '2h' });
    await caller.send({ ref: 'order' });
    const untracked = await caller.send({ tracked: false });
    const kept = (await keysOf(prefix)).filter((name) => /:[tsr]/.test(name));
    const hours = await Promise.all(
      kept.map(async (name) => {
        const ttl = Number(await connected.command('PTTL', name)) / HOUR_MS;
        return `${name.includes(untracked.to) ? 'untracked' : 'tracked'} ${Math.ceil(ttl * 2) / 2} h`;
      }),
    );
    expect(hours.toSorted()).toEqual([
      'tracked 2 h',
      'tracked 2 h',
      'tracked 2 h',
      'untracked 0.5 h',
      'untracked 0.5 h',
    ]);
  });

  it('begins all its keys with one hash tag, and declares each of them', async () => {
    const prefix = nextPrefix();
    // ioredis puts its keyPrefix before the keys that are declared.
    const client = new Redis({ host: redis().host, port: redis().port, keyPrefix: 'app:' });
    const caller = callerOn(client, { prefix });
    const text = await fill(caller);
    expect(await caller.stateOf(text)).toBe('delivered DELIVRD');
    client.disconnect();
    const keys = await keysOf(prefix);
    expect(keys.length).toBeGreaterThan(12);
    expect(keys.filter((name) => !name.startsWith(`app:{${prefix}}:`))).toEqual([]);
  });

  it('gives a repeated claim, whose answer was lost, the same changes', async () => {
    const prefix = nextPrefix();
    const ioredis = connected.client as Redis;
    let lost = 0;
    const client: SmsIoredisClient = {
      eval: async (text, count, ...given) => ioredis.eval(text, count, ...given),
      evalsha: async (sha, count, ...given) => {
        const answer = await ioredis.evalsha(sha, count, ...given);
        if (lost > 0) {
          lost -= 1;
          throw new Error('Connection is closed.');
        }
        return answer;
      },
    };
    const caller = callerOn(client, { prefix });
    await caller.register();
    await caller.store.merge([caller.report(await caller.send(), 'delivered')]);
    // Known from then on.
    await caller.store.acknowledge('nothing', HANDLER, false);
    await caller.claim(['none']);
    lost = 1;
    const [change, ...more] = await caller.claim();
    expect([change?.handlers, more]).toEqual([[HANDLER], []]);
    lost = 1;
    await caller.store.acknowledge(change?.id ?? '', HANDLER, false);
    const tries = await ioredis.hvals(`{${prefix}}:y`);
    expect(tries.map((value) => value.split(' ')[0])).toEqual(['1']);
  });

  it('changes nothing, and says why, when the memory of Redis is full', async () => {
    const caller = callerOn(connected.client, { prefix: nextPrefix() });
    const text = await caller.send();
    await connected.command('CONFIG', 'SET', 'maxmemory', '1');
    try {
      await expect(caller.store.put([caller.text()])).rejects.toThrow('(OOM)');
      const report = caller.report(text, 'delivered');
      await expect(caller.store.merge([report])).rejects.toThrow('(OOM)');
    } finally {
      await connected.command('CONFIG', 'SET', 'maxmemory', '0');
    }
    expect(await caller.stateOf(text)).toBe('accepted');
  });

  it.each([
    ['allkeys-lru', 1],
    ['noeviction', 0],
  ])('warns of the policy %s %d times, at its first use', async (policy, times) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await connected.command('CONFIG', 'SET', 'maxmemory-policy', policy);
    const caller = callerOn(connected.client, { prefix: nextPrefix() });
    await caller.send();
    await caller.send();
    await connected.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    const lines = warn.mock.calls.filter(([line]) => String(line).includes('texts and what'));
    expect(lines).toHaveLength(times);
  });

  it.each([
    [{ timeout: 0 }, 'timeout is not usable: expected 1 millisecond or more.'],
    [{ retain: 0 }, 'retain is not usable: expected 1 millisecond or more.'],
    [{ retain: '1 week' as SmsDuration }, 'retain is not usable: expected a whole number'],
    [{ prefix: '{a}' }, 'prefix is not usable: expected a text of 1 to 100 characters'],
  ])('refuses the options %j', (options, sentence) => {
    expect(() => redisDeliveryStore(connected.client, options)).toThrow(sentence);
  });

  it('refuses what is no client', () => {
    expect(() => redisDeliveryStore({} as SmsRedisClient)).toThrow('This is no Redis client');
  });
});

describeWithRedis(
  'redisDeliveryStore on a cluster',
  (redis) => {
    let cluster: ConnectedClient;
    beforeAll(async () => {
      const node = await connectIoredis(redis());
      await node.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      // oxlint-disable-next-line no-await-in-loop -- a new node takes two seconds to join itself
      while (!String(await node.command('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
        // oxlint-disable-next-line no-await-in-loop -- waits in Redis, for a replica that never comes
        await node.command('WAIT', '1', '20');
      }
      node.close();
      cluster = await connectIoredisCluster(redis());
    });
    afterAll(() => {
      cluster.close();
    });

    describeDeliveryStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now, ...PATIENT };
        return { store: redisDeliveryStore(cluster.client, options), clock };
      },
      { describe, it, runs: 3, pushes: 200 },
    );

    describe('with a client of redis', () => {
      let own: ConnectedClient;
      beforeAll(async () => {
        own = await connectNodeRedisCluster(redis());
      });
      afterAll(() => {
        own.close();
      });
      describeDeliveryStore(
        () => ({ store: redisDeliveryStore(own.client, { prefix: nextPrefix(), ...PATIENT }) }),
        { describe, it, hasClock: false, runs: 1, pushes: 50 },
      );
    });
  },
  ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
);
