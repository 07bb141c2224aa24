import type { ApiErrorBody } from '../../api/envelope.js';
import { isMainland } from '../../recipients/phone-number.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { chinaDayOf } from '../../time/china-time.js';
import { sendRefusal } from '../errors/tencent-words.js';
import type { SmsFrequencyLimits } from './frequency.js';

/** What a text counts to, the limit there, and the code beyond it. */
type Counter = readonly [key: string, limit: number | undefined, code: string];

/** Counts the accepted texts of an application in a day of the calendar in China. */
export class DailyVolume {
  private day = 0;
  private readonly counts = new Map<string, number>();

  constructor(private readonly limits: SmsFrequencyLimits) {}

  /** Why no other text may go where a number is; `undefined` when one may. */
  findError(phone: PhoneNumber, now: number): ApiErrorBody | undefined {
    this.turnTo(now);
    const full = this.countersOf(phone).find(
      ([key, limit]) => limit !== undefined && (this.counts.get(key) ?? 0) >= limit,
    );
    return full === undefined ? undefined : sendRefusal(full[2]);
  }

  /** Counts an accepted text. */
  count(phone: PhoneNumber, now: number): void {
    this.turnTo(now);
    for (const [key] of this.countersOf(phone)) {
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }
  }

  clear(): void {
    this.counts.clear();
  }

  private turnTo(now: number): void {
    const day = chinaDayOf(now);
    if (day !== this.day) {
      this.day = day;
      this.counts.clear();
    }
  }

  private countersOf({ e164, countryCode, isoCode = countryCode }: PhoneNumber): Counter[] {
    const { appPerDay, appMainlandPerDay, appAbroadPerDay, appCountryPerDay } = this.limits;
    const all: Counter = ['all', appPerDay, 'LimitExceeded.AppDailyLimit'];
    return isMainland(e164)
      ? [all, ['mainland', appMainlandPerDay, 'LimitExceeded.AppMainlandChinaDailyLimit']]
      : [
          all,
          ['abroad', appAbroadPerDay, 'LimitExceeded.AppGlobalDailyLimit'],
          [isoCode, appCountryPerDay, 'LimitExceeded.AppCountryOrRegionDailyLimit'],
        ];
  }
}
