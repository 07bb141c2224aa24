import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SmsError } from '../errors/sms.error.js';
import { SmsVerificationError } from '../errors/verification.error.js';
import { toSafeCause } from '../errors/safe-cause.js';
import type { SmsOutcome } from '../sending/outcome.js';
import { msUntilChinaMidnight } from '../time/china-time.js';
import { DecoyDelay } from './decoy-delay.js';
import { readPhone } from './read-phone.js';
import { LONGEST_LIFE_MS, fillParams } from './sms-verification.js';
import type { SmsVerification } from './sms-verification.js';
import type {
  SmsStoredVerification,
  SmsVerificationConcludeAsk,
  SmsVerificationLoad,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
} from './store/verification.store.js';
import { findTestNumber, indexCaller } from './verification-context.js';
import type { VerificationContext } from './verification-context.js';
import type { StartInput } from './verification-input.js';
import { toStart } from './verification-results.js';
import type { SmsVerificationSent, SmsVerificationStart } from './verification-results.js';
import { SHORTEST_COOLDOWN_MS } from './verification.options.js';
import type { ResolvedTestNumber } from './verification.options.js';

/** After a booking nothing may leave later than this. */
const SEND_WITHIN_MS = 10_000;
const HOUR_MS = 3_600_000;

/** What a start is about. */
interface Subject {
  readonly definition: SmsVerification;
  readonly input: StartInput;
  /** E.164. */
  readonly to: string;
  readonly country: string | undefined;
  readonly test: ResolvedTestNumber | undefined;
}

/** A text on its way. */
interface Delivery {
  readonly subject: Subject;
  readonly ask: SmsVerificationReserveAsk;
  readonly verification: SmsStoredVerification;
  /** The answer when it is accepted. */
  readonly sent: SmsVerificationSent;
}

/** A result, and what traces say of it beside. */
export interface Started {
  readonly result: SmsVerificationStart;
  readonly to?: string | undefined;
  readonly country?: string | undefined;
}

/** Sends codes: reserve, then send, then conclude. */
export class VerificationStarter {
  private readonly decoyDelay = new DecoyDelay();
  /** Definitions whose failures would tell whether a phone has an account. */
  private readonly withDecoys = new WeakSet<SmsVerification>();

  constructor(private readonly context: VerificationContext) {}

  /** @throws SmsValidationError when the values of the text are at fault; nothing is booked then. */
  async start(definition: SmsVerification, input: StartInput): Promise<Started> {
    if (input.decoy !== undefined) {
      this.withDecoys.add(definition);
    }
    const phone = await readPhone(input.to);
    if (phone === undefined) {
      return { result: toStart({ status: 'refused', reason: 'number' }) };
    }
    const { e164: to, country } = phone;
    const test = findTestNumber(this.context, to, definition.purpose);
    if (test === 'ended') {
      return { to, country, result: toStart({ status: 'refused', reason: 'number' }) };
    }
    const { countries } = this.context.options;
    if (test === undefined && (country === undefined || !countries.has(country))) {
      return { to, country, result: toStart({ status: 'refused', reason: 'country' }) };
    }
    const subject: Subject = { definition, input, to, country, test };
    return { to, country, result: await this.reserve(subject) };
  }

  /** Looks at the limits for a phone that there is not. */
  async probe(): Promise<SmsVerificationLoad> {
    const definition = { purpose: 'health', ttlMs: LONGEST_LIFE_MS } as SmsVerification;
    const subject = { definition, input: { to: '' }, to: '+0', country: 'CN', test: undefined };
    const ask = { ...this.toAsk(subject, []), mode: 'look' as const };
    const looked = await this.context.store.reserve(ask);
    return looked.status === 'free' ? looked.load : { all: 1, country: 0 };
  }

  private async reserve(subject: Subject): Promise<SmsVerificationStart> {
    const ask = this.toAsk(subject, indexCaller(this.context, subject.input.caller));
    const { challenge } = this.context.options;
    if (challenge?.always === true && subject.test === undefined) {
      // Looked at before the challenge is asked, or waiting would use up a ticket.
      const looked = await this.ask({ ...ask, mode: 'look' });
      const isCaller = looked.status === 'throttled' && looked.scope === 'caller';
      return looked.status === 'free' || isCaller
        ? this.reserveChallenged(subject, ask)
        : this.proceed(subject, ask, looked);
    }
    const reserved = await this.ask(ask);
    if (challenge !== undefined && reserved.status === 'throttled' && reserved.scope === 'caller') {
      return this.reserveChallenged(subject, ask);
    }
    return this.proceed(subject, ask, reserved);
  }

