import type {
  SmsVerificationLimit,
  SmsVerificationReserveAsk,
} from '../../verification/store/verification.store.js';
import { toHashTag } from '../hash-tag.js';

/** A wide limit, as scripts take it. */
interface WideLimit {
  readonly key: number;
  readonly count: number;
  readonly window: number;
}

/** Where the store keeps what: short names, since each pending phone has some of them. */
export class VerificationKeySpace {
  private readonly tag: string;

  /** @throws RangeError when the prefix would be no hash tag. */
  constructor(prefix: string) {
    this.tag = toHashTag(prefix);
  }

  /** An empty list for a script. */
  list(): KeyList {
    return new KeyList(this.tag);
  }
}

/** The keys of one run of a script, each once; methods tell their places, from 1 as Lua does. */
export class KeyList {
  private readonly numbers = new Map<string, number>();

  constructor(private readonly tag: string) {}

  get names(): string[] {
    return [...this.numbers.keys()];
  }

  record(slot: string): number {
    return this.place(`v${slot}`);
  }

  tombstone(operation: string): number {
    return this.place(`d${operation}`);
  }

  failures(subjects: readonly string[]): number[] {
    return subjects.map((subject) => this.place(`f${subject}`));
  }

  pauses(subjects: readonly string[]): number[] {
    return subjects.map((subject) => this.place(`c${subject}`));
  }

  blocks(phones: readonly string[]): number[] {
    return phones.map((phone) => this.place(`b${phone}`));
  }

  starts(callers: readonly string[]): number[] {
    return callers.map((caller) => this.place(`s${caller}`));
  }

  guesses(callers: readonly string[]): number[] {
    return callers.map((caller) => this.place(`g${caller}`));
  }

  /** Where the text of a booking is counted, but for its caller. */
  places({
    phones,
    subjects,
    country,
    limits,
  }: Pick<SmsVerificationReserveAsk, 'phones' | 'subjects' | 'country'> & {
    readonly limits: Pick<SmsVerificationReserveAsk['limits'], 'country' | 'all'>;
  }): { texts: number[]; pauses: number[]; country: WideLimit[]; all: WideLimit[] } {
    return {
      texts: phones.map((phone) => this.place(`p${phone}`)),
      pauses: this.pauses(subjects),
      country: country === undefined ? [] : this.wide(country, limits.country),
      all: this.wide('', limits.all),
    };
  }

  private wide(name: string, limits: readonly SmsVerificationLimit[]): WideLimit[] {
    // One counter a window: of two limits of the same one the lower holds.
    const counts = new Map<number, number>();
    for (const { count, windowMs } of limits) {
      counts.set(windowMs, Math.min(count, counts.get(windowMs) ?? count));
    }
    return [...counts].map(([window, count]) => ({
      key: this.place(`w${name}:${window}`),
      count,
      window,
    }));
  }

  private place(name: string): number {
    const key = `${this.tag}:${name}`;
    const place = this.numbers.get(key) ?? this.numbers.size + 1;
    this.numbers.set(key, place);
    return place;
  }
}
