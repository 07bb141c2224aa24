import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BullModule } from '@nestjs/bullmq';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Redis } from 'ioredis';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import type { SmsOptionsError } from 'nestjs-tencentcloud-sms';
import type { SmsQueueStore } from 'nestjs-tencentcloud-sms/delivery';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import {
  OnSmsOutcome,
  SmsQueue,
  SmsQueueModule,
  getSmsQueueToken,
} from 'nestjs-tencentcloud-sms/queue';
import type { SmsJobOutcome, SmsQueueModuleOptions } from 'nestjs-tencentcloud-sms/queue';
import { redisQueueStore } from 'nestjs-tencentcloud-sms/redis';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { resolveQueueOptions } from '../../lib/queue/queue.options.js';
import { closeModule } from '../support/close-module.js';
import { QUICK_QUEUE, QueueCase, Shipped } from '../support/queue-test-case.js';
import type { QueueCaseOptions } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { smsOptions } from '../support/sms-test-case.js';
import { shownAs } from '../support/terminus.js';
import { until } from '../support/until.js';

const SECRET = 'canary-queue-secret-000000000000000003';
const params = { order: 'A1' };
let names = 0;

/** A queue that no other test has. */
function own(): { queue: string } {
  names += 1;
  return { queue: `module${names}` };
}

describe('the options of SmsQueueModule', () => {
  it.each<[options: object, field: string]>([
    [{}, 'redis'],
    [{ redis: {} }, 'redis'],
    [{ store: {} }, 'store'],
    [{ redis: fakeRedis(), role: 'both ' }, 'role'],
    [{ redis: fakeRedis(), concurrency: 0 }, 'concurrency'],
    [{ redis: fakeRedis(), budget: { perSecond: 0 } }, 'budget.perSecond'],
    [{ redis: fakeRedis(), marketingWindow: '07:00-22:00' }, 'marketingWindow'],
    [{ redis: fakeRedis(), encrypt: 'short' }, 'encrypt'],
    [{ redis: fakeRedis(), encrypt: [] }, 'encrypt'],
    [{ redis: fakeRedis(), sendWithin: '0s' }, 'sendWithin'],
    [{ redis: fakeRedis(), attempts: 5 }, 'attempts'],
  ])('%j are refused with the field at fault', (options, field) => {
    expect(issuesOf(() => resolveQueueOptions(options as SmsQueueModuleOptions))).toMatchObject([
      { field },
    ]);
  });

  it('take no name that BullMQ could not have', () => {
    expect(() => SmsQueueModule.forRoot({ redis: fakeRedis(), queue: 'a:b' })).toThrow('queue');
    expect(() => SmsQueueModule.forRoot({ redis: fakeRedis(), account: '' })).toThrow('account');
  });
});

