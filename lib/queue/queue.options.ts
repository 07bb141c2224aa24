import * as v from 'valibot';
import {
  checkOptions,
  expects,
  objectOr,
  optionsObject,
  toFieldIssue,
} from '../errors/check-options.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsCampaignStore } from '../guard/campaign.store.js';
import { isQueueStore } from '../guard/is-queue-store.js';
import { DEFAULT_MARKETING_WINDOW, parseMarketingWindow } from '../guard/marketing-window.js';
import type { SmsQueueStore } from '../guard/queue.store.js';
import type { SmsRedisClient } from '../redis/redis-client.js';
import { DURATION_FORM, parseDuration, toMilliseconds } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';

/** Options of `SmsQueueModule.forRoot`, and what the factory of `forRootAsync` returns. */
export interface SmsQueueModuleOptions {
  /**
   * The application's Redis client: keys and budgets are kept there, and what became of texts where the
   * app has no `SmsDeliveryModule`. Never closed. This or `store` is required.
   */
  redis?: SmsRedisClient | undefined;
  /**
   * Where keys and budgets are kept, such as `redisQueueStore(client)`; needs an `SmsDeliveryModule`
   * whose store all instances share.
   * @default that of `redis`
   */
  store?: SmsQueueStore | undefined;
  /**
   * Where campaigns are kept, such as `redisCampaignStore(client)`.
   * @default that of `redis`; without both there are none
   */
  campaigns?: SmsCampaignStore | undefined;
  /**
   * Whether this process queues texts, sends them, or both.
   * @default 'both'
   */
  role?: 'producer' | 'worker' | 'both' | undefined;
  /**
   * Texts of a lane that this process sends at once.
   * @default 20
   */
  concurrency?: number | undefined;
  /**
   * Texts that all instances together begin in any second. A request of a campaign has at most a
   * twentieth of them: its texts leave all at once.
   * @default none
   */
  budget?: { perSecond: number } | undefined;
  /**
   * When marketing texts to the mainland leave, on China's wall clock, within 08:00 and 22:00; later ones
   * wait for the next morning.
   * @default '08:00-21:55'
   */
  marketingWindow?: `${string}-${string}` | undefined;
  /**
   * Secrets of at least 32 characters, the first of which encrypts phones and values in jobs and makes
   * digests of keys; the others are for what was queued with them. Rotate in two deploys: list the new
   * one last, then first. Without one, verification texts are refused in production.
   * @default none
   */
  encrypt?: string | readonly string[] | undefined;
  /**
   * How long after a job was begun its text may still leave; later it is given back. Shorter is for tests.
   * @default '30s'
   */
  sendWithin?: SmsDuration | undefined;
  /**
   * How long a worker that says nothing keeps a job; shorter is for tests.
   * @default '30s'
   */
  lock?: SmsDuration | undefined;
  /**
   * How often jobs of workers that died are looked for; shorter is for tests.
   * @default '30s'
   */
  stalled?: SmsDuration | undefined;
  /**
   * How often a lane that paused by itself tries whether it may go on. For tests.
   * @default '5m'
   * @internal
   */
  probeEvery?: SmsDuration | undefined;
  /**
   * Milliseconds that a shutdown waits for the texts in flight. What remains is settled by others.
   * @default 10000
   */
  shutdownTimeoutMs?: number | undefined;
}

/** Options with every default filled in. */
export interface ResolvedQueueOptions {
  readonly redis: SmsRedisClient | undefined;
  readonly store: SmsQueueStore | undefined;
  readonly campaigns: SmsCampaignStore | undefined;
  readonly works: boolean;
  readonly produces: boolean;
  readonly concurrency: number;
  readonly budget: { readonly perSecond: number } | undefined;
  readonly marketingWindow: `${string}-${string}`;
  /** A function, so that printing the options shows no secret. */
  readonly secrets: () => readonly string[];
  readonly sendWithinMs: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  readonly probeEvery: SmsDuration | undefined;
  readonly shutdownTimeoutMs: number;
}

const MIN_SECRET = 32;
const MOST_CONCURRENCY = 10_000;
const MOST_PER_SECOND = 100_000;
const FULL_MS = 30_000;

const CAMPAIGN_METHODS = [
  'create',
  'find',
  'lease',
  'append',
  'endLoading',
  'stopLoading',
  'pause',
  'resume',
  'cancel',
  'read',
  'letters',
  'begin',
  'end',
] as const satisfies readonly (keyof SmsCampaignStore)[];

