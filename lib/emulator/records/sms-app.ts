import type { CallbackStatusStatistics, SendStatusStatistics } from '../../api/statistics.js';
import { BoundedList } from './bounded-list.js';
import { chinaHourOf } from '../../time/china-time.js';
import { DailyVolume } from './daily-volume.js';
import { Frequency } from './frequency.js';
import type { SmsFrequencyLimits } from './frequency.js';
import type { DroppedReports } from '../memory/dropped-reports.js';
import { sizeOfTexts } from '../memory/keep.js';
import type { Held, Keep } from '../memory/keep.js';
import { sizeOfRecord } from './message-log.js';
import type { DeliveryReport, ReportedRecord } from './message-log.js';
import { OptOuts } from './opt-outs.js';
import { kindOfReceipt } from '../../api/receipt-codes.js';
import type { ReceiptKind } from '../../api/receipt-codes.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';

/** A reply that a phone wrote. */
export interface Reply {
  readonly id: number;
  readonly phone: PhoneNumber;
  readonly signName: string;
  readonly extendCode: string;
  readonly text: string;
  /** UNIX time in milliseconds. */
  readonly at: number;
  readonly optedOut: boolean;
}

/** Messages paid for in advance. */
export interface SmsPackage {
  readonly id: number;
  readonly amount: number;
  /** UNIX time in milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

type HourCounts = SendStatusStatistics & CallbackStatusStatistics;

/** What an application remembers with. */
export interface SmsAppMemory {
  readonly keep: Keep;
  readonly dropped: DroppedReports;
}

/** How much memory a reply takes at most, in bytes. */
export function sizeOfReply({ text, signName, extendCode }: Reply): number {
  return REPLY_BYTES + sizeOfTexts(text, signName, extendCode);
}

const REPLY_BYTES = 400;
const HOUR_BYTES = 300;
/** Most reports, and most replies, that wait to be pulled. */
export const MAX_QUEUED = 10_000;
const DAY_MS = 86_400_000;

/** One application (SdkAppId): its queues, its counters and its package. Nothing crosses between two. */
export class SmsApp {
  /** Reports waiting to be pulled. */
  readonly reports: BoundedList<ReportedRecord>;
  /** Replies waiting to be pulled. */
  readonly replyQueue: BoundedList<Reply>;
  /** Replies to look up by number. */
  readonly replies: BoundedList<Reply>;
  readonly smsPackage: SmsPackage;
  readonly frequency: Frequency;
  readonly volume: DailyVolume;
  readonly optOuts: OptOuts;
  private readonly keep: Keep;
  private readonly hours = new Map<number, { counts: HourCounts; held: Held | undefined }>();
  private fees = 0;

  constructor(
    readonly id: string,
    number: number,
    now: number,
    limits: SmsFrequencyLimits,
    packageSize: number,
    { keep, dropped }: SmsAppMemory,
  ) {
    this.keep = keep;
    this.reports = new BoundedList<ReportedRecord>({
      capacity: MAX_QUEUED,
      keep,
      sizeOf: sizeOfRecord,
      onForgotten: () => {
        dropped.count(1);
      },
    });
    this.replyQueue = new BoundedList({ capacity: MAX_QUEUED, keep, sizeOf: sizeOfReply });
    this.replies = new BoundedList({ capacity: MAX_QUEUED, keep, sizeOf: sizeOfReply });
    this.optOuts = new OptOuts(keep);
    this.frequency = new Frequency(limits, keep);
    this.volume = new DailyVolume(limits);
    // Bought some time ago: a window of creation must end before now, so a new one is in none.
    const createdAt = now - 30 * DAY_MS;
    this.smsPackage = {
      id: 1_000_900_000 + number,
      amount: packageSize,
      createdAt,
      expiresAt: createdAt + 730 * DAY_MS,
    };
  }

  /** How much of the package is gone. */
  get packageUsage(): number {
    return Math.min(this.fees, this.smsPackage.amount);
  }

  /** What is left of the package. */
  get balance(): number {
    return Math.max(this.smsPackage.amount - this.fees, 0);
  }

  countSend(now: number, fee: number): void {
    const hour = this.hourOf(now);
    hour.RequestCount += 1;
    if (fee > 0) {
      hour.RequestSuccessCount += 1;
      hour.FeeCount += fee;
      this.fees += fee;
    }
  }

  countReport(report: DeliveryReport): void {
    const hour = this.hourOf(report.at);
    hour.CallbackCount += 1;
    if (report.status === 'SUCCESS') {
      hour.CallbackSuccessCount += 1;
    } else {
      hour.CallbackFailCount += 1;
      hour[COUNTER_OF[kindOfReceipt(report.code)]] += 1;
    }
  }

  /** Sums the hours from the first to the last, both included. */
  sum(firstHour: number, lastHour: number): HourCounts {
    const total = emptyCounts();
    for (const [hour, { counts }] of this.hours) {
      if (hour >= firstHour && hour <= lastHour) {
        for (const name of COUNTERS) {
          total[name] += counts[name];
        }
      }
    }
    return total;
  }

  /** Lets every phone be texted again, as if nothing had been sent. */
  forgetNumbers(): void {
    this.frequency.clear();
    this.volume.clear();
    this.optOuts.clear();
  }

  /** Lets go of everything, since the application itself is forgotten. */
  release(): void {
    for (const list of [this.reports, this.replyQueue, this.replies]) {
      list.clear();
    }
    this.forgetNumbers();
    for (const { held } of this.hours.values()) {
      this.keep.release(held);
    }
    this.hours.clear();
  }

  private hourOf(now: number): HourCounts {
    const number = chinaHourOf(now);
    const known = this.hours.get(number);
    if (known !== undefined) {
      if (known.held !== undefined) {
        this.keep.renew(known.held);
      }
      return known.counts;
    }
    const hour = { counts: emptyCounts(), held: undefined as Held | undefined };
    this.hours.set(number, hour);
    hour.held = this.keep.hold(HOUR_BYTES, () => {
      this.hours.delete(number);
    });
    return hour.counts;
  }
}

const COUNTER_OF = {
  // A failure whose code means delivery: no counter names it.
  delivered: 'InternalErrorCount',
  absent: 'ShutdownErrorCount',
  invalid: 'InvalidNumberCount',
  blocked: 'BlackListCount',
  frequency: 'FrequencyLimitCount',
  other: 'InternalErrorCount',
} as const satisfies Record<ReceiptKind, keyof HourCounts>;

const COUNTERS = [
  'FeeCount',
  'RequestCount',
  'RequestSuccessCount',
  'CallbackCount',
  'CallbackFailCount',
  'CallbackSuccessCount',
  'InternalErrorCount',
  'InvalidNumberCount',
  'ShutdownErrorCount',
  'BlackListCount',
  'FrequencyLimitCount',
] as const satisfies (keyof HourCounts)[];

function emptyCounts(): HourCounts {
  return {
    FeeCount: 0,
    RequestCount: 0,
    RequestSuccessCount: 0,
    CallbackCount: 0,
    CallbackFailCount: 0,
    CallbackSuccessCount: 0,
    InternalErrorCount: 0,
    InvalidNumberCount: 0,
    ShutdownErrorCount: 0,
    BlackListCount: 0,
    FrequencyLimitCount: 0,
  };
}
