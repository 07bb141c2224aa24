// An app that sends by jobs of BullMQ, in a process of its own: by the queue of the package, or by a
// processor as most write it first, with deliveries followed on the same Redis or without. Does what its
// messages say, and tells the CPU time that it took.
import { BullModule, Processor, WorkerHost, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import { SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { SmsCampaigns, SmsQueue, SmsQueueModule } from 'nestjs-tencentcloud-sms/queue';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';
import { firstValueFrom } from 'rxjs';
import { load } from './measure.mjs';

const { mode, port, redis } = JSON.parse(process.argv[2]);
const CONCURRENCY = 20;
const LOOK_MS = 5;
/** Of its own: the apps share a Redis. */
const OWN_QUEUE = `bench-${mode}`;
const Shipped = smsTemplate({ id: '1', kind: 'notification', text: '您的订单{order:1}已发货。' });

class NaiveProcessor extends WorkerHost {
  constructor(sms) {
    super();
    this.sms = sms;
  }

  async process({ data }) {
    return this.sms.send(Shipped, data);
  }
}
Inject(SmsService)(NaiveProcessor, undefined, 0);
Processor(OWN_QUEUE, { concurrency: CONCURRENCY })(NaiveProcessor);

const client = new Redis(redis);
const isGuarded = mode === 'guarded';
const modules = {
  guarded: () => [SmsQueueModule.forRoot({ redis: client, concurrency: CONCURRENCY })],
  naive: () => [BullModule.registerQueue({ name: OWN_QUEUE })],
  followed: () => [
    BullModule.registerQueue({ name: OWN_QUEUE }),
    SmsDeliveryModule.forRoot({ store: redisDeliveryStore(client), observe: 'required' }),
  ],
};
const metadata = {
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDbench', secretKey: 'bench-secret-key' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      endpoint: `http://127.0.0.1:${port}`,
      pace: false,
    }),
    BullModule.forRoot({ connection: redis }),
    ...modules[mode](),
  ],
  providers: isGuarded ? [] : [NaiveProcessor],
};
class App {
  metadata = metadata;
}
Module(metadata)(App);
const app = await NestFactory.createApplicationContext(App, { logger: false });
const queue = app.get(getQueueToken(isGuarded ? 'tencent-sms-default-notification' : OWN_QUEUE));
const enqueue = isGuarded ? guardedEnqueue(app.get(SmsQueue)) : naiveEnqueue;
let made = 0;
let campaigns = 0;

/** Jobs of campaigns that are only loaded. */
let held = 0;

const STEPS = {
  /** Workers wait meanwhile. */
  enqueue: async ({ count }) => {
    await queue.pause();
    return cpuOf(count, async () => load(enqueue, count, CONCURRENCY));
  },
  work: async ({ count }) =>
    cpuOf(count, async () => {
      await queue.resume();
      for (;;) {
        const { waiting, active, failed, delayed } = await queue.getJobCounts();
        if (failed + delayed > held) {
          throw new Error(`${failed} jobs failed, and ${delayed} wait`);
        }
        if (waiting + active === 0) {
          return;
        }
        await pause();
      }
    }),
  /** Rows with one text, or one each. */
  rows: async ({ count, personal }) => {
    const rows = rowsOf(count, personal);
    return cpuOf(count, async () => (isGuarded ? campaign(rows) : sendEach(rows, count)));
  },
  /** A campaign is loaded, and sends nothing. */
  loadRows: async ({ count, personal }) => {
    campaigns += 1;
    const campaignOf = app.get(SmsCampaigns);
    const at = Date.now() + 86_400_000;
    const one = await campaignOf.create(`bench ${campaigns}`, Shipped, rowsOf(count, personal), {
      at,
    });
    while ((await firstValueFrom(one.progress$)).total === undefined) {
      await pause();
    }
    held = await queue.getDelayedCount();
  },
  end: async () => {
    await app.close();
    client.disconnect();
    setImmediate(() => process.exit());
  },
};

process.on('message', ({ step, ...input }) => {
  STEPS[step](input).then(
    (result) => process.send({ result }),
    (error) => process.send({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send('ready');

async function cpuOf(count, run) {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await run();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / count, perSecond: count / seconds };
}

function guardedEnqueue(texts) {
  return async () => {
    const { to, params } = next();
    await texts.enqueue(Shipped, { to, params, key: `shipped-${to}` });
  };
}

async function naiveEnqueue() {
  await queue.add('text', next(), {
    attempts: 5,
    removeOnComplete: { age: 3600, count: 1000 },
    removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
  });
}

function next() {
  made += 1;
  return { to: `+86139${String(made).padStart(8, '0')}`, params: { order: `A${made}` } };
}

function* rowsOf(count, personal) {
  for (let i = 0; i < count; i += 1) {
    const { to, params } = next();
    yield { to, params: personal ? params : { order: 'A' } };
  }
}

async function campaign(rows) {
  campaigns += 1;
  const one = await app.get(SmsCampaigns).create(`bench ${campaigns}`, Shipped, rows);
  for (;;) {
    const { state, total, accepted } = await firstValueFrom(one.progress$);
    if (state === 'done') {
      if (accepted !== total) {
        throw new Error(`${accepted} of ${total} rows were accepted`);
      }
      return;
    }
    await pause();
  }
}

async function sendEach(rows, count) {
  const sent = app
    .get(SmsService)
    // As many as fit into the requests that are under way at once.
    .sendEach(Shipped, rows, { concurrency: CONCURRENCY, readAhead: CONCURRENCY * 200 });
  let accepted = 0;
  for await (const { status } of sent) {
    accepted += status === 'accepted' ? 1 : 0;
  }
  // Where a send must wait for the store, it refuses some when that is behind.
  if (mode !== 'followed' && accepted !== count) {
    throw new Error(`${accepted} of ${count} rows were accepted`);
  }
}

async function pause() {
  await new Promise((resolve) => {
    setTimeout(resolve, LOOK_MS);
  });
}
