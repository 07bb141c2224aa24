import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { RedisConnection } from './redis-connection.js';

/** Connects by `REDIS_URL`, once for all stores. */
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [ConfigService],
      useFactory: async (config: ConfigService) =>
        RedisConnection.open(config.get<string>('REDIS_URL')),
    },
  ],
  exports: [RedisConnection],
})
export class RedisModule {}
