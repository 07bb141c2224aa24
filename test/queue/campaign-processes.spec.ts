/* oxlint-disable no-await-in-loop -- one generation of processes after the other */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { assertBuilt } from '../package/built-package.js';
import { ManyTexts } from '../support/many-texts.js';
import { QueueApp } from '../support/queue-instance.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const IS_LONG = process.env['SMS_LONG_TESTS'] === '1';
const ROWS = 20_000;
const PREFIX = '+8613';
const FIRST = 910_000_000;
const ORDERS = 10;
const QUICK = { sendWithin: 1000, lock: 1000, stalled: 500 };
const QUICK_DELIVERY = { window: 1000, recordLag: 200, settle: [100, 400] };

describeWithRedis('a campaign over several processes', (redis) => {
  let server: ManyTexts;
  let apps: QueueApp[] = [];

  beforeAll(async () => {
    assertBuilt();
    server = await ManyTexts.start({
      prefix: PREFIX,
      first: FIRST,
      rows: ROWS,
      latencyMs: 5,
      contentOf: (row) => `【腾讯云】您的订单A${row % ORDERS}已发货。`,
    });
  });
  afterEach(async () => {
    await killAll();
  });
  afterAll(async () => {
    await server.stop();
  });

  const killAll = async (): Promise<void> => {
    const old = apps;
    apps = [];
    for (const app of old) {
      app.kill();
    }
    await Promise.all(old.map(async (app) => app.exited));
  };
  const startTwo = async (concurrency: number): Promise<void> => {
    apps = await Promise.all(
      [0, 1].map(async () =>
        QueueApp.start({
          endpoint: server.url,
          secretKey: 'none',
          redis: { host: redis().host, port: redis().port },
          queue: { ...QUICK, concurrency, encrypt: 'a secret of at least thirty-two characters' },
          delivery: QUICK_DELIVERY,
        }),
      ),
    );
  };

  it('survives a pause and the death of all, sums to its rows and sends no number twice', async () => {
    const name = 'all die';
    const source = {
      name,
      call: 'create',
      count: ROWS,
      first: FIRST,
      prefix: PREFIX,
      orders: ORDERS,
    };
    const ask = async <T = SmsCampaignProgress>(call: string, by = 0): Promise<T> =>
      ((await apps[by]?.call<T>('campaign', [{ name, call }])) ?? [])[0] as T;
    const stateOf = async (state: SmsCampaignProgress['state']): Promise<void> =>
      until(async () => {
        // It has more to do than to answer.
        await pause(50);
        return (await ask('progress')).state === state;
      });
    // What dies has few rows in flight: each of them is looked for, and Tencent allows ten a second.
    await startTwo(1);
    await apps[0]?.call('campaign', [source]);
    for (const share of IS_LONG ? [20, 10] : [10]) {
      await until(() => server.texts >= ROWS / share);
      await killAll();
      await startTwo(share === 10 ? 20 : 1);
      await stateOf('needs-source');
      await ask('pause');
      await apps[1]?.call('campaign', [source]);
      await stateOf('paused');
      const sent = server.requests;
      await ask('resume', 1);
      await until(() => server.requests > sent);
    }
    await stateOf('done');
    await until(async () => (await ask('progress')).accepted === server.texts);

    const end = await ask('progress');
    expect(end).toMatchObject({
      loaded: ROWS,
      total: ROWS,
      waiting: 0,
      duplicates: 0,
      rejected: 0,
    });
    // Each text is known, also those whose process died; what never left stays unknown.
    expect(end.accepted).toBe(server.texts);
    expect(end.unknown).toBe(ROWS - server.texts);
    expect(server.doubled).toBe(0);
    const { counts } = await ask<{ counts: Record<string, number> }>('results', 1);
    const { accepted = 0, unknown = 0 } = counts;
    expect([accepted, unknown]).toEqual([end.accepted, end.unknown]);
    // Four processes begin: only what hangs takes so long.
  }, 60_000);
});
