import { BucketCounter } from './bucket-counter.js';
import type { SmsVerificationLimit, SmsVerificationLoad } from './verification.store.js';

/** A wide limit, and the part of the traffic that it holds for. */
interface WideLimits {
  readonly country?: string | undefined;
  readonly limits: {
    readonly country: readonly SmsVerificationLimit[];
    readonly all: readonly SmsVerificationLimit[];
  };
}

/** Counters of countries and of all texts together. */
export class WideCounters {
  private readonly counters = new Map<string, BucketCounter>();

  /** When one more fits, for the country and for all; 0 when it does now. */
  fitsAt(ask: WideLimits, now: number): { country: number; all: number } {
    const latest = (counters: readonly BucketCounter[]) =>
      Math.max(0, ...counters.map((counter) => counter.fitsAt(now)));
    return { country: latest(this.ofCountry(ask)), all: latest(this.ofAll(ask)) };
  }

  /** How full they are. */
  load(ask: WideLimits, now: number): SmsVerificationLoad {
    const fullest = (counters: readonly BucketCounter[]) =>
      Math.max(0, ...counters.map((counter) => counter.load(now)));
    return { country: fullest(this.ofCountry(ask)), all: fullest(this.ofAll(ask)) };
  }

  /** Counts one, or takes one back that was counted at that moment. */
  add(ask: WideLimits, at: number, difference: 1 | -1): void {
    for (const counter of [...this.ofCountry(ask), ...this.ofAll(ask)]) {
      counter.add(at, difference);
    }
  }

  private ofCountry({ country, limits }: WideLimits): BucketCounter[] {
    return country === undefined ? [] : limits.country.map((limit) => this.of(country, limit));
  }

  private ofAll({ limits }: WideLimits): BucketCounter[] {
    return limits.all.map((limit) => this.of('', limit));
  }

  private of(name: string, limit: SmsVerificationLimit): BucketCounter {
    const key = `${name} ${limit.count} ${limit.windowMs}`;
    const counter = this.counters.get(key) ?? new BucketCounter(limit);
    this.counters.set(key, counter);
    return counter;
  }
}
