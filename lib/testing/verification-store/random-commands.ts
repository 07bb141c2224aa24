import type {
  SmsVerificationAttemptAsk,
  SmsVerificationCancelAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationReserveAsk,
  SmsVerificationStore,
  SmsVerificationUnlockAsk,
} from '../../verification/store/verification.store.js';
import { randomNumbers } from '../random-numbers.js';
import type { VerificationModel } from './reference-model.js';
import { attemptAsk, bookingOf, reserveAsk, rightVerifierOf } from './store-asks.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Limits of random commands: small ones, so that a short run meets each; windows longer than the life of a verification. */
export const MODEL_LIMITS: SmsVerificationReserveAsk['limits'] = {
  phone: [
    { count: 5, untrusted: 4, windowMs: 20 * MINUTE_MS },
    { count: 7, untrusted: 5, windowMs: HOUR_MS },
  ],
  caller: [{ count: 4, windowMs: HOUR_MS }],
  failures: [
    { count: 3, windowMs: HOUR_MS },
    { count: 4, windowMs: 3 * HOUR_MS },
  ],
  country: [{ count: 3, windowMs: HOUR_MS }],
  all: [
    { count: 6, windowMs: HOUR_MS },
    { count: 10, windowMs: 6 * HOUR_MS },
  ],
};
const GUESSES = [{ count: 6, windowMs: HOUR_MS }];

/** Mostly as long as pauses are; the longest ones end whatever was going on. */
const STEPS_MS = [
  ...times(2, 1),
  ...times(2, 500),
  ...times(2, 9_999),
  ...times(2, 10_000),
  ...times(2, 31_000),
  ...times(2, 59_999),
  ...times(5, MINUTE_MS),
  ...times(2, 2 * MINUTE_MS),
  ...times(2, 5 * MINUTE_MS),
  20 * MINUTE_MS,
  HOUR_MS,
  25 * HOUR_MS,
];

/** What is not concluded so long after its start never will be. */
const CONCLUDED_WITHIN_MS = 10 * MINUTE_MS;

/** How often each command comes. */
const KINDS = [
  ...times(9, 'reserve' as const),
  ...times(9, 'attempt' as const),
  ...times(7, 'conclude' as const),
  ...times(6, 'wait' as const),
  'repeat' as const,
  'repeat' as const,
  'cancel' as const,
  'end' as const,
  'unlock' as const,
  'rotate' as const,
];

/** A command before it is known what there is to do it with: a kind, and numbers to choose by. */
export interface RandomCommand {
  readonly kind: (typeof KINDS)[number];
  readonly chooses: readonly number[];
  /** Whether it runs together with the one before. */
  readonly isParallel: boolean;
}

/** A command that can be run, on a store and on the model. */
export interface ReadyCommand {
  readonly text: string;
  onStore(store: SmsVerificationStore): Promise<unknown>;
  onModel(model: VerificationModel, now: number): unknown;
}

/** Random commands, the same ones for the same seed. */
export function randomCommands(seed: number, length: number): RandomCommand[] {
  const random = randomNumbers(seed);
  return Array.from({ length }, () => ({
    kind: pick(KINDS, random()),
    chooses: Array.from({ length: 10 }, random),
    isParallel: random() < 0.25,
  }));
}

interface Id {
  readonly slot: string;
  readonly nonce: string;
  readonly subject: string;
}

/** Makes commands out of what was answered so far. */
export class CommandMaker {
  private started: SmsVerificationReserveAsk[] = [];
  private ids: Id[] = [];
  private operations = 0;
  private rotation = 0;
  private waitedMs = 0;
  /** Calls that may be made again: a repeat comes soon, before much else happens. */
  private repeatable: { start?: SmsVerificationReserveAsk; guess?: SmsVerificationAttemptAsk } = {};

  /**
   * @param isNarrow whether all is about one phone and purpose, so that what concerns them gets dense
   */
  constructor(private readonly isNarrow: boolean) {}

