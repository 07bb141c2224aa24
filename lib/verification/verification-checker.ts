import { randomBytes } from 'node:crypto';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsVerificationError } from '../errors/verification.error.js';
import { readPhone } from './read-phone.js';
import type { SmsVerification } from './sms-verification.js';
import type { SmsVerificationAttempt } from './store/verification.store.js';
import { findTestNumber, indexCaller } from './verification-context.js';
import type { VerificationContext } from './verification-context.js';
import type { SmsVerificationCheckInput } from './verification-input.js';
import { toCheck } from './verification-results.js';
import type { SmsVerificationCheck } from './verification-results.js';
import { SHORTEST_COOLDOWN_MS } from './verification.options.js';

const TRUST_MS = 180 * 24 * 3_600_000;
/** Longer than any code that a person types, with blanks between its digits. */
const MAX_TYPED = 64;

/** A result, and what traces say of it beside. */
export interface Checked {
  readonly result: SmsVerificationCheck;
  readonly to?: string | undefined;
  readonly sinceSentMs?: number | undefined;
}

/** Where a guess is looked for. */
interface Target {
  readonly to: string;
  readonly slots: readonly { readonly slot: string; readonly nonce?: string | undefined }[];
}

/** Compares codes: one atomic attempt. */
export class VerificationChecker {
  constructor(private readonly context: VerificationContext) {}

  async check(definition: SmsVerification, input: SmsVerificationCheckInput): Promise<Checked> {
    const { purpose } = definition;
    const target = await this.findTarget(purpose, input);
    if (target === undefined) {
      return { result: GONE };
    }
    const { to } = target;
    if (findTestNumber(this.context, to, purpose) === 'ended') {
      return { to, result: GONE };
    }
    let attempt: SmsVerificationAttempt;
    try {
      attempt = await this.attempt(purpose, target, input);
    } catch (cause) {
      const error = new SmsVerificationError('SMS_VERIFICATION_UNAVAILABLE', {
        cause: toSafeCause(cause),
      });
      return { to, result: toCheck({ status: 'unavailable', error }) };
    }
    const sinceSentMs = attempt.status === 'approved' ? attempt.now - attempt.sentAt : undefined;
    return { to, result: this.toResult(purpose, to, attempt), sinceSentMs };
  }

  private async attempt(
    purpose: string,
    { to, slots }: Target,
    { code, session, caller, trust }: SmsVerificationCheckInput,
  ): Promise<SmsVerificationAttempt> {
    const { keys, store, options } = this.context;
    const typed = toTyped(code);
    return store.attempt({
      operation: randomBytes(9).toString('base64url'),
      targets: slots.map(({ slot, nonce }) => ({
        slot,
        nonce,
        verifiers: keys.verifiersOf(slot, typed),
      })),
      sessions: session === undefined ? [] : keys.indexes('session', session),
      subjects: keys.indexes('subject', purpose, to),
      callers: indexCaller(this.context, caller),
      trusted: keys.isTrusted(trust, purpose, to, Date.now()),
      maxAttempts: options.limits.maxAttempts,
      approvedCooldownMs: SHORTEST_COOLDOWN_MS,
      limits: options.limits,
    });
  }

  /** `undefined` where no verification can be meant. */
  private async findTarget(
    purpose: string,
    { id, to, session }: SmsVerificationCheckInput,
  ): Promise<Target | undefined> {
    const { keys } = this.context;
    const phone = to === undefined ? undefined : await readPhone(to);
    if (id !== undefined) {
      const opened = keys.open(id, purpose);
      const agrees = opened !== undefined && (to === undefined || phone?.e164 === opened.to);
      return agrees ? { to: opened.to, slots: [opened] } : undefined;
    }
    if (phone === undefined || session === undefined) {
      return undefined;
    }
    const slots = keys.slotsOf(purpose, phone.e164, session).map((slot) => ({ slot }));
    return { to: phone.e164, slots };
  }

  private toResult(
    purpose: string,
    to: string,
    attempt: SmsVerificationAttempt,
  ): SmsVerificationCheck {
    switch (attempt.status) {
      case 'approved': {
        const trust = this.context.keys.createTrust(purpose, to, Date.now() + TRUST_MS);
        return toCheck({ status: 'approved', to, purpose, trust });
      }
      case 'wrong':
        return toCheck({
          status: 'denied',
          reason: 'wrong',
          attemptsLeft: attempt.attemptsLeft,
        });
      case 'locked':
        return toCheck({ status: 'locked', retryAt: attempt.retryAt });
      case 'gone':
        return GONE;
      case 'exhausted':
        return toCheck({ status: 'denied', reason: 'exhausted', attemptsLeft: 0 });
    }
  }
}

const GONE = toCheck({ status: 'denied', reason: 'gone', attemptsLeft: 0 });

/** Input methods write full-width digits, and people put blanks between them. */
function toTyped(code: string): string {
  return code.slice(0, MAX_TYPED).normalize('NFKC').replace(/[\s-]/g, '');
}
