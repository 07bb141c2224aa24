// The queue beside a processor that awaits `sms.send()`, and campaigns beside `sendEach`, each with
// deliveries followed on the same Redis and without: what a job costs its producer and its worker, how many
// rows a process sends, and what Redis keeps of each. The apps, the answers and Redis are processes of
// their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { RedisServer, findRedisServer } from '../test/support/redis-process.ts';
import { median } from './measure.mjs';

const MODES = ['guarded', 'naive', 'followed'];
const { rounds, jobs, rows, personalRows, kept } = JSON.parse(process.argv[2]);
if (findRedisServer() === undefined) {
  process.send(null, () => process.exit(0));
} else {
  const redis = await RedisServer.start();
  const result = await measure(redis);
  await redis.stop();
  process.send(result, () => process.exit(0));
}

async function measure(redis) {
  const answers = fork(new URL('answers.mjs', import.meta.url));
  const [{ port }] = await once(answers, 'message');
  const apps = await Promise.all(MODES.map((mode) => start(mode, port, redis)));
  const bytes = await bytesOf(redis, apps);
  const steps = {
    enqueue: { step: 'enqueue', count: jobs },
    work: { step: 'work', count: jobs },
    same: { step: 'rows', count: rows },
    personal: { step: 'rows', count: personalRows, personal: true },
  };
  const figures = Object.fromEntries(
    apps.map(({ mode }) => [
      mode,
      Object.fromEntries(Object.keys(steps).map((name) => [name, []])),
    ]),
  );
  // The first round compiles.
  for (let round = -1; round < rounds; round += 1) {
    for (const app of round % 2 === 0 ? apps : apps.toReversed()) {
      for (const [name, step] of Object.entries(steps)) {
        const figure = await app.ask(step);
        if (round >= 0) {
          figures[app.mode][name].push(figure);
        }
      }
    }
  }
  for (const app of apps) {
    await app.ask({ step: 'end' });
  }
  answers.kill();
  return { bytes, ...compare(figures) };
}

/** Each round beside itself: a slow minute slows both. */
function compare(figures) {
  const { guarded } = figures;
  const ratiosTo = (other) => ({
    enqueue: ratio(cpuOf(guarded.enqueue), cpuOf(other.enqueue)),
    work: ratio(cpuOf(guarded.work), cpuOf(other.work)),
    job: ratio(jobOf(guarded), jobOf(other)),
    same: ratio(speedOf(guarded.same), speedOf(other.same)),
    personal: ratio(speedOf(guarded.personal), speedOf(other.personal)),
  });
  return {
    figures: Object.fromEntries(MODES.map((mode) => [mode, mediansOf(figures[mode])])),
    ratios: { naive: ratiosTo(figures.naive), followed: ratiosTo(figures.followed) },
  };
}

function mediansOf({ enqueue, work, same, personal }) {
  return {
    enqueue: median(cpuOf(enqueue)),
    work: median(cpuOf(work)),
    jobs: median(speedOf(work)),
    same: median(speedOf(same)),
    personal: median(speedOf(personal)),
  };
}

function ratio(over, under) {
  return median(over.map((figure, round) => figure / under[round]));
}

function cpuOf(steps) {
  return steps.map(({ cpu }) => cpu);
}

function speedOf(steps) {
  return steps.map(({ perSecond }) => perSecond);
}

/** Producer and worker. */
function jobOf({ enqueue, work }) {
  return enqueue.map(({ cpu }, round) => cpu + work[round].cpu);
}

/** What Redis keeps of each, before anything else is there. */
async function bytesOf({ host, port }, [guarded]) {
  const client = new Redis({ host, port });
  const grow = async (count, ...steps) => {
    const before = await usedBy(client);
    for (const step of steps) {
      await guarded.ask({ count, ...step });
    }
    return ((await usedBy(client)) - before) / count;
  };
  const waiting = await grow(kept, { step: 'enqueue' });
  const ended = waiting + (await grow(kept, { step: 'work' }));
  const row = await grow(kept * 20, { step: 'loadRows' });
  const personalRow = await grow(kept * 20, { step: 'loadRows', personal: true });
  const endedRow = await grow(kept * 20, { step: 'rows' });
  client.disconnect();
  return { waiting, ended, row, personalRow, endedRow };
}

async function usedBy(client) {
  const keys = await client.keys('*');
  const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', '0')));
  return sizes.reduce((sum, size) => sum + (size ?? 0), 0);
}

async function start(mode, port, { host, port: redisPort }) {
  const argument = JSON.stringify({ mode, port, redis: { host, port: redisPort } });
  const child = fork(new URL('queue-app.mjs', import.meta.url), [argument], {
    execArgv: ['--expose-gc', '--no-warnings', ...(process.env.BENCH_ARGV?.split(' ') ?? [])],
  });
  await once(child, 'message');
  const ask = async (step) => {
    child.send(step);
    const [{ result, failed }] = await once(child, 'message');
    if (failed !== undefined) {
      throw new Error(`${mode} ${step.step}: ${failed}`);
    }
    return result;
  };
  return { mode, ask };
}
