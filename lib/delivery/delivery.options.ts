import * as v from 'valibot';
import {
  checkOptions,
  expects,
  objectOr,
  optionsObject,
  toFieldIssue,
} from '../errors/check-options.js';
import { SmsOptionsError } from '../errors/options.error.js';
import { DURATION_FORM, parseDuration, toMilliseconds } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { isAddressRange } from './callback/allow-list.js';
import { memoryDeliveryStore } from './store/memory-delivery.store.js';
import type { LookTimes } from './settling/timetable.js';
import type { SmsDeliveryStore } from './store/delivery.store.js';

/** Where Tencent calls back. */
export interface SmsCallbackOptions {
  /**
   * Taken as it stands, without global prefix or version.
   * @default '/hooks/tencent-sms'
   */
  path?: string | undefined;
  /**
   * At least 32 characters that may stand in a URL; several while one is rotated. Tencent signs
   * nothing: who knows it can report anything.
   */
  secret: string | readonly string[];
  /**
   * Addresses or ranges such as `183.192.202.0/25` that may call, by the platform's `request.ip`.
   * @default any
   */
  allow?: readonly string[] | undefined;
}

/** Kinds of templates. */
export type SmsTrackedKind = 'verification' | 'notification' | 'marketing';

/** Options of `SmsDeliveryModule.forRoot`, and what the factory of `forRootAsync` returns. */
export interface SmsDeliveryModuleOptions {
  /**
   * Names of the accounts of `SmsModule` whose texts are followed; `default` is the one without a name.
   * @default ['default']
   */
  accounts?: readonly string[] | undefined;
  /** @default none: no route */
  callback?: SmsCallbackOptions | undefined;
  /**
   * Where texts are kept; `false` keeps none and gives each report to the handlers as it comes.
   * @default `memoryDeliveryStore()`
   */
  store?: SmsDeliveryStore | false | undefined;
  /**
   * How long the default store keeps a text; a store that is given has its own, so that it is refused
   * beside one.
   * @default '7d'
   */
  retain?: SmsDuration | undefined;
  /**
   * Kinds of texts whose state is kept, but for runs above 1,000 rows. A send decides otherwise with
   * `track`.
   * @default ['verification', 'notification']
   */
  track?: readonly SmsTrackedKind[] | undefined;
  /**
   * Takes reports and replies from Tencent's two queues, by one instance for each application. They hold
   * those of every system on the application, and hand each out once; Tencent must have enabled them.
   * @default false
   */
  pull?: false | { every: SmsDuration } | undefined;
  /**
   * When accepted texts without a report are asked for by number, after they were signed; `false` never.
   * @default ['2m', '15m', '2h', '24h', '71h'] where reports can come: with `callback` or `pull`
   */
  catchUp?: readonly SmsDuration[] | false | undefined;
  /**
   * When texts whose outcome is open are looked for in Tencent's records, after they were signed; `false`
   * never. Beside these there is a last look when `window` and `recordLag` are over.
   * @default ['5s', '30s', '2m', '6m', '20m']
   */
  settle?: readonly SmsDuration[] | false | undefined;
  /**
   * For how long Tencent takes a signature, and so may run a request that was lost. Shorter is for tests.
   * @default '5m'
   */
  window?: SmsDuration | undefined;
  /**
   * How late a record may be: a text that has none by then counts as `absent`. Shorter is for tests.
   * @default '10m'
   */
  recordLag?: SmsDuration | undefined;
  /**
   * What happens to a send while the store is out of reach: `best-effort` sends all the same and writes
   * it down later, `required` rejects it with `SMS_DELIVERY_STORE_UNAVAILABLE`.
   * @default 'best-effort'
   */
  observe?: 'best-effort' | 'required' | undefined;
}