  /** @returns a number of milliseconds for `wait`; `undefined` when there is nothing to do it with */
  make({ kind, chooses }: RandomCommand): ReadyCommand | number | undefined {
    const choose = chooser(chooses);
    if (['wait', 'end', 'unlock', 'rotate'].includes(kind)) {
      this.repeatable = {};
    }
    switch (kind) {
      case 'wait':
        return this.wait(choose(STEPS_MS));
      case 'rotate':
        return this.rotate();
      case 'reserve':
        return this.reserve(this.makeReserve(choose));
      case 'attempt':
        return this.attempt(this.makeAttempt(choose));
      case 'repeat':
        return this.repeat(choose);
      case 'conclude':
        return this.conclude(choose);
      case 'cancel':
        return this.cancel(choose);
      case 'end': {
        const id: Id | undefined = choose(this.ids);
        return id && cancelCommand({ slot: id.slot, nonce: id.nonce });
      }
      case 'unlock':
        break;
    }
    return unlockCommand({
      phones: this.keysOf(choose(['p', 'q'])),
      subjects: this.keysOf(choose(['p/login', 'q/login'])),
    });
  }

  private rotate(): undefined {
    this.rotation = Math.min(2, this.rotation + 1);
  }

  private wait(milliseconds: number): number {
    this.waitedMs += milliseconds;
    if (this.waitedMs >= CONCLUDED_WITHIN_MS) {
      this.waitedMs = 0;
      this.started = [];
    }
    return milliseconds;
  }

  private makeReserve(choose: Chooser): SmsVerificationReserveAsk {
    const { isNarrow } = this;
    const phone = isNarrow ? 'p' : choose(['p', 'p', 'q', 'r'] as const);
    const subject = isNarrow ? 'p/login' : `${phone}/${choose(['login', 'login', 'pay'])}`;
    const id = choose([true, false]) ? this.chooseId(choose, subject) : undefined;
    const session = choose([undefined, undefined, 's', 's', 't'] as const);
    const slots = session === undefined ? [] : this.keysOf(`${subject}/${session}`);
    const operation = this.nextOperation();
    const caller = choose([undefined, 'x', 'x', 'y'] as const);
    const slot = slots[0] ?? id?.slot ?? `slot ${operation}`;
    const [isTrusted, isTest, isLook] = [this.isTrusted(choose), choose(RARE), choose(RARE)];
    return reserveAsk({
      operation,
      targets: [
        ...(id === undefined ? [] : [{ slot: id.slot, nonce: id.nonce }]),
        ...slots.map((own) => ({ slot: own })),
      ],
      sessions: session === undefined ? [] : this.keysOf(session),
      fresh: {
        slot,
        nonce: `nonce ${operation}`,
        seed: `seed ${operation}`,
        verifier: rightVerifierOf(slot),
        keyId: this.keysOf('key')[0] as string,
      },
      phones: this.keysOf(phone),
      subjects: this.keysOf(subject),
      callers: caller === undefined ? [] : this.keysOf(caller),
      country: phone === 'p' ? undefined : 'HK',
      trusted: isTrusted,
      unlimited: isTest,
      mode: isLook ? 'look' : 'book',
      maxSends: 2,
      maxAttempts: 3,
      limits: MODEL_LIMITS,
    });
  }

  private makeAttempt(choose: Chooser): SmsVerificationAttemptAsk | undefined {
    const id: Id | undefined = choose(choose(FEW) ? this.ids : this.ids.slice(-1));
    if (id === undefined) {
      return undefined;
    }
    const session = choose([undefined, undefined, undefined, 's'] as const);
    const bySession = session !== undefined && choose([true, false]);
    const targets = bySession
      ? this.keysOf(`${id.subject}/${session}`).map((slot) => ({ slot, nonce: undefined }))
      : [{ slot: id.slot, nonce: id.nonce }];
    const isRight = choose([true, false, false]);
    const caller = choose([undefined, 'x', 'x', 'y'] as const);
    return attemptAsk({
      operation: this.nextOperation(),
      targets: targets.map(({ slot, nonce }) => {
        const verifier = isRight ? rightVerifierOf(slot) : 'wrong';
        const verifiers = Object.fromEntries(this.keysOf('key').map((key) => [key, verifier]));
        return { slot, nonce, verifiers };
      }),
      sessions: session === undefined ? [] : this.keysOf(session),
      subjects: this.keysOf(id.subject),
      callers: caller === undefined ? [] : this.keysOf(caller),
      trusted: this.isTrusted(choose),
      maxAttempts: 3,
      limits: { failures: MODEL_LIMITS.failures, guesses: GUESSES },
    });
  }

  private reserve(ask: SmsVerificationReserveAsk): ReadyCommand {
    const subject = nameOf(ask.subjects[0] as string);
    this.started.push(ask);
    this.repeatable = { start: ask };
    return {
      text: `reserve ${JSON.stringify(ask)}`,
      onStore: async (store) => {
        const answer = await store.reserve(ask);
        if (answer.status === 'send') {
          const { slot, nonce } = answer.verification;
          this.ids.push({ slot, nonce, subject });
        }
        return answer;
      },
      onModel: (model, now) => model.reserve(ask, now),
    };
  }

