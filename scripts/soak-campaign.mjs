// A campaign over two processes that are paused and killed, all at once, several times, over the build
// and a Redis of its own; ends when nothing is looked for any more, at the latest after `--minutes`, and
// prints one line of JSON. Fails where a number got two texts, or the end of a row is not what its number
// got: `unknown` are rows without a text then. Ten numbers a second are looked for, so that each kill of
// 2 x 2 requests of 200 rows takes up to 80 seconds. `npm test` runs a short form.
//
//   npm run soak:campaign -- --rows 1000000 --kills 5 --pauses 10 --seed 1
import process from 'node:process';
import { parseArgs } from 'node:util';
import { stormCampaign } from '../test/soak/campaign-storm.ts';
import { RedisServer, findRedisServer } from '../test/support/redis-process.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '5' },
    pauses: { type: 'string', default: '10' },
    orders: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '2' },
    latency: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
if (findRedisServer() === undefined) {
  console.error('This needs Redis: install redis-server or set REDIS_SERVER_PATH.');
  process.exit(1);
}
console.log(`seed ${values.seed}`);
const [rows, kills, pauses, orders, concurrency, latencyMs, minutes, seed] = [
  'rows',
  'kills',
  'pauses',
  'orders',
  'concurrency',
  'latency',
  'minutes',
  'seed',
].map((name) => Number(values[name]));
const server = await RedisServer.start(undefined, ['--maxmemory-policy', 'noeviction']);
let saidAt = 0;
try {
  const report = await stormCampaign({
    redis: { host: server.host, port: server.port },
    rows,
    kills,
    pauses,
    orders,
    concurrency,
    latencyMs,
    seed,
    withinMs: minutes * 60_000,
    onLook: ({ state, loaded, accepted, unknown, perSecond }) => {
      if (performance.now() - saidAt > 10_000) {
        saidAt = performance.now();
        console.error(state, { loaded, accepted, unknown, perSecond });
      }
    },
  });
  console.log(JSON.stringify(report));
  const { astray, resultsAstray, doubled, lost, invented, isSettled } = report;
  if ([astray, resultsAstray, doubled, lost, invented].some((count) => count !== 0) || !isSettled) {
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
