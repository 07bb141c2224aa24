import type { LoggerService } from '@nestjs/common';
import type { RedisRunner } from './redis-client.js';

/** Warns when Redis drops any key once its memory is full. */
export async function warnOfEviction(
  redis: RedisRunner,
  logger: LoggerService,
  what: string,
): Promise<void> {
  const policy = await redis.readEvictionPolicy();
  if (policy?.startsWith('allkeys-') === true) {
    logger.warn(
      `Redis drops keys when its memory is full (maxmemory-policy ${policy}), and with them ${what}. Set noeviction, or use a Redis of its own.`,
    );
  }
}
