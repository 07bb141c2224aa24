import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { SmsVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { RedisConnection } from '../redis/redis-connection.js';

/** Where codes are kept: in Redis, for any number of instances of the app, or in this process. */
export class CodeStore {
  readonly store: SmsVerificationStore;

  constructor({ client }: RedisConnection) {
    this.store =
      client === undefined
        ? memoryVerificationStore()
        : redisVerificationStore(client, { prefix: 'sample-app:codes' });
  }
}