  private async reserveChallenged(
    subject: Subject,
    ask: SmsVerificationReserveAsk,
  ): Promise<SmsVerificationStart> {
    const { input, to, definition } = subject;
    const { challenge } = this.context.options;
    const { caller, token } = input;
    let verdict: unknown;
    try {
      verdict = await challenge?.ask({ to, caller, token, purpose: definition.purpose });
    } catch (error) {
      return unavailable(error);
    }
    switch (verdict) {
      case 'allow': {
        const limits = { ...ask.limits, caller: [] };
        return this.proceed(subject, ask, await this.ask({ ...ask, limits }));
      }
      case 'challenge':
        return toStart({ status: 'refused', reason: 'challenge' });
      case 'deny':
        return toStart({ status: 'refused', reason: 'denied' });
      default:
        return unavailable(new TypeError('The challenge said neither allow, challenge nor deny.'));
    }
  }

  /** Asks the store. What it can't answer is taken back in the background, should it happen late. */
  private async ask(
    ask: SmsVerificationReserveAsk,
  ): Promise<SmsVerificationReservation | { readonly status: 'unavailable'; error: unknown }> {
    const { store, afterwards } = this.context;
    try {
      return await store.reserve(ask);
    } catch (error) {
      if (ask.mode === 'book') {
        const { operation, phones, subjects, callers, country, limits } = ask;
        const { slot } = ask.fresh;
        void afterwards.run(async () =>
          store.cancel({ operation, slot, phones, subjects, callers, country, limits }),
        );
      }
      return { status: 'unavailable', error };
    }
  }

  private async proceed(
    subject: Subject,
    ask: SmsVerificationReserveAsk,
    reserved: SmsVerificationReservation | { readonly status: 'unavailable'; error: unknown },
  ): Promise<SmsVerificationStart> {
    switch (reserved.status) {
      case 'throttled':
        return toStart({
          status: 'throttled',
          scope: reserved.scope,
          retryAt: reserved.retryAt,
        });
      case 'waiting': {
        const { expiresAt, resendAt, sendsLeft, delivery } = reserved.verification;
        const id = this.idOf(subject, reserved.verification);
        const { to } = subject;
        return toStart({ status: 'waiting', id, to, delivery, expiresAt, resendAt, sendsLeft });
      }
      case 'send':
        this.context.logger.onLoad(reserved.load, subject.country);
        return this.deliver(subject, ask, reserved.verification);
      case 'unavailable':
        return unavailable(reserved.error);
      case 'free':
      case 'closed':
        return unavailable(new Error('The operation was ended before it was booked.'));
    }
  }

  private async deliver(
    subject: Subject,
    ask: SmsVerificationReserveAsk,
    verification: SmsStoredVerification,
  ): Promise<SmsVerificationStart> {
    const { definition, to, test } = subject;
    const code = test?.code ?? this.codeOf(subject, verification);
    const sent = this.toSent(subject, verification);
    if (code === undefined) {
      await this.conclude(ask, verification, { outcome: 'rejected', ends: true });
      return unavailable(new Error('The secret of this code is not listed any more.'));
    }
    if (test !== undefined) {
      this.context.logger.onTestNumber(to);
      await this.conclude(ask, verification, { outcome: 'accepted' });
      return toStart(sent);
    }
    if (subject.input.decoy === true) {
      await delay(this.decoyDelay.pick());
      await this.conclude(ask, verification, { outcome: 'accepted' });
      return toStart(sent);
    }
    const began = performance.now();
    let outcome: SmsOutcome;
    try {
      outcome = await this.send(definition, subject, code);
    } catch (error) {
      await this.conclude(ask, verification, { outcome: 'rejected' });
      throw error;
    }
    this.decoyDelay.add(performance.now() - began);
    return this.settle({ subject, ask, verification, sent }, outcome);
  }

  private async send(
    definition: SmsVerification,
    { input, to }: Subject,
    code: string,
  ): Promise<SmsOutcome> {
    const { params, signName, senderId } = input;
    return this.context.sms().trySend(definition.template, {
      to,
      params: fillParams(definition, code, params) as never,
      notAfter: Date.now() + SEND_WITHIN_MS,
      ...(signName === undefined ? {} : { signName }),
      ...(senderId === undefined ? {} : { senderId }),
    });
  }

  private async settle(delivery: Delivery, outcome: SmsOutcome): Promise<SmsVerificationStart> {
    const { ask, verification, sent } = delivery;
    switch (outcome.status) {
      case 'accepted':
        await this.conclude(ask, verification, {
          outcome: 'accepted',
          serialNo: outcome.serialNo,
        });
        return toStart({ ...sent, outcome });
      case 'unknown':
        await this.conclude(ask, verification, { outcome: 'unknown' });
        return toStart({ ...sent, delivery: 'unknown', outcome });
      case 'rejected':
        return this.refuse(delivery, outcome.error);
    }
  }