const duration = v.custom<SmsDuration>((given) => (parseDuration(given) ?? 0) >= 1);
const whole = (most: number) =>
  expects(
    `a whole number from 1 to ${most}`,
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)),
  );

const SCHEMA = optionsObject({
  redis: expects(
    'a client of ioredis, iovalkey or redis',
    v.optional(v.custom<SmsRedisClient>((given) => hasMethods(given, ['eval']))),
  ),
  store: expects(
    'a store, such as of redisQueueStore(client)',
    v.optional(v.custom<SmsQueueStore>(isQueueStore)),
  ),
  campaigns: expects(
    'a store, such as of redisCampaignStore(client)',
    v.optional(v.custom<SmsCampaignStore>((given) => hasMethods(given, CAMPAIGN_METHODS))),
  ),
  role: expects(
    '"producer", "worker" or "both"',
    v.optional(v.picklist(['producer', 'worker', 'both']), 'both'),
  ),
  concurrency: v.optional(whole(MOST_CONCURRENCY), 20),
  budget: expects(
    `an object { perSecond } with a whole number from 1 to ${MOST_PER_SECOND}`,
    v.optional(objectOr(optionsObject({ perSecond: whole(MOST_PER_SECOND) }), v.undefined())),
  ),
  marketingWindow: expects(
    'two times of day from 08:00 to 22:00 such as "08:00-21:55"',
    v.optional(
      v.custom<`${string}-${string}`>((given) => parseMarketingWindow(given) !== undefined),
      DEFAULT_MARKETING_WINDOW,
    ),
  ),
  encrypt: expects(
    `a text of at least ${MIN_SECRET} characters, such as of "openssl rand -hex 32", or a list of such texts`,
    v.optional(v.custom<string | readonly string[]>(areSecrets)),
  ),
  sendWithin: expects(DURATION_FORM, v.optional(duration, FULL_MS)),
  lock: expects(DURATION_FORM, v.optional(duration, FULL_MS)),
  stalled: expects(DURATION_FORM, v.optional(duration, FULL_MS)),
  probeEvery: expects(DURATION_FORM, v.optional(duration)),
  shutdownTimeoutMs: expects(
    'a whole number of milliseconds',
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)), 10_000),
  ),
} satisfies Record<keyof SmsQueueModuleOptions, unknown>);

/**
 * Checks options and fills in the defaults.
 *
 * @throws SmsOptionsError listing every bad field.
 */
export function resolveQueueOptions(given: SmsQueueModuleOptions): ResolvedQueueOptions {
  const checked = checkOptions(SCHEMA, given);
  if (checked.problems !== undefined) {
    throw new SmsOptionsError(
      checked.problems.map((problem) => toFieldIssue(problem, 'SmsQueueModule: ')),
    );
  }
  const { redis, store, campaigns, role, concurrency, budget, marketingWindow, encrypt, ...times } =
    checked.output;
  if (redis === undefined && store === undefined) {
    throw new SmsOptionsError([
      {
        field: 'redis',
        message:
          'SmsQueueModule: redis is missing: give your Redis client, or a store such as redisQueueStore(client) as store.',
      },
    ]);
  }
  const secrets = encrypt === undefined ? [] : [encrypt].flat();
  return Object.freeze({
    redis,
    store,
    campaigns,
    works: role !== 'producer',
    produces: role !== 'worker',
    concurrency,
    budget,
    marketingWindow,
    secrets: () => secrets,
    sendWithinMs: toMilliseconds('sendWithin', times.sendWithin),
    lockMs: toMilliseconds('lock', times.lock),
    stalledMs: toMilliseconds('stalled', times.stalled),
    probeEvery: times.probeEvery,
    shutdownTimeoutMs: times.shutdownTimeoutMs,
  });
}

function areSecrets(given: unknown): boolean {
  const secrets: unknown[] = Array.isArray(given) ? given : [given];
  return (
    secrets.length > 0 &&
    secrets.every((secret) => typeof secret === 'string' && secret.length >= MIN_SECRET)
  );
}

function hasMethods(given: unknown, methods: readonly string[]): boolean {
  const members = Object(given) as Record<string, unknown>;
  return methods.every((method) => typeof members[method] === 'function');
}
