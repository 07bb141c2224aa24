import type { SmsOutcome } from './outcome.js';

/** What became of many rows, in numbers. */
export interface SmsSendSummary {
  /** Rows that Tencent took on. */
  readonly accepted: number;
  /** Rows that were surely not sent. */
  readonly rejected: number;
  /** Rows with unknown outcome. */
  readonly unknown: number;
  /** How many of all these rows repeat an earlier one, and so were not sent to again. */
  readonly duplicates: number;
  /** Segments billed. */
  readonly fee: number;
  /** Code → rows that have it; of all that were not accepted. */
  readonly byCode: Readonly<Record<string, number>>;
}

/** Counts outcomes as they come. */
export class SendTally {
  private readonly counts = { accepted: 0, rejected: 0, unknown: 0 };
  private readonly codes = new Map<string, number>();
  private duplicates = 0;
  private fee = 0;

  add(outcome: SmsOutcome): void {
    this.counts[outcome.status] += 1;
    if (outcome.duplicateOf !== undefined) {
      this.duplicates += 1;
    }
    if (outcome.status !== 'accepted') {
      this.codes.set(outcome.code, (this.codes.get(outcome.code) ?? 0) + 1);
    } else if (outcome.duplicateOf === undefined) {
      this.fee += outcome.fee;
    }
  }

  summary(): SmsSendSummary {
    return {
      ...this.counts,
      duplicates: this.duplicates,
      fee: this.fee,
      byCode: Object.fromEntries(this.codes),
    };
  }
}
