import { ConfigService } from '@nestjs/config';
import type {
  SmsDeliveryModuleAsyncOptions,
  SmsDeliveryModuleOptions,
} from 'nestjs-tencentcloud-sms/delivery';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisModule } from '../redis/redis.module.js';
import { CALLBACK_PATH, callbackSecretOf } from './callback-urls.js';

/** Where Tencent calls back and where texts are kept, by `SMS_CALLBACK_SECRET` and `REDIS_URL`. */
export const deliveriesOptions: SmsDeliveryModuleAsyncOptions = {
  imports: [RedisModule],
  inject: [ConfigService, RedisConnection],
  useFactory: (config: ConfigService, { client }: RedisConnection): SmsDeliveryModuleOptions => {
    const secret = callbackSecretOf(config.get('SMS_CALLBACK_SECRET'));
    return {
      callback: secret === undefined ? undefined : { path: CALLBACK_PATH, secret },
      // Without Redis the default: the memory of this process.
      store:
        client === undefined
          ? undefined
          : redisDeliveryStore(client, { prefix: 'sample-app:deliveries' }),
    };
  },
};
