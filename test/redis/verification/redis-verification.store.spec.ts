import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { redisVerificationStore } from '../../../lib/redis/verification/redis-verification.store.js';
import type { SmsDuration } from '../../../lib/time/duration.js';
import { describeVerificationStore } from '../../../lib/testing/verification-store/describe-verification-store.js';
import { StoreCaller } from '../../../lib/testing/verification-store/store-caller.js';
import {
  CLIENT_KINDS,
  connectIoredis,
  connectIoredisCluster,
  connectNodeRedisCluster,
} from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithRedis } from '../../support/redis-server.js';

const HOUR_MS = 3_600_000;

let prefixes = 0;
/** Keys of its own for each test. */
function nextPrefix(): string {
  prefixes += 1;
  return `test${prefixes}`;
}

/** As long as those that a service makes. */
function key(name: string, index: number, length: number): string {
  return `${name}${index}`.padEnd(length, '-');
}

describeWithRedis('redisVerificationStore', (redis) => {
  let connected: ConnectedClient;
  const others: ConnectedClient[] = [];
  beforeAll(async () => {
    connected = await connectIoredis(redis());
  });
  afterEach(() => {
    for (const other of others.splice(0)) {
      other.close();
    }
  });
  afterAll(() => {
    connected.close();
  });

  describe('with a clock of its own', () => {
    describeVerificationStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now };
        return { store: redisVerificationStore(connected.client, options), clock };
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
    describeVerificationStore(
      () => ({ store: redisVerificationStore(own.client, { prefix: nextPrefix() }) }),
      { describe, it, hasClock: false },
    );

    it('works on after Redis forgot its scripts', async () => {
      const store = redisVerificationStore(own.client, { prefix: nextPrefix() });
      const caller = new StoreCaller(store, undefined);
      const sent = await caller.sendAccepted();
      await own.command('SCRIPT', 'FLUSH');
      expect(await caller.guess(sent, false)).toEqual({ status: 'wrong', attemptsLeft: 4 });
      await own.command('SCRIPT', 'FLUSH');
      expect(await caller.guess(sent, true)).toMatchObject({ status: 'approved' });
    });
  });

  it('approves one of 100 right guesses over 20 connections', async () => {
    const prefix = nextPrefix();
    others.push(
      ...(await Promise.all(Array.from({ length: 20 }, async () => connectIoredis(redis())))),
    );
    const stores = others.map(({ client }) => redisVerificationStore(client, { prefix }));
    const caller = new StoreCaller(redisVerificationStore(connected.client, { prefix }), undefined);
    const sent = await caller.sendAccepted();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        stores[index % stores.length]?.attempt(caller.guessAsk(sent, true)),
      ),
    );
    expect(answers.filter((answer) => answer?.status === 'approved')).toHaveLength(1);
  });

  it('tells the time by Redis, however wrong the clock of the app is', async () => {
    const caller = new StoreCaller(
      redisVerificationStore(connected.client, { prefix: nextPrefix() }),
      undefined,
    );
    const real = Date.now();
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(real - HOUR_MS);
    const sent = await caller.sendAccepted();
    expect(Math.abs(sent.verification.bookedAt - real)).toBeLessThan(60_000);
    clock.mockReturnValue(real + HOUR_MS);
    expect((await caller.resend(sent)).status).toBe('waiting');
    expect((await caller.guess(sent, true)).status).toBe('approved');
  });

  it('keeps no more than 1 kB for a phone, and lets all of it expire', async () => {
    const prefix = nextPrefix();
    const store = redisVerificationStore(connected.client, { prefix });
    const caller = new StoreCaller(store, undefined);
    const phones = 200;
    await Promise.all(
      Array.from({ length: phones }, async (_, index) => {
        const slot = key('slot', index, 16);
        await caller.sendAccepted({
          operation: key('op', index, 12),
          targets: [{ slot }],
          sessions: [key('session', index, 16)],
          fresh: {
            slot,
            nonce: key('n', index, 12),
            seed: key('seed', index, 16),
            verifier: key('verifier', index, 22),
            keyId: 'abcd',
          },
          phones: [key('phone', index, 16)],
          subjects: [key('subject', index, 16)],
          callers: [key('caller', index, 16)],
        });
      }),
    );
    const keys = (await connected.command('KEYS', `{${prefix}}:*`)) as string[];
    const sizes = await Promise.all(
      keys.map(async (name) => Number(await connected.command('MEMORY', 'USAGE', name))),
    );
    // The part that all phones share is theirs, too.
    const bytes = sizes.reduce((sum, size) => sum + size, 0) / phones;
    expect(bytes).toBeLessThan(1024);

    const ttls = await Promise.all(
      keys.map(async (name) => Number(await connected.command('PTTL', name))),
    );
    expect(Math.min(...ttls)).toBeGreaterThan(0);
  });

  it('begins all its keys with one hash tag', async () => {
    const prefix = nextPrefix();
    const store = redisVerificationStore(connected.client, { prefix });
    const caller = new StoreCaller(store, undefined);
    const sent = await caller.sendAccepted({ callers: ['x'], country: 'HK' });
    await caller.guess(sent, false, { callers: ['x'] });
    await caller.conclude(await caller.send({ subjects: ['phone/pay'] }), {
      outcome: 'rejected',
      block: HOUR_MS,
    });
    const keys = (await connected.command('KEYS', `*${prefix}*`)) as string[];
    expect(keys.length).toBeGreaterThan(8);
    expect(keys.every((name) => name.startsWith(`{${prefix}}:`))).toBe(true);
  });

  it.each([
    ['allkeys-lru', 1],
    ['noeviction', 0],
    ['volatile-ttl', 0],
  ])('warns of the policy %s %d times, at its first use', async (policy, times) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await connected.command('CONFIG', 'SET', 'maxmemory-policy', policy);
    const store = redisVerificationStore(connected.client, { prefix: nextPrefix() });
    const caller = new StoreCaller(store, undefined);
    await caller.sendAccepted();
    await caller.reserve();
    await connected.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    const lines = warn.mock.calls.filter(([line]) => String(line).includes(policy));
    expect(lines).toHaveLength(times);
  });

  it.each([
    [0, 'timeout is not usable: expected 1 millisecond or more.'],
    ['1 second', 'timeout is not usable: expected a whole number of milliseconds'],
  ])('refuses the timeout %j', (timeout, sentence) => {
    expect(() =>
      redisVerificationStore(connected.client, { timeout: timeout as SmsDuration }),
    ).toThrow(sentence);
  });

  it.each(['', 'a b', '{a}', 'a}', 'x'.repeat(101)])('refuses the prefix "%s"', (prefix) => {
    expect(() => redisVerificationStore(connected.client, { prefix })).toThrow(
      'prefix is not usable: expected a text of 1 to 100 characters without braces and spaces.',
    );
  });
});

describeWithRedis(
  'redisVerificationStore on a cluster',
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

    describeVerificationStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now };
        return { store: redisVerificationStore(cluster.client, options), clock };
      },
      { describe, it, runs: 3 },
    );

    it('works on a cluster client of redis, too', async () => {
      const own = await connectNodeRedisCluster(redis());
      try {
        const store = redisVerificationStore(own.client, { prefix: nextPrefix() });
        const caller = new StoreCaller(store, undefined);
        const sent = await caller.sendAccepted({ callers: ['x'], country: 'HK' });
        expect((await caller.guess(sent, false)).status).toBe('wrong');
        expect((await caller.guess(sent, true)).status).toBe('approved');
        await store.unlock({ phones: ['phone'], subjects: ['phone/login'] });
      } finally {
        own.close();
      }
    });
  },
  ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
);
