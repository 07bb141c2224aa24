import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { SmsQueueTrace } from 'nestjs-tencentcloud-sms/queue';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { QueueCase, Shipped } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const SHUTDOWN_MS = 300;
/** What ioredis waits for the end of a connection that is silent. */
const SILENT_MS = 2_000;
const SLACK_MS = 2_000;

describeWithRedis('an app that ends while Redis hangs', (redis) => {
  let emulator: SmsEmulator;

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
  });
  afterEach(() => {
    redis().resume();
  });
  afterAll(async () => {
    await emulator.stop();
  });

  /** Connections beside the one that asks. */
  const connections = async (): Promise<number> => {
    const { host, port } = redis();
    const client = new Redis({ host, port });
    const list = String(await client.client('LIST'));
    client.disconnect();
    return list.trim().split('\n').length - 1;
  };

  it('has ended in time, and leaves no connection', async () => {
    const app = await QueueCase.start({
      redis: redis(),
      emulator,
      sms: { shutdownTimeoutMs: SHUTDOWN_MS },
      queue: { shutdownTimeoutMs: SHUTDOWN_MS },
    });
    const input = { to: '+8613811112222', params: { order: 'A' }, key: 'before' };
    await app.queue.enqueue(Shipped, input);
    await app.ended('before');
    expect(await connections()).toBeGreaterThan(0);
    redis().pause();
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(2 * SHUTDOWN_MS + SILENT_MS + SLACK_MS);
    redis().resume();
    await until(async () => (await connections()) === 0);
  });

  it('has ended in time where the end of a job is not written yet, and leaves no connection', async () => {
    const app = await QueueCase.start({
      redis: redis(),
      emulator,
      sms: { shutdownTimeoutMs: SHUTDOWN_MS },
      queue: { queue: 'unwritten', shutdownTimeoutMs: SHUTDOWN_MS },
    });
    let isHanging = false;
    const hang = (trace: unknown): void => {
      if ((trace as SmsQueueTrace).step === 'accepted') {
        redis().pause();
        isHanging = true;
      }
    };
    subscribe('tencentcloud-sms:queue', hang);
    try {
      const input = { to: '+8613811113333', params: { order: 'A' }, key: 'unwritten' };
      await app.queue.enqueue(Shipped, input);
      await until(() => isHanging);
      const begun = performance.now();
      await app.close();
      expect(performance.now() - begun).toBeLessThan(2 * SHUTDOWN_MS + SILENT_MS + SLACK_MS);
    } finally {
      unsubscribe('tencentcloud-sms:queue', hang);
    }
    redis().resume();
    await until(async () => (await connections()) === 0);
  });
});
