import type { SmsDeliveryFact, SmsStoredText } from './delivery.store.js';

/** What a look needs of a text that is kept. */
export interface LookedText {
  readonly text: Pick<SmsStoredText, 'to' | 'kind' | 'decidedAt'>;
  readonly fact: SmsDeliveryFact;
  /** When its record is looked for next. */
  lookAt: number | undefined;
}

interface LookedNumber<T> {
  readonly to: string;
  readonly texts: Set<T>;
  token: string | undefined;
  leasedUntil: number;
  isPreferred: boolean;
}

/** A number that was taken, and the texts to it. */
interface Leased<T> {
  readonly to: string;
  readonly token: string;
  readonly texts: readonly T[];
}

/** Looks are planned by tenths of a second: most texts leave before theirs, which costs nothing then. */
const TICK_MS = 100;
/** Above so many ticks at once, as after a clock was set, the ones that are planned are fewer. */
const MANY_TICKS = 10_000;

/** Which numbers are due for a look. */
export class MemoryLooks<T extends LookedText> {
  private readonly numbers = new Map<string, LookedNumber<T>>();
  private readonly ticks = new Map<number, Set<string>>();
  /** Numbers whose tick has come. */
  private readonly due = new Set<string>();
  private cursor: number | undefined;
  private tokens = 0;

  /** Adds a text to those of its number, or sets when it is due. */
  set(kept: T, lookAt: number | undefined, now: number): void {
    kept.lookAt = lookAt;
    const { to } = kept.text;
    const number = this.numbers.get(to) ?? this.create(to);
    number.texts.add(kept);
    this.plan(to, lookAt, now);
  }

  remove(kept: T): void {
    kept.lookAt = undefined;
    const { to } = kept.text;
    const number = this.numbers.get(to);
    if (number?.texts.delete(kept) === true && isIdle(number)) {
      this.numbers.delete(to);
      this.due.delete(to);
    }
  }

  textsOf(to: string): T[] {
    return [...(this.numbers.get(to)?.texts ?? [])];
  }

  /** Has a number looked for before others. */
  prefer(to: string): void {
    const number = this.numbers.get(to);
    if (number !== undefined) {
      number.isPreferred = true;
    }
  }

  /** Makes the texts to a number due at once whose outcome is open, or that were not found. */
  hurry(to: string, now: number): void {
    for (const kept of this.numbers.get(to)?.texts ?? []) {
      const { fact, lookAt = fact.state === 'absent' ? Infinity : now } = kept;
      if ((fact.state === 'unknown' || fact.state === 'absent') && lookAt > now) {
        this.set(kept, now, now);
      }
    }
  }

  /** How many numbers are due. */
  countDue(now: number): number {
    this.collect(now);
    return [...this.due].filter((key) => this.isDue(key, now)).length;
  }

  /** Takes numbers that are due, those that matter most first. */
  claim(limit: number, leaseMs: number, now: number): Leased<T>[] {
    this.collect(now);
    const ready: { number: LookedNumber<T>; weight: number; newest: number }[] = [];
    for (const key of this.due) {
      const number = this.numbers.get(key);
      if (number === undefined || !this.isDue(key, now)) {
        this.due.delete(key);
      } else if (number.leasedUntil <= now) {
        ready.push({ number, ...importanceOf(number) });
      }
    }
    ready.sort((a, b) => b.weight - a.weight || b.newest - a.newest);
    return ready.slice(0, limit).map(({ number }) => this.lease(number, leaseMs, now));
  }

  /** Takes one number, due or not; `undefined` while another has it. */
  claimOne(to: string, leaseMs: number, now: number): Leased<T> | undefined {
    const number = this.numbers.get(to) ?? this.create(to);
    return number.leasedUntil > now ? undefined : this.lease(number, leaseMs, now);
  }

  /** Lets go of a number; `false` when it was not held by this token any more. */
  release(to: string, token: string): boolean {
    const number = this.numbers.get(to);
    if (number?.token !== token) {
      return false;
    }
    number.token = undefined;
    number.leasedUntil = 0;
    number.isPreferred = false;
    if (isIdle(number)) {
      this.numbers.delete(to);
    }
    return true;
  }

  private create(to: string): LookedNumber<T> {
    const number: LookedNumber<T> = {
      to,
      texts: new Set(),
      token: undefined,
      leasedUntil: 0,
      isPreferred: false,
    };
    this.numbers.set(to, number);
    return number;
  }

  private lease(number: LookedNumber<T>, leaseMs: number, now: number): Leased<T> {
    this.tokens += 1;
    const token = String(this.tokens);
    number.token = token;
    number.leasedUntil = now + leaseMs;
    return { to: number.to, token, texts: [...number.texts] };
  }

  private plan(key: string, lookAt: number | undefined, now: number): void {
    if (lookAt === undefined) {
      return;
    }
    const tick = Math.ceil(lookAt / TICK_MS);
    this.cursor ??= Math.floor(now / TICK_MS);
    if (lookAt <= now || tick <= this.cursor) {
      this.due.add(key);
      return;
    }
    const planned = this.ticks.get(tick);
    if (planned === undefined) {
      this.ticks.set(tick, new Set([key]));
    } else {
      planned.add(key);
    }
  }

  private collect(now: number): void {
    const until = Math.floor(now / TICK_MS);
    const from = this.cursor ?? until;
    if (until - from > MANY_TICKS) {
      for (const tick of this.ticks.keys()) {
        this.collectTick(tick, until);
      }
    } else {
      for (let tick = from + 1; tick <= until; tick += 1) {
        this.collectTick(tick, until);
      }
    }
    this.cursor = Math.max(from, until);
  }

  private collectTick(tick: number, until: number): void {
    if (tick > until) {
      return;
    }
    for (const key of this.ticks.get(tick) ?? []) {
      this.due.add(key);
    }
    this.ticks.delete(tick);
  }

  private isDue(key: string, now: number): boolean {
    const texts = this.numbers.get(key)?.texts ?? [];
    return [...texts].some(({ lookAt }) => lookAt !== undefined && lookAt <= now);
  }
}

function importanceOf({ texts, isPreferred }: LookedNumber<LookedText>) {
  const all = [...texts];
  const hasCode = all.some(({ text }) => text.kind === 'verification');
  return {
    weight: (isPreferred ? 2 : 0) + (hasCode ? 1 : 0),
    newest: Math.max(...all.map(({ text }) => text.decidedAt)),
  };
}

function isIdle({ texts, token }: LookedNumber<unknown>): boolean {
  return texts.size === 0 && token === undefined;
}
