import { BullModule } from '@nestjs/bullmq';
import type { LoggerService, ModuleMetadata, Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { SmsModule, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsDeliveryModuleOptions } from 'nestjs-tencentcloud-sms/delivery';
import { SmsQueue, SmsQueueModule } from 'nestjs-tencentcloud-sms/queue';
import type {
  SmsQueueLane,
  SmsQueueModuleExtras,
  SmsQueueModuleOptions,
  SmsQueuedOutcome,
} from 'nestjs-tencentcloud-sms/queue';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { closeModule } from './close-module.js';
import type { RedisServer } from './redis-server.js';
import { smsOptions } from './sms-test-case.js';
import { until } from './until.js';

export const Shipped = smsTemplate({
  id: '449740',
  kind: 'notification',
  text: '您的订单{order:1}已发货。',
});
export const Code = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
});
export const Sale = smsTemplate({
  id: '449741',
  kind: 'marketing',
  text: '{1}全场五折，拒收请回复R',
});

/** What takes minutes with Tencent, in a second. */
export const QUICK_DELIVERY = {
  window: 1000,
  recordLag: 200,
  settle: [100, 400],
} satisfies SmsDeliveryModuleOptions;
export const QUICK_QUEUE = { sendWithin: 1000, lock: 1000, stalled: 500 };

/** What a spec changes of an instance. */
export interface QueueCaseOptions {
  readonly redis: RedisServer;
  readonly emulator: SmsEmulator;
  readonly sms?: Partial<SmsModuleOptions>;
  readonly queue?: SmsQueueModuleOptions & SmsQueueModuleExtras;
  readonly delivery?: SmsDeliveryModuleOptions | false;
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: Provider[];
  /** @default connections of BullMQ's own */
  readonly connection?: Redis;
  /** What hears the log; nothing does otherwise. */
  readonly logger?: LoggerService;
}

/** An instance of an app with a queue. */
export class QueueCase {
  private closed: Promise<void> | undefined;

  private constructor(
    readonly module: TestingModule,
    readonly queue: SmsQueue,
    readonly client: Redis,
    private readonly prefix: string,
  ) {}

  static async start({
    redis: { host, port },
    emulator,
    sms,
    queue = {},
    delivery = {},
    imports = [],
    providers = [],
    connection,
    logger,
  }: QueueCaseOptions): Promise<QueueCase> {
    const client = new Redis({ host, port });
    const { queue: prefix = 'tencent-sms' } = queue;
    const module = await Test.createTestingModule({
      imports: [
        ...imports,
        SmsModule.forRoot(
          smsOptions({
            endpoint: emulator.url,
            credentials: { secretId: 'AKIDtest', secretKey: emulator.secretKey },
            timeoutMs: 1000,
            ...sms,
          }),
        ),
        ...(delivery === false
          ? []
          : [
              SmsDeliveryModule.forRoot({
                store: redisDeliveryStore(client, { prefix: `${prefix}-delivery` }),
                ...QUICK_DELIVERY,
                ...delivery,
              }),
            ]),
        BullModule.forRoot({ connection: connection ?? { host, port } }),
        SmsQueueModule.forRoot({ redis: client, ...QUICK_QUEUE, ...queue }),
      ],
      providers,
    }).compile();
    module.useLogger(logger ?? false);
    try {
      await module.init();
    } catch (error) {
      await closeModule(module);
      client.disconnect();
      throw error;
    }
    return new QueueCase(module, module.get(SmsQueue), client, prefix);
  }

  /** Waits for the end of a key. */
  async ended(key: string): Promise<SmsQueuedOutcome> {
    let found: SmsQueuedOutcome = { state: 'unknown-key' };
    await until(async () => {
      found = await this.queue.outcome(key);
      return ['done', 'stale', 'cancelled'].includes(found.state);
    });
    return found;
  }

  /** A lane as BullMQ has it. */
  async withLane<T>(lane: SmsQueueLane, look: (queue: Queue) => Promise<T>): Promise<T> {
    const { host, port } = this.client.options;
    const queue = new Queue(`${this.prefix}-default-${lane}`, { connection: { host, port } });
    try {
      return await look(queue);
    } finally {
      await queue.close();
    }
  }

  /** Again, it does nothing. */
  async close(): Promise<void> {
    this.closed ??= this.end();
    await this.closed;
  }

  // Once: told again, ioredis waits two seconds for the end of a connection that has ended.
  private async end(): Promise<void> {
    await this.module.close();
    this.client.disconnect();
  }
}
