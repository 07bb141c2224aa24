import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { OnSmsOutcome } from 'nestjs-tencentcloud-sms/queue';
import type { SmsJobOutcome, SmsQueueTrace } from 'nestjs-tencentcloud-sms/queue';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { getQueueHealthToken } from '../../lib/queue/queue-health.js';
import type { QueueHealth, QueueLoad } from '../../lib/queue/queue-health.js';
import { Code, QueueCase, Sale, Shipped } from '../support/queue-test-case.js';
import type { QueueCaseOptions } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const SECRET = 'canary-queue-secret-000000000000000001';
const OTHER_SECRET = 'canary-queue-secret-000000000000000002';
const EMPTY = 'FailedOperation.InsufficientBalanceInSmsPackage';
/** A number of its own for each test. */
const PHONES = Array.from({ length: 200 }, (_, i) => `+86137${String(22_220_000 + i)}`).values();
const nextPhone = (): string => PHONES.next().value as string;
let names = 0;

/** A queue that no other test has. */
function own(): { queue: string } {
  names += 1;
  return { queue: `own${names}` };
}

async function loadOf({ module }: QueueCase): Promise<QueueLoad> {
  return module.get<QueueHealth>(getQueueHealthToken()).probe();
}

describeWithRedis('SmsQueue', (redis) => {
  let emulator: SmsEmulator;
  const open: QueueCase[] = [];

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => one.close()));
    emulator.clearFaults();
  });
  afterAll(async () => {
    await emulator.stop();
  });

  const start = async (more: Partial<QueueCaseOptions> = {}): Promise<QueueCase> => {
    const one = await QueueCase.start({ redis: redis(), emulator, ...more });
    open.push(one);
    return one;
  };
  const textsTo = (to: string): number => emulator.messages().filter((one) => one.to === to).length;

  it('sends a queued text once, and tells its outcome without the phone number', async () => {
    const app = await start();
    const to = nextPhone();
    const input = { to, params: { order: 'A1' }, key: 'once' };
    expect(await app.queue.enqueue(Shipped, input)).toEqual({ key: 'once', state: 'queued' });
    const { state, outcome } = await app.ended('once');
    expect(state).toBe('done');
    expect(outcome).toMatchObject({ status: 'accepted', template: '449740' });
    expect(JSON.stringify(outcome?.requestId)).not.toContain(to.slice(-8));
    expect(await app.queue.enqueue(Shipped, input)).toEqual({ key: 'once', state: 'known' });
    expect(textsTo(to)).toBe(1);
  });

  it('refuses a key that stands for another text, before and after that went out', async () => {
    const app = await start({ queue: own() });
    const to = nextPhone();
    await app.queue.pause('notification');
    await app.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: 'reused' });
    const other = { to, params: { order: 'A2' }, key: 'reused' };
    const refused = { code: 'SMS_KEY_REUSED' };
    await expect(app.queue.enqueue(Shipped, other)).rejects.toMatchObject(refused);
    // In another lane, too.
    await expect(
      app.queue.enqueue(Code, { to, params: { code: '042137', minutes: 5 }, key: 'reused' }),
    ).rejects.toMatchObject(refused);
    await app.queue.resume('notification');
    await app.ended('reused');
    await expect(app.queue.enqueue(Shipped, other)).rejects.toMatchObject(refused);
    expect(textsTo(to)).toBe(1);
  });

  it('sends one text for a key that is queued again after BullMQ forgot its job', async () => {
    const app = await start({ queue: own() });
    const to = nextPhone();
    const input = { to, params: { order: 'A1' }, key: 'forgotten' };
    await app.queue.enqueue(Shipped, input);
    await app.ended('forgotten');
    await app.withLane('notification', async (lane) => lane.obliterate({ force: true }));
    expect(await app.queue.enqueue(Shipped, input)).toMatchObject({ state: 'known' });
    expect(textsTo(to)).toBe(1);
  });

  it.each([
    ['a phone number', { to: '12', params: { order: 'A1' }, key: 'k' }, 'to'],
    ['a value', { to: '+8613711112222', params: {}, key: 'k' }, 'params.order'],
    ['a key', { to: '+8613711112222', params: { order: 'A1' }, key: ' ' }, 'key'],
    ['a moment', { to: '+8613711112222', params: { order: 'A1' }, key: 'k', at: NaN }, 'at'],
    [
      'a length of time',
      { to: '+8613711112222', params: { order: 'A1' }, key: 'k', staleAfter: '2 days' },
      'staleAfter',
    ],
    ['a member', { to: '+8613711112222', params: { order: 'A1' }, key: 'k', delay: 5 }, 'delay'],
  ])('queues nothing where %s is at fault', async (_, input, field) => {
    const app = open[0] ?? (await start({ queue: own() }));
    await expect(app.queue.enqueue(Shipped, input as never)).rejects.toMatchObject({
      name: 'SmsValidationError',
      issues: [{ field }],
    });
    expect(await app.queue.outcome('k')).toEqual({ state: 'unknown-key' });
  });

  it('waits until a text is due, and cancels it before that', async () => {
    const app = await start({ queue: own() });
    const [soon, never] = [nextPhone(), nextPhone()];
    const at = Date.now() + 300;
    await app.queue.enqueue(Shipped, { to: soon, params: { order: 'A1' }, key: 'soon', at });
    await app.queue.enqueue(Shipped, {
      to: never,
      params: { order: 'A1' },
      key: 'never',
      at: new Date(at),
    });
    expect(await app.queue.outcome('never')).toEqual({ state: 'queued' });
    expect(await app.queue.cancel('never')).toBe('cancelled');
    expect(await app.queue.cancel('never')).toBe('cancelled');
    expect(await app.queue.cancel('nothing')).toBe('unknown-key');
    const { outcome } = await app.ended('soon');
    expect(outcome?.at).toBeGreaterThanOrEqual(at);
    expect(await app.queue.cancel('soon')).toBe('too-late');
    expect(await app.queue.outcome('never')).toMatchObject({ state: 'cancelled' });
    expect(
      await app.queue.enqueue(Shipped, { to: never, params: { order: 'A1' }, key: 'never' }),
    ).toMatchObject({ state: 'known' });
    expect([textsTo(soon), textsTo(never)]).toEqual([1, 0]);
  });

  it('never sends a code that waited longer than it is of use', async () => {
    const app = await start({ queue: own() });
    const to = nextPhone();
    await app.queue.enqueue(Code, {
      to,
      params: { code: '042137', minutes: 2 },
      key: 'late',
      at: Date.now() - 120_001,
    });
    await app.queue.enqueue(Shipped, {
      to,
      params: { order: 'A1' },
      key: 'later',
      at: Date.now() - 5_000,
      staleAfter: '4s',
    });
    const [code, shipped] = [await app.ended('late'), await app.ended('later')];
    expect(code).toMatchObject({ state: 'stale', outcome: { status: 'stale' } });
    expect(shipped).toMatchObject({ state: 'stale' });
    expect(textsTo(to)).toBe(0);
  });

  it('sends nothing of a lane that is paused, goes on with the others, and resumes at once', async () => {
    const app = await start({ queue: own() });
    const [held, free] = [nextPhone(), nextPhone()];
    await app.queue.pause('notification');
    await app.queue.enqueue(Shipped, { to: held, params: { order: 'A1' }, key: 'held' });
    await app.queue.enqueue(Code, {
      to: free,
      params: { code: '042137', minutes: 5 },
      key: 'free',
    });
    await app.ended('free');
    expect(textsTo(held)).toBe(0);
    expect(await app.queue.outcome('held')).toEqual({ state: 'queued' });
    await app.queue.resume('notification');
    expect(await app.ended('held')).toMatchObject({ outcome: { status: 'accepted' } });
  });

  it('holds marketing at night in the worker, and sends it in the morning', async () => {
    let now = Date.parse('2026-05-01T21:59:00+08:00');
    const app = await start({ queue: own(), sms: { now: () => new Date(now) } });
    const to = nextPhone();
    await app.queue.enqueue(Sale, { to, params: ['夏季'], key: 'sale' });
    const delay = await app.withLane('marketing', async (lane) => {
      await until(async () => (await lane.getDelayedCount()) === 1);
      const [job] = await lane.getDelayed();
      return job?.delay ?? 0;
    });
    expect(delay).toBeGreaterThan(10 * 3_600_000 - 1000);
    expect(delay).toBeLessThanOrEqual(10 * 3_600_000 + 60_000);
    expect(textsTo(to)).toBe(0);
    now = Date.parse('2026-05-02T08:00:30+08:00');
    await app.withLane('marketing', async (lane) => lane.promoteJobs());
    expect(await app.ended('sale')).toMatchObject({ outcome: { status: 'accepted' } });
    expect(textsTo(to)).toBe(1);
  });

  it('keeps codes, phone numbers and keys out of Redis', async () => {
    const app = await start({ queue: { ...own(), encrypt: SECRET } });
    const to = nextPhone();
    await app.queue.pause('verification');
    const key = `login-${to}`;
    await app.queue.enqueue(Code, {
      to,
      params: { code: '918273', minutes: 5 },
      key,
      ref: `user ${to}`,
      at: Date.now() + 60_000,
    });
    const jobs = await app.withLane('verification', async (lane) => lane.getDelayed());
    const dump = JSON.stringify(jobs.map((job) => [job.id, job.data as object, job.opts] as const));
    expect(jobs).toHaveLength(1);
    for (const secret of ['918273', to.slice(3), 'login-', SECRET]) {
      expect(dump).not.toContain(secret);
    }
    expect(dump).toContain('449739');
    await app.queue.cancel(key);
  });

  it('sends what was queued under an older secret, and knows its key, while that is listed', async () => {
    const lane = own();
    const producer = await start({ queue: { ...lane, encrypt: SECRET, role: 'producer' } });
    const to = nextPhone();
    const input = { to, params: { order: 'A1' }, key: 'rotated' };
    await producer.queue.enqueue(Shipped, input);
    const rotated = await start({ queue: { ...lane, encrypt: [OTHER_SECRET, SECRET] } });
    expect(await rotated.queue.enqueue(Shipped, input)).toMatchObject({ state: 'known' });
    expect(await rotated.ended('rotated')).toMatchObject({ outcome: { status: 'accepted' } });
    expect(textsTo(to)).toBe(1);
  });

  it('leaves a job that is encrypted with an unknown secret to others, and fails nothing', async () => {
    const lane = own();
    const producer = await start({ queue: { ...lane, encrypt: SECRET, role: 'producer' } });
    const to = nextPhone();
    const other = await start({ queue: { ...lane, encrypt: OTHER_SECRET } });
    await producer.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: 'foreign' });
    await producer.withLane('notification', async (queue) => {
      await until(async () => (await queue.getDelayedCount()) === 1);
      await other.close();
      await start({ queue: { ...lane, encrypt: [SECRET, OTHER_SECRET] } });
      await queue.promoteJobs();
      expect(await producer.ended('foreign')).toMatchObject({ outcome: { status: 'accepted' } });
      expect(await queue.getFailedCount()).toBe(0);
    });
    expect(textsTo(to)).toBe(1);
  });

  it('refuses codes without a secret in production', async () => {
    const app = await start({ queue: own() });
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(
        app.queue.enqueue(Code, {
          to: nextPhone(),
          params: { code: '042137', minutes: 5 },
          key: 'open',
        }),
      ).rejects.toMatchObject({ name: 'SmsOptionsError', issues: [{ field: 'encrypt' }] });
    } finally {
      process.env['NODE_ENV'] = before;
    }
    expect(await app.queue.outcome('open')).toEqual({ state: 'unknown-key' });
  });

  it('queues nothing in a worker, and sends nothing in a producer', async () => {
    const lane = own();
    const worker = await start({ queue: { ...lane, role: 'worker' } });
    const to = nextPhone();
    const input = { to, params: { order: 'A1' }, key: 'role' };
    await expect(worker.queue.enqueue(Shipped, input)).rejects.toMatchObject({
      issues: [{ field: 'role' }],
    });
    await worker.close();
    const producer = await start({ queue: { ...lane, role: 'producer' } });
    await producer.queue.enqueue(Shipped, input);
    const isIdle = await producer.withLane('notification', async (queue) => {
      const [workers, waiting] = [await queue.getWorkersCount(), await queue.getWaitingCount()];
      return workers === 0 && waiting === 1;
    });
    expect(isIdle).toBe(true);
  });

  it('pauses a lane whose package is empty, and resumes by itself when that is filled', async () => {
    const concurrency = 5;
    const app = await start({ queue: { ...own(), concurrency, probeEvery: 200 } });
    emulator.addFault({ action: 'SendSms', code: EMPTY, template: Shipped.id, times: 'always' });
    const phones = Array.from({ length: 30 }, nextPhone);
    const before = emulator.requests().length;
    await Promise.all(
      phones.map(async (to, i) =>
        app.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: `empty ${i}` }),
      ),
    );
    await until(
      async () => (await app.withLane('notification', async (q) => q.getActiveCount())) === 0,
    );
    const refused = emulator.requests().length - before;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(concurrency + 2);
    emulator.clearFaults();
    const ends = await Promise.all(phones.map(async (_, i) => app.ended(`empty ${i}`)));
    expect(new Set(ends.map(({ outcome }) => outcome?.status))).toEqual(new Set(['accepted']));
    expect(phones.map(textsTo)).toEqual(phones.map(() => 1));
  });

  it('stops the workers of a process whose key is wrong, while others go on', async () => {
    const lane = own();
    const wrong = await start({
      queue: { ...lane, role: 'worker', concurrency: 2 },
      sms: { credentials: { secretId: 'AKIDtest', secretKey: 'an-older-key' } },
    });
    const good = await start({ queue: lane });
    const phones = Array.from({ length: 20 }, nextPhone);
    await Promise.all(
      phones.map(async (to, i) =>
        good.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: `wrong ${i}` }),
      ),
    );
    // What the wrong one gave back would wait for some seconds.
    await good.withLane('notification', async (queue) =>
      until(async () => {
        await queue.promoteJobs();
        return (await queue.getCompletedCount()) === phones.length;
      }),
    );
    expect(phones.map(textsTo)).toEqual(phones.map(() => 1));
    expect(await loadOf(wrong)).toMatchObject({
      stopped: 'AuthFailure.SignatureFailure',
      failed: 0,
      waiting: 0,
    });
    expect(await loadOf(good)).toMatchObject({ stopped: undefined });
  });

  it('settles a text whose answer was lost, and tells its end once', async () => {
    const told: SmsJobOutcome[] = [];
    class Ends {
      onEnd(outcome: SmsJobOutcome): void {
        told.push(outcome);
      }
    }
    const method = Object.getOwnPropertyDescriptor(Ends.prototype, 'onEnd') as PropertyDescriptor;
    OnSmsOutcome({ template: Shipped.id })(Ends.prototype, 'onEnd', method);
    const app = await start({ queue: own(), sms: { retry: false }, providers: [Ends] });
    emulator.addFault({ action: 'SendSms', effect: 'drop' });
    const to = nextPhone();
    await app.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: 'dropped' });
    const { outcome } = await app.ended('dropped');
    expect(outcome).toMatchObject({ status: 'accepted' });
    await until(() => told.length > 0);
    expect(told).toMatchObject([{ status: 'accepted', template: Shipped.id }]);
    expect(textsTo(to)).toBe(1);
  });

  it('publishes what workers do with jobs, without numbers, codes and keys', async () => {
    const traces: SmsQueueTrace[] = [];
    const listen = (message: unknown): void => {
      traces.push(message as SmsQueueTrace);
    };
    subscribe('tencentcloud-sms:queue', listen);
    try {
      const app = await start({ queue: own() });
      const to = nextPhone();
      await app.queue.enqueue(Code, { to, params: { code: '918273', minutes: 5 }, key: 'traced' });
      await app.ended('traced');
      await until(() => traces.length > 0);
      expect(traces).toEqual([
        {
          account: undefined,
          lane: 'verification',
          step: 'accepted',
          waitedMs: expect.any(Number),
        },
      ]);
    } finally {
      unsubscribe('tencentcloud-sms:queue', listen);
    }
  });

  it('ends what is in flight when the app closes, and begins no more', async () => {
    const lane = own();
    const app = await start({ queue: { ...lane, concurrency: 5 } });
    emulator.addFault({ action: 'SendSms', latencyMs: 300, times: 'always' });
    const phones = Array.from({ length: 15 }, nextPhone);
    const before = emulator.requests().length;
    await Promise.all(
      phones.map(async (to, i) =>
        app.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: `deploy ${i}` }),
      ),
    );
    await until(() => emulator.requests().length > before);
    const counts = app.withLane('notification', async (queue) => {
      await app.close();
      return queue.getJobCounts('active', 'failed', 'completed', 'waiting');
    });
    const { active, failed, completed = 0, waiting = 0 } = await counts;
    expect({ active, failed, all: completed + waiting }).toEqual({ active: 0, failed: 0, all: 15 });
    expect(completed).toBe(phones.map(textsTo).reduce((sum, count) => sum + count, 0));
  });

  it('waits for texts in flight no longer than it may, and fails none of their jobs', async () => {
    const bounds = { shutdownTimeoutMs: 200 };
    const app = await start({
      queue: { ...own(), ...bounds, lock: 20_000 },
      sms: { ...bounds, timeoutMs: 8000 },
    });
    emulator.addFault({ action: 'SendSms', latencyMs: 1800 });
    const before = emulator.requests().length;
    const to = nextPhone();
    await app.queue.enqueue(Shipped, { to, params: { order: 'A1' }, key: 'left' });
    await until(async () => (await app.queue.outcome('left')).state === 'sending');
    const [milliseconds, counts] = await app.withLane('notification', async (queue) => {
      const begun = performance.now();
      await app.close();
      return [performance.now() - begun, await queue.getJobCounts('active', 'failed')] as const;
    });
    expect(milliseconds).toBeLessThan(1700);
    expect(counts).toEqual({ active: 1, failed: 0 });
    expect(emulator.requests().length - before).toBeLessThanOrEqual(1);
  });

  it('leaves a connection open that BullMQ shares with the app, also where a text outlasts the shutdown', async () => {
    const { host, port } = redis();
    const connection = new Redis({ host, port, maxRetriesPerRequest: null });
    const bounds = { shutdownTimeoutMs: 50 };
    const app = await start({
      queue: { ...own(), ...bounds, lock: 20_000 },
      sms: { ...bounds, timeoutMs: 8000 },
      connection,
    });
    emulator.addFault({ action: 'SendSms', latencyMs: 1000 });
    await app.queue.enqueue(Shipped, { to: nextPhone(), params: { order: 'A1' }, key: 'shared' });
    await until(async () => (await app.queue.outcome('shared')).state === 'sending');
    await app.close();
    expect(await connection.ping()).toBe('PONG');
    connection.disconnect();
  });
});
