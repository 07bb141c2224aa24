import { msUntilChinaMidnight } from '../../time/china-time.js';
import type {
  SmsVerificationAttempt,
  SmsVerificationAttemptAsk,
  SmsVerificationCancelAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationDelivery,
  SmsVerificationLimit,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
  SmsVerificationScope,
  SmsVerificationUnlockAsk,
} from '../../verification/store/verification.store.js';

const HOUR_MS = 3_600_000;
const TOMBSTONE_MS = 900_000;
/** Parts that the window of a wide limit is counted in; the oldest counts whole. */
const PARTS = 60;

/** A text that holds its places. */
interface Text {
  readonly operation: string;
  readonly phone: string;
  readonly subject: string;
  readonly trusted: boolean;
  readonly country: string | undefined;
  readonly at: number;
  /** Whether it still counts for the pause; an approval ends that. */
  pauses: boolean;
}

interface Noted {
  readonly operation: string;
  readonly key: string;
  readonly trusted: boolean;
  readonly at: number;
}

interface Booking {
  readonly lastAt: number;
  readonly expiresAt: number;
  readonly operation: string;
  readonly delivery: SmsVerificationDelivery;
}

interface Verification extends Booking {
  readonly slot: string;
  readonly nonce: string;
  readonly previousNonce: string | undefined;
  readonly seed: string;
  readonly verifier: string;
  readonly keyId: string;
  readonly session: string | undefined;
  readonly trusted: boolean;
  readonly bornAt: number;
  readonly sends: number;
  readonly attempts: number;
  readonly serialNo: string | undefined;
  readonly isApproved: boolean;
  readonly answers: Readonly<Record<string, SmsVerificationAttempt>>;
  readonly before: Booking | undefined;
}

/** All that the model knows: plain data, so that it can be copied to try something out. */
export interface ModelState {
  verifications: Record<string, Verification>;
  texts: Text[];
  starts: Noted[];
  failures: Noted[];
  guesses: Noted[];
  approvals: Noted[];
  blocks: Record<string, number>;
  tombstones: Record<string, number>;
}

/**
 * The rules of `SmsVerificationStore` at their plainest: lists of everything that ever happened, and
 * each question answered by looking through all of it.
 */
export class VerificationModel {
  state: ModelState = {
    verifications: {},
    texts: [],
    starts: [],
    failures: [],
    guesses: [],
    approvals: [],
    blocks: {},
    tombstones: {},
  };

  reserve(ask: SmsVerificationReserveAsk, now: number): SmsVerificationReservation {
    const { operation, limits, trusted, mode } = ask;
    if (this.isClosed(operation, now)) {
      return { status: 'closed' };
    }
    const repeated = [...ask.targets, ask.fresh]
      .map(({ slot }) => this.openAt(slot, now))
      .find((it) => it?.operation === operation && it.delivery === 'pending');
    if (repeated !== undefined) {
      return this.send(repeated, ask, now);
    }
    const failures = this.momentsOf(this.state.failures, ask.subjects, trusted);
    const lockedUntil = latestFit(failures, limits.failures, now);
    if (lockedUntil > now) {
      return throttled('failures', lockedUntil);
    }
    const own = this.findOwn(ask, now);
    const isExhausted = own !== undefined && own.attempts >= ask.maxAttempts;
    const isRenewable =
      own !== undefined && !isExhausted && now + ask.ttlMs <= own.bornAt + ask.lifeMs;
    if (!ask.unlimited) {
      const refusal = this.refuse(ask, own, { isExhausted, isRenewable }, now);
      if (refusal !== undefined) {
        return refusal;
      }
    }
    if (mode === 'look') {
      return { status: 'free', load: this.loadOf(ask, now) };
    }
    return this.book(ask, own, isRenewable, now);
  }

  conclude(ask: SmsVerificationConcludeAsk, now: number): void {
    const { operation, outcome, slot, serialNo, block, ends } = ask;
    if (this.isClosed(operation, now)) {
      return;
    }
    this.state.tombstones[operation] = now + TOMBSTONE_MS;
    const last = this.lastOf(slot, operation);
    if (outcome === 'rejected') {
      this.giveBack(operation, slot);
    } else if (last !== undefined) {
      this.put({ ...last, delivery: outcome, serialNo: serialNo ?? last.serialNo });
    }
    if (ends === true && last !== undefined) {
      delete this.state.verifications[slot];
    }
    const [phone] = ask.phones;
    const until = now + (block === 'china-midnight' ? msUntilChinaMidnight(now) : (block ?? 0));
    if (phone !== undefined && until > now) {
      this.state.blocks[phone] = Math.max(until, this.state.blocks[phone] ?? 0);
    }
  }

