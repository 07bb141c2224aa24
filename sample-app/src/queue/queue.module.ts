import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { SmsQueueModule } from 'nestjs-tencentcloud-sms/queue';
import type { SmsQueueModuleOptions } from 'nestjs-tencentcloud-sms/queue';
import type { Redis } from 'ioredis';
import { CampaignFiles } from '../campaign/campaign-files.js';
import { Campaigns } from '../campaign/campaigns.js';
import { QueueCampaigns } from '../campaign/queue-campaigns.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { OrderNotices } from '../orders/order-notices.js';
import { QueuedOrderNotices } from '../orders/queued-order-notices.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisModule } from '../redis/redis.module.js';
import { QueuedTexts } from './queued-texts.js';

/** With `REDIS_URL`: notices and campaigns are on BullMQ, for any number of instances. */
@Module({
  imports: [
    DeliveriesModule,
    BullModule.forRootAsync({
      imports: [RedisModule],
      inject: [RedisConnection],
      useFactory: ({ queueClient }: RedisConnection) => ({ connection: queueClient as Redis }),
    }),
    SmsQueueModule.forRootAsync({
      queue: 'sample-app',
      imports: [RedisModule],
      inject: [ConfigService, RedisConnection],
      useFactory: (config: ConfigService, { client }: RedisConnection): SmsQueueModuleOptions => ({
        redis: client,
        encrypt: config.get<string>('SMS_QUEUE_SECRET'),
        // A deploy is not to wait for a Redis that hangs; another instance settles what is left.
        shutdownTimeoutMs: 2_000,
      }),
    }),
  ],
  providers: [
    CampaignFiles,
    QueuedTexts,
    { provide: Campaigns, useClass: QueueCampaigns },
    { provide: OrderNotices, useClass: QueuedOrderNotices },
  ],
  exports: [CampaignFiles, Campaigns, OrderNotices],
})
export class QueueModule {}
