import type { SmsOutcome } from './outcome.js';

/** What became of the texts of a while. */
export interface SmsRecentOutcomes {
  /** Texts that Tencent took on. */
  readonly accepted: number;
  /** Texts that were surely not sent. */
  readonly rejected: number;
  /** Texts of which nobody knows. */
  readonly unknown: number;
}

/** Ten minutes in all. */
const BUCKET_MS = 10_000;
const BUCKETS = 60;

const STATUSES = ['accepted', 'rejected', 'unknown'] as const;

/** Counts the outcomes of the last minutes, in a ring of buckets that never grows. */
export class OutcomeRates {
  private readonly counts = {
    accepted: new Uint32Array(BUCKETS),
    rejected: new Uint32Array(BUCKETS),
    unknown: new Uint32Array(BUCKETS),
  };
  /** Which ten seconds each bucket holds. */
  private readonly epochs = new Float64Array(BUCKETS).fill(-1);

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts the outcomes of one call. */
  add(outcomes: readonly SmsOutcome[]): void {
    const epoch = Math.floor(this.now() / BUCKET_MS);
    const bucket = epoch % BUCKETS;
    if (this.epochs[bucket] !== epoch) {
      this.epochs[bucket] = epoch;
      for (const status of STATUSES) {
        this.counts[status][bucket] = 0;
      }
    }
    for (const { status } of outcomes) {
      const counts = this.counts[status];
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }

  /** The outcomes of the last `windowMs` milliseconds, to ten seconds exactly. */
  recent(windowMs: number): SmsRecentOutcomes {
    const last = Math.floor(this.now() / BUCKET_MS);
    const first = last - Math.min(BUCKETS, Math.ceil(windowMs / BUCKET_MS)) + 1;
    const sums = { accepted: 0, rejected: 0, unknown: 0 };
    for (const [bucket, epoch] of this.epochs.entries()) {
      if (epoch >= first && epoch <= last) {
        for (const status of STATUSES) {
          sums[status] += this.counts[status][bucket] ?? 0;
        }
      }
    }
    return sums;
  }
}
