import * as v from 'valibot';
import {
  checkOptions,
  expects,
  objectOr,
  optionsObject,
  toFieldIssue,
} from '../errors/check-options.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { DURATION_FORM, parseDuration } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { memoryVerificationStore } from './store/memory-verification.store.js';
import type {
  SmsVerificationLimit,
  SmsVerificationPhoneLimit,
  SmsVerificationStore,
} from './store/verification.store.js';

/** What a challenge is asked about. */
export interface SmsVerificationChallengeAsk {
  /** E.164. */
  readonly to: string;
  /** As it was given to `start`. */
  readonly caller: string | undefined;
  readonly purpose: string;
  /** What the client brought: the ticket of a captcha. */
  readonly token: string | undefined;
}

/**
 * Decides what may be sent all the same: `allow` sends, `challenge` tells the client to bring a ticket,
 * `deny` refuses. One that throws sends nothing.
 */
export type SmsVerificationChallenge = (
  ask: SmsVerificationChallengeAsk,
) => SmsVerificationChallengeVerdict | Promise<SmsVerificationChallengeVerdict>;

/** What a challenge says. */
export type SmsVerificationChallengeVerdict = 'allow' | 'challenge' | 'deny';

/** A number that gets no texts and has a fixed code, for those who review an app. */
export interface SmsVerificationTestNumber {
  /** Six digits. */
  code: string;
  /** A `Date`, or a date such as `2027-01-31`; at most 180 days ahead. The number is refused afterwards. */
  until: Date | string;
  /** @default all */
  purposes?: readonly string[] | undefined;
}

/** How much is sent and compared; members that are left out keep their defaults. */
export interface SmsVerificationLimits {
  /** Texts to a phone, for all purposes together. */
  phone?:
    | {
        /** @default 5 */
        perHour?: number | undefined;
        /** @default 10 */
        perDay?: number | undefined;
        /**
         * How many of these are for callers with a trust token, as long as that leaves the texts of
         * one verification (`sends`) to others.
         * @default 3
         */
        trusted?: number | undefined;
      }
    | undefined;
  /** What one caller may do. */
  caller?:
    | {
        /** @default 120, or 20 where there is a `challenge` */
        perHour?: number | undefined;
        /** @default 600, or 60 where there is a `challenge` */
        perDay?: number | undefined;
        /** Wrong codes. @default 30 */
        guessesPerHour?: number | undefined;
      }
    | undefined;
  /** Wrong codes for a phone and purpose, over all its verifications. */
  failures?:
    | {
        /** @default 10 */
        perHour?: number | undefined;
        /** @default 20 */
        perDay?: number | undefined;
      }
    | undefined;
  /** Texts to each country but the mainland. */
  country?:
    | {
        /** @default 100 */
        perDay?: number | undefined;
      }
    | undefined;
  /** Texts in all. */
  all?:
    | {
        /** @default 1000 */
        perHour?: number | undefined;
        /** @default 5000 */
        perDay?: number | undefined;
      }
    | undefined;
  /**
   * Pauses after the first, second, … text that was not approved within an hour; each at least `'31s'`,
   * since Tencent refuses the same text within 30 seconds.
   * @default ['60s', '2m', '5m']
   */
  cooldown?: readonly SmsDuration[] | undefined;
  /**
   * Texts of one code.
   * @default 3
   */
  sends?: number | undefined;
  /**
   * Guesses at one code.
   * @default 5
   */
  attempts?: number | undefined;
}

/** Options of `SmsVerificationModule.forRoot`, and what the factory of `forRootAsync` returns. */
export interface SmsVerificationModuleOptions {
  /**
   * At least 32 bytes of chance, such as of `openssl rand -base64 48`. Several while one is rotated:
   * the first makes, all are read.
   */
  secret: string | readonly string[];
  /**
   * Where verifications are kept.
   * @default `memoryVerificationStore()`, which has to be named in production
   */
  store?: SmsVerificationStore | undefined;
  /**
   * ISO 3166 codes of the countries that are sent to.
   * @default ['CN'], the mainland alone
   */
  countries?: readonly string[] | undefined;
  limits?: SmsVerificationLimits | undefined;
  /**
   * E.164 → its code.
   * @default none
   */
  testNumbers?: Readonly<Record<string, SmsVerificationTestNumber>> | undefined;
  /**
   * Asked when a caller is over its limit; with `always`, before every text.
   * @default none
   */
  challenge?:
    | SmsVerificationChallenge
    | { ask: SmsVerificationChallenge; always?: boolean | undefined }
    | undefined;
  /**
   * Name of the account that sends.
   * @default the one without a name
   */
  account?: string | undefined;
}

