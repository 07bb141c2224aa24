import type { SmsAction } from '../../api/actions.js';
import { RATE_LIMITS } from '../../api/rate-limits.js';
import type { ReadableClock } from '../clock/clock.js';
import { rateExceeded } from '../errors/tencent-words.js';
import { ApiError } from '../protocol/api.error.js';

interface Second {
  readonly number: number;
  calls: number;
}

/** Counts the calls of each action in the running second, as the gateway does. */
export class RequestRates {
  private readonly seconds = new Map<SmsAction, Second>();

  constructor(private readonly clock: ReadableClock) {}

  /** @throws ApiError when there were as many in this second as Tencent takes. */
  count(action: SmsAction): void {
    const number = Math.floor(this.clock.now() / 1000);
    const known = this.seconds.get(action);
    const second = known?.number === number ? known : { number, calls: 0 };
    second.calls += 1;
    this.seconds.set(action, second);
    const limit = RATE_LIMITS[action];
    if (second.calls > limit) {
      throw new ApiError('RequestLimitExceeded', rateExceeded(second.calls, limit));
    }
  }
}