/** Options with every default filled in. */
export interface ResolvedDeliveryOptions {
  readonly accounts: readonly string[];
  /** A function, so that printing the options shows no secret. */
  readonly callback: () => ResolvedCallback | undefined;
  readonly store: SmsDeliveryStore | undefined;
  readonly isDefaultStore: boolean;
  readonly track: ReadonlySet<string>;
  readonly isRequired: boolean;
  /** How often the queues are asked; `undefined` for never. */
  readonly pullMs: number | undefined;
  readonly times: LookTimes;
  /** Options that are below what Tencent may need: texts would count as absent too early. */
  readonly hurried: readonly string[];
}

/** {@link SmsCallbackOptions} with every default filled in. */
export interface ResolvedCallback {
  readonly path: string;
  readonly secrets: readonly [string, ...string[]];
  readonly allow: readonly string[] | undefined;
}

const MIN_SECRET = 32;
const DEFAULT_CATCH_UP = ['2m', '15m', '2h', '24h', '71h'] as const;
const DEFAULT_SETTLE = ['5s', '30s', '2m', '6m', '20m'] as const;
const DEFAULT_WINDOW = '5m';
const DEFAULT_RECORD_LAG = '10m';
const MIN_PULL_MS = 100;
const DEFAULT_PATH = '/hooks/tencent-sms';

const STORE_METHODS = [
  'put',
  'merge',
  'announce',
  'find',
  'register',
  'claim',
  'acknowledge',
  'advance',
  'stats',
  'subscribe',
  'lease',
  'claimLooks',
  'endLook',
  'claimed',
  'prefer',
  'reserve',
] as const satisfies readonly (keyof SmsDeliveryStore)[];
const TIMETABLE = `false, or a list of lengths of time, each ${DURATION_FORM}`;
const duration = v.custom<SmsDuration>((given) => parseDuration(given) !== undefined);

const SCHEMA = optionsObject({
  accounts: expects(
    'a list of names of accounts',
    v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1))),
  ),
  callback: expects(
    'an object { path?, secret, allow? }',
    v.optional(
      optionsObject({
        path: expects(
          'a path such as "/hooks/tencent-sms"',
          v.optional(v.pipe(v.string(), v.regex(/^(?:\/[\w.~-]+)+$/)), DEFAULT_PATH),
        ),
        secret: expects(
          `at least ${MIN_SECRET} letters, digits, - or _, such as of "openssl rand -hex 32", or a list of such texts`,
          v.custom<string | readonly string[]>(isSecret),
        ),
        allow: expects(
          'a list of addresses or ranges such as "183.192.202.0/25"',
          v.optional(v.pipe(v.array(v.custom<string>(isAddressRange)), v.minLength(1))),
        ),
      }),
    ),
  ),
  store: expects(
    'a store, such as of redisDeliveryStore(client), or false',
    v.optional(objectOr(v.custom<SmsDeliveryStore>(isStore), v.literal(false))),
  ),
  retain: expects(DURATION_FORM, v.optional(v.custom<SmsDuration>(isLongEnough))),
  track: expects(
    'a list of "verification", "notification" or "marketing"',
    v.optional(v.array(v.picklist(['verification', 'notification', 'marketing']))),
  ),
  pull: expects(
    `false, or an object { every } with ${DURATION_FORM}, ${MIN_PULL_MS} ms at least`,
    v.optional(
      objectOr(optionsObject({ every: v.custom<SmsDuration>(isPause) }), v.literal(false)),
    ),
  ),
  catchUp: expects(TIMETABLE, v.optional(v.union([v.literal(false), v.array(duration)]))),
  settle: expects(TIMETABLE, v.optional(v.union([v.literal(false), v.array(duration)]))),
  window: expects(DURATION_FORM, v.optional(duration)),
  recordLag: expects(DURATION_FORM, v.optional(duration)),
  observe: expects(
    '"best-effort" or "required"',
    v.optional(v.picklist(['best-effort', 'required'])),
  ),
} satisfies Record<keyof SmsDeliveryModuleOptions, unknown>);

