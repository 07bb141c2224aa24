import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { SmsVerificationStore } from 'nestjs-tencentcloud-sms/verification';

/** Where codes are kept: in Redis, for any number of instances of the app, or in this process. */
export class CodeStore implements OnApplicationShutdown {
  private constructor(
    readonly store: SmsVerificationStore,
    private readonly disconnect: () => void,
  ) {}

  /** @param url of a Redis; `undefined`, or nothing, for the memory of this process */
  static async open(url: string | undefined): Promise<CodeStore> {
    if (url === undefined || url === '') {
      return new CodeStore(memoryVerificationStore(), () => undefined);
    }
    const { Redis } = await import('ioredis');
    const redis = new Redis(url);
    const logger = new Logger(CodeStore.name);
    let isReached = true;
    redis.on('ready', () => {
      isReached = true;
    });
    redis.on('error', ({ name, code = name }: NodeJS.ErrnoException) => {
      // Each try to connect again fails with an error of its own.
      if (isReached) {
        logger.error(`Redis is out of reach (${code}): no codes until it is back`);
      }
      isReached = false;
    });
    return new CodeStore(redisVerificationStore(redis, { prefix: 'sample-app:codes' }), () =>
      redis.disconnect(),
    );
  }

  /** After the verification module, which depends on it and waits for its calls. */
  onApplicationShutdown(): void {
    this.disconnect();
  }
}
