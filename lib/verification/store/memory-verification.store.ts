import { timingSafeEqual } from 'node:crypto';
import { SmsError } from '../../errors/sms.error.js';
import { msUntilChinaMidnight } from '../../time/china-time.js';
import type { Clock } from '../../time/clock.js';
import { MemoryLogs } from './memory-logs.js';
import { fitsAt } from './moment-log.js';
import {
  agreesWith,
  createRecord,
  describeRecord,
  isOpen,
  isOwn,
  renew,
  takeBack,
} from './verification-record.js';
import type { VerificationRecord } from './verification-record.js';
import type {
  SmsVerificationAttempt,
  SmsVerificationAttemptAsk,
  SmsVerificationCancelAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
  SmsVerificationScope,
  SmsVerificationStore,
  SmsVerificationUnlockAsk,
} from './verification.store.js';
import { WideCounters } from './wide-counters.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than anything of an operation can still be on its way. */
const TOMBSTONE_MS = 15 * 60_000;
/** How often what expired is looked for. */
const SWEEP_MS = 10_000;

/** Options of {@link memoryVerificationStore}. */
export interface SmsMemoryVerificationOptions {
  /**
   * Most verifications that are kept; each may have the logs of its limits beside. About 1.5 kB each.
   * When they are used up new ones are refused, since dropping a log would drop a limit.
   * @default 20000
   */
  maxVerifications?: number | undefined;
  /**
   * Milliseconds since 1970, for tests.
   * @default the clock of the module: `Date.now()`, or that of the testing kit
   */
  clock?: Clock | undefined;
}

/**
 * Keeps verifications in this process: for development, tests, and apps of one process. A restart
 * forgets codes and limits.
 */
export function memoryVerificationStore(
  options: SmsMemoryVerificationOptions = {},
): MemoryVerificationStore {
  return new MemoryVerificationStore(options);
}

/** The store that {@link memoryVerificationStore} makes. */
export class MemoryVerificationStore implements SmsVerificationStore {
  private readonly records = new Map<string, VerificationRecord>();
  private readonly texts = new MemoryLogs(DAY_MS);
  private readonly pauses = new MemoryLogs(HOUR_MS);
  private readonly failures = new MemoryLogs(DAY_MS);
  private readonly starts = new MemoryLogs(DAY_MS);
  private readonly guesses = new MemoryLogs(HOUR_MS);
  private readonly wide = new WideCounters();
  private readonly approvals = new Map<string, number>();
  private readonly blocks = new Map<string, number>();
  private readonly tombstones = new Map<string, number>();
  private readonly maxVerifications: number;
  private clock: Clock;
  private readonly hasOwnClock: boolean;
  private sweptAt = 0;