  attempt(ask: SmsVerificationAttemptAsk, now: number): SmsVerificationAttempt {
    const { operation, subjects, callers, trusted, maxAttempts, limits } = ask;
    const found = ask.targets
      .map((target) => ({ target, it: this.openAt(target.slot, now) }))
      .find(
        ({ target: { nonce }, it }) =>
          it !== undefined &&
          (nonce === undefined || nonce === it.nonce) &&
          agrees(it, ask.sessions),
      );
    const it = found?.it;
    const answered = it?.answers[operation];
    if (answered !== undefined) {
      return answered;
    }
    if (found === undefined || it === undefined || it.isApproved) {
      note(this.state.guesses, callers, ask, now);
      return { status: 'gone' };
    }
    const guesses = it.attempts > 0 ? this.momentsOf(this.state.guesses, callers) : [];
    const lockedUntil = Math.max(
      latestFit(this.momentsOf(this.state.failures, subjects, trusted), limits.failures, now),
      it.attempts > 0 && callers.length > 0 ? latestFit(guesses, limits.guesses, now) : 0,
    );
    if (lockedUntil > now) {
      return { status: 'locked', retryAt: lockedUntil };
    }
    if (it.attempts >= maxAttempts) {
      return { status: 'exhausted' };
    }
    const isRight = found.target.verifiers[it.keyId] === it.verifier;
    const answer: SmsVerificationAttempt = isRight
      ? { status: 'approved', sentAt: it.lastAt, now, serialNo: it.serialNo }
      : { status: 'wrong', attemptsLeft: maxAttempts - it.attempts - 1 };
    this.put({
      ...it,
      attempts: it.attempts + 1,
      isApproved: isRight,
      answers: { ...it.answers, [operation]: answer },
    });
    if (isRight) {
      this.approve(it, subjects);
    } else {
      note(this.state.failures, subjects, ask, now);
      note(this.state.guesses, callers, ask, now);
    }
    return answer;
  }

  cancel(ask: SmsVerificationCancelAsk, now: number): void {
    const { state } = this;
    const { operation, slot } = ask;
    if (operation === undefined) {
      if (state.verifications[slot]?.nonce === ask.nonce) {
        delete state.verifications[slot];
      }
    } else if (!this.isClosed(operation, now)) {
      state.tombstones[operation] = now + TOMBSTONE_MS;
      this.giveBack(operation, slot);
      state.starts = state.starts.filter((it) => it.operation !== operation);
    }
  }

  unlock({ phones, subjects }: SmsVerificationUnlockAsk): void {
    this.state.failures = this.state.failures.filter(({ key }) => !subjects.includes(key));
    for (const phone of phones) {
      delete this.state.blocks[phone];
    }
  }

  /** Which rule keeps a start from being booked; `undefined` when none does. */
  private refuse(
    ask: SmsVerificationReserveAsk,
    own: Verification | undefined,
    { isExhausted, isRenewable }: { isExhausted: boolean; isRenewable: boolean },
    now: number,
  ): SmsVerificationReservation | undefined {
    // The text of a booking left by now, or never will: its opener need not wait for it any longer.
    const isOverdue = own?.delivery === 'pending' && isRenewable;
    const pausedUntil = this.pausedUntil(ask, now);
    const blockedUntil = Math.max(0, ...ask.phones.map((phone) => this.state.blocks[phone] ?? 0));
    if (own !== undefined) {
      if (own.delivery === 'pending' && now < own.lastAt + ask.sendWithinMs) {
        return this.waiting(own, ask, own.lastAt + ask.sendWithinMs);
      }
      if (!isOverdue && !isExhausted && now < pausedUntil) {
        return this.waiting(own, ask, pausedUntil);
      }
      if (isRenewable && own.sends >= ask.maxSends) {
        return throttled('verification', own.expiresAt);
      }
    }
    const { phones, trusted, limits, callers } = ask;
    const untrusted = this.textsOf(phones, false);
    const all = [...untrusted, ...this.textsOf(phones, true)];
    const shares = limits.phone.map((it) => ({ count: it.untrusted, windowMs: it.windowMs }));
    const moments: [SmsVerificationScope, number][] = [
      ['phone', blockedUntil],
      ['phone', isOverdue ? 0 : pausedUntil],
      [
        'phone',
        Math.max(
          latestFit(all, limits.phone, now),
          trusted ? 0 : latestFit(untrusted, shares, now),
        ),
      ],
      [
        'caller',
        callers.length === 0
          ? 0
          : latestFit(this.momentsOf(this.state.starts, callers), limits.caller, now),
      ],
      ['country', this.wideFit(ask, 'country', now)],
      ['all', this.wideFit(ask, 'all', now)],
    ];
    const first = moments.find(([, at]) => at > now);
    return first && throttled(...first);
  }

