import type { Clock } from '../../time/clock.js';
import { toMilliseconds } from '../../time/duration.js';
import type { SmsDuration } from '../../time/duration.js';
import type { SmsSettlementVerdict } from '../settlement.js';
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
import { MemoryLooks } from './memory-looks.js';
import { MemoryOutbox } from './memory-outbox.js';
import { betterFact, isFinal, isReported, weightOf } from './merge-facts.js';
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
/** How long a report waits for its text. */
export const PARKED_MS = 10 * 60_000;
/** When a report without a text counts as one of another system. */
const FOREIGN_MS = 1_000;
/** Most reports that wait for their text. */
export const MAX_PARKED = 10_000;
const SWEEP_MS = 60_000;
/** How long the record of a text that Tencent refused is known to be of that text. */
export const REFUSED_MS = 30 * 60_000;
/** When a look is repeated whose record went to another text meanwhile. */
export const TAKEN_AGAIN_MS = 1_000;

interface Kept {
  /** Its own copy. */
  text: SmsDeliveryText;
  fact: SmsDeliveryFact;
  corrected: boolean;
  readonly keptAt: number;
  lookAt: number | undefined;
  /** What it was matched with: a serial number, or what stands for one. */
  claim: string | undefined;
  /** The last verdict that its sender or handlers know. */
  verdict: SmsSettlementVerdict;
  /** How many verdicts handlers were told. */
  settled: number;
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
  private reported: SmsTextChange[] = [];
  private readonly looks = new MemoryLooks<Kept>();
  private readonly leases = new Map<string, { owner: string; until: number }>();
  private readonly rows = new Map<string, number>();
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
      const kept = this.claimByContext(report, now) ?? this.bySerial.get(serialKey(report));
      if (kept === undefined) {
        this.park(report, now);
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
    const kept = this.keptOf(key);
    return Promise.resolve(
      kept?.text.tracked === true && kept.text.to === key.to ? toStored(kept) : undefined,
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
      const kept = this.texts.get(callKey({ callRef: finding.callRef, to: look.to }));
      if (kept !== undefined) {
        this.endOne(kept, finding, isStale, now);
      }
    }
    return Promise.resolve(this.takeReported());
  }