describeWithRedis('SmsQueueModule', (redis) => {
  let emulator: SmsEmulator;
  const open: { close(): Promise<void> }[] = [];
  let phones = 66_660_000;

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
  const nextPhone = (): string => {
    phones += 1;
    return `+86137${phones}`;
  };
  const textsTo = (to: string): number => emulator.messages().filter((one) => one.to === to).length;

  it('follows texts on its Redis where the app has no module of deliveries', async () => {
    const told: SmsJobOutcome[] = [];
    class Ends {
      onEnd(outcome: SmsJobOutcome): void {
        told.push(outcome);
      }
    }
    const method = Object.getOwnPropertyDescriptor(Ends.prototype, 'onEnd') as PropertyDescriptor;
    OnSmsOutcome()(Ends.prototype, 'onEnd', method);
    const app = await start({ queue: own(), delivery: false, providers: [Ends] });
    await app.queue.enqueue(Shipped, { to: nextPhone(), params, key: 'smallest' });
    await until(() => told.length > 0);
    expect(told).toMatchObject([{ status: 'accepted', template: Shipped.id }]);
    await app.close();
    expect(told).toHaveLength(1);
  });

  it('takes its options from other providers, and a name, an account and a connection beside them', async () => {
    const { host, port } = redis();
    const client = new Redis({ host, port });
    const { queue } = own();
    const module = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot({
          ...smsOptions({
            endpoint: emulator.url,
            credentials: { secretId: 'AKIDtest', secretKey: emulator.secretKey },
          }),
          name: 'shop',
        }),
        BullModule.forRoot('other', { connection: { host, port } }),
        SmsQueueModule.forRootAsync({
          name: 'shop',
          account: 'shop',
          queue,
          configKey: 'other',
          useFactory: () => ({ redis: client, ...QUICK_QUEUE }),
        }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    open.push({
      close: async () => {
        await module.close();
        client.disconnect();
      },
    });
    const shop = module.get<SmsQueue>(getSmsQueueToken('shop'));
    const to = nextPhone();
    await shop.enqueue(Shipped, { to, params, key: 'named' });
    await until(async () => (await shop.outcome('named')).state === 'done');
    expect(textsTo(to)).toBe(1);
    expect(await client.exists(`bull:${queue}-shop-notification:meta`)).toBe(1);
  });

  it.each([
    ['an account', { account: 'nowhere' }, {}, 'account'],
    ['a store of deliveries', {}, { delivery: { store: false as const } }, 'delivery'],
  ])('does not start without %s', async (_, queue, more, field) => {
    const { host, port } = redis();
    const client = new Redis({ host, port });
    const starting = QueueCase.start({
      redis: redis(),
      emulator,
      queue: { ...own(), ...queue, store: redisQueueStore(client) },
      ...more,
    });
    await expect(starting).rejects.toMatchObject({ issues: [{ field }] });
    client.disconnect();
  });

  it('does not start without BullModule.forRoot, and says so', async () => {
    const client = new Redis({ host: redis().host, port: redis().port });
    const module = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions()), SmsQueueModule.forRoot({ redis: client })],
    }).compile();
    module.useLogger(false);
    await expect(module.init()).rejects.toThrow('import BullModule.forRoot({ connection })');
    await closeModule(module);
    client.disconnect();
  });

  it('warns of a Redis without an append-only file, and of times that are too short for phones', async () => {
    const said: string[] = [];
    const keep = (message: unknown): void => {
      said.push(String(message));
    };
    const logger = { log: keep, warn: keep, error: keep, debug: keep, verbose: keep };
    await start({ queue: own(), logger });
    await until(() => said.some((one) => one.includes('appendonly yes')));
    expect(said).toContain(
      'sendWithin and lock and stalled: shorter than the defaults. For tests alone.',
    );
  });

  it('shows no secret of its options when it is printed', async () => {
    const app = await start({ queue: { ...own(), encrypt: SECRET } });
    expect(inspect(app.queue, { depth: 20, showHidden: true })).not.toContain(SECRET);
  });

  // The barrier stops the worker where it is; cancel comes then.
  it.each([
    ['before its job is begun', 'begin', 'before', 'cancelled', 0],
    ['after its job was begun', 'begin', 'after', 'too-late', 1],
    ['while its text is with Tencent', 'end', 'before', 'too-late', 1],
    ['after its outcome was kept', 'end', 'after', 'too-late', 1],
  ] as const)('says whether a text was cancelled %s', async (_, method, when, answer, texts) => {
    const barrier = new Barrier();
    const client = new Redis({ host: redis().host, port: redis().port });
    const real = redisQueueStore(client, { prefix: `barrier${names}` });
    const store = stopAt(real, method, when, barrier);
    const app = await start({ queue: { ...own(), store } });
    const to = nextPhone();
    await app.queue.enqueue(Shipped, { to, params, key: 'cancelled' });
    await barrier.reached;
    expect(await app.queue.cancel('cancelled')).toBe(answer);
    barrier.open();
    const { state } = await app.ended('cancelled');
    expect(state).toBe(answer === 'cancelled' ? 'cancelled' : 'done');
    expect(textsTo(to)).toBe(texts);
    await app.close();
    client.disconnect();
  });

  it('shows in health checks what waits, for how long, and which lanes are paused', async () => {
    const app = await start({
      queue: own(),
      imports: [TerminusModule.forRoot({ logger: false })],
      providers: [SmsHealthIndicator],
    });
    const health = app.module.get(SmsHealthIndicator);
    expect(await health.queue('queue', { cacheMs: 0 })).toMatchObject({
      queue: { status: 'up', waiting: 0, active: 0, failed: 0, paused: {}, settling: 0 },
    });
    await app.queue.pause('notification');
    const input = { params, staleAfter: '2d' } as const;
    const at = Date.now() - 90_000;
    await app.queue.enqueue(Shipped, { ...input, to: nextPhone(), key: 'waits', at });
    await app.queue.enqueue(Shipped, { ...input, to: nextPhone(), key: 'waits too' });
    // The worker takes one, and puts it back since its lane is paused.
    await app.withLane('notification', async (lane) =>
      until(async () => (await lane.getWaitingCount()) === 2),
    );
    const { queue } = await health.queue('queue', { cacheMs: 0 });
    expect(queue).toMatchObject({
      ...shownAs('degraded', app.module),
      waiting: 2,
      paused: { notification: 'manual' },
      message: 'A lane is paused. A text waits for too long.',
    });
    expect(queue['oldestAgeMs']).toBeGreaterThanOrEqual(90_000);
    const { down } = await health.queue('down', { name: 'nowhere' });
    expect(down).toMatchObject({ status: 'down', code: 'SMS_QUEUE_UNKNOWN' });
  });

  it('is counted and measured by its lane and what became of its jobs', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const stop = instrumentSms({ meterProvider });
    const app = await start({ queue: own() });
    await app.queue.enqueue(Shipped, { to: nextPhone(), params, key: 'measured' });
    await app.ended('measured');
    await app.withLane('notification', async (lane) =>
      until(async () => (await lane.getCompletedCount()) === 1),
    );
    await reader.forceFlush();
    stop();
    const metrics = exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = (name: string) =>
      metrics?.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    const attributes = { 'sms.queue.lane': 'notification', 'sms.queue.step': 'accepted' };
    expect(points('sms.queue.jobs')).toMatchObject([{ attributes, value: 1 }]);
    expect(points('sms.queue.wait')).toMatchObject([{ attributes, value: { count: 1 } }]);
    await meterProvider.shutdown();
  });
});

function issuesOf(start: () => unknown): unknown {
  try {
    start();
  } catch (error) {
    return (error as SmsOptionsError).issues;
  }
  return undefined;
}

function fakeRedis(): Redis {
  return { evalsha: async () => undefined, eval: async () => undefined } as unknown as Redis;
}

/** A place where a worker stops until it is let on. */
class Barrier {
  reach: () => void = () => undefined;
  open: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => {
    this.reach = resolve;
  });
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

function stopAt(
  store: SmsQueueStore,
  method: 'begin' | 'end',
  when: 'before' | 'after',
  barrier: Barrier,
): SmsQueueStore {
  const stop = async (): Promise<void> => {
    barrier.reach();
    await barrier.opened;
  };
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') {
        return member;
      }
      return async (...given: unknown[]): Promise<unknown> => {
        if (name === method && when === 'before') {
          await stop();
        }
        const result: unknown = await Reflect.apply(member, target, given);
        if (name === method && when === 'after') {
          await stop();
        }
        return result;
      };
    },
  });
}
