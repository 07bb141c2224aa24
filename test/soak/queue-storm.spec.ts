import { beforeAll, expect, it } from '@jest/globals';
import { assertBuilt } from '../package/built-package.js';
import { BARRIERS } from '../support/queue-instance.js';
import { describeWithRedis } from '../support/redis-server.js';
import { stormQueue } from './queue-storm.js';
import type { StormOptions } from './queue-storm.js';

/** Printed, so that `npm run soak:queue -- --seed …` repeats it. */
const SEED = 20_261_126;
const IS_LONG = process.env['SMS_LONG_TESTS'] === '1';
const TIMEOUT_MS = IS_LONG ? 600_000 : 60_000;

describeWithRedis('a queue over several processes', (redis) => {
  const storm = async (more: Partial<StormOptions>) =>
    stormQueue({
      mode: 'guarded',
      redis: { host: redis().host, port: redis().port },
      jobs: IS_LONG ? 1500 : 150,
      workers: 2,
      kills: IS_LONG ? 20 : 6,
      drops: IS_LONG ? 30 : 6,
      freezes: IS_LONG ? 4 : 1,
      recordLagMs: 200,
      seed: SEED,
      withinMs: TIMEOUT_MS - 10_000,
      ...more,
    });

  beforeAll(assertBuilt);

  it(
    'doubles texts in the worker that most write first',
    async () => {
      const { doubled, kills } = await storm({ mode: 'naive', jobs: 100, kills: 3, freezes: 0 });
      expect(kills).toEqual({ signed: 1, sent: 1, told: 1 });
      expect(doubled).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'doubles and loses none in SmsQueueModule, whatever dies, freezes or loses an answer',
    async () => {
      const { doubled, lost, failed, kills, settled, texts, told, jobs } = await storm({});
      expect({ doubled, lost, failed }).toEqual({ doubled: 0, lost: 0, failed: 0 });
      expect(Object.keys(kills).toSorted()).toEqual([...BARRIERS].toSorted());
      expect(settled).toBeGreaterThan(0);
      expect(texts + told).toBe(jobs);
    },
    TIMEOUT_MS,
  );
});
