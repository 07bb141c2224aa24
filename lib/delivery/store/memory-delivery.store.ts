import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import type {
  SmsClaimedChange,
  SmsDeliveryChange,
  SmsDeliveryFact,
  SmsDeliveryKey,
  SmsDeliveryReport,
  SmsDeliveryStats,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsReportedChange,
  SmsStoredText,
} from './delivery.store.js';
import { MemoryOutbox } from './memory-outbox.js';
import { betterFact, isFinal, weightOf } from './merge-facts.js';
import { toForeignChange, toReportChange, toReportedChange } from './to-change.js';

/** Options of {@link memoryDeliveryStore}. */
export interface SmsMemoryDeliveryOptions {
  /**
   * Most texts that are kept, about 1 kB each. Beyond it the oldest that have ended go first, then the
   * oldest accepted ones; never one whose outcome is open.
   * @default 100000
   */
  maxTexts?: number | undefined;
  /**
   * How long a text is kept.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Milliseconds since 1970, for tests.
   * @default the clock of the module: `Date.now()`, or that of the testing kit
   */
  clock?: Clock | undefined;
}

/** A text is known by its serial number for so long when its state is not kept. */
const UNTRACKED_MS = 30 * 60_000;
/** Tencent takes 72 hours at most for a report. */
export const UNREPORTED_MS = 72 * 3_600_000;
/** How long a report waits for its text. */
export const PARKED_MS = 10 * 60_000;
/** When a report without a text counts as one of another system. */
const FOREIGN_MS = 1_000;
/** Most reports that wait for their text. */
export const MAX_PARKED = 10_000;
const SWEEP_MS = 60_000;

interface Kept {
  text: SmsDeliveryText;
  fact: SmsDeliveryFact;
  corrected: boolean;
  readonly keptAt: number;
}

interface Parked {
  report: SmsDeliveryReport;
  readonly at: number;
  isForeign: boolean;
}

/**
 * Keeps texts in this process: for development, tests, and apps of one process. A restart forgets them;
 * Tencent can still be asked by number.
 *
 * @throws RangeError when an option is not usable.
 */
export function memoryDeliveryStore(options: SmsMemoryDeliveryOptions = {}): MemoryDeliveryStore {
  return new MemoryDeliveryStore(options);
}

/** The store that {@link memoryDeliveryStore} makes. */
export class MemoryDeliveryStore implements SmsDeliveryStore {
  /** In the order in which they came. */
  private readonly texts = new Map<string, Kept>();
  private readonly bySerial = new Map<string, Kept>();
  private readonly byRef = new Map<string, Kept>();
  private readonly parked = new Map<string, Parked[]>();
  private readonly outbox = new MemoryOutbox();
  /** Made by the present step, for its caller. */
  private reported: SmsReportedChange[] = [];
  private readonly leases = new Map<string, { owner: string; until: number }>();
  private readonly listeners = new Set<(to: string | undefined) => void>();
  private readonly maxTexts: number;
  private readonly retainMs: number;
  private readonly hasOwnClock: boolean;
  private clock: Clock;
  private newestReportAt: number | undefined;
  private parkedCount = 0;
  private dropped = 0;
  private sweptAt = 0;

  constructor({ maxTexts = 100_000, retain = '7d', clock }: SmsMemoryDeliveryOptions) {
    if (!Number.isSafeInteger(maxTexts) || maxTexts < 1) {
      throw new RangeError('maxTexts is not usable: expected a whole number of 1 or more.');
    }
    this.maxTexts = maxTexts;
    this.retainMs = toMilliseconds('retain', retain);
    this.clock = clock ?? Date.now;
    this.hasOwnClock = clock !== undefined;
  }

  /** @internal Tells the time by this clock, unless it was given one. */
  bindClock(clock: Clock): void {
    if (!this.hasOwnClock) {
      this.clock = clock;
    }
  }

  // Each method is one turn of the event loop, and so one atomic step.
  async put(texts: readonly SmsDeliveryText[]): Promise<readonly SmsReportedChange[]> {
    const now = this.clock();
    for (const text of texts) {
      this.putOne(text, now);
    }
    this.bound();
    return Promise.resolve(this.takeReported());
  }

  async merge(reports: readonly SmsDeliveryReport[]): Promise<readonly SmsReportedChange[]> {
    const now = this.clock();
    for (const report of reports) {
      this.newestReportAt = now;
      const kept = this.bySerial.get(serialKey(report));
      if (kept === undefined) {
        this.park(report, now);
      } else {
        this.apply(kept, report, now);
      }
    }
    return Promise.resolve(this.takeReported());
  }

