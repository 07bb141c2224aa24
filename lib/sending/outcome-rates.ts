import type { Clock } from '../time/clock.js';
import type { Batch } from './batch.js';
import type { SmsOutcome, SmsUnknownReason } from './outcome.js';
import type { SendObserver } from './send-observer.js';

/** What became of the texts of a while. */
export interface SmsRecentOutcomes {
  /** Texts that Tencent took on. */
  readonly accepted: number;
  /** Texts that were surely not sent. */
  readonly rejected: number;
  /** Texts of which it is not known whether they were sent. */
  readonly unknown: number;
  /** Those among the unknown whose answer was lost: look at the network and at what stands in it. */
  readonly lostAnswers: number;
  /** Those among the unknown that Tencent answered, but in a way that leaves it open. */
  readonly openAnswers: number;
}

/** Ten minutes in all. */
const BUCKET_MS = 10_000;
const BUCKETS = 60;

const COUNTS = ['accepted', 'rejected', 'lostAnswers', 'openAnswers'] as const;
type Count = (typeof COUNTS)[number];

/** Counts the outcomes of the last minutes, in a ring of buckets that never grows. */
export class OutcomeRates implements SendObserver {
  private readonly counts: Readonly<Record<Count, Uint32Array>> = {
    accepted: new Uint32Array(BUCKETS),
    rejected: new Uint32Array(BUCKETS),
    lostAnswers: new Uint32Array(BUCKETS),
    openAnswers: new Uint32Array(BUCKETS),
  };
  /** Which ten seconds each bucket holds. */
  private readonly epochs = new Float64Array(BUCKETS).fill(-1);

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: Clock = () => performance.now()) {}

  afterSend(_batch: Batch, outcomes: readonly SmsOutcome[]): void {
    this.add(outcomes);
  }

  /** Counts the outcomes of one call. */
  add(outcomes: readonly SmsOutcome[]): void {
    const epoch = Math.floor(this.now() / BUCKET_MS);
    const bucket = epoch % BUCKETS;
    if (this.epochs[bucket] !== epoch) {
      this.epochs[bucket] = epoch;
      for (const name of COUNTS) {
        this.counts[name][bucket] = 0;
      }
    }
    for (const outcome of outcomes) {
      const counts = this.counts[countOf(outcome)];
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }

  /** The outcomes of the last `windowMs` milliseconds, to ten seconds exactly. */
  recent(windowMs: number): SmsRecentOutcomes {
    const last = Math.floor(this.now() / BUCKET_MS);
    const first = last - Math.min(BUCKETS, Math.ceil(windowMs / BUCKET_MS)) + 1;
    const sums = { accepted: 0, rejected: 0, lostAnswers: 0, openAnswers: 0 };
    for (const [bucket, epoch] of this.epochs.entries()) {
      if (epoch >= first && epoch <= last) {
        for (const name of COUNTS) {
          sums[name] += this.counts[name][bucket] ?? 0;
        }
      }
    }
    return { ...sums, unknown: sums.lostAnswers + sums.openAnswers };
  }
}

const OPEN_REASONS: ReadonlySet<SmsUnknownReason> = new Set(['code', 'status']);

function countOf(outcome: SmsOutcome): Count {
  if (outcome.status !== 'unknown') {
    return outcome.status;
  }
  return OPEN_REASONS.has(outcome.reason) ? 'openAnswers' : 'lostAnswers';
}