/** {@link SmsVerificationTestNumber} as it is used. */
export interface ResolvedTestNumber {
  readonly code: string;
  readonly until: number;
  readonly purposes: ReadonlySet<string> | undefined;
}

/** Options with every default filled in. */
export interface ResolvedVerificationOptions {
  /** A function, so that printing the options shows none. */
  readonly secrets: () => readonly [string, ...string[]];
  readonly store: SmsVerificationStore;
  /** Whether the store was named. */
  readonly isDefaultStore: boolean;
  readonly countries: ReadonlySet<string>;
  readonly limits: {
    readonly phone: readonly SmsVerificationPhoneLimit[];
    readonly caller: readonly SmsVerificationLimit[];
    readonly guesses: readonly SmsVerificationLimit[];
    readonly failures: readonly SmsVerificationLimit[];
    readonly country: readonly SmsVerificationLimit[];
    readonly all: readonly SmsVerificationLimit[];
    readonly cooldownsMs: readonly number[];
    readonly maxSends: number;
    readonly maxAttempts: number;
  };
  readonly testNumbers: ReadonlyMap<string, ResolvedTestNumber>;
  readonly challenge:
    { readonly ask: SmsVerificationChallenge; readonly always: boolean } | undefined;
  readonly account: string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIN_SECRET_BYTES = 32;
const LONGEST_TEST_MS = 180 * DAY_MS;
/** Tencent refuses the same text to the same number within 30 seconds. */
export const SHORTEST_COOLDOWN_MS = 31_000;

const SECRET = `text of at least ${MIN_SECRET_BYTES} bytes, such as of "openssl rand -base64 48", or a list of such texts`;
const count = (least: number) =>
  expects(
    `a whole number, at least ${least}`,
    v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(least))),
  );

const SCHEMA = optionsObject({
  secret: expects(SECRET, v.custom<string | readonly string[]>(isSecret)),
  store: expects(
    'a store, such as of redisVerificationStore(client)',
    v.optional(v.custom<SmsVerificationStore>(isStore)),
  ),
  countries: expects(
    'a list of ISO codes such as "CN" or "HK"',
    v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))), v.minLength(1))),
  ),
  limits: expects(
    'an object { phone?, caller?, failures?, country?, all?, cooldown?, sends?, attempts? }',
    v.optional(
      optionsObject({
        phone: group({ perHour: count(1), perDay: count(1), trusted: count(0) }),
        caller: group({ perHour: count(1), perDay: count(1), guessesPerHour: count(1) }),
        failures: group({ perHour: count(1), perDay: count(1) }),
        country: group({ perDay: count(1) }),
        all: group({ perHour: count(1), perDay: count(1) }),
        cooldown: expects(
          `a list of pauses of at least 31 s, each ${DURATION_FORM}`,
          v.optional(v.custom<readonly SmsDuration[]>(isCooldown)),
        ),
        sends: count(1),
        attempts: expects(
          'a whole number from 1 to 10',
          v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10))),
        ),
      }),
    ),
  ),
  testNumbers: expects(
    'an object of E.164 numbers, each with { code: six digits, until: a date at most 180 days ahead, purposes? }',
    v.optional(v.custom<Record<string, SmsVerificationTestNumber>>(areTestNumbers)),
  ),
  challenge: expects(
    'a function, or an object { ask, always? } with one',
    v.optional(
      objectOr(optionsObject({ ask: v.function(), always: v.optional(v.boolean()) }), v.function()),
    ),
  ),
  account: expects('the name of an account', v.optional(v.pipe(v.string(), v.minLength(1)))),
} satisfies Record<keyof SmsVerificationModuleOptions, unknown>);

/**
 * Checks options and fills in the defaults.
 *
 * @throws SmsOptionsError with one sentence for every bad field, and no value in it.
 */
