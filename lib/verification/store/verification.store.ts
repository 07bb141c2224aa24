/** At most `count` in any span of `windowMs` milliseconds. */
export interface SmsVerificationLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** A limit of one phone, of which a part is reserved for callers with a trust token. */
export interface SmsVerificationPhoneLimit extends SmsVerificationLimit {
  /** How many of `count` callers without a trust token may use. */
  readonly untrusted: number;
}

/** A place where the caller's own verification may be. */
export interface SmsVerificationTarget {
  readonly slot: string;
  /** From the id; left out where the session alone proves whose it is. */
  readonly nonce?: string | undefined;
}

/** What a verification is made of when none of the caller's own can be renewed. */
export interface SmsFreshVerification {
  readonly slot: string;
  readonly nonce: string;
  /** What the code is derived from, together with a secret that the store never sees. */
  readonly seed: string;
  /** What the right code is recognised by; it holds for this slot alone. */
  readonly verifier: string;
  /** Which secret the code and the verifier were made with. */
  readonly keyId: string;
}

/**
 * A send that wants a place. Phones, callers and sessions are keyed hashes: one for each listed
 * secret, the one in use first, so that logs survive a rotation. All lists but `targets`,
 * `callers` and `sessions` have at least one item.
 */
export interface SmsVerificationReserveAsk {
  /** Unique to this call; a repeat of the call has the same. */
  readonly operation: string;
  readonly targets: readonly SmsVerificationTarget[];
  /** The caller's session; empty where there is none. */
  readonly sessions: readonly string[];
  readonly fresh: SmsFreshVerification;
  readonly phones: readonly string[];
  /** Phone and purpose together. */
  readonly subjects: readonly string[];
  /** Empty: the caller is not counted. */
  readonly callers: readonly string[];
  /** Left out: no limit of a country holds, as for the mainland. */
  readonly country?: string | undefined;
  /** Whether the caller showed a valid trust token for this phone and purpose. */
  readonly trusted: boolean;
  /** No limit of sends holds: a test number, to which nothing is sent. */
  readonly unlimited: boolean;
  /** `look` answers as `book` would, with `free` in place of a booking. */
  readonly mode: 'book' | 'look';
  readonly ttlMs: number;
  /** The longest that a verification lives, with all its renewals. */
  readonly lifeMs: number;
  /** How long after a booking its text may still leave. */
  readonly sendWithinMs: number;
  readonly maxSends: number;
  readonly maxAttempts: number;
  /** Pauses after the first, second, … unapproved text of the last hour; the last one goes on. */
  readonly cooldownsMs: readonly number[];
  /** The pause after a text whose code was approved. */
  readonly approvedCooldownMs: number;
  readonly limits: {
    readonly phone: readonly SmsVerificationPhoneLimit[];
    readonly caller: readonly SmsVerificationLimit[];
    readonly failures: readonly SmsVerificationLimit[];
    readonly country: readonly SmsVerificationLimit[];
    readonly all: readonly SmsVerificationLimit[];
  };
}

/** How far the text of a verification came; `pending` until its send is concluded. */
export type SmsVerificationDelivery = 'accepted' | 'unknown' | 'pending';

/** What a store says of a verification. All moments are milliseconds since 1970, by its clock. */
export interface SmsStoredVerification {
  readonly slot: string;
  readonly nonce: string;
  readonly seed: string;
  readonly keyId: string;
  readonly delivery: SmsVerificationDelivery;
  /** When its last text was booked. */
  readonly bookedAt: number;
  readonly expiresAt: number;
  readonly resendAt: number;
  readonly sendsLeft: number;
  readonly attemptsLeft: number;
}

/** Which limit keeps a text from being sent. */
export type SmsVerificationScope =
  'phone' | 'caller' | 'country' | 'all' | 'failures' | 'verification';

/** How full the wide limits are: 1 is full. */
export interface SmsVerificationLoad {
  readonly all: number;
  /** 0 where no limit of a country holds. */
  readonly country: number;
}

/** What became of a `reserve`. */
export type SmsVerificationReservation =
  | {
      readonly status: 'send';
      readonly verification: SmsStoredVerification;
      readonly load: SmsVerificationLoad;
    }
  | { readonly status: 'waiting'; readonly verification: SmsStoredVerification }
  | {
      readonly status: 'throttled';
      readonly scope: SmsVerificationScope;
      readonly retryAt: number;
    }
  | { readonly status: 'free'; readonly load: SmsVerificationLoad }
  /** The operation was cancelled or concluded before: nothing is booked. */
  | { readonly status: 'closed' };

