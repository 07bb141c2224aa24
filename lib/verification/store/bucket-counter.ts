import type { SmsVerificationLimit } from './verification.store.js';

/** Parts that a window is counted in. */
export const BUCKETS = 60;

/**
 * Counts for a large limit, in 60 parts of its window. The oldest part counts whole, so that no window
 * ever holds more than the limit; two weighted halves would let 199 of 100 through.
 */
export class BucketCounter {
  private readonly counts = new Map<number, number>();
  private sum = 0;
  private readonly widthMs: number;

  constructor(private readonly limit: SmsVerificationLimit) {
    this.widthMs = limit.windowMs / BUCKETS;
  }

  /** How full the limit is: 1 is full. */
  load(now: number): number {
    this.expire(now);
    return this.limit.count === 0 ? 1 : this.sum / this.limit.count;
  }

  /** When one more fits; 0 when it does now. */
  fitsAt(now: number): number {
    this.expire(now);
    if (this.sum < this.limit.count) {
      return 0;
    }
    const oldest = this.counts.keys().next().value ?? this.bucketOf(now);
    return (oldest + BUCKETS + 1) * this.widthMs;
  }

  /** Counts one, or takes one back that was counted at that moment. */
  add(at: number, difference: 1 | -1): void {
    const bucket = this.bucketOf(at);
    const count = this.counts.get(bucket) ?? 0;
    if (count + difference >= 0) {
      this.counts.set(bucket, count + difference);
      this.sum += difference;
    }
  }

  /** Drops parts that no window reaches; whether nothing is left. */
  expire(now: number): boolean {
    const first = this.bucketOf(now) - BUCKETS;
    for (const [bucket, count] of this.counts) {
      if (bucket >= first && count > 0) {
        break;
      }
      if (bucket < first || count === 0) {
        this.counts.delete(bucket);
        this.sum -= count;
      }
    }
    return this.counts.size === 0;
  }

  private bucketOf(at: number): number {
    return Math.floor(at / this.widthMs);
  }
}
