import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { SmsQueued, SmsQueuedOutcome } from 'nestjs-tencentcloud-sms/queue';
import { assertBuilt } from '../package/built-package.js';
import { QueueApp } from '../support/queue-instance.js';
import type { QueueAppOptions } from '../support/queue-instance.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const PROCESSES = 4;
const QUICK = { sendWithin: 1000, lock: 1000, stalled: 500 };
const LATENCY_MS = 300;

interface Input {
  readonly to: string;
  readonly params: object;
  readonly key: string;
}

let phones = 44_440_000;
function toInputs(name: string, count: number): Input[] {
  return Array.from({ length: count }, (_, i) => {
    phones += 1;
    return { to: `+86137${phones}`, params: { order: `A${i}` }, key: `${name} ${i}` };
  });
}

describeWithRedis('instances of an app with a queue', (redis) => {
  let emulator: SmsEmulator;
  let apps: QueueApp[] = [];

  beforeAll(async () => {
    assertBuilt();
    emulator = await SmsEmulator.start({ limits: 'off' });
    apps = await startAll({ budget: { perSecond: 50 } });
    // The first request of a process loads what sends it: a tenth of a second, which is no matter of pace.
    const warm = toInputs('warm', 40);
    await (apps[0] as QueueApp).call('enqueue', warm);
    await untilAllDone(warm);
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(async () => {
    for (const app of apps) {
      app.kill();
    }
    await Promise.all(apps.map(async (app) => app.exited));
    await emulator.stop();
  });

  const untilAllDone = async (inputs: readonly Input[]): Promise<SmsQueuedOutcome[]> => {
    const keys = inputs.map(({ key }) => key);
    await until(async () => (await outcomesOf(keys)).every(({ state }) => state === 'done'));
    return outcomesOf(keys);
  };
  const start = async ({ queue, ...more }: Partial<QueueAppOptions>): Promise<QueueApp> =>
    QueueApp.start({
      endpoint: emulator.url,
      secretKey: emulator.secretKey,
      redis: { host: redis().host, port: redis().port },
      queue: { ...QUICK, ...queue },
      ...more,
    });
  const startAll = async (queue: object): Promise<QueueApp[]> =>
    Promise.all(Array.from({ length: PROCESSES }, async () => start({ queue })));
  const withLane = async <T>(look: (queue: Queue) => Promise<T>): Promise<T> => {
    const connection = { host: redis().host, port: redis().port };
    const queue = new Queue('tencent-sms-default-notification', { connection });
    try {
      return await look(queue);
    } finally {
      await queue.close();
    }
  };
  const outcomesOf = async (keys: readonly string[]): Promise<SmsQueuedOutcome[]> =>
    (apps[0] as QueueApp).call<SmsQueuedOutcome>('outcome', keys);

  it('send one text for a key that is queued 1,000 times, before, during and after its send', async () => {
    const to = '+8613733330000';
    const input = { to, params: { order: 'A1' }, key: 'a thousand' };
    const round = async (): Promise<SmsQueued[]> =>
      (
        await Promise.all(
          apps.map(async (app) =>
            app.call<SmsQueued>(
              'enqueue',
              Array.from({ length: 84 }, () => input),
            ),
          ),
        )
      ).flat();
    const first = await round();
    await until(async () => (await outcomesOf([input.key]))[0]?.state === 'done');
    const second = await round();
    await withLane(async (lane) => lane.obliterate({ force: true }));
    const third = await round();
    const states = [...second, ...third].map(({ state }) => state);
    expect(first).toHaveLength(336);
    expect(new Set(states)).toEqual(new Set(['known']));
    expect(emulator.messages().filter((one) => one.to === to)).toHaveLength(1);
  });

  it('begin at most as many texts in any second as their budget', async () => {
    const inputs = toInputs('budget', 120);
    const before = emulator.requests().length;
    await (apps[0] as QueueApp).call('enqueue', inputs);
    await untilAllDone(inputs);
    const starts = emulator
      .requests()
      .slice(before)
      .map(({ at }) => new Date(at).getTime());
    expect(starts).toHaveLength(inputs.length);
    const inSecond = (from: number): number =>
      starts.filter((at) => at >= from && at < from + 1000).length;
    expect(Math.max(...starts.map(inSecond))).toBeLessThanOrEqual(50);
  });

  it('are replaced in a deploy under load without a text that fails or goes out twice', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: LATENCY_MS, times: 'always' });
    const inputs = toInputs('deploy', 60);
    const before = emulator.requests().length;
    await (apps[0] as QueueApp).call('enqueue', inputs);
    await until(() => emulator.requests().length > before);
    const old = apps.splice(1);
    const milliseconds = await Promise.all(old.map(async (app) => app.close()));
    const ends = await untilAllDone(inputs);
    expect(new Set(ends.map(({ outcome }) => outcome?.status))).toEqual(new Set(['accepted']));
    const texts = emulator.messages().filter(({ to }) => inputs.some((input) => input.to === to));
    expect(texts).toHaveLength(inputs.length);
    expect(await withLane(async (lane) => lane.getFailedCount())).toBe(0);
    // Each waited for its own texts in flight, and not for the queue.
    expect(Math.max(...milliseconds)).toBeLessThan(10 * LATENCY_MS);
  });

  it('end by themselves where a text in flight outlasts their shutdown', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 1500 });
    const queue = { queue: 'outlasting', lock: 5000 };
    const app = await start({ queue, shutdownTimeoutMs: 100, timeoutMs: 5000 });
    apps.push(app);
    const before = emulator.requests().length;
    await app.call('enqueue', toInputs('outlasting', 1));
    await until(() => emulator.requests().length > before);
    expect(await app.stop()).toBeLessThan(1400);
    expect(await app.exited).toBe('0');
  });
});
