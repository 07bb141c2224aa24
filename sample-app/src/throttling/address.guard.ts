import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import { TooManyException } from './too-many.exception.js';

const MINUTE_MS = 60_000;

/** Requests of one address within any minute, for routes that do not say otherwise. */
export const THROTTLING: ThrottlerModuleOptions = [
  // Without a block, a request that is refused does not count and does not lengthen the wait.
  { ttl: MINUTE_MS, limit: 20, blockDuration: 0 },
];

/** Limits what one address may ask for, and says so in the language of the reader. */
@Injectable()
export class AddressGuard extends ThrottlerGuard {
  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { timeToBlockExpire }: { readonly timeToBlockExpire: number },
  ): Promise<void> {
    return Promise.reject(
      new TooManyException(
        'Too many requests from your address: try again in a minute.',
        '您的请求过于频繁，请一分钟后再试。',
        Math.max(1, timeToBlockExpire),
      ),
    );
  }
}