/**
 * Checks options and fills in the defaults.
 *
 * @throws SmsOptionsError with one sentence for every bad field, and no value in it.
 */
export function resolveDeliveryOptions(given: SmsDeliveryModuleOptions): ResolvedDeliveryOptions {
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
  const { accounts = ['default'], callback, store, retain, track, observe } = checked.output;
  assertUsed(checked.output);
  const { pull, catchUp, settle = DEFAULT_SETTLE } = checked.output;
  const { window = DEFAULT_WINDOW, recordLag = DEFAULT_RECORD_LAG } = checked.output;
  const canReport = callback !== undefined || (pull !== undefined && pull !== false);
  const resolved = callback === undefined ? undefined : toCallback(callback);
  return Object.freeze({
    accounts,
    callback: () => resolved,
    store: store === false ? undefined : (store ?? memoryDeliveryStore({ retain })),
    isDefaultStore: store === undefined,
    track: new Set(track ?? ['verification', 'notification']),
    isRequired: observe === 'required',
    pullMs: pull === undefined || pull === false ? undefined : toMilliseconds('every', pull.every),
    times: {
      settle: settle === false ? undefined : settle.map((delay) => toMilliseconds('settle', delay)),
      catchUp: (catchUp === false ? [] : (catchUp ?? (canReport ? DEFAULT_CATCH_UP : []))).map(
        (delay) => toMilliseconds('catchUp', delay),
      ),
      windowMs: toMilliseconds('window', window),
      recordLagMs: toMilliseconds('recordLag', recordLag),
    },
    hurried: [
      ...(isShorter(window, DEFAULT_WINDOW) ? ['window'] : []),
      ...(isShorter(recordLag, DEFAULT_RECORD_LAG) ? ['recordLag'] : []),
    ],
  });
}

/**
 * Options that would do nothing are refused: their user counts on them.
 *
 * @throws SmsOptionsError with one sentence for each of them.
 */
function assertUsed({ store, retain, track, observe }: SmsDeliveryModuleOptions): void {
  const issues = [
    ...(store !== undefined && retain !== undefined
      ? [
          {
            field: 'retain',
            message:
              store === false
                ? 'retain is of no use: store is false, so that no text is kept. Leave it out.'
                : 'retain is of the default store: give it to the store that is given instead.',
          },
        ]
      : []),
    ...Object.entries({ track, observe })
      .filter(([, value]) => store === false && value !== undefined)
      .map(([field]) => ({
        field,
        message: `${field} is of no use: store is false, so that no text is kept. Leave it out.`,
      })),
  ];
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
}

function toCallback({
  path,
  secret,
  allow,
}: {
  path: string;
  secret: string | readonly string[];
  allow?: readonly string[] | undefined;
}): ResolvedCallback {
  const secrets = typeof secret === 'string' ? ([secret] as const) : [...secret];
  return { path, secrets: secrets as unknown as [string, ...string[]], allow };
}

function isSecret(given: unknown): boolean {
  const secrets: unknown[] = Array.isArray(given) ? given : [given];
  return (
    secrets.length > 0 &&
    secrets.every(
      (secret) => typeof secret === 'string' && new RegExp(`^[\\w-]{${MIN_SECRET},}$`).test(secret),
    )
  );
}

function isStore(given: unknown): boolean {
  const store = Object(given) as Record<string, unknown>;
  return STORE_METHODS.every((method) => typeof store[method] === 'function');
}

function isPause(given: unknown): boolean {
  return (parseDuration(given) ?? 0) >= MIN_PULL_MS;
}

function isShorter(one: SmsDuration, other: SmsDuration): boolean {
  return (parseDuration(one) ?? 0) < (parseDuration(other) ?? 0);
}

function isLongEnough(given: unknown): boolean {
  return (parseDuration(given) ?? 0) >= 3_600_000;
}
