import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { DeliveryContext } from '../../../lib/delivery/delivery-context.js';
import { DeliveryLogger } from '../../../lib/delivery/delivery.logger.js';
import { SmsDelivery } from '../../../lib/delivery/sms-delivery.js';
import type { SmsDeliveryStore } from '../../../lib/delivery/store/delivery.store.js';
import { redisDeliveryStore } from '../../../lib/redis/delivery/redis-delivery.store.js';
import type { SmsRedisDeliveryOptions } from '../../../lib/redis/delivery/redis-delivery.store.js';
import type { SmsRedisClient } from '../../../lib/redis/redis-client.js';
import { DeliveryCaller, HANDLER } from '../../../lib/testing/delivery-store/delivery-caller.js';
import { CLIENT_KINDS, connectIoredis } from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

const TIMEOUT_MS = 300;

const stores: SmsDeliveryStore[] = [];
function callerOn(
  client: SmsRedisClient,
  options: SmsRedisDeliveryOptions = { timeout: '20s' },
): DeliveryCaller {
  const store = redisDeliveryStore(client, options);
  stores.push(store);
  return new DeliveryCaller(store, undefined);
}

/** What applications wait with. */
function deliveryOn({ store }: DeliveryCaller): SmsDelivery {
  return new SmsDelivery(new DeliveryContext(store, [], new DeliveryLogger()));
}

/** When the store of a waiter listens. */
async function untilListening({ store }: DeliveryCaller): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = store.subscribe((to) => {
      if (to === undefined) {
        end();
        resolve();
      }
    });
  });
}

/** How long a waiter at one instance takes to hear of a report that reaches another one. */
async function timeDelivery(waiter: DeliveryCaller, other: DeliveryCaller): Promise<number> {
  const text = await other.send();
  const states: string[] = [];
  const onLook: (() => void)[] = [];
  const looked = new Promise<void>((resolve) => {
    onLook.push(resolve);
  });
  const ended = new Promise<void>((resolve, reject) => {
    deliveryOn(waiter)
      .watch(text)
      .subscribe({
        next: ({ state }) => {
          states.push(state);
          onLook[0]?.();
        },
        error: reject,
        complete: resolve,
      });
  });
  await looked;
  const started = performance.now();
  await other.store.merge([other.report(text, 'delivered')]);
  await ended;
  expect(states).toEqual(['accepted', 'delivered']);
  return performance.now() - started;
}