export function resolveVerificationOptions(
  given: SmsVerificationModuleOptions,
): ResolvedVerificationOptions {
  const checked = checkOptions(SCHEMA, given);
  if (checked.problems !== undefined) {
    throw new SmsOptionsError(
      checked.problems.map((problem) =>
        problem.field === ''
          ? { field: 'options', message: 'The options must be an object.' }
          : toFieldIssue(problem),
      ),
    );
  }
  const {
    secret,
    store,
    countries = ['CN'],
    limits,
    testNumbers,
    challenge,
    account,
  } = checked.output;
  if (store === undefined && process.env['NODE_ENV'] === 'production') {
    throw new SmsOptionsError([
      {
        field: 'store',
        message:
          'store is missing: in production name one, such as redisVerificationStore(client), or memoryVerificationStore() for an app of one process that may forget its limits when it restarts.',
      },
    ]);
  }
  const secrets = (typeof secret === 'string' ? [secret] : [...secret]) as [string, ...string[]];
  const ask = typeof challenge === 'function' ? { ask: challenge, always: false } : challenge;
  return Object.freeze({
    secrets: () => secrets,
    store: store ?? memoryVerificationStore(),
    isDefaultStore: store === undefined,
    countries: new Set(countries),
    limits: resolveLimits(limits, ask !== undefined),
    testNumbers: new Map(Object.entries(testNumbers ?? {}).map(([to, one]) => [to, toTest(one)])),
    challenge:
      ask === undefined
        ? undefined
        : { ask: ask.ask as SmsVerificationChallenge, always: ask.always ?? false },
    account,
  });
}

function resolveLimits(
  given: SmsVerificationLimits = {},
  hasChallenge: boolean,
): ResolvedVerificationOptions['limits'] {
  const { phone, caller, failures, country, all } = given;
  const { sends = 3, attempts = 5, cooldown = ['60s', '2m', '5m'] } = given;
  const { trusted = 3 } = phone ?? {};
  const withShare = (limit: SmsVerificationLimit): SmsVerificationPhoneLimit => ({
    ...limit,
    // A new user has no token, and needs all texts of a verification.
    untrusted: limit.count - Math.max(0, Math.min(trusted, limit.count - sends)),
  });
  return Object.freeze({
    phone: [hour(phone?.perHour ?? 5), day(phone?.perDay ?? 10)].map(withShare),
    caller: [
      hour(caller?.perHour ?? (hasChallenge ? 20 : 120)),
      day(caller?.perDay ?? (hasChallenge ? 60 : 600)),
    ],
    guesses: [hour(caller?.guessesPerHour ?? 30)],
    failures: [hour(failures?.perHour ?? 10), day(failures?.perDay ?? 20)],
    country: [day(country?.perDay ?? 100)],
    all: [hour(all?.perHour ?? 1000), day(all?.perDay ?? 5000)],
    cooldownsMs: cooldown.map((pause) => Number(parseDuration(pause))),
    maxSends: sends,
    maxAttempts: attempts,
  });
}

function hour(limit: number): SmsVerificationLimit {
  return { count: limit, windowMs: HOUR_MS };
}

function day(limit: number): SmsVerificationLimit {
  return { count: limit, windowMs: DAY_MS };
}

function group<const Entries extends v.ObjectEntries>(entries: Entries) {
  return expects(
    `an object { ${Object.keys(entries).join('?, ')}? }`,
    v.optional(optionsObject(entries)),
  );
}

function toTest({ code, until, purposes }: SmsVerificationTestNumber): ResolvedTestNumber {
  return {
    code,
    until: new Date(until).getTime(),
    purposes: purposes === undefined ? undefined : new Set(purposes),
  };
}

function isSecret(given: unknown): boolean {
  const secrets: unknown[] = Array.isArray(given) ? given : [given];
  return (
    secrets.length > 0 &&
    new Set(secrets).size === secrets.length &&
    secrets.every(
      (secret) => typeof secret === 'string' && Buffer.byteLength(secret) >= MIN_SECRET_BYTES,
    )
  );
}

function isStore(given: unknown): boolean {
  const store = Object(given) as Record<string, unknown>;
  return ['reserve', 'conclude', 'attempt', 'cancel', 'unlock'].every(
    (method) => typeof store[method] === 'function',
  );
}

function isCooldown(given: unknown): boolean {
  return (
    Array.isArray(given) &&
    given.length > 0 &&
    given.every((pause) => (parseDuration(pause) ?? 0) >= SHORTEST_COOLDOWN_MS)
  );
}

function areTestNumbers(given: unknown): boolean {
  return (
    typeof given === 'object' &&
    given !== null &&
    Object.entries(given).every(([to, one]) => /^\+[1-9]\d{6,14}$/.test(to) && isTestNumber(one))
  );
}

function isTestNumber(given: unknown): boolean {
  const { code, until, purposes } = Object(given) as Partial<SmsVerificationTestNumber>;
  const end = until === undefined ? Number.NaN : new Date(until).getTime();
  return (
    typeof code === 'string' &&
    /^\d{6}$/.test(code) &&
    end <= Date.now() + LONGEST_TEST_MS &&
    (purposes === undefined ||
      (Array.isArray(purposes) && purposes.every((purpose) => typeof purpose === 'string')))
  );
}
