import { randomBytes } from 'node:crypto';
import { Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type {
  SmsVerificationModuleAsyncOptions,
  SmsVerificationModuleOptions,
} from 'nestjs-tencentcloud-sms/verification';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisModule } from '../redis/redis.module.js';
import { CodeStore } from './code-store.js';

/** Makes the store, by `REDIS_URL`. */
@Module({
  imports: [RedisModule],
  providers: [
    {
      provide: CodeStore,
      inject: [RedisConnection],
      useFactory: (redis: RedisConnection) => new CodeStore(redis),
    },
  ],
  exports: [CodeStore],
})
class CodeStoreModule {}

/** How codes are made and kept, by `SMS_VERIFICATION_SECRET` and `REDIS_URL`. */
export const codesOptions: SmsVerificationModuleAsyncOptions = {
  imports: [CodeStoreModule],
  inject: [ConfigService, CodeStore],
  useFactory: (config: ConfigService, { store }: CodeStore): SmsVerificationModuleOptions => ({
    secret: config.get<string>('SMS_VERIFICATION_SECRET') ?? createSecret(),
    store,
  }),
};

function createSecret(): string {
  Logger.log(
    'SMS_VERIFICATION_SECRET is not set: codes hold for this run and this instance only',
    'SampleApp',
  );
  return randomBytes(48).toString('base64');
}
