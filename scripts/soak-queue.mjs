/* oxlint-disable no-await-in-loop -- storms follow each other */
// Storms of worker processes that are killed, frozen and lose answers, over the build and a Redis of
// their own: for the worker that most write first, and for SmsQueueModule. `npm test` runs a short form.
//
//   npm run soak:queue -- --jobs 20000 --kills 200 --drops 500 --freezes 20 --workers 3 --seed 1
import process from 'node:process';
import { parseArgs } from 'node:util';
import { stormQueue } from '../test/soak/queue-storm.ts';
import { RedisServer, findRedisServer } from '../test/support/redis-process.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '200' },
    drops: { type: 'string', default: '500' },
    freezes: { type: 'string', default: '20' },
    workers: { type: 'string', default: '3' },
    lag: { type: 'string', default: '200' },
    modes: { type: 'string', default: 'naive,guarded' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
if (findRedisServer() === undefined) {
  console.error('This needs Redis: install redis-server or set REDIS_SERVER_PATH.');
  process.exit(1);
}
console.log(`seed ${values.seed}`);
const [jobs, kills, drops, freezes, workers, lag, minutes, seed] = [
  'jobs',
  'kills',
  'drops',
  'freezes',
  'workers',
  'lag',
  'minutes',
  'seed',
].map((name) => Number(values[name]));
for (const mode of values.modes.split(',')) {
  const server = await RedisServer.start(undefined, ['--maxmemory-policy', 'noeviction']);
  try {
    const report = await stormQueue({
      mode,
      redis: { host: server.host, port: server.port },
      jobs,
      workers,
      kills,
      drops,
      freezes,
      recordLagMs: lag,
      seed,
      withinMs: minutes * 60_000,
    });
    console.log(JSON.stringify(report));
    if (mode === 'guarded' && report.doubled + report.lost + report.failed > 0) {
      process.exitCode = 1;
    }
  } finally {
    await server.stop();
  }
}