  constructor({ maxVerifications = 20_000, clock }: SmsMemoryVerificationOptions) {
    this.maxVerifications = maxVerifications;
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
  async reserve(ask: SmsVerificationReserveAsk): Promise<SmsVerificationReservation> {
    return Promise.resolve(this.reserveNow(ask, this.sweep()));
  }

  async attempt(ask: SmsVerificationAttemptAsk): Promise<SmsVerificationAttempt> {
    return Promise.resolve(this.attemptNow(ask, this.sweep()));
  }

  async conclude(ask: SmsVerificationConcludeAsk): Promise<void> {
    const now = this.sweep();
    const { operation, outcome, slot, serialNo, block, ends = false } = ask;
    if (this.tombstones.has(operation)) {
      return Promise.resolve();
    }
    this.tombstones.set(operation, now + TOMBSTONE_MS);
    const record = this.lastOf(slot, operation);
    if (outcome === 'rejected') {
      this.giveBack(ask);
    } else if (record !== undefined) {
      record.delivery = outcome;
      record.serialNo = serialNo ?? record.serialNo;
    }
    if (ends && record !== undefined) {
      this.records.delete(slot);
    }
    this.block(ask.phones, block, now);
    return Promise.resolve();
  }

  async cancel(ask: SmsVerificationCancelAsk): Promise<void> {
    const now = this.sweep();
    if (ask.operation === undefined) {
      if (this.records.get(ask.slot)?.nonce === ask.nonce) {
        this.records.delete(ask.slot);
      }
    } else if (!this.tombstones.has(ask.operation)) {
      this.tombstones.set(ask.operation, now + TOMBSTONE_MS);
      this.giveBack(ask);
      this.starts.delete(ask.callers, ask.operation);
    }
    return Promise.resolve();
  }

  async unlock({ phones, subjects }: SmsVerificationUnlockAsk): Promise<void> {
    this.failures.clear([...trustKeys(subjects, false), ...trustKeys(subjects, true)]);
    for (const phone of phones) {
      this.blocks.delete(phone);
    }
    return Promise.resolve();
  }

  private reserveNow(ask: SmsVerificationReserveAsk, now: number): SmsVerificationReservation {
    if (this.tombstones.has(ask.operation)) {
      return { status: 'closed' };
    }
    const repeated = this.findRepeated(ask);
    if (repeated !== undefined) {
      return this.toSend(repeated, ask, now);
    }
    const failures = this.failures.moments(trustKeys(ask.subjects, ask.trusted), now);
    const lockedUntil = fitsAt(failures, ask.limits.failures, now);
    if (lockedUntil > 0) {
      return throttled('failures', lockedUntil);
    }
    const own = this.findOwn(ask, now);
    if (own === undefined) {
      return this.reserveAnother(ask, undefined, now);
    }
    const isExhausted = own.attempts >= ask.maxAttempts;
    const canRenew = !isExhausted && now + ask.ttlMs <= own.bornAt + ask.lifeMs;
    if (ask.unlimited) {
      return this.reserveAnother(ask, own, now, { canRenew });
    }
    const leftAt = own.lastAt + ask.sendWithinMs;
    if (own.delivery === 'pending' && now < leftAt) {
      return { status: 'waiting', verification: describeRecord(own, ask, leftAt) };
    }
    // Its text left by now, or never will: the opener need not wait for it any longer.
    const isOverdue = own.delivery === 'pending' && canRenew;
    if (!isExhausted && !isOverdue) {
      const pausedUntil = this.pausedUntil(ask, now);
      if (pausedUntil > now) {
        return { status: 'waiting', verification: describeRecord(own, ask, pausedUntil) };
      }
    }
    if (canRenew && own.sends >= ask.maxSends) {
      return throttled('verification', own.expiresAt);
    }
    return this.reserveAnother(ask, own, now, { canRenew, isOverdue });
  }

  private reserveAnother(
    ask: SmsVerificationReserveAsk,
    own: VerificationRecord | undefined,
    now: number,
    { canRenew = false, isOverdue = false } = {},
  ): SmsVerificationReservation {
    const refusal = ask.unlimited ? undefined : this.findRefusal(ask, now, isOverdue);
    if (refusal !== undefined) {
      return refusal;
    }
    return ask.mode === 'look'
      ? { status: 'free', load: this.wide.load(ask, now) }
      : this.book(ask, canRenew ? own : undefined, own, now);
  }

  /** Which limit keeps the text from being sent. */
  private findRefusal(
    ask: SmsVerificationReserveAsk,
    now: number,
    isOverdue: boolean,
  ): SmsVerificationReservation | undefined {
    const blockedUntil = this.blockedUntil(ask.phones);
    if (blockedUntil > now) {
      return throttled('phone', blockedUntil);
    }
    const pausedUntil = isOverdue ? 0 : this.pausedUntil(ask, now);
    if (pausedUntil > now) {
      return throttled('phone', pausedUntil);
    }
    const scopes: readonly [SmsVerificationScope, () => number][] = [
      ['phone', () => this.phoneFitsAt(ask, now)],
      ['caller', () => fitsAt(this.starts.moments(ask.callers, now), ask.limits.caller, now)],
      ['country', () => this.wide.fitsAt(ask, now).country],
      ['all', () => this.wide.fitsAt(ask, now).all],
    ];
    for (const [scope, fits] of scopes) {
      const at = scope === 'caller' && ask.callers.length === 0 ? 0 : fits();
      if (at > 0) {
        return throttled(scope, at);
      }
    }
    return undefined;
  }

  private phoneFitsAt({ phones, trusted, limits }: SmsVerificationReserveAsk, now: number): number {
    const untrustedTexts = this.texts.moments(trustKeys(phones, false), now);
    const trustedTexts = this.texts.moments(trustKeys(phones, true), now);
    const atAll = fitsAt([...untrustedTexts, ...trustedTexts], limits.phone, now);
    const shares = limits.phone.map(({ untrusted, windowMs }) => ({ count: untrusted, windowMs }));
    return trusted ? atAll : Math.max(atAll, fitsAt(untrustedTexts, shares, now));
  }

  private book(
    ask: SmsVerificationReserveAsk,
    renewed: VerificationRecord | undefined,
    replaced: VerificationRecord | undefined,
    now: number,
  ): SmsVerificationReservation {
    const record = renewed ?? createRecord(ask, replaced, now);
    if (renewed === undefined) {
      this.assertCapacity(now);
      if (replaced !== undefined) {
        this.records.delete(replaced.slot);
      }
      this.records.set(record.slot, record);
    } else {
      renew(renewed, ask, now);
    }
    if (!ask.unlimited) {
      this.texts.add(trustKeys(ask.phones, ask.trusted), ask.operation, now);
      this.pauses.add(trustKeys(ask.subjects, ask.trusted), ask.operation, now);
      this.starts.add(ask.callers, ask.operation, now);
      this.wide.add(ask, now, 1);
    }
    return this.toSend(record, ask, now);
  }

  private attemptNow(ask: SmsVerificationAttemptAsk, now: number): SmsVerificationAttempt {
    const found = ask.targets
      .map((target) => ({ target, record: this.records.get(target.slot) }))
      .find(
        ({ target: { nonce }, record }) =>
          record !== undefined &&
          (nonce === undefined || nonce === record.nonce) &&
          record.expiresAt > now &&
          agreesWith(record, ask.sessions),
      );
    const { target, record } = found ?? {};
    const answered = record?.answers.get(ask.operation);
    if (answered !== undefined) {
      return answered;
    }
    if (target === undefined || record === undefined || record.approved) {
      this.assertCapacity(now);
      this.guesses.add(ask.callers, ask.operation, now);
      return { status: 'gone' };
    }
    const lockedUntil = this.lockedUntil(ask, record, now);
    if (lockedUntil > 0) {
      return { status: 'locked', retryAt: lockedUntil };
    }
    if (record.attempts >= ask.maxAttempts) {
      return { status: 'exhausted' };
    }
    // Counted before it is compared: a guess whose answer is lost was a guess.
    record.attempts += 1;
    const answer = isEqual(record.verifier, target.verifiers[record.keyId])
      ? this.approve(record, ask, now)
      : this.noteFailure(record, ask, now);
    record.answers.set(ask.operation, answer);
    return answer;
  }

  private lockedUntil(
    { subjects, trusted, callers, limits }: SmsVerificationAttemptAsk,
    record: VerificationRecord,
    now: number,
  ): number {
    const failures = this.failures.moments(trustKeys(subjects, trusted), now);
    const guesses = record.attempts > 0 ? this.guesses.moments(callers, now) : [];
    return Math.max(
      fitsAt(failures, limits.failures, now),
      record.attempts > 0 && callers.length > 0 ? fitsAt(guesses, limits.guesses, now) : 0,
    );
  }

  private approve(
    record: VerificationRecord,
    { subjects }: SmsVerificationAttemptAsk,
    now: number,
  ): SmsVerificationAttempt {
    record.approved = true;
    const allKeys = [...trustKeys(subjects, false), ...trustKeys(subjects, true)];
    // Those of other verifications stay, or each login would give a stranger fresh guesses.
    for (const operation of record.answers.keys()) {
      this.failures.delete(allKeys, operation);
    }
    const paused = trustKeys(subjects, record.trusted);
    this.pauses.clear(paused);
    this.approvals.set(paused[0] as string, record.lastAt);
    const { lastAt: sentAt, serialNo } = record;
    return { status: 'approved', sentAt, now, serialNo };
  }

  private noteFailure(
    record: VerificationRecord,
    ask: SmsVerificationAttemptAsk,
    now: number,
  ): SmsVerificationAttempt {
    this.failures.add(trustKeys(ask.subjects, ask.trusted), ask.operation, now);
    this.guesses.add(ask.callers, ask.operation, now);
    return { status: 'wrong', attemptsLeft: ask.maxAttempts - record.attempts };
  }

  private toSend(
    record: VerificationRecord,
    ask: SmsVerificationReserveAsk,
    now: number,
  ): SmsVerificationReservation {
    const resendAt = ask.unlimited ? record.lastAt : this.pausedUntil(ask, now);
    return {
      status: 'send',
      verification: describeRecord(record, ask, resendAt),
      load: this.wide.load(ask, now),
    };
  }

  private pausedUntil(
    { subjects, trusted, cooldownsMs, approvedCooldownMs }: SmsVerificationReserveAsk,
    now: number,
  ): number {
    const keys = trustKeys(subjects, trusted);
    const moments = this.pauses.moments(keys, now);
    if (moments.length > 0) {
      const step = cooldownsMs[Math.min(moments.length, cooldownsMs.length) - 1] ?? 0;
      return Math.max(...moments) + step;
    }
    const approvals = keys.flatMap((key) => this.approvals.get(key) ?? []);
    return approvals.length === 0 ? 0 : Math.max(...approvals) + approvedCooldownMs;
  }

  private findRepeated(ask: SmsVerificationReserveAsk): VerificationRecord | undefined {
    return [...ask.targets, ask.fresh]
      .map(({ slot }) => this.lastOf(slot, ask.operation))
      .find((record) => record?.delivery === 'pending');
  }

  private findOwn(ask: SmsVerificationReserveAsk, now: number): VerificationRecord | undefined {
    return ask.targets
      .map((target) => ({ target, record: this.records.get(target.slot) }))
      .find(
        ({ target, record }) =>
          record !== undefined && isOpen(record, now) && isOwn(record, target, ask.sessions),
      )?.record;
  }

  private lastOf(slot: string, operation: string): VerificationRecord | undefined {
    const record = this.records.get(slot);
    return record?.operation === operation ? record : undefined;
  }

  private giveBack(
    ask: Pick<
      SmsVerificationConcludeAsk,
      'operation' | 'slot' | 'phones' | 'subjects' | 'country' | 'limits'
    >,
  ): void {
    const phones = [...trustKeys(ask.phones, false), ...trustKeys(ask.phones, true)];
    const subjects = [...trustKeys(ask.subjects, false), ...trustKeys(ask.subjects, true)];
    const bookedAt = this.texts.at(phones, ask.operation);
    this.texts.delete(phones, ask.operation);
    this.pauses.delete(subjects, ask.operation);
    if (bookedAt !== undefined) {
      this.wide.add(ask, bookedAt, -1);
    }
    const record = this.lastOf(ask.slot, ask.operation);
    if (record === undefined) {
      return;
    }
    if (record.before === undefined) {
      this.records.delete(ask.slot);
    } else {
      takeBack(record);
    }
  }

  private block(
    phones: readonly string[],
    block: SmsVerificationConcludeAsk['block'],
    now: number,
  ): void {
    const [phone] = phones;
    const milliseconds = block === 'china-midnight' ? msUntilChinaMidnight(now) : (block ?? 0);
    if (phone !== undefined && milliseconds > 0) {
      this.blocks.set(phone, Math.max(this.blockedUntil([phone]), now + milliseconds));
    }
  }

  private blockedUntil(phones: readonly string[]): number {
    return Math.max(0, ...phones.map((phone) => this.blocks.get(phone) ?? 0));
  }

  private assertCapacity(now: number): void {
    if (this.isFull) {
      this.expire(now);
    }
    if (this.isFull) {
      throw new SmsError(
        `The memory store is full: it keeps ${this.maxVerifications} verifications. Use a store on Redis, or raise maxVerifications.`,
        { code: 'SMS_VERIFICATION_STORE_FULL', retryable: true },
      );
    }
  }

  private get isFull(): boolean {
    const logs = this.texts.size + this.starts.size + this.failures.size + this.guesses.size;
    return this.records.size >= this.maxVerifications || logs >= 4 * this.maxVerifications;
  }

  /** Drops what expired, now and then; the time. */
  private sweep(): number {
    const now = this.clock();
    if (now - this.sweptAt >= SWEEP_MS || now < this.sweptAt) {
      this.expire(now);
    }
    return now;
  }

  private expire(now: number): void {
    this.sweptAt = now;
    for (const logs of [this.texts, this.pauses, this.failures, this.starts, this.guesses]) {
      logs.expire(now);
    }
    for (const [slot, { expiresAt }] of this.records) {
      if (expiresAt <= now) {
        this.records.delete(slot);
      }
    }
    for (const ends of [this.blocks, this.tombstones]) {
      dropUntil(ends, now);
    }
    dropUntil(this.approvals, now - HOUR_MS);
  }
}

/** Callers with a trust token have logs of their own, which no stranger can fill. */
function trustKeys(keys: readonly string[], trusted: boolean): string[] {
  return keys.map((key) => `${key}${trusted ? '+' : '-'}`);
}

function throttled(scope: SmsVerificationScope, retryAt: number): SmsVerificationReservation {
  return { status: 'throttled', scope, retryAt };
}

function dropUntil(moments: Map<string, number>, now: number): void {
  for (const [key, at] of moments) {
    if (at <= now) {
      moments.delete(key);
    }
  }
}

function isEqual(expected: string, given: string | undefined): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given ?? '')];
  return a.length === b.length && timingSafeEqual(a, b);
}
