// An app with a queue in a process of its own, over the build: what an instance beside others is. It is
// started by `QueueApp`, does what its messages say, and may be told to die at a barrier.
import { BullModule } from '@nestjs/bullmq';
import { NestFactory } from '@nestjs/core';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { SmsModule, SmsService, UndiciTransport, smsTemplate } from 'nestjs-tencentcloud-sms';
import { SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { SmsCampaigns, SmsQueue, SmsQueueModule } from 'nestjs-tencentcloud-sms/queue';
import { firstValueFrom } from 'rxjs';
import {
  redisCampaignStore,
  redisDeliveryStore,
  redisQueueStore,
} from 'nestjs-tencentcloud-sms/redis';

const { mode, endpoint, secretKey, redis, dies, queue, delivery, timeoutMs, ...rest } = JSON.parse(
  process.argv[2],
);
const { retry, shutdownTimeoutMs } = rest;
const LEASE_MS = 1500;
const Shipped = smsTemplate({
  id: '449740',
  kind: 'notification',
  text: '您的订单{order:1}已发货。',
});
const client = new Redis(redis);
client.on('error', () => undefined);

const sms = SmsModule.forRoot({
  credentials: { secretId: 'AKIDtest', secretKey },
  sdkAppId: '1400006666',
  signName: '腾讯云',
  endpoint,
  timeoutMs,
  ...(retry === undefined ? {} : { retry }),
  shutdownTimeoutMs,
  transport: dyingTransport(new UndiciTransport()),
});
const modules =
  mode === 'naive'
    ? []
    : [
        BullModule.forRoot({ connection: redis }),
        SmsDeliveryModule.forRoot({
          store: withShortLeases(redisDeliveryStore(client)),
          ...delivery,
        }),
        SmsQueueModule.forRoot({
          store: dyingStore(redisQueueStore(client)),
          campaigns: dyingStore(redisCampaignStore(client)),
          shutdownTimeoutMs,
          ...queue,
        }),
      ];

const root = { module: class AppModule extends Object {}, imports: [sms, ...modules] };
const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
const naive = mode === 'naive' ? startNaive(app.get(SmsService)) : undefined;

process.on('message', ({ call, inputs }) => {
  void answer(call, inputs);
});
process.on('disconnect', () => process.exit());
process.send('ready');

async function answer(call, inputs) {
  if (call === 'stop') {
    const begun = performance.now();
    await naive?.close();
    await app.close();
    client.disconnect();
    // What it has left open keeps it alive from now on, and the one that started it does not.
    process.send({ results: [Math.round(performance.now() - begun)] }, () => {
      process.channel?.unref();
    });
    return;
  }
  const jobs = app.get(SmsQueue);
  const results = await Promise.all(
    inputs.map(async (input) => {
      try {
        if (call === 'memory') {
          globalThis.gc();
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          return { heap: heapUsed, buffers: arrayBuffers };
        }
        if (call === 'campaign') {
          return await doCampaign(input);
        }
        return await (call === 'enqueue' ? jobs.enqueue(Shipped, input) : jobs[call](input));
      } catch (error) {
        return { failed: error.code ?? error.message };
      }
    }),
  );
  process.send({ results });
}

/** Rows are told by their count: the same ones each time. */
async function doCampaign({
  name,
  call,
  count,
  first,
  personal,
  at,
  prefix = '+86139',
  orders = 1,
}) {
  const campaigns = app.get(SmsCampaigns);
  if (call === 'create') {
    const rows = async function* () {
      for (let i = 0; i < count; i += 1) {
        yield {
          to: `${prefix}${first + i}`,
          params: { order: personal ? `A${i}` : `A${i % orders}` },
        };
      }
    };
    await campaigns.create(name, Shipped, rows(), { at });
    return {};
  }
  const campaign = await campaigns.open(name);
  switch (call) {
    case 'progress':
      return firstValueFrom(campaign.progress$);
    case 'results': {
      const counts = {};
      let letters = '';
      for await (const { status } of campaign.results()) {
        counts[status] = (counts[status] ?? 0) + 1;
        letters += status.charAt(0);
      }
      return { counts, letters };
    }
    default:
      await campaign[call]();
      return {};
  }
}

/** What most write first. */
function startNaive(service) {
  const worker = new Worker(
    `${queue.queue}-naive`,
    async ({ data }) => {
      const { serialNo } = await service.send(Shipped, data);
      reached('told');
      return serialNo;
    },
    {
      connection: redis,
      concurrency: queue.concurrency,
      lockDuration: queue.lock,
      stalledInterval: queue.stalled,
    },
  );
  worker.on('error', () => undefined);
  return worker;
}

/** Kills this process the given time that it comes to its barrier. */
function reached(barrier) {
  if (dies?.at === barrier) {
    dies.after -= 1;
    if (dies.after === 0) {
      process.kill(process.pid, 'SIGKILL');
    }
  }
}

function dyingTransport(inner) {
  return {
    send: async (request) => {
      const isSend = request.headers['X-TC-Action'] === 'SendSms';
      if (isSend) {
        reached('signed');
      }
      const sent = inner.send(request);
      if (isSend && dies?.at === 'sent') {
        // Tencent has it by then, and its answer is still on its way.
        setTimeout(() => reached('sent'), dies.latencyMs / 2);
      }
      const response = await sent;
      if (isSend) {
        reached('answered');
      }
      return response;
    },
    close: async () => inner.close(),
  };
}

/** What an instance looks for when it dies may be looked for by others soon, and not in half a minute. */
function withShortLeases(store) {
  return new Proxy(store, {
    get: (target, name) => {
      const member = target[name];
      if (typeof member !== 'function') {
        return member;
      }
      return name === 'claimLooks'
        ? async (limit, leaseMs, to) => target.claimLooks(limit, Math.min(leaseMs, LEASE_MS), to)
        : member.bind(target);
    },
  });
}

function dyingStore(store) {
  return new Proxy(store, {
    get: (target, name) => {
      const member = target[name];
      if (typeof member !== 'function') {
        return member;
      }
      return async (...given) => {
        if (name === 'begin') {
          reached('taken');
        }
        const result = await member.apply(target, given);
        if (name === 'begin' && result.state === 'go') {
          reached('begun');
        }
        if (name === 'end') {
          reached('told');
        }
        return result;
      };
    },
  });
}
