import type { ApiErrorBody } from '../../api/envelope.js';
import { sendRefusal } from '../errors/tencent-words.js';
import { chinaDayOf } from '../../time/china-time.js';
import { sizeOfTexts } from '../memory/keep.js';
import type { Held, Keep } from '../memory/keep.js';

/**
 * How often a number may be texted, for each application, how much it may send, and how long a value may
 * be; what is left out is not limited.
 */
export interface SmsFrequencyLimits {
  /** The same text within 30 seconds. */
  sameTextPer30Seconds?: number | undefined;
  /** Any text within an hour. Tencent has such a rule and names no default. */
  perHour?: number | undefined;
  /** Any text within a day of the calendar in China. */
  perDay?: number | undefined;
  /** The same text within a day of the calendar in China. Tencent names no default. */
  sameTextPerDay?: number | undefined;
  /** Texts of an application within a day of the calendar in China, as its owner sets it in the console. */
  appPerDay?: number | undefined;
  /** Those to the mainland. */
  appMainlandPerDay?: number | undefined;
  /** Those to everywhere else. */
  appAbroadPerDay?: number | undefined;
  /** Those to any one country but the mainland. */
  appCountryPerDay?: number | undefined;
  /**
   * Characters of a value in any but a verification template. Tencent sets it for each account: 6 for
   * those opened since 2024, 12 for individuals, none for older enterprises.
   */
  charactersPerValue?: number | undefined;
}

/** What Tencent documents: the same text once in 30 seconds, ten texts a day. */
export const TENCENT_DEFAULT: SmsFrequencyLimits = { sameTextPer30Seconds: 1, perDay: 10 };

interface Sent {
  readonly at: number;
  readonly text: string;
}

/** What one number was sent. */
interface NumberSent {
  readonly texts: readonly Sent[];
  held: Held | undefined;
}

const NUMBER_BYTES = 200;
const SENT_BYTES = 50;

function sizeOf(texts: readonly Sent[]): number {
  return NUMBER_BYTES + SENT_BYTES * texts.length + sizeOfTexts(...texts.map(({ text }) => text));
}

const HALF_MINUTE_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Numbers remembered for each application; the one that was texted longest ago is forgotten. */
const MAX_NUMBERS = 10_000;

/** Counts the accepted texts of each number, and refuses what is one too many. */
export class Frequency {
  private readonly sent = new Map<string, NumberSent>();

  constructor(
    private readonly limits: SmsFrequencyLimits,
    private readonly keep: Keep,
  ) {}

  /** Why a number may not have a text now; `undefined` when it may. */
  findError(e164: string, text: string, now: number): ApiErrorBody | undefined {
    const past = this.sent.get(e164)?.texts ?? [];
    const { sameTextPer30Seconds, perHour, perDay, sameTextPerDay } = this.limits;
    const count = (limit: number | undefined, matches: (sent: Sent) => boolean): boolean =>
      limit !== undefined && past.filter(matches).length >= limit;
    const isToday = ({ at }: Sent): boolean => chinaDayOf(at) === chinaDayOf(now);
    if (count(sameTextPer30Seconds, (one) => one.text === text && now - one.at < HALF_MINUTE_MS)) {
      return sendRefusal('LimitExceeded.PhoneNumberThirtySecondLimit');
    }
    if (count(perHour, ({ at }) => now - at < HOUR_MS)) {
      return sendRefusal('LimitExceeded.PhoneNumberOneHourLimit');
    }
    if (count(perDay, isToday)) {
      return sendRefusal('LimitExceeded.PhoneNumberDailyLimit');
    }
    if (count(sameTextPerDay, (one) => one.text === text && isToday(one))) {
      return sendRefusal('LimitExceeded.PhoneNumberSameContentDailyLimit');
    }
    return undefined;
  }

  /** Counts an accepted text. */
  count(e164: string, text: string, now: number): void {
    if (Object.keys(this.limits).length === 0) {
      return;
    }
    const known = this.sent.get(e164);
    const texts = (known?.texts ?? []).filter(({ at }) => now - at < DAY_MS);
    texts.push({ at: now, text });
    // Put at the end again, so that the first of the map is the one to forget.
    this.forget(e164);
    const entry: NumberSent = { texts, held: undefined };
    this.sent.set(e164, entry);
    entry.held = this.keep.hold(sizeOf(texts), () => {
      this.sent.delete(e164);
    });
    if (this.sent.size > MAX_NUMBERS) {
      for (const oldest of this.sent.keys()) {
        this.forget(oldest);
        break;
      }
    }
  }

  clear(): void {
    for (const e164 of this.sent.keys()) {
      this.forget(e164);
    }
  }

  private forget(e164: string): void {
    this.keep.release(this.sent.get(e164)?.held);
    this.sent.delete(e164);
  }
}