  private async refuse(
    { subject, ask, verification, sent }: Delivery,
    error: SmsError,
  ): Promise<SmsVerificationStart> {
    const { code } = error;
    const block = blockOf(code);
    const ends = code === 'LimitExceeded.PhoneNumberSameContentDailyLimit';
    await this.conclude(ask, verification, { outcome: 'rejected', block, ends });
    const shown = this.withDecoys.has(subject.definition) ? sent : undefined;
    if (block === undefined) {
      return toStart({ status: 'failed', error }, shown);
    }
    this.context.logger.onConsoleLimit(code);
    const { bookedAt } = verification;
    const retryAt =
      bookedAt + (block === 'china-midnight' ? msUntilChinaMidnight(bookedAt) : block);
    return toStart({ status: 'throttled', scope: 'phone', retryAt }, shown);
  }

  /** Never throws: what became of the text is the answer, whether the store hears of it or not. */
  private async conclude(
    { operation, phones, subjects, callers, country, limits }: SmsVerificationReserveAsk,
    { slot }: SmsStoredVerification,
    end: Pick<SmsVerificationConcludeAsk, 'outcome' | 'serialNo' | 'block' | 'ends'>,
  ): Promise<void> {
    const { store, afterwards } = this.context;
    const booking = { operation, slot, phones, subjects, callers, country, limits };
    await afterwards.run(async () => store.conclude({ ...booking, ...end }));
  }

  private toAsk(
    { definition, input, to, country, test }: Subject,
    callers: readonly string[],
  ): SmsVerificationReserveAsk {
    const { keys, options } = this.context;
    const { purpose, ttlMs } = definition;
    const { limits } = options;
    const id = input.id === undefined ? undefined : keys.open(input.id, purpose);
    const ofSession = input.session === undefined ? [] : keys.slotsOf(purpose, to, input.session);
    const nonce = keys.randomNonce();
    const seed = randomBytes(12).toString('base64url');
    const ownId = id?.to === to ? id : undefined;
    const slot = ofSession[0] ?? ownId?.slot ?? keys.randomSlot();
    const { keyId } = keys;
    const code = test?.code ?? keys.codeOf(keyId, { seed, purpose, to }) ?? '';
    return {
      operation: randomBytes(9).toString('base64url'),
      targets: [
        ...(ownId === undefined ? [] : [{ slot: ownId.slot, nonce: ownId.nonce }]),
        ...ofSession.map((target) => ({ slot: target })),
      ],
      sessions: input.session === undefined ? [] : keys.indexes('session', input.session),
      fresh: { slot, nonce, seed, keyId, verifier: keys.verifierOf(keyId, slot, code) },
      phones: keys.indexes('phone', to),
      subjects: keys.indexes('subject', purpose, to),
      callers,
      country: country === 'CN' ? undefined : country,
      trusted: keys.isTrusted(input.trust, purpose, to, Date.now()),
      unlimited: test !== undefined,
      mode: 'book',
      ttlMs,
      lifeMs: LONGEST_LIFE_MS,
      sendWithinMs: SEND_WITHIN_MS,
      maxSends: limits.maxSends,
      maxAttempts: limits.maxAttempts,
      cooldownsMs: limits.cooldownsMs,
      approvedCooldownMs: SHORTEST_COOLDOWN_MS,
      limits,
    };
  }

  private codeOf(
    { definition: { purpose }, to }: Subject,
    { keyId, seed }: SmsStoredVerification,
  ): string | undefined {
    return this.context.keys.codeOf(keyId, { seed, purpose, to });
  }

  private idOf(
    { definition: { purpose }, to }: Subject,
    { slot, nonce }: SmsStoredVerification,
  ): string {
    return this.context.keys.seal({ to, purpose, slot, nonce });
  }

  private toSent(subject: Subject, verification: SmsStoredVerification): SmsVerificationSent {
    const { expiresAt, resendAt, sendsLeft, attemptsLeft } = verification;
    return {
      status: 'sent',
      id: this.idOf(subject, verification),
      to: subject.to,
      delivery: 'accepted',
      expiresAt,
      resendAt,
      sendsLeft,
      attemptsLeft,
    };
  }
}

/** How long Tencent refuses further texts to the number after this code. */
function blockOf(code: string): number | 'china-midnight' | undefined {
  switch (code) {
    case 'LimitExceeded.PhoneNumberDailyLimit':
      return 'china-midnight';
    case 'LimitExceeded.PhoneNumberOneHourLimit':
      return HOUR_MS;
    case 'LimitExceeded.PhoneNumberThirtySecondLimit':
    case 'LimitExceeded.DeliveryFrequencyLimit':
      return 30_000;
    default:
      return undefined;
  }
}

function unavailable(cause: unknown): SmsVerificationStart {
  const error = new SmsVerificationError('SMS_VERIFICATION_UNAVAILABLE', {
    cause: toSafeCause(cause),
  });
  return toStart({ status: 'unavailable', error });
}