  async claimed(to: string, claims: readonly string[]): Promise<string[]> {
    return Promise.resolve(
      claims.filter((serialNo) => this.bySerial.has(serialKey({ to, serialNo }))),
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
    const { newestReportAt, parkedCount: parked, dropped } = this;
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
    const key = callKey(text);
    const before = this.texts.get(key);
    const kept = before ?? create(text, now);
    // What is written late of an open attempt is older than its outcome.
    const isLate = before !== undefined && text.fact.state === 'unknown' && !isOutcome(text);
    if (before === undefined) {
      this.texts.set(key, kept);
    } else {
      addMembers(kept.text, text, !isLate);
      this.apply(kept, text.fact, now);
    }
    if (text.ref !== undefined) {
      this.claimRef(kept, refKey(text.to, text.ref));
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
    const holder = this.bySerial.get(key);
    this.bySerial.set(key, kept);
    kept.claim = undefined;
    if (holder !== undefined && holder !== kept && holder.claim === serialNo) {
      this.reopen(holder, kept, now);
    }
    this.takeParked(kept, key, true, now);
  }

  private takeParked(kept: Kept, key: string, exact: boolean, now: number): void {
    const waiting = this.parked.get(key) ?? [];
    this.parked.delete(key);
    this.parkedCount -= waiting.length;
    for (const { report } of waiting) {
      this.apply(kept, exact ? report : { ...report, exact }, now);
    }
  }

  /** What was reported is of the text that has the serial number; the one that held it is open again. */
  private reopen(holder: Kept, owner: Kept, now: number): void {
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
  private claimByContext(report: SmsDeliveryReport, now: number): Kept | undefined {
    const { context: callRef, to, serialNo } = report;
    const kept = callRef === undefined ? undefined : this.texts.get(callKey({ callRef, to }));
    if (kept === undefined || (kept.text.serialNo !== undefined && kept.claim === undefined)) {
      return undefined;
    }
    if (kept.claim !== undefined) {
      // It was matched with another text's serial number.
      this.bySerial.delete(serialKey({ to, serialNo: kept.claim }));
      kept.fact = OPEN;
    }
    kept.text = { ...kept.text, serialNo };
    this.claimSerial(kept, serialNo, now);
    return kept;
  }

  private endOne(
    kept: Kept,
    { fact, claim, serialNo, lookIn }: SmsLookFinding,
    isStale: boolean,
    now: number,
  ): void {
    const key = claim === undefined ? '' : serialKey({ to: kept.text.to, serialNo: claim });
    const holder = this.bySerial.get(key);
    const isFree = claim === undefined || (!isStale && (holder ?? kept) === kept);
    if (fact !== undefined && isFree) {
      // What is known of it for sure, a match takes no serial number for.
      if (claim !== undefined && !isExact(kept)) {
        this.bySerial.set(key, kept);
        kept.claim = claim;
        kept.text = { ...kept.text, serialNo: serialNo ?? kept.text.serialNo };
      }
      this.apply(kept, fact, now);
      if (kept.claim === claim) {
        this.takeParked(kept, key, false, now);
      }
    }
    this.planLook(kept, isFree ? lookIn : TAKEN_AGAIN_MS, now);
  }

  /** Keeps a text among those of its number as long as a look may concern it. */
  private planLook(kept: Kept, lookIn: number | undefined, now: number): void {
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

  private apply(kept: Kept, fact: SmsDeliveryFact, now: number): void {
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
  private tellVerdict(kept: Kept, given: SmsDeliveryFact, now: number): void {
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
    this.looks.remove(kept);
    const { to, ref, serialNo } = kept.text;
    const { claim } = kept;
    const indexes = [
      [this.byRef, ref === undefined ? undefined : refKey(to, ref)],
      [this.bySerial, serialNo === undefined ? undefined : serialKey({ to, serialNo })],
      [this.bySerial, claim === undefined ? undefined : serialKey({ to, serialNo: claim })],
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

const NO_CHANGES: readonly SmsTextChange[] = [];
const OPEN: SmsDeliveryFact = { state: 'unknown', source: 'response', exact: true };

function create(text: SmsDeliveryText, now: number): Kept {
  return {
    text: { ...text },
    fact: text.fact,
    corrected: false,
    keptAt: now,
    lookAt: undefined,
    claim: undefined,
    // Its sender knows the outcome that it comes with.
    verdict: verdictOf(text.fact.state),
    settled: 0,
  };
}

function toStored({ text, fact, corrected, claim }: Kept): SmsStoredText {
  const stored = { ...text, fact, corrected, matched: claim !== undefined };
  delete stored.lookIn;
  return stored;
}

/** Whether an answer was told, though it leaves the outcome open. */
function isOutcome({ signedAt }: Kept['text']): boolean {
  return signedAt !== undefined;
}

/** Whether no answer is to come any more. */
function isConcluded({ text }: Kept, now: number): boolean {
  return isOutcome(text) || now >= (text.endsBy ?? 0);
}

function isExact({ fact }: Kept): boolean {
  return fact.exact && fact.state !== 'unknown';
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

/** A text with what is known of it by another account of it. */
/** Adds what is known of a text to what was; in place, since each send does so. */
function addMembers(text: Kept['text'], more: SmsDeliveryText, isNewer: boolean): void {
  const members = text as unknown as Record<string, unknown>;
  for (const name in more) {
    const value = more[name as keyof SmsDeliveryText];
    if (value !== undefined && (isNewer || members[name] === undefined)) {
      members[name] = value;
    }
  }
}
