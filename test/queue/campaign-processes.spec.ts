import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { assertBuilt } from '../package/built-package.js';
import { QueueApp } from '../support/queue-instance.js';
import type { QueueAppOptions } from '../support/queue-instance.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const ROWS = 20_000;
const FIRST = 10_000_000;
const QUICK = { sendWithin: 1000, lock: 1000, stalled: 500 };
const QUICK_DELIVERY = { window: 1000, recordLag: 200, settle: [100, 400] };

describeWithRedis('a campaign over several processes', (redis) => {
  let emulator: SmsEmulator;
  let apps: QueueApp[] = [];

  beforeAll(async () => {
    assertBuilt();
    emulator = await SmsEmulator.start({ limits: 'off' });
  });
  afterEach(async () => {
    await killAll();
    emulator.clearFaults();
  });
  afterAll(async () => {
    await emulator.stop();
  });

  const killAll = async (): Promise<void> => {
    const old = apps;
    apps = [];
    for (const app of old) {
      app.kill();
    }
    await Promise.all(old.map(async (app) => app.exited));
  };
  const startTwo = async (more: Partial<QueueAppOptions> = {}): Promise<QueueApp> => {
    apps = await Promise.all(
      [0, 1].map(async () =>
        QueueApp.start({
          endpoint: emulator.url,
          secretKey: emulator.secretKey,
          redis: { host: redis().host, port: redis().port },
          queue: { ...QUICK, encrypt: 'a secret of at least thirty-two characters' },
          delivery: QUICK_DELIVERY,
          ...more,
        }),
      ),
    );
    return apps[0] as QueueApp;
  };

  it('survives a pause and the death of all, sums to its rows and sends no number twice', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 30, times: 'always' });
    const name = 'all die';
    const source = { name, call: 'create', count: ROWS, first: FIRST };
    let app = await startTwo();
    const ask = async (call: string): Promise<SmsCampaignProgress> =>
      (await app.call<SmsCampaignProgress>('campaign', [{ name, call }]))[0] as SmsCampaignProgress;
    await app.call('campaign', [source]);
    await until(async () => (await ask('progress')).accepted >= ROWS / 10);
    await killAll();

    app = await startTwo();
    await until(async () => (await ask('progress')).state === 'needs-source');
    await ask('pause');
    await app.call('campaign', [source]);
    await until(async () => (await ask('progress')).state === 'paused');
    const sent = emulator.requests().length;
    await ask('resume');
    await until(async () => (await ask('progress')).state === 'done');
    const end = await ask('progress');
    expect(emulator.requests().length).toBeGreaterThan(sent);
    expect(end).toMatchObject({ loaded: ROWS, total: ROWS, waiting: 0, duplicates: 0 });
    expect(end.accepted + end.rejected + end.unknown + end.cancelled).toBe(ROWS);
    const [results] = await app.call<Record<string, number>>('campaign', [
      { name, call: 'results' },
    ]);
    expect(Object.values(results ?? {}).reduce((all, one) => all + one, 0)).toBe(ROWS);
    const reached = emulator
      .requests()
      .filter(({ action }) => action === 'SendSms')
      .flatMap(
        ({ request: { body } }) =>
          (JSON.parse(body) as { PhoneNumberSet: string[] }).PhoneNumberSet,
      );
    expect(new Set(reached).size).toBe(reached.length);
    // Four processes begin: only what hangs takes so long.
  }, 60_000);
});
