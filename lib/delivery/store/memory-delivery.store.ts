import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import type {
  SmsClaimedChange,
  SmsDeliveryChange,
  SmsDeliveryFact,
  SmsDeliveryKey,
  SmsDeliveryLook,
  SmsDeliveryReport,
  SmsDeliveryStats,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsLookFinding,
  SmsTextChange,
  SmsStoredText,
} from './delivery.store.js';
import {
  addMembers,
  createKept,
  isConcluded,
  isExact,
  isOutcome,
  toStored,
} from './memory-kept.js';
import type { KeptText } from './memory-kept.js';
import { MemoryLooks } from './memory-looks.js';
import { MemoryOutbox } from './memory-outbox.js';
import { MemoryParked } from './memory-parked.js';
import { MemoryTexts } from './memory-texts.js';
import { betterFact, isFinal, isReported } from './merge-facts.js';
import {
  toCountedVerdict,
  toForeignChange,
  toReportChange,
  toReportedChange,
  toSettledChange,
} from './to-change.js';
import { verdictOf } from './verdict.js';

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
const SWEEP_MS = 60_000;
/** How long the record of a text that Tencent refused is known to be of that text. */
export const REFUSED_MS = 30 * 60_000;
/** When a look is repeated whose record went to another text meanwhile. */
export const TAKEN_AGAIN_MS = 1_000;

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
  private readonly texts: MemoryTexts;
  private readonly parked = new MemoryParked();
  private readonly outbox = new MemoryOutbox();
  /** Made by the present step, for its caller. */
  private reported: SmsTextChange[] = [];
  private readonly looks = new MemoryLooks<KeptText>();
  private readonly leases = new Map<string, { owner: string; until: number }>();
  private readonly rows = new Map<string, number>();
  private readonly listeners = new Set<(to: string | undefined) => void>();
  private readonly retainMs: number;
  private readonly hasOwnClock: boolean;
  private clock: Clock;
  private newestReportAt: number | undefined;
  private dropped = 0;
  private sweptAt = 0;

  constructor({ maxTexts = 100_000, retain = '7d', clock }: SmsMemoryDeliveryOptions) {
    if (!Number.isSafeInteger(maxTexts) || maxTexts < 1) {
      throw new RangeError('maxTexts is not usable: expected a whole number of 1 or more.');
    }
    this.texts = new MemoryTexts(maxTexts);
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

  /** @internal `put`, done when it returns: nothing waits for a store in this process. */
  putNow(texts: readonly SmsDeliveryText[]): readonly SmsTextChange[] {
    const now = this.clock();
    for (const text of texts) {
      this.putOne(text, now);
    }
    this.bound();
    return this.takeReported();
  }

  // Each method is one turn of the event loop, and so one atomic step.
  async put(texts: readonly SmsDeliveryText[]): Promise<readonly SmsTextChange[]> {
    return Promise.resolve(this.putNow(texts));
  }

  async merge(reports: readonly SmsDeliveryReport[]): Promise<readonly SmsTextChange[]> {
    const now = this.clock();
    for (const report of reports) {
      this.newestReportAt = now;
      const kept = this.claimByContext(report, now) ?? this.texts.of(report);
      if (kept === undefined) {
        this.dropped += this.parked.add(report, now) ? 0 : 1;
        // It may be of a text to the number whose outcome is open, or that was not found.
        this.looks.hurry(report.to, now);
      } else {
        this.apply(kept, kept.claim === undefined ? report : { ...report, exact: false }, now);
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
    const kept = this.texts.of(key);
    const isForSender = 'untracked' in key && key.untracked === true;
    const isGiven = kept?.text.to === key.to && (kept.text.tracked || isForSender);
    return Promise.resolve(isGiven ? toStored(kept) : undefined);
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
    for (const report of this.parked.advance(now)) {
      this.outbox.add(toForeignChange(report), now);
    }
    if (now - this.sweptAt >= SWEEP_MS || now < this.sweptAt) {
      this.sweptAt = now;
      this.outbox.expire(now);
      for (const kept of this.texts.values()) {
        this.expireOne(kept, now);
      }
    }
    return Promise.resolve();
  }

  async claimLooks(limit: number, leaseMs: number, only?: string): Promise<SmsDeliveryLook[]> {
    const now = this.clock();
    const one = only === undefined ? undefined : this.looks.claimOne(only, leaseMs, now);
    const claimed = only === undefined ? this.looks.claim(limit, leaseMs, now) : [one];
    return Promise.resolve(
      claimed
        .filter((look) => look !== undefined)
        .map(({ to, token, texts }) => ({
          to,
          token,
          texts: texts.map((kept) => ({
            ...toStored(kept),
            isDue: kept.lookAt !== undefined && kept.lookAt <= now,
          })),
        })),
    );
  }

  async endLook(
    look: SmsDeliveryLook,
    findings: readonly SmsLookFinding[],
  ): Promise<readonly SmsTextChange[]> {
    const now = this.clock();
    if (!this.looks.release(look.to, look.token)) {
      return Promise.resolve([]);
    }
    const seen = new Set(look.texts.map(({ callRef }) => callRef));
    const isStale = this.looks
      .textsOf(look.to)
      .some(({ text, fact }) => fact.state === 'unknown' && !seen.has(text.callRef));
    for (const finding of findings) {
      const kept = this.texts.of({ callRef: finding.callRef, to: look.to });
      if (kept !== undefined) {
        this.endOne(kept, finding, isStale, now);
      }
    }
    return Promise.resolve(this.takeReported());
  }

  async claimed(to: string, claims: readonly string[]): Promise<string[]> {
    return Promise.resolve(
      claims.filter((serialNo) => this.texts.of({ to, serialNo }) !== undefined),
    );
  }

  async prefer(to: string): Promise<void> {
    return Promise.resolve(this.looks.prefer(to));
  }

  async reserve(name: string, everyMs: number): Promise<number> {
    // Real time: what is waited for is no rule of a store.
    const now = performance.now();
    const at = Math.max(now, this.rows.get(name) ?? now);
    this.rows.set(name, at + everyMs);
    return Promise.resolve(at - now);
  }

  async stats(): Promise<SmsDeliveryStats> {
    let reported = 0;
    let unreported = 0;
    let open = 0;
    for (const { text, fact } of this.texts.values()) {
      if (fact.state === 'unknown') {
        open += 1;
      }
      if (text.tracked && (fact.state === 'delivered' || fact.state === 'failed')) {
        reported += 1;
      } else if (text.tracked && (fact.state === 'accepted' || fact.state === 'unreported')) {
        unreported += 1;
      }
    }
    const { newestReportAt, dropped } = this;
    const parked = this.parked.size;
    const looks = this.looks.countDue(this.clock());
    const counts = { reported, unreported, open, looks, parked, dropped, ...this.outbox.counts };
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
    const before = this.texts.of({ callRef: text.callRef, to: text.to });
    const kept = before ?? createKept(text, now);
    // What is written late of an open attempt is older than its outcome.
    const isLate = before !== undefined && text.fact.state === 'unknown' && !isOutcome(text);
    if (before === undefined) {
      this.texts.add(kept);
    } else {
      addMembers(kept.text, text, !isLate);
      this.apply(kept, text.fact, now);
    }
    if (text.ref !== undefined) {
      this.texts.addRef(kept, text.to, text.ref);
    }
    if (kept.text.serialNo !== undefined) {
      this.claimSerial(kept, kept.text.serialNo, now);
    }
    this.tellVerdict(kept, text.fact, now);
    if (!isLate) {
      this.planLook(kept, text.lookIn, now);
    }
    this.tell(text.to);
  }

  /** A receipt always has its serial number, and the reports that came before it. */
  private claimSerial(kept: KeptText, serialNo: string, now: number): void {
    const holder = this.texts.addSerial(kept, serialNo);
    kept.claim = undefined;
    if (holder !== undefined && holder !== kept && holder.claim === serialNo) {
      this.reopen(holder, kept, now);
    }
    this.takeParked(kept, serialNo, true, now);
  }

  private takeParked(kept: KeptText, serialNo: string, exact: boolean, now: number): void {
    for (const report of this.parked.take(kept.text.to, serialNo)) {
      this.apply(kept, exact ? report : { ...report, exact }, now);
    }
  }

  /** What was reported is of the text that has the serial number; the one that held it is open again. */
  private reopen(holder: KeptText, owner: KeptText, now: number): void {
    const { fact } = holder;
    holder.claim = undefined;
    holder.text = { ...holder.text, serialNo: undefined };
    if (fact.exact) {
      return;
    }
    holder.fact = OPEN;
    this.tellVerdict(holder, OPEN, now);
    this.looks.set(holder, now, now);
    this.tell(holder.text.to);
    if (fact.state === 'failed' || fact.state === 'delivered') {
      this.apply(owner, { ...fact, exact: true }, now);
    }
  }

  /** The text that was sent with the context which a report gives back. */
  private claimByContext(report: SmsDeliveryReport, now: number): KeptText | undefined {
    const { context: callRef, to, serialNo } = report;
    const kept = callRef === undefined ? undefined : this.texts.of({ callRef, to });
    if (kept === undefined || (kept.text.serialNo !== undefined && kept.claim === undefined)) {
      return undefined;
    }
    if (kept.claim !== undefined) {
      // It was matched with another text's serial number.
      this.texts.removeSerial(to, kept.claim);
      kept.fact = OPEN;
    }
    kept.text = { ...kept.text, serialNo };
    this.claimSerial(kept, serialNo, now);
    return kept;
  }

  private endOne(
    kept: KeptText,
    { fact, claim, serialNo, lookIn }: SmsLookFinding,
    isStale: boolean,
    now: number,
  ): void {
    const { to } = kept.text;
    const holder = claim === undefined ? undefined : this.texts.of({ to, serialNo: claim });
    const isFree = claim === undefined || (!isStale && (holder ?? kept) === kept);
    if (fact !== undefined && isFree) {
      // What is known of it for sure, a match takes no serial number for.
      if (claim !== undefined && !isExact(kept)) {
        this.texts.addSerial(kept, claim);
        kept.claim = claim;
        kept.text = { ...kept.text, serialNo: serialNo ?? kept.text.serialNo };
      }
      this.apply(kept, fact, now);
      if (claim !== undefined && kept.claim === claim) {
        this.takeParked(kept, claim, false, now);
      }
    }
    this.planLook(kept, isFree ? lookIn : TAKEN_AGAIN_MS, now);
  }

  /** Keeps a text among those of its number as long as a look may concern it. */
  private planLook(kept: KeptText, lookIn: number | undefined, now: number): void {
    const { fact } = kept;
    const isSibling = fact.state === 'rejected' && fact.source === 'response';
    if (lookIn !== undefined && !(isFinal(fact.state) && fact.state !== 'absent')) {
      this.looks.set(kept, now + lookIn, now);
    } else if (
      fact.state === 'unknown' ||
      fact.state === 'absent' ||
      (isSibling && now - kept.keptAt < REFUSED_MS)
    ) {
      this.looks.set(kept, undefined, now);
    } else {
      this.looks.remove(kept);
    }
  }

  private apply(kept: KeptText, fact: SmsDeliveryFact, now: number): void {
    const before = kept.fact;
    kept.fact = betterFact(before, fact);
    if (kept.fact.state === before.state) {
      return;
    }
    kept.corrected ||= isFinal(before.state);
    if (isReported(kept.fact.state)) {
      const text = toStored(kept);
      const [change, reported] = [toReportChange(text, now), toReportedChange(text)];
      if (change !== undefined && reported !== undefined) {
        this.outbox.add(change, now);
        this.reported.push(reported);
      }
    }
    this.tellVerdict(kept, fact, now);
    if (isFinal(kept.fact.state)) {
      this.planLook(kept, undefined, now);
    }
    this.tell(kept.text.to);
  }

  private takeReported(): readonly SmsTextChange[] {
    const { reported } = this;
    if (reported.length === 0) {
      return NO_CHANGES;
    }
    this.reported = [];
    return reported;
  }

  /** An outcome that was open, and is not or no more: handlers hear of it. */
  private tellVerdict(kept: KeptText, given: SmsDeliveryFact, now: number): void {
    const verdict = verdictOf(kept.fact.state);
    if (verdict === kept.verdict) {
      return;
    }
    const isAnswer = given.source === 'response' && given.state !== 'unknown' && kept.settled === 0;
    if (isAnswer) {
      kept.verdict = verdict;
    } else if (isConcluded(kept, now)) {
      kept.verdict = verdict;
      this.outbox.add(toSettledChange(toStored(kept), kept.settled), now);
      this.reported.push(toCountedVerdict(toStored(kept), kept.settled));
      kept.settled += 1;
    }
  }

  private expireOne(kept: KeptText, now: number): void {
    const { text, fact, keptAt } = kept;
    if (now - keptAt >= (text.tracked ? this.retainMs : UNTRACKED_MS)) {
      this.remove(kept);
    } else if (fact.state === 'accepted' && now - keptAt >= UNREPORTED_MS) {
      this.apply(kept, { state: 'unreported', source: 'clock', exact: true, at: now }, now);
    }
  }

  private bound(): void {
    for (const kept of this.texts.surplus()) {
      this.remove(kept);
      this.dropped += 1;
    }
  }

  private remove(kept: KeptText): void {
    this.texts.remove(kept);
    this.looks.remove(kept);
  }

  private tell(to: string): void {
    for (const listener of this.listeners) {
      listener(to);
    }
  }
}

const NO_CHANGES: readonly SmsTextChange[] = [];
const OPEN: SmsDeliveryFact = { state: 'unknown', source: 'response', exact: true };