describeWithRedis('redisDeliveryStore, over instances and when Redis fails', (redis) => {
  let direct: ConnectedClient;
  beforeAll(async () => {
    direct = await connectIoredis(redis());
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map(async (store) => store.close?.()));
    await direct.command('FLUSHALL');
  });
  afterAll(() => {
    direct.close();
  });

  describe.each(CLIENT_KINDS)('seen by %s', (_, connect) => {
    let connected: ConnectedClient;
    beforeAll(async () => {
      connected = await connect(redis());
    });
    afterAll(() => {
      connected.close();
    });

    it('ends while there is no Redis, and fails until then', async () => {
      const server = await RedisServer.start();
      const lost = await connect(server);
      const caller = callerOn(lost.client, { timeout: TIMEOUT_MS });
      const text = await caller.send();
      await untilListening(caller);
      await server.stop();
      await expect(caller.stateOf(text)).rejects.toMatchObject({ code: 'SMS_REDIS_UNAVAILABLE' });
      await caller.store.close?.();
      lost.close();
    });

    it('tells a waiter at one instance within a second what reached another one', async () => {
      const [waiter, other] = [callerOn(connected.client), callerOn(connected.client)];
      // From the first wait on, which is when it begins to listen.
      expect(await timeDelivery(waiter, other)).toBeLessThan(1000);
      expect(await timeDelivery(waiter, other)).toBeLessThan(1000);
    });

    it('tells a waiter whose subscription broke what came meanwhile', async () => {
      const [waiter, other] = [callerOn(connected.client), callerOn(connected.client)];
      await untilListening(waiter);
      await direct.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      expect(await timeDelivery(waiter, other)).toBeLessThan(6000);
      expect(await timeDelivery(waiter, other)).toBeLessThan(6000);
    });

    it('makes one change of each step whose answer is lost', async () => {
      const proxy = await RedisProxy.start(redis());
      const through = await connect(proxy);
      const caller = callerOn(through.client);
      // All scripts are known from then on, so that one answer is one script's.
      await caller.register();
      const warm = await caller.send();
      await caller.store.merge([caller.report(warm, 'delivered')]);
      await caller.hear();
      await caller.store.stats();

      const text = caller.text();
      const accepted = caller.accepted(text);
      proxy.cutNext();
      await caller.store.put([text]);
      proxy.cutNext();
      await caller.store.merge([caller.report(accepted, 'delivered')]);
      proxy.cutNext();
      await caller.store.put([accepted]);
      proxy.cutNext();
      const [change, ...more] = await caller.claim();
      expect([change?.body, more]).toMatchObject([{ to: text.to, state: 'delivered' }, []]);
      proxy.cutNext();
      await caller.store.acknowledge(change?.id ?? '', HANDLER, true);
      const { waiting, dead, parked, reported } = await caller.store.stats();
      expect({ waiting, dead, parked, reported }).toEqual({
        waiting: 0,
        dead: 0,
        parked: 0,
        reported: 2,
      });
      await caller.store.close?.();
      through.close();
      await proxy.stop();
    });

    it('fails in time while Redis is silent, and works on afterwards', async () => {
      const caller = callerOn(connected.client, { timeout: TIMEOUT_MS });
      const text = await caller.send();
      const report = caller.report(text, 'delivered');
      redis().pause();
      const started = performance.now();
      const silent = callerOn(connected.client, { timeout: TIMEOUT_MS });
      try {
        await expect(caller.store.merge([report])).rejects.toMatchObject({
          code: 'SMS_REDIS_UNAVAILABLE',
        });
        // One that is not connected yet waits no longer.
        await expect(silent.stateOf(text)).rejects.toMatchObject({
          code: 'SMS_REDIS_UNAVAILABLE',
        });
      } finally {
        redis().resume();
      }
      expect(performance.now() - started).toBeLessThan(4 * TIMEOUT_MS);
      const patient = callerOn(connected.client);
      await patient.store.merge([report]);
      expect(await patient.stateOf(text)).toBe('delivered DELIVRD');
    });
  });

  it('tells a waiter who hears nothing within the pause between two looks', async () => {
    await direct.command('ACL', 'SETUSER', 'mute', 'on', '>pass', '~*', '+@all', 'resetchannels');
    const { host, port } = redis();
    const mute = new Redis({ host, port, username: 'mute', password: 'pass' });
    const [waiter, other] = [callerOn(direct.client), callerOn(mute)];
    await untilListening(waiter);
    const ms = await timeDelivery(waiter, other);
    mute.disconnect();
    // Not told at once, or the case would show nothing.
    expect(ms).toBeGreaterThan(1000);
    expect(ms).toBeLessThan(6000);
  });

  it('tells a handler after a SIGKILL between a report and its handler', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-log-'));
    const options = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const before = await RedisServer.start(undefined, options, folder);
    const first = await connectIoredis(before);
    const caller = callerOn(first.client);
    await caller.register();
    const [told, open] = [await caller.send(), caller.text()];
    await caller.store.merge([
      caller.report(told, 'failed'),
      caller.report(caller.accepted(open), 'delivered'),
    ]);
    // Claimed for so short that the next process finds it.
    expect(await caller.claim([HANDLER], 10, 1)).toHaveLength(1);
    // Clients of a dead server would hold the process for their time-out.
    await caller.store.close?.();
    first.close();
    await before.stop();

    const after = await RedisServer.start(undefined, options, folder);
    const second = await connectIoredis(after);
    const other = callerOn(second.client);
    try {
      expect(await other.hear()).toMatchObject([{ to: told.to, state: 'failed', known: true }]);
      await other.store.put([caller.accepted(open)]);
      expect(await other.hear()).toMatchObject([{ to: open.to, state: 'delivered' }]);
      expect(await other.stateOf(told)).toBe('failed MK:0001');
    } finally {
      await other.store.close?.();
      second.close();
      await after.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
