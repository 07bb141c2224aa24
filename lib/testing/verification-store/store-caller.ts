import assert from 'node:assert/strict';
import type {
  SmsFreshVerification,
  SmsStoredVerification,
  SmsVerificationAttempt,
  SmsVerificationAttemptAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
  SmsVerificationStore,
} from '../../verification/store/verification.store.js';
import type { SmsVerificationStoreClock } from './store-subject.js';
import { attemptAsk, bookingOf, reserveAsk, rightVerifierOf } from './store-asks.js';

/** A case of the conformance suite: one rule. */
export interface StoreCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Whether it waits, and so needs a clock. */
  readonly waits: boolean;
  run(caller: StoreCaller): Promise<void>;
}

/** A case that runs within a moment. */
export function atOnce(name: string, run: (caller: StoreCaller) => Promise<void>): StoreCase {
  return { name, waits: false, run };
}

/** A case in which time passes. */
export function inTime(name: string, run: (caller: StoreCaller) => Promise<void>): StoreCase {
  return { name, waits: true, run };
}

/** A start that may send. */
export interface SentText {
  readonly ask: SmsVerificationReserveAsk;
  readonly verification: SmsStoredVerification;
}

/** Calls a store as a service does, with operations and verifications of its own. */
export class StoreCaller {
  private operations = 0;

  constructor(
    readonly store: SmsVerificationStore,
    private readonly clock: SmsVerificationStoreClock | undefined,
  ) {}

  async wait(milliseconds: number): Promise<void> {
    await this.clock?.advance(milliseconds);
  }

  operation(): string {
    this.operations += 1;
    return `op${this.operations}`;
  }

  /** What a start asks. */
  ask(given: Partial<SmsVerificationReserveAsk> = {}): SmsVerificationReserveAsk {
    return reserveAsk({ operation: this.operation(), ...given });
  }

  /** What a verification in this slot would be made of. */
  fresh(slot: string): SmsFreshVerification {
    return { ...this.ask().fresh, slot, verifier: rightVerifierOf(slot) };
  }

  async reserve(
    given: Partial<SmsVerificationReserveAsk> = {},
  ): Promise<SmsVerificationReservation> {
    return this.store.reserve(this.ask(given));
  }

  /** A start that must be free to send. */
  async send(given: Partial<SmsVerificationReserveAsk> = {}): Promise<SentText> {
    const ask = this.ask(given);
    const answer = await this.store.reserve(ask);
    assert.equal(answer.status, 'send', `expected a send, got ${JSON.stringify(answer)}`);
    return { ask, verification: answer.verification };
  }

  /** A start whose text was accepted. */
  async sendAccepted(given: Partial<SmsVerificationReserveAsk> = {}): Promise<SentText> {
    const sent = await this.send(given);
    await this.conclude(sent, { outcome: 'accepted' });
    return sent;
  }

  /** The same verification's text again, by its id. */
  async resend(
    sent: SentText,
    given: Partial<SmsVerificationReserveAsk> = {},
  ): Promise<SmsVerificationReservation> {
    return this.reserve(this.again(sent, given));
  }

  /** What a start by the id of another one asks. */
  again(
    { ask, verification: { slot, nonce } }: SentText,
    given: Partial<SmsVerificationReserveAsk> = {},
  ): SmsVerificationReserveAsk {
    const operation = this.operation();
    const { operation: _, fresh, mode: __, ...rest } = ask;
    return reserveAsk({
      ...rest,
      operation,
      targets: [{ slot, nonce }],
      fresh: { ...this.fresh(slot), keyId: fresh.keyId },
      ...given,
    });
  }

  async conclude(
    { ask, verification }: SentText,
    end: Pick<SmsVerificationConcludeAsk, 'outcome' | 'serialNo' | 'block' | 'ends'>,
  ): Promise<void> {
    await this.store.conclude({ ...bookingOf(ask, verification.slot), ...end });
  }

  /** What a guess by id asks. */
  guessAsk(
    { ask, verification: { slot, nonce } }: SentText,
    isRight: boolean,
    given: Partial<SmsVerificationAttemptAsk> = {},
  ): SmsVerificationAttemptAsk {
    const verifiers = { key: isRight ? rightVerifierOf(slot) : `wrong for ${slot}` };
    return attemptAsk({
      operation: this.operation(),
      targets: [{ slot, nonce, verifiers }],
      subjects: ask.subjects,
      ...given,
    });
  }

  async guess(
    sent: SentText,
    isRight: boolean,
    given: Partial<SmsVerificationAttemptAsk> = {},
  ): Promise<SmsVerificationAttempt> {
    return this.store.attempt(this.guessAsk(sent, isRight, given));
  }

  /** Wrong guesses, one after the other. */
  async guessWrong(
    sent: SentText,
    times: number,
    given: Partial<SmsVerificationAttemptAsk> = {},
  ): Promise<void> {
    for (let guessed = 0; guessed < times; guessed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await this.guess(sent, false, given);
      assert.equal(status, 'wrong');
    }
  }
}

/** How a start was answered, in short: `throttled phone`. */
export function shortOf(answer: SmsVerificationReservation): string {
  return answer.status === 'throttled' ? `throttled ${answer.scope}` : answer.status;
}

/** When a throttled start may be tried again, and a waiting one sends. */
export function retryAtOf(answer: SmsVerificationReservation): number {
  if (answer.status === 'throttled') {
    return answer.retryAt;
  }
  assert.equal(answer.status, 'waiting');
  return answer.status === 'waiting' ? answer.verification.resendAt : Number.NaN;
}