  private book(
    ask: SmsVerificationReserveAsk,
    own: Verification | undefined,
    isRenewable: boolean,
    now: number,
  ): SmsVerificationReservation {
    const { operation, phones, subjects, trusted, country } = ask;
    const text = (): Text => ({
      operation,
      phone: phones[0] as string,
      subject: subjects[0] as string,
      trusted,
      country,
      at: now,
      pauses: true,
    });
    if (!ask.unlimited) {
      this.state.texts.push(text());
      note(this.state.starts, ask.callers, { operation, trusted: false }, now);
    }
    if (own !== undefined && !isRenewable) {
      delete this.state.verifications[own.slot];
    }
    const booked =
      own !== undefined && isRenewable ? renewed(own, ask, now) : created(ask, own, now);
    this.put(booked);
    return this.send(booked, ask, now);
  }

  private send(
    it: Verification,
    ask: SmsVerificationReserveAsk,
    now: number,
  ): SmsVerificationReservation {
    const resendAt = ask.unlimited ? it.lastAt : this.pausedUntil(ask, now);
    return {
      status: 'send',
      verification: describe(it, ask, resendAt),
      load: this.loadOf(ask, now),
    };
  }

  private waiting(
    it: Verification,
    ask: SmsVerificationReserveAsk,
    resendAt: number,
  ): SmsVerificationReservation {
    return { status: 'waiting', verification: describe(it, ask, resendAt) };
  }

  private approve({ answers, trusted, lastAt }: Verification, subjects: readonly string[]): void {
    const { state } = this;
    state.failures = state.failures.filter(
      ({ operation, key }) => !(operation in answers && subjects.includes(key)),
    );
    for (const text of state.texts) {
      if (subjects.includes(text.subject) && text.trusted === trusted) {
        text.pauses = false;
      }
    }
    const [key] = subjects as readonly [string];
    state.approvals = state.approvals.filter((it) => it.key !== key || it.trusted !== trusted);
    state.approvals.push({ operation: '', key, trusted, at: lastAt });
  }

  private giveBack(operation: string, slot: string): void {
    this.state.texts = this.state.texts.filter((it) => it.operation !== operation);
    const last = this.lastOf(slot, operation);
    if (last?.before !== undefined) {
      this.put({ ...last, ...last.before, sends: last.sends - 1, before: undefined });
    } else if (last !== undefined) {
      delete this.state.verifications[slot];
    }
  }

  private pausedUntil(ask: SmsVerificationReserveAsk, now: number): number {
    const { subjects, trusted, cooldownsMs, approvedCooldownMs } = ask;
    const texts = this.state.texts.filter(
      (it) =>
        it.pauses &&
        it.trusted === trusted &&
        subjects.includes(it.subject) &&
        it.at > now - HOUR_MS,
    );
    if (texts.length > 0) {
      const step = cooldownsMs[Math.min(texts.length, cooldownsMs.length) - 1] ?? 0;
      return Math.max(...texts.map(({ at }) => at)) + step;
    }
    const approvals = this.momentsOf(this.state.approvals, subjects, trusted);
    const recent = approvals.filter((at) => at > now - HOUR_MS);
    return recent.length === 0 ? 0 : Math.max(...recent) + approvedCooldownMs;
  }

  private findOwn(ask: SmsVerificationReserveAsk, now: number): Verification | undefined {
    for (const { slot, nonce } of ask.targets) {
      const it = this.openAt(slot, now);
      const fits = nonce === undefined || nonce === it?.nonce || nonce === it?.previousNonce;
      if (it !== undefined && !it.isApproved && fits && agrees(it, ask.sessions)) {
        return it;
      }
    }
    return undefined;
  }

  private wideFit(ask: SmsVerificationReserveAsk, scope: 'country' | 'all', now: number): number {
    const fits = this.wideLimits(ask, scope).map((limit) => {
      const widthMs = limit.windowMs / PARTS;
      const parts = this.wideParts(ask, scope, limit, now);
      const oldest = parts.length === 0 ? Math.floor(now / widthMs) : Math.min(...parts);
      return parts.length < limit.count ? 0 : (oldest + PARTS + 1) * widthMs;
    });
    return Math.max(0, ...fits);
  }

  private loadOf(ask: SmsVerificationReserveAsk, now: number): { all: number; country: number } {
    const load = (scope: 'country' | 'all') =>
      Math.max(
        0,
        ...this.wideLimits(ask, scope).map((limit) =>
          limit.count === 0 ? 1 : this.wideParts(ask, scope, limit, now).length / limit.count,
        ),
      );
    return { all: load('all'), country: load('country') };
  }