  private attempt(ask: SmsVerificationAttemptAsk | undefined): ReadyCommand | undefined {
    if (ask === undefined) {
      return undefined;
    }
    this.repeatable.guess = ask;
    return {
      text: `attempt ${JSON.stringify(ask)}`,
      onStore: async (store) => {
        const answer = await store.attempt(ask);
        if (answer.status === 'gone') {
          // Guessed at once more at most, or most guesses would be for nothing.
          this.ids = this.ids.filter(
            (id) => !ask.targets.some(({ slot, nonce }) => slot === id.slot && nonce === id.nonce),
          );
        }
        return answer;
      },
      onModel: (model, now) => model.attempt(ask, now),
    };
  }

  /** The last calls again, as when their answers were lost. */
  private repeat(choose: Chooser): ReadyCommand | undefined {
    const { start, guess } = this.repeatable;
    return start === undefined || (guess !== undefined && choose([true, false]))
      ? this.attempt(guess)
      : this.reserve(start);
  }

  private conclude(choose: Chooser): ReadyCommand | undefined {
    const start: SmsVerificationReserveAsk | undefined = choose(this.started.slice(-3));
    if (start === undefined) {
      return undefined;
    }
    const ask: SmsVerificationConcludeAsk = {
      ...bookingOf(start, choose([...start.targets, start.fresh])?.slot),
      outcome: choose(OUTCOMES),
      serialNo: choose([undefined, 'serial'] as const),
      block: choose(BLOCKS),
      ends: choose(RARE),
    };
    return {
      text: `conclude ${JSON.stringify(ask)}`,
      onStore: async (store) => store.conclude(ask),
      onModel: (model, now) => {
        model.conclude(ask, now);
      },
    };
  }

  private cancel(choose: Chooser): ReadyCommand | undefined {
    const start: SmsVerificationReserveAsk | undefined = choose(this.started.slice(-3));
    return start && cancelCommand(bookingOf(start, choose([...start.targets, start.fresh])?.slot));
  }

  private isTrusted(choose: Chooser): boolean {
    return choose(this.isNarrow ? RARE : FEW);
  }

  private chooseId(choose: Chooser, subject: string): Id | undefined {
    const ids = this.ids.filter((id) => id.subject === subject);
    return choose(choose(FEW) ? ids : ids.slice(-1));
  }

  private nextOperation(): string {
    this.operations += 1;
    return `op${this.operations}`;
  }

  /** Under the first secret; then under a second one, too; then under the second one first. */
  private keysOf(name: string): string[] {
    const [older, newer] = [name, `new ${name}`];
    return [[older], [older, newer], [newer, older]][this.rotation] as string[];
  }
}

/** What a key is of, under whichever secret. */
export function nameOf(key: string): string {
  return key.replace(/^new /, '');
}

function cancelCommand(ask: SmsVerificationCancelAsk): ReadyCommand {
  return {
    text: `cancel ${JSON.stringify(ask)}`,
    onStore: async (store) => store.cancel(ask),
    onModel: (model, now) => {
      model.cancel(ask, now);
    },
  };
}

function unlockCommand(ask: SmsVerificationUnlockAsk): ReadyCommand {
  return {
    text: `unlock ${JSON.stringify(ask)}`,
    onStore: async (store) => store.unlock(ask),
    onModel: (model) => {
      model.unlock(ask);
    },
  };
}

const OUTCOMES = [
  ...times(5, 'accepted' as const),
  ...(['unknown', 'rejected', 'rejected'] as const),
];
const BLOCKS = [...times(12, undefined), ...([30_000, HOUR_MS, 'china-midnight'] as const)];
const FEW = [true, false, false, false];
const RARE = [true, ...times(11, false)];

/** Gives one of them; `undefined` where there is none. */
type Chooser = <const T>(from: readonly T[]) => T;

/** Chooses by the next number each time. */
function chooser(numbers: readonly number[]): Chooser {
  let at = 0;
  return ((from: readonly unknown[]) => {
    at += 1;
    return pick(from, numbers[at % numbers.length] ?? 0);
  }) as Chooser;
}

function times<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

function pick<T>(from: readonly T[], random: number): T {
  return from[Math.floor(random * from.length)] as T;
}