  async settle(
    facts: readonly { readonly key: SmsDeliveryKey; readonly fact: SmsDeliveryFact }[],
  ): Promise<readonly SmsReportedChange[]> {
    const now = this.clock();
    for (const { key, fact } of facts) {
      const kept = this.keptOf(key);
      if (kept !== undefined) {
        this.apply(kept, fact, now);
      }
    }
    return Promise.resolve(this.takeReported());
  }

  async announce(changes: readonly SmsDeliveryChange[]): Promise<void> {
    const now = this.clock();
    for (const change of changes) {
      this.outbox.add(change, now);
    }
    return Promise.resolve();
  }

  async find(key: SmsDeliveryKey): Promise<SmsStoredText | undefined> {
    const kept = this.keptOf(key);
    return Promise.resolve(
      kept?.text.tracked === true && kept.text.to === key.to
        ? { ...kept.text, fact: kept.fact, corrected: kept.corrected }
        : undefined,
    );
  }

  async register(
    handlers: readonly { readonly name: string; readonly kind: SmsDeliveryChange['kind'] }[],
  ): Promise<void> {
    return Promise.resolve(this.outbox.register(handlers, this.clock()));
  }

  async claim(
    handlers: readonly string[],
    limit: number,
    leaseMs: number,
  ): Promise<SmsClaimedChange[]> {
    return Promise.resolve(this.outbox.claim(handlers, limit, leaseMs, this.clock()));
  }

  async acknowledge(change: string, handler: string, done: boolean): Promise<void> {
    return Promise.resolve(this.outbox.acknowledge(change, handler, done, this.clock()));
  }

  async advance(): Promise<void> {
    const now = this.clock();
    this.advanceParked(now);
    if (now - this.sweptAt >= SWEEP_MS || now < this.sweptAt) {
      this.sweptAt = now;
      this.outbox.expire(now);
      for (const [key, kept] of this.texts) {
        this.expireOne(key, kept, now);
      }
    }
    return Promise.resolve();
  }

  async stats(): Promise<SmsDeliveryStats> {
    let reported = 0;
    let unreported = 0;
    for (const { text, fact } of this.texts.values()) {
      if (text.tracked && (fact.state === 'delivered' || fact.state === 'failed')) {
        reported += 1;
      } else if (text.tracked && (fact.state === 'accepted' || fact.state === 'unreported')) {
        unreported += 1;
      }
    }
    const { newestReportAt, parkedCount: parked, dropped } = this;
    const counts = { reported, unreported, parked, dropped, ...this.outbox.counts };
    return Promise.resolve({ newestReportAt, ...counts });
  }

