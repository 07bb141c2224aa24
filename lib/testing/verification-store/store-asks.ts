import type {
  SmsVerificationAttemptAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationReserveAsk,
} from '../../verification/store/verification.store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const LIMITS: SmsVerificationReserveAsk['limits'] = {
  phone: [
    { count: 5, untrusted: 4, windowMs: HOUR_MS },
    { count: 10, untrusted: 7, windowMs: DAY_MS },
  ],
  caller: [
    { count: 20, windowMs: HOUR_MS },
    { count: 60, windowMs: DAY_MS },
  ],
  failures: [
    { count: 10, windowMs: HOUR_MS },
    { count: 20, windowMs: DAY_MS },
  ],
  country: [{ count: 100, windowMs: DAY_MS }],
  all: [
    { count: 1000, windowMs: HOUR_MS },
    { count: 5000, windowMs: DAY_MS },
  ],
};
const GUESSES = [{ count: 30, windowMs: HOUR_MS }];

/** What a right guess at a slot is recognised by. */
export function rightVerifierOf(slot: string): string {
  return `right for ${slot}`;
}

/** A start with the usual limits; what is told apart by nothing else is by its operation. */
export function reserveAsk(
  given: Partial<SmsVerificationReserveAsk> & Pick<SmsVerificationReserveAsk, 'operation'>,
): SmsVerificationReserveAsk {
  const slot = `slot ${given.operation}`;
  return {
    targets: [],
    sessions: [],
    fresh: {
      slot,
      nonce: `nonce ${given.operation}`,
      seed: `seed ${given.operation}`,
      verifier: rightVerifierOf(slot),
      keyId: 'key',
    },
    phones: ['phone'],
    subjects: ['phone/login'],
    callers: [],
    trusted: false,
    unlimited: false,
    mode: 'book',
    ttlMs: 5 * MINUTE_MS,
    lifeMs: 10 * MINUTE_MS,
    sendWithinMs: 10_000,
    maxSends: 3,
    maxAttempts: 5,
    cooldownsMs: [MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS],
    approvedCooldownMs: 31_000,
    limits: LIMITS,
    ...given,
  };
}

/** A guess with the usual limits. */
export function attemptAsk(
  given: Partial<SmsVerificationAttemptAsk> &
    Pick<SmsVerificationAttemptAsk, 'operation' | 'targets'>,
): SmsVerificationAttemptAsk {
  return {
    sessions: [],
    subjects: ['phone/login'],
    callers: [],
    trusted: false,
    maxAttempts: 5,
    approvedCooldownMs: 31_000,
    limits: { failures: LIMITS.failures, guesses: GUESSES },
    ...given,
  };
}

/** What concludes or cancels a start. */
export function bookingOf(
  start: SmsVerificationReserveAsk,
  slot = start.fresh.slot,
): Omit<SmsVerificationConcludeAsk, 'outcome' | 'serialNo' | 'block' | 'ends'> {
  const { operation, phones, subjects, callers, country, limits } = start;
  return { operation, slot, phones, subjects, callers, country, limits };
}
