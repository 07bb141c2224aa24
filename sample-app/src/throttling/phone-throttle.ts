import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { TooManyException } from './too-many.exception.js';

const MINUTE_MS = 60_000;

/** One text a minute for each phone, whatever route it is asked for on. */
@Injectable()
export class PhoneThrottle {
  constructor(@Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage) {}

  /**
   * Takes the text of this minute, where it is still there.
   *
   * @param e164 one form for each phone
   * @returns seconds until there is another one; 0 when this one was taken
   */
  async take(e164: string): Promise<number> {
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(
      `text to ${e164}`,
      MINUTE_MS,
      1,
      0,
      'phone',
    );
    return isBlocked ? Math.max(1, timeToBlockExpire) : 0;
  }
  /** @throws TooManyException when the text of this minute was taken. */
  async takeOrThrow(e164: string): Promise<void> {
    const wait = await this.take(e164);
    if (wait > 0) {
      throw new TooManyException(
        'This number got a text within the last minute: try again later.',
        '该号码一分钟内已收到短信，请稍后再试。',
        wait,
      );
    }
  }
}