/** The places that an operation holds. */
interface Booking {
  /** The operation of `reserve`. */
  readonly operation: string;
  /** Where the verification is. */
  readonly slot: string;
  readonly phones: readonly string[];
  readonly subjects: readonly string[];
  readonly callers: readonly string[];
  readonly country?: string | undefined;
  readonly limits: Pick<SmsVerificationReserveAsk['limits'], 'country' | 'all'>;
}

/** What became of the text of an operation. */
export interface SmsVerificationConcludeAsk extends Booking {
  /**
   * `accepted` and `unknown` keep the place, `rejected` gives it back, but for the caller's: numbers
   * could be probed for free.
   */
  readonly outcome: 'accepted' | 'unknown' | 'rejected';
  /** Tencent's number of the text. */
  readonly serialNo?: string | undefined;
  /**
   * Keeps further texts from the phone: for so many milliseconds, or until midnight in China.
   * @default 0
   */
  readonly block?: number | 'china-midnight' | undefined;
  /**
   * Ends the verification, so that the next start makes a fresh code.
   * @default false
   */
  readonly ends?: boolean | undefined;
}

/** A guess. */
export interface SmsVerificationAttemptAsk {
  /** Unique to this call; a repeat of the call has the same. */
  readonly operation: string;
  readonly targets: readonly (SmsVerificationTarget & {
    /** Key id → the verifier of what was typed. */
    readonly verifiers: Readonly<Record<string, string>>;
  })[];
  readonly sessions: readonly string[];
  readonly subjects: readonly string[];
  readonly callers: readonly string[];
  readonly trusted: boolean;
  readonly maxAttempts: number;
  readonly approvedCooldownMs: number;
  readonly limits: {
    readonly failures: readonly SmsVerificationLimit[];
    readonly guesses: readonly SmsVerificationLimit[];
  };
}

/** What became of a guess. */
export type SmsVerificationAttempt =
  | {
      readonly status: 'approved';
      /** When the last text was booked, and what it is now: milliseconds since 1970. */
      readonly sentAt: number;
      readonly now: number;
      readonly serialNo?: string | undefined;
    }
  | { readonly status: 'wrong'; readonly attemptsLeft: number }
  | { readonly status: 'gone' | 'exhausted' }
  | { readonly status: 'locked'; readonly retryAt: number };

/** Ends an operation that may not have happened, or a verification. */
export type SmsVerificationCancelAsk =
  | (Booking & { readonly nonce?: undefined })
  | { readonly slot: string; readonly nonce: string; readonly operation?: undefined };

/** Forgets the failures of a phone, and what blocks it. */
export interface SmsVerificationUnlockAsk {
  readonly phones: readonly string[];
  readonly subjects: readonly string[];
}

/**
 * Where verifications and the logs of their limits are kept. Each method is one atomic step, tells
 * the time by the store's own clock, and gives the same answer when it is repeated with the same
 * operation. `describeVerificationStore` of the `testing` entry point checks an implementation.
 *
 * @throws anything when the store can't be asked: nothing is sent then.
 */
export interface SmsVerificationStore {
  /**
   * Looks at every limit, then books a place in all of them or in none.
   *
   * In this order: the same operation → the same answer · locked by failures · the caller's own text
   * too young → `waiting` · its sends used up · the phone blocked, its pause, its limits · the
   * caller's · the country's · all. A renewal keeps attempts, nonce and seed; a booking whose text
   * must have left by now and is still not concluded is taken over by its opener without a pause, and
   * keeps its place, since its text may have arrived. A fresh verification is kept in the slot of
   * `fresh`, and replaces the caller's own one.
   */
  reserve(ask: SmsVerificationReserveAsk): Promise<SmsVerificationReservation>;
  /** Notes what became of an operation; of one that is not the last, only its places. */
  conclude(ask: SmsVerificationConcludeAsk): Promise<void>;
  /**
   * Counts a guess, then compares it: unknown, expired or of another → `gone`, counted against the
   * caller alone · locked · exhausted · right → used up · wrong → logged.
   *
   * The first guess at a verification is compared however many others the caller made.
   */
  attempt(ask: SmsVerificationAttemptAsk): Promise<SmsVerificationAttempt>;
  /** Gives back all places of an operation, and keeps it from happening late; or ends a verification. */
  cancel(ask: SmsVerificationCancelAsk): Promise<void>;
  /** Forgets failures. */
  unlock(ask: SmsVerificationUnlockAsk): Promise<void>;
  /** Called when the module ends. */
  close?(): Promise<void>;
}
