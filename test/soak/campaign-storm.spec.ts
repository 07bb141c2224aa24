import { beforeAll, expect, it } from '@jest/globals';
import { assertBuilt } from '../package/built-package.js';
import { describeWithRedis } from '../support/redis-server.js';
import { stormCampaign } from './campaign-storm.js';

/** Printed, so that `npm run soak:campaign -- --seed …` repeats it. */
const SEED = 20_261_126;
const IS_LONG = process.env['SMS_LONG_TESTS'] === '1';
const TIMEOUT_MS = IS_LONG ? 600_000 : 60_000;

describeWithRedis('a campaign over processes that die', (redis) => {
  beforeAll(assertBuilt);

  it(
    'ends each row as its number was sent to, once, whatever is paused or killed',
    async () => {
      const report = await stormCampaign({
        redis: { host: redis().host, port: redis().port },
        rows: IS_LONG ? 40_000 : 4_000,
        kills: IS_LONG ? 3 : 1,
        pauses: IS_LONG ? 5 : 1,
        // Few rows a request: each that is in flight at a death is looked for, ten a second.
        orders: IS_LONG ? 4 : 25,
        concurrency: IS_LONG ? 2 : 1,
        latencyMs: 5,
        seed: SEED,
        withinMs: TIMEOUT_MS - 10_000,
      });
      expect(report).toMatchObject({ isSettled: true, kills: IS_LONG ? 3 : 1 });
      const { lost, invented, doubled, astray, resultsAstray } = report;
      expect({ lost, invented, doubled, astray, resultsAstray }).toEqual({
        lost: 0,
        invented: 0,
        doubled: 0,
        astray: 0,
        resultsAstray: 0,
      });
      expect(report.accepted + report.unknown).toBe(report.rows);
    },
    TIMEOUT_MS,
  );
});