  private wideLimits(
    { country, limits }: SmsVerificationReserveAsk,
    scope: 'country' | 'all',
  ): readonly SmsVerificationLimit[] {
    return scope === 'country' && country === undefined ? [] : limits[scope];
  }

  /** In which parts of the window the texts are that count. */
  private wideParts(
    { country }: SmsVerificationReserveAsk,
    scope: 'country' | 'all',
    { windowMs }: SmsVerificationLimit,
    now: number,
  ): number[] {
    const partOf = (at: number) => Math.floor(at / (windowMs / PARTS));
    return this.state.texts
      .filter((it) => scope === 'all' || it.country === country)
      .map(({ at }) => partOf(at))
      .filter((part) => part >= partOf(now) - PARTS);
  }

  private textsOf(phones: readonly string[], trusted: boolean): number[] {
    return this.state.texts
      .filter((it) => it.trusted === trusted && phones.includes(it.phone))
      .map(({ at }) => at);
  }

  private momentsOf(log: readonly Noted[], keys: readonly string[], trusted?: boolean): number[] {
    return log
      .filter((it) => keys.includes(it.key) && (trusted ?? it.trusted) === it.trusted)
      .map(({ at }) => at);
  }

  private isClosed(operation: string, now: number): boolean {
    return (this.state.tombstones[operation] ?? 0) > now;
  }

  private openAt(slot: string, now: number): Verification | undefined {
    const it = this.state.verifications[slot];
    return it !== undefined && it.expiresAt > now ? it : undefined;
  }

  private lastOf(slot: string, operation: string): Verification | undefined {
    const it = this.state.verifications[slot];
    return it?.operation === operation ? it : undefined;
  }

  private put(it: Verification): void {
    this.state.verifications[it.slot] = it;
  }
}

function created(
  { fresh, sessions, trusted, operation, ttlMs, lifeMs }: SmsVerificationReserveAsk,
  own: Verification | undefined,
  now: number,
): Verification {
  return {
    ...fresh,
    previousNonce: own?.slot === fresh.slot ? own.nonce : undefined,
    session: sessions[0],
    trusted,
    bornAt: now,
    lastAt: now,
    expiresAt: now + Math.min(ttlMs, lifeMs),
    operation,
    delivery: 'pending',
    sends: 1,
    attempts: 0,
    serialNo: undefined,
    isApproved: false,
    answers: {},
    before: undefined,
  };
}

function renewed(
  own: Verification,
  { operation, ttlMs, lifeMs }: SmsVerificationReserveAsk,
  now: number,
): Verification {
  const { lastAt, expiresAt, delivery } = own;
  return {
    ...own,
    sends: own.sends + 1,
    lastAt: now,
    expiresAt: Math.min(now + ttlMs, own.bornAt + lifeMs),
    operation,
    delivery: 'pending',
    before: { lastAt, expiresAt, delivery, operation: own.operation },
  };
}

function describe(
  { slot, nonce, seed, keyId, delivery, lastAt, expiresAt, sends, attempts }: Verification,
  { maxSends, maxAttempts }: SmsVerificationReserveAsk,
  resendAt: number,
) {
  return {
    slot,
    nonce,
    seed,
    keyId,
    delivery,
    bookedAt: lastAt,
    expiresAt,
    resendAt,
    sendsLeft: Math.max(0, maxSends - sends),
    attemptsLeft: Math.max(0, maxAttempts - attempts),
  };
}

function note(
  log: Noted[],
  [key]: readonly string[],
  { operation, trusted }: { operation: string; trusted: boolean },
  at: number,
): void {
  const isNoted = log.some((it) => it.operation === operation && it.key === key);
  if (key !== undefined && !isNoted) {
    log.push({ operation, key, trusted, at });
  }
}

function agrees({ session }: Verification, sessions: readonly string[]): boolean {
  return session === undefined || sessions.length === 0 || sessions.includes(session);
}

/** When one more fits into every limit; 0 or a past moment when it does now. */
function latestFit(
  moments: readonly number[],
  limits: readonly SmsVerificationLimit[],
  now: number,
): number {
  const newestFirst = moments.toSorted((a, b) => b - a);
  return Math.max(
    0,
    ...limits.map(({ count, windowMs }) =>
      count === 0 ? now + windowMs : (newestFirst[count - 1] ?? -Infinity) + windowMs,
    ),
  );
}

function throttled(scope: SmsVerificationScope, retryAt: number): SmsVerificationReservation {
  return { status: 'throttled', scope, retryAt };
}