  subscribe(listener: (to: string | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  async lease(name: string, owner: string, milliseconds: number): Promise<boolean> {
    const now = this.clock();
    const held = this.leases.get(name);
    if (held !== undefined && held.owner !== owner && held.until > now) {
      return Promise.resolve(false);
    }
    this.leases.set(name, { owner, until: now + milliseconds });
    return Promise.resolve(true);
  }

  private putOne(text: SmsDeliveryText, now: number): void {
    const key = callKey(text);
    const before = this.texts.get(key);
    const kept: Kept = before ?? { text, fact: text.fact, corrected: false, keptAt: now };
    if (before === undefined) {
      this.texts.set(key, kept);
    } else {
      // What is written late of an open attempt is older than its outcome.
      const isLate = text.fact.state === 'unknown';
      const given = withoutUndefined(text);
      kept.text = isLate ? { ...text, ...withoutUndefined(kept.text) } : { ...kept.text, ...given };
      this.apply(kept, text.fact, now);
    }
    if (text.ref !== undefined) {
      this.claimRef(kept, refKey(text.to, text.ref));
    }
    if (kept.text.serialNo !== undefined) {
      this.claimSerial(kept, kept.text.serialNo, now);
    }
    this.tell(text.to);
  }

  /** The latest send has the ref, in whatever order its outcome and those of others come. */
  private claimRef(kept: Kept, key: string): void {
    const before = this.byRef.get(key);
    if (before === undefined || kept.text.decidedAt >= before.text.decidedAt) {
      this.byRef.set(key, kept);
    }
  }

  /** A receipt always has its serial number, and the reports that came before it. */
  private claimSerial(kept: Kept, serialNo: string, now: number): void {
    const key = serialKey({ serialNo, to: kept.text.to });
    this.bySerial.set(key, kept);
    const waiting = this.parked.get(key) ?? [];
    this.parked.delete(key);
    this.parkedCount -= waiting.length;
    for (const { report } of waiting) {
      this.apply(kept, report, now);
    }
  }

  private apply(kept: Kept, fact: SmsDeliveryFact, now: number): void {
    const before = kept.fact;
    kept.fact = betterFact(before, fact);
    if (kept.fact.state === before.state) {
      return;
    }
    kept.corrected ||= isFinal(before.state);
    const text = { ...kept.text, fact: kept.fact, corrected: kept.corrected };
    const change = toReportChange(text, now);
    if (change !== undefined) {
      this.outbox.add(change, now);
    }
    const reported = toReportedChange(text);
    if (reported !== undefined) {
      this.reported.push(reported);
    }
    this.tell(kept.text.to);
  }

  private takeReported(): SmsReportedChange[] {
    const { reported } = this;
    this.reported = [];
    return reported;
  }

  private park(report: SmsDeliveryReport, now: number): void {
    const key = serialKey(report);
    const waiting = this.parked.get(key) ?? [];
    // Merged after what is parked already, it would change nothing.
    if (waiting.some((parked) => betterFact(parked.report, report) === parked.report)) {
      return;
    }
    const same = waiting.find(
      (parked) =>
        parked.report.state === report.state && weightOf(parked.report) === weightOf(report),
    );
    if (same !== undefined) {
      same.report = report;
      return;
    }
    if (this.parkedCount >= MAX_PARKED) {
      this.dropped += 1;
      return;
    }
    waiting.push({ report, at: now, isForeign: false });
    this.parked.set(key, waiting);
    this.parkedCount += 1;
  }

  private advanceParked(now: number): void {
    for (const [key, waiting] of this.parked) {
      for (const parked of waiting) {
        if (!parked.isForeign && now - parked.at >= FOREIGN_MS) {
          parked.isForeign = true;
          this.outbox.add(toForeignChange(parked.report), now);
        }
      }
      const left = waiting.filter(({ at }) => now - at < PARKED_MS);
      this.parkedCount -= waiting.length - left.length;
      if (left.length === 0) {
        this.parked.delete(key);
      } else {
        this.parked.set(key, left);
      }
    }
  }

  private expireOne(key: string, kept: Kept, now: number): void {
    const { text, fact, keptAt } = kept;
    if (now - keptAt >= (text.tracked ? this.retainMs : UNTRACKED_MS)) {
      this.remove(key, kept);
    } else if (fact.state === 'accepted' && now - keptAt >= UNREPORTED_MS) {
      this.apply(kept, { state: 'unreported', source: 'clock', exact: true, at: now }, now);
    }
  }

  private bound(): void {
    if (this.texts.size <= this.maxTexts) {
      return;
    }
    // A tenth at once, so that a full store does not look through all texts for each new one.
    const surplus = this.texts.size - this.maxTexts + Math.floor(this.maxTexts / 10);
    let left = surplus;
    for (const mayGo of [isEnded, isAccepted]) {
      for (const [key, kept] of this.texts) {
        if (left > 0 && mayGo(kept)) {
          this.remove(key, kept);
          this.dropped += 1;
          left -= 1;
        }
      }
    }
  }

  private remove(key: string, kept: Kept): void {
    this.texts.delete(key);
    const { to, ref, serialNo } = kept.text;
    const indexes = [
      [this.byRef, ref === undefined ? undefined : refKey(to, ref)],
      [this.bySerial, serialNo === undefined ? undefined : serialKey({ to, serialNo })],
    ] as const;
    for (const [index, indexKey] of indexes) {
      if (indexKey !== undefined && index.get(indexKey) === kept) {
        index.delete(indexKey);
      }
    }
  }

  private keptOf(key: SmsDeliveryKey): Kept | undefined {
    if ('serialNo' in key) {
      return this.bySerial.get(serialKey(key));
    }
    return 'callRef' in key
      ? this.texts.get(callKey(key))
      : this.byRef.get(refKey(key.to, key.ref));
  }

  private tell(to: string): void {
    for (const listener of this.listeners) {
      listener(to);
    }
  }
}

function isEnded({ fact }: Kept): boolean {
  return isFinal(fact.state);
}

function isAccepted({ fact }: Kept): boolean {
  return fact.state === 'accepted';
}

function callKey({ callRef, to }: { callRef: string; to: string }): string {
  return `${callRef} ${to}`;
}

function serialKey({ serialNo, to }: { serialNo: string; to: string }): string {
  return `${serialNo} ${to}`;
}

function refKey(to: string, ref: string): string {
  return `${to} ${ref}`;
}

function withoutUndefined(text: SmsDeliveryText): Partial<SmsDeliveryText> {
  return Object.fromEntries(Object.entries(text).filter(([, value]) => value !== undefined));
}
