import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmsCampaignStore } from '../../../lib/guard/campaign.store.js';
import { redisCampaignStore } from '../../../lib/redis/queue/redis-campaign.store.js';
import type { SmsRedisCampaignOptions } from '../../../lib/redis/queue/redis-campaign.store.js';
import type { SmsRedisClient } from '../../../lib/redis/redis-client.js';
import {
  CampaignCaller,
  chunkOf,
  ends,
} from '../../../lib/testing/campaign-store/campaign-caller.js';
import { describeCampaignStore } from '../../../lib/testing/campaign-store/describe-campaign-store.js';
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
  return `campaign${prefixes}`;
}

/** Stores of a test, which close after it. */
const stores: SmsCampaignStore[] = [];
function callerOn(client: SmsRedisClient, options: SmsRedisCampaignOptions = {}): CampaignCaller {
  const store = redisCampaignStore(client, { ...PATIENT, ...options });
  stores.push(store);
  return new CampaignCaller(store, undefined);
}

describeWithRedis('redisCampaignStore', (redis) => {
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
    describeCampaignStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now, ...PATIENT };
        return { store: redisCampaignStore(connected.client, options), clock };
      },
      { describe, it, runs: 60 },
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
    describeCampaignStore(
      () => ({ store: redisCampaignStore(own.client, { prefix: nextPrefix(), ...PATIENT }) }),
      { describe, it, hasClock: false, runs: 5 },
    );

    it('does each step once whose answer is lost', async () => {
      const proxy = await RedisProxy.start(redis());
      const through = await connect(proxy);
      const caller = callerOn(through.client, { prefix: nextPrefix() });
      const { store } = caller;
      const steps = async (cut: () => void): Promise<unknown> => {
        const id = caller.next('campaign');
        const calls: (() => Promise<unknown>)[] = [
          async () => store.create(id, 'it'),
          async () => store.lease(id, 'loader', 60_000),
          async () => store.append(id, 'loader', { ...chunkOf('....r'), codes: { Bad: 1 } }),
          async () => store.endLoading(id, 'loader'),
          async () => caller.begin(id, [0, 1], `${id} first`),
          async () => store.end(id, ends([0, 1], '.'), `${id} first`),
          async () => caller.begin(id, [0, 1, 2], `${id} second`),
          async () => store.end(id, ends([0, 1, 2], 'a', { fee: 2 }), `${id} second`),
          async () => store.cancel(id),
        ];
        const answers = [];
        for (const call of calls) {
          cut();
          // oxlint-disable-next-line no-await-in-loop -- one call after the other
          answers.push(await call());
        }
        return [...answers, await store.find(id), await store.read(id, 0)];
      };
      // All scripts are known from then on, so that one answer is one script's.
      const plain = await steps(() => undefined);
      await expect(
        steps(() => {
          proxy.cutNext();
        }),
      ).resolves.toEqual(plain);
      expect(plain).toContainEqual(expect.objectContaining({ fee: 6, byCode: { Bad: 1 } }));
      await Promise.all(stores.splice(0).map(async (one) => one.close?.()));
      through.close();
      await proxy.stop();
    });

    it('fails in time while Redis is silent, and works on afterwards', async () => {
      const prefix = nextPrefix();
      const patient = callerOn(own.client, { prefix });
      const id = await patient.campaign('..');
      const caller = callerOn(own.client, { prefix, timeout: TIMEOUT_MS });
      await caller.record(id);
      redis().pause();
      const started = performance.now();
      try {
        await expect(caller.begin(id, [0], 'request')).rejects.toMatchObject({
          code: 'SMS_REDIS_UNAVAILABLE',
        });
      } finally {
        redis().resume();
      }
      expect(performance.now() - started).toBeLessThan(4 * TIMEOUT_MS);
      // Whether it has begun is not known: the request that asks again has its leave.
      await expect(patient.begin(id, [0], 'request')).resolves.toEqual({ state: 'go', epoch: 1 });
    });
  });

  it('keeps all keys of a campaign in one slot of a cluster', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix });
    const id = await caller.campaign('..');
    const { token } = await caller.go(id, [0]);
    await caller.store.end(id, ends([0], 'a', { serialNo: '2640:1' }), token);
    await caller.go(id, [1]);
    const keys = (await connected.command('KEYS', `*${prefix}*`)) as string[];
    expect(keys.toSorted()).toEqual(
      ['c', 'l', 'm', 'n', 'q'].map((name) => `{${prefix}:${id}}:${name}`),
    );
  });

  it('lets all keys of a campaign expire that has ended, and none before', async () => {
    const prefix = nextPrefix();
    const caller = callerOn(connected.client, { prefix, retain: '1h' });
    const timesOf = async (id: string) => {
      const keys = (await connected.command('KEYS', `{${prefix}:${id}}*`)) as string[];
      const times = await Promise.all(keys.map(async (key) => connected.command('PTTL', key)));
      return times.map(Number);
    };
    const ended = await caller.campaign('...');
    const { token } = await caller.go(ended, [0, 1]);
    expect(new Set(await timesOf(ended))).toEqual(new Set([-1]));
    await caller.store.end(ended, ends([0, 1], 'a', { serialNo: '2640:1' }), token);
    await caller.store.cancel(ended);
    const times = await timesOf(ended);
    expect(times).toHaveLength(4);
    expect(times.filter((ms) => ms <= 0 || ms > 3_600_000)).toEqual([]);
    const late = await caller.campaign('..');
    await caller.store.cancel(late);
    await caller.store.end(late, ends([0], 'a', { serialNo: '2640:1' }));
    expect((await timesOf(late)).filter((ms) => ms <= 0)).toEqual([]);
  });

  it('refuses options that are not usable', () => {
    const { client } = connected;
    expect(() => redisCampaignStore(client, { retain: 0 })).toThrow('retain is not usable');
    expect(() => redisCampaignStore(client, { prefix: '{x}' })).toThrow('prefix is not usable');
    expect(() => redisCampaignStore(client, { timeout: 'soon' as SmsDuration })).toThrow(
      'timeout is not usable',
    );
  });
});
