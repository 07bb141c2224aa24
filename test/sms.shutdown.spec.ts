import { BullModule, Processor, WorkerHost, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Job, Queue } from 'bullmq';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome } from 'nestjs-tencentcloud-sms';
import { describeWithRedis } from './support/redis-server.js';
import type { RedisServer } from './support/redis-server.js';
import { smsOptions } from './support/sms-test-case.js';
import { FakeTencent, accepting } from './support/fake-tencent.js';

const TEXT = { templateId: '449739', params: ['666', '5'] };
const PHONE = '+8613711112222';

/** How long a send takes, and how long one that alone takes longer than the slack. */
const LATENCY_MS = 120;
const SLOW_MS = 700;
/** Far more than are done before the app is closed. */
const JOBS = 300;
const CONCURRENCY = 10;
const SLACK_MS = 500;

type Imports = NonNullable<ModuleMetadata['imports']>;

let tencent: FakeTencent;
let latencyMs: number;
/** Called with each request. */
let onRequest: () => void;

beforeAll(async () => {
  tencent = await FakeTencent.start(() => {
    onRequest();
    const { executes, answer } = accepting();
    return {
      executes,
      answer: (socket, call) => {
        setTimeout(() => {
          answer(socket, call);
        }, latencyMs);
      },
    };
  });
});
beforeEach(() => {
  tencent.received.length = 0;
  latencyMs = LATENCY_MS;
  onRequest = () => undefined;
});
afterAll(async () => {
  await tencent.stop();
});

async function untilReceived(count: number): Promise<void> {
  return new Promise((resolve) => {
    onRequest = () => {
      if (tencent.received.length >= count) {
        resolve();
      }
    };
  });
}

function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class SomeModule {}
  return SomeModule;
}

/** In so many modules, one within the other. */
function nest(levels: number, innermost: Type): Type {
  return levels === 0 ? innermost : nest(levels - 1, moduleOf({ imports: [innermost] }));
}

function bullRoot({ host, port }: RedisServer): DynamicModule {
  return BullModule.forRoot({ connection: { host, port, maxRetriesPerRequest: null } });
}

function smsModule(isGlobal: boolean): DynamicModule {
  return SmsModule.forRoot({ ...smsOptions({ endpoint: tencent.url }), isGlobal });
}

const smsFirst = (...two: Imports): Imports => two;
const bullFirst = (...two: Imports): Imports => two.toReversed();

describeWithRedis('closing an app whose queue is never empty', (redis) => {
  let queueName: string;
  let queues = 0;
  let jobs: { outcome: SmsOutcome; durationMs: number }[];
  let failures: Error[];
  let app: TestingModule | undefined;

  beforeEach(() => {
    queues += 1;
    queueName = `texts-${queues}`;
    jobs = [];
    failures = [];
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  /** Sends a text in each job. */
  function createWorker(): Type {
    @Processor(queueName, { concurrency: CONCURRENCY })
    class Texts extends WorkerHost {
      constructor(@Inject(SmsService) private readonly sms: SmsService) {
        super();
      }

      async process(_job: Job): Promise<void> {
        const begun = performance.now();
        const outcome = await this.sms.trySend(TEXT, { to: PHONE });
        jobs.push({ outcome, durationMs: performance.now() - begun });
        if (outcome.status !== 'accepted') {
          failures.push(outcome.error);
        }
      }
    }
    return Texts;
  }

  /** The modules of the app, from what stands before and after each other. */
  const layouts: [name: string, imports: (order: (...two: Imports) => Imports) => Imports][] = [
    [
      'worker and both modules in one feature module',
      (order) => [
        moduleOf({
          imports: [
            ...order(smsModule(false), bullRoot(redis())),
            BullModule.registerQueue({ name: queueName }),
          ],
          providers: [createWorker()],
        }),
      ],
    ],
    [
      'both global at the root, the worker in a feature module',
      (order) => {
        const feature = moduleOf({
          imports: [BullModule.registerQueue({ name: queueName })],
          providers: [createWorker()],
        });
        return order(smsModule(true), bullRoot(redis())).concat(feature);
      },
    ],
    [
      'both at the root, the worker in a feature module three levels deep that imports both',
      (order) => {
        const feature = moduleOf({
          imports: order(smsModule(false), BullModule.registerQueue({ name: queueName })),
          providers: [createWorker()],
        });
        return order(nest(3, feature), bullRoot(redis()));
      },
    ],
    [
      'the account in a module three levels deep, the queue at the root',
      (order) => {
        const account = smsModule(false);
        const deep = nest(3, moduleOf({ imports: [account], exports: [account] }));
        const feature = moduleOf({
          imports: order(account, BullModule.registerQueue({ name: queueName })),
          providers: [createWorker()],
        });
        return order(deep, bullRoot(redis())).concat(feature);
      },
    ],
    [
      'the account global, the queue three levels deep',
      (order) => {
        const feature = moduleOf({
          imports: [bullRoot(redis()), BullModule.registerQueue({ name: queueName })],
          providers: [createWorker()],
        });
        return order(smsModule(true), nest(3, feature));
      },
    ],
  ];

  /** Closes the app when so many jobs have begun, and tells by how much that took longer than a job. */
  async function closeAfter(
    begunJobs: number,
    imports: Imports,
    before: (started: TestingModule) => Promise<void> = async () => Promise.resolve(),
  ): Promise<number> {
    app = await Test.createTestingModule({ imports }).compile();
    app.useLogger(false);
    const ready = untilReceived(begunJobs);
    await app.init();
    const queue = app.get<Queue>(getQueueToken(queueName), { strict: false });
    await queue.addBulk(Array.from({ length: JOBS }, () => ({ name: 'text', data: {} })));
    await ready;

    await before(app);
    const begun = performance.now();
    await app.close();
    const closeMs = performance.now() - begun;
    app = undefined;

    expect(jobs.length).toBeGreaterThanOrEqual(begunJobs);
    expect(jobs.length).toBeLessThan(JOBS);
    expect(jobs.length).toBe(tencent.received.length);
    return closeMs - Math.max(...jobs.map(({ durationMs }) => durationMs));
  }

  it.each(layouts)('lets every job end, SmsModule before BullModule: %s', async (_, imports) => {
    const overMs = await closeAfter(2 * CONCURRENCY + 1, imports(smsFirst));
    expect(failures).toEqual([]);
    expect(overMs).toBeLessThan(SLACK_MS);
  });

  it.each(layouts)('lets every job end, BullModule before SmsModule: %s', async (_, imports) => {
    const overMs = await closeAfter(2 * CONCURRENCY + 1, imports(bullFirst));
    expect(failures).toEqual([]);
    expect(overMs).toBeLessThan(SLACK_MS);
  });

  it('lets every job end that begins after the hook of SmsModule has returned', async () => {
    const [[, imports]] = layouts as [(typeof layouts)[number]];
    const overMs = await closeAfter(CONCURRENCY, imports(smsFirst), async (started) =>
      started.get(SmsModule, { strict: false }).onApplicationShutdown(),
    );
    expect(failures).toEqual([]);
    expect(overMs).toBeLessThan(SLACK_MS);
  });

  it.each([
    ['before', smsFirst],
    ['after', bullFirst],
  ])(
    'takes no longer than one job where sends are slow and SmsModule stands %s BullModule',
    async (_, order) => {
      latencyMs = SLOW_MS;
      const [[, imports]] = layouts as [(typeof layouts)[number]];
      const overMs = await closeAfter(CONCURRENCY, imports(order));
      expect(failures).toEqual([]);
      expect(overMs).toBeLessThan(SLACK_MS);
    },
  );
});
