/* oxlint-disable no-await-in-loop -- storms follow each other */
// Storms of verifications with failures of every kind, and random calls against the model of
// `describeVerificationStore`, on the memory store and on Redis, over the build. `npm test` runs a short
// form.
//
//   npm run soak:verification -- --storms 200 --batches 1000 --runs 2000 --seed 1
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import { describeVerificationStore } from 'nestjs-tencentcloud-sms/testing';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import { isWrong, stormVerifications } from '../test/soak/verification-storm.ts';
import { ManualClock } from '../test/support/manual-clock.ts';
import { RedisServer, findRedisServer } from '../test/support/redis-process.ts';

const { values } = parseArgs({
  options: {
    storms: { type: 'string', default: '200' },
    batches: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const seed = Number(values.seed);
const [storms, batches, runs] = [values.storms, values.batches, values.runs].map(Number);
const start = performance.now();
console.log(`seed ${seed}`);
let failed = false;

await soak('memory', {
  create: ({ now }) => memoryVerificationStore({ clock: now }),
});
if (findRedisServer() === undefined) {
  console.log('\n!!! SKIPPED on Redis: install redis-server or set REDIS_SERVER_PATH.');
} else {
  const server = await RedisServer.start();
  const client = new Redis({ host: server.host, port: server.port });
  let prefixes = 0;
  await soak('Redis', {
    create: ({ now }) => {
      prefixes += 1;
      return redisVerificationStore(client, {
        prefix: `soak${prefixes}`,
        clock: now,
        timeout: '20s',
      });
    },
    dump: async () => dumpOf(client),
    clear: async () => client.flushall(),
  });
  client.disconnect();
  await server.stop();
}
console.log(failed ? 'FAILED' : 'No rule was broken.');
process.exitCode = failed ? 1 : 0;

async function soak(name, { create, dump, clear }) {
  await runModel(name, create);
  await clear?.();
  const totals = { texts: 0, answers: {} };
  for (let storm = 0; storm < storms; storm += 1) {
    const report = await stormVerifications({
      batches,
      seed: seed + storm,
      createStore: dump && ((now) => ({ store: create({ now }), dump })),
    });
    await clear?.();
    totals.texts += report.texts;
    for (const [answer, count] of Object.entries(report.answers)) {
      totals.answers[answer] = (totals.answers[answer] ?? 0) + count;
    }
    if (isWrong(report)) {
      failed = true;
      console.log(`${name}: storm with the seed ${seed + storm}`, report.wrongs, report.examples);
    }
  }
  console.log(`${name}: ${storms} storms, ${totals.texts} texts, ${secondsSince(start)} s`);
  console.log(totals.answers);
}

/** The case of the suite that makes random runs. */
async function runModel(name, create) {
  const cases = [];
  describeVerificationStore(
    () => {
      const clock = new ManualClock();
      return { store: create(clock), clock };
    },
    { describe: (_, more) => more(), it: (rule, test) => cases.push({ rule, test }), runs, seed },
  );
  const { rule, test } = cases.find((one) => one.rule.includes('random runs'));
  try {
    await test();
    console.log(`${name}: ${rule}, ${secondsSince(start)} s`);
  } catch (error) {
    failed = true;
    console.log(`${name}: ${rule}: ${error.message}`);
  }
}

/** Every key with what is in it. */
async function dumpOf(client) {
  const keys = await client.keys('*');
  const dumps = await Promise.all(
    keys.map(async (key) => {
      switch (await client.type(key)) {
        case 'hash':
          return client.hgetall(key);
        case 'zset':
          return client.zrange(key, 0, -1);
        default:
          return client.get(key);
      }
    }),
  );
  return JSON.stringify([keys, dumps]);
}

function secondsSince(begin) {
  return ((performance.now() - begin) / 1000).toFixed(1);
}
