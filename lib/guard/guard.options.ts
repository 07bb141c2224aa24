import * as v from 'valibot';
import { SmsDelivery } from '../delivery/sms-delivery.js';
import { checkOptions, expects, optionsObject, toFieldIssue } from '../errors/check-options.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsService } from '../sms.service.js';
import { DURATION_FORM, parseDuration, toMilliseconds } from '../time/duration.js';
import type { SmsDuration } from '../time/duration.js';
import { isQueueStore } from './is-queue-store.js';
import { DEFAULT_MARKETING_WINDOW, parseMarketingWindow } from './marketing-window.js';
import type { MarketingWindow } from './marketing-window.js';
import type { SmsQueueStore } from './queue.store.js';

/** What a {@link SmsSendGuard} is made of. */
export interface SmsSendGuardOptions {
  /** The account that sends. */
  sms: SmsService;
  /** Follows the texts of the account; with a store, and with `settle`. */
  delivery: SmsDelivery;
  /** Shared by all processes that may have the same keys. */
  store: SmsQueueStore;
  /**
   * Name of the account, as in `SmsModule.forRoot`.
   * @default the one without a name
   */
  name?: string | undefined;
  /**
   * Keys and texts are digested under the first one, and found under each: at least 32 characters.
   * Without one a digest can be compared with that of a text that is guessed.
   * @default none
   */
  secrets?: readonly string[] | undefined;
  /**
   * How long a text may take to leave once it was given leave.
   * @default '30s'
   */
  sendWithin?: SmsDuration | undefined;
  /**
   * When marketing texts to the mainland leave, China time, between 08:00 and 22:00.
   * @default '08:00-21:55'
   */
  marketingWindow?: `${string}-${string}` | undefined;
  /**
   * Most texts that begin in any second, over all processes.
   * @default none
   */
  budget?: { perSecond: number } | undefined;
  /**
   * How often a lane that paused by itself tries whether it may go on. For tests.
   * @default '5m'
   * @internal
   */
  probeEvery?: SmsDuration | undefined;
}

/** Options with every default filled in. */
export interface ResolvedGuardOptions {
  readonly sms: SmsService;
  readonly delivery: SmsDelivery;
  readonly store: SmsQueueStore;
  readonly name: string | undefined;
  /** A function, so that printing the options shows none. */
  readonly secrets: () => readonly string[];
  readonly sendWithinMs: number;
  readonly window: MarketingWindow;
  readonly perSecond: number | undefined;
  readonly probeEveryMs: number;
}

const MIN_SECRET = 32;
const duration = v.custom<SmsDuration>((given) => (parseDuration(given) ?? 0) > 0);

const SCHEMA = optionsObject({
  sms: expects('the SmsService of the account', v.instance(SmsService)),
  delivery: expects('the SmsDelivery of the app', v.instance(SmsDelivery)),
  store: expects(
    'a store, such as of redisQueueStore(client)',
    v.custom<SmsQueueStore>(isQueueStore),
  ),
  name: expects('the name of an account', v.optional(v.pipe(v.string(), v.minLength(1)))),
  secrets: expects(
    `a list of texts of at least ${MIN_SECRET} characters, such as of "openssl rand -hex 32"`,
    v.optional(v.pipe(v.array(v.pipe(v.string(), v.minLength(MIN_SECRET))), v.minLength(1))),
  ),
  sendWithin: expects(DURATION_FORM, v.optional(duration)),
  marketingWindow: expects(
    'a text such as "08:00-21:55", China time, between 08:00 and 22:00',
    v.optional(
      v.custom<`${string}-${string}`>((given) => parseMarketingWindow(given) !== undefined),
    ),
  ),
  budget: expects(
    'an object { perSecond } with a number from 1 to 100000',
    v.optional(
      optionsObject({ perSecond: v.pipe(v.number(), v.minValue(1), v.maxValue(100_000)) }),
    ),
  ),
  probeEvery: expects(DURATION_FORM, v.optional(duration)),
} satisfies Record<keyof SmsSendGuardOptions, unknown>);

/**
 * Checks options and fills in the defaults.
 *
 * @throws SmsOptionsError with one sentence for every bad field, and no value in it.
 */
export function resolveGuardOptions(given: SmsSendGuardOptions): ResolvedGuardOptions {
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
  const { sms, delivery, store, name, secrets = [], budget } = checked.output;
  const {
    sendWithin = '30s',
    marketingWindow = DEFAULT_MARKETING_WINDOW,
    probeEvery = '5m',
  } = checked.output;
  const issues = findDeliveryIssues(delivery, name);
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
  const copied = [...secrets];
  return Object.freeze({
    sms,
    delivery,
    store,
    name,
    secrets: () => copied,
    sendWithinMs: toMilliseconds('sendWithin', sendWithin),
    window: parseMarketingWindow(marketingWindow) as MarketingWindow,
    perSecond: budget?.perSecond,
    probeEveryMs: toMilliseconds('probeEvery', probeEvery),
  });
}

/** Without them a text whose outcome is open would stay so. */
function findDeliveryIssues({ parts }: SmsDelivery, name = 'default'): SmsFieldIssue[] {
  const reason =
    parts.store === undefined
      ? 'keeps no texts (store: false)'
      : !parts.accounts.includes(name)
        ? 'does not follow this account: list it in accounts of SmsDeliveryModule'
        : !parts.hasTimetable
          ? 'does not look for texts whose outcome is open (settle: false)'
          : undefined;
  return reason === undefined
    ? []
    : [{ field: 'delivery', message: `delivery is not usable: its module ${reason}.` }];
}
