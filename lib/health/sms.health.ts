import { Injectable } from '@nestjs/common';
import type { InjectionToken } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { collectDeclared } from '../account/declared-templates.js';
import type { SmsDeclaredTemplates } from '../account/declared-templates.js';
import { assertTimeout } from '../client/sms.client.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError } from '../errors/transport.errors.js';
import { SmsAccounts } from '../sms.accounts.js';
import type { SmsService } from '../sms.service.js';
import { getSmsServiceToken } from '../sms.tokens.js';
import { getVerificationHealthToken } from '../verification/verification-health.js';
import type { VerificationHealth } from '../verification/verification-health.js';
import { SMS_DELIVERY_HEALTH } from '../delivery/delivery-health.js';
import type { DeliveryHealth } from '../delivery/delivery-health.js';
import { getQueueHealthToken } from '../queue/queue-health.js';
import type { QueueHealth } from '../queue/queue-health.js';
import { checkDelivery, probeDelivery } from './check-delivery.js';
import { checkQueue, probeQueue } from './check-queue.js';
import { checkTemplates } from './check-templates.js';
import { checkVerification } from './check-verification.js';
import { countPackages } from './count-packages.js';
import { checkCredentials } from './check-credentials.js';
import { checkOutcomes } from './check-outcomes.js';
import { TIMED_OUT } from './check-result.js';
import type { CheckResult } from './check-result.js';
import { CachedCheck } from './cached-check.js';
import type { CheckTiming } from './cached-check.js';

/** What every check takes beside its key. */
export interface SmsHealthOptions {
  /** Name of the account, or key of a run-time one; the account without a name when left out. */
  account?: string | undefined;
  /** Milliseconds until an unanswered check counts as down. */
  timeoutMs?: number | undefined;
  /** Milliseconds for which an answer is reused; a fault is never kept longer than five seconds. */
  cacheMs?: number | undefined;
}

/** What `quota` takes beside its key. */
export interface SmsQuotaOptions extends SmsHealthOptions {
  /**
   * Degraded when fewer texts than this are left.
   * @default none: up or down only
   */
  degradedBelow?: number | undefined;
  /**
   * Down when fewer texts than this are left.
   * @default 1, so that only an empty account is down
   */
  downBelow?: number | undefined;
}

/** What `outcomes` takes beside its key. */
export interface SmsOutcomesOptions {
  /** Name of the account, or key of a run-time one; the account without a name when left out. */
  account?: string | undefined;
  /**
   * Milliseconds to look back; ten minutes at most, to ten seconds exactly.
   * @default 300000
   */
  windowMs?: number | undefined;
  /**
   * Degraded when a larger share of the texts is unknown, from 0 to 1.
   * @default 0.1
   */
  unknownAbove?: number | undefined;
  /**
   * Degraded when a larger share of the texts is rejected, from 0 to 1.
   * @default 0.5
   */
  rejectedAbove?: number | undefined;
  /**
   * Fewer texts than this prove nothing, and are up.
   * @default 10
   */
  minimum?: number | undefined;
}

/** What `templates` takes beside its key. */
export interface SmsTemplatesHealthOptions extends SmsHealthOptions {
  /** What `smsTemplate` makes: a list, or an object such as the namespace of a module. */
  templates: SmsDeclaredTemplates;
}

/** What `verification` takes beside its key. */
export interface SmsVerificationHealthOptions extends Omit<SmsHealthOptions, 'account'> {
  /** Name of the module; the one without a name when left out. */
  name?: string | undefined;
}

/** What `queue` takes beside its key. */
export interface SmsQueueHealthOptions extends Omit<SmsHealthOptions, 'account'> {
  /** Name of the module; the one without a name when left out. */
  name?: string | undefined;
  /**
   * Degraded when more texts than this are due and wait for a worker. What is normal depends on how many
   * the app queues at once.
   * @default none
   */
  waitingAbove?: number | undefined;
  /**
   * Degraded when the oldest text that waits was due longer ago than so many milliseconds: workers are
   * missing or too slow.
   * @default 60000
   */
  oldestAboveMs?: number | undefined;
}

/** What `delivery` takes beside its key. */
export interface SmsDeliveryHealthOptions extends Omit<SmsHealthOptions, 'account'> {
  /**
   * Degraded when handlers failed with more changes than this to the end: each is one that the app
   * never heard of.
   * @default 0
   */
  deadAbove?: number | undefined;
  /**
   * Degraded when more changes than this wait for handlers: ten rounds of all that are claimed at once.
   * @default 1000
   */
  waitingAbove?: number | undefined;
  /**
   * Degraded when more numbers than this are due to be looked up: Tencent takes ten look-ups a second,
   * so that these come two minutes late.
   * @default 1000
   */
  looksAbove?: number | undefined;
  /**
   * Degraded when a larger share of the accepted texts is without a report, from 0 to 1: callbacks do
   * not arrive. Texts that were just sent count, too.
   * @default 0.5
   */
  unreportedAbove?: number | undefined;
  /**
   * Fewer accepted texts than this prove nothing about the share.
   * @default 20
   */
  minimum?: number | undefined;
  /**
   * Degraded when the newest report is older than so many milliseconds while texts are without one. What
   * is normal depends on how often the app sends.
   * @default none
   */
  silentAboveMs?: number | undefined;
}

/**
 * Reports the health of the SMS account, for `@nestjs/terminus`. List it in your own providers.
 *
 * Every check returns up, degraded or down and never throws; concurrent checks share one probe.
 * Degraded is terminus' own state from version 12 on; before, it is up with `degraded: true`.
 *
 * `reachability` fits readiness; the others are for alerting; none fits liveness, since restarting
 * an app repairs no network.
 *
 * @example
 * `@HealthCheck() check() { return this.health.check([() => this.sms.reachability('sms')]); }`
 */
@Injectable()
export class SmsHealthIndicator {
  private readonly checks = new Map<string, CachedCheck>();

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * Whether a connection to the endpoint comes about, TLS included. Needs no credentials, costs
   * nothing. By default 2 seconds of time and 1 second of cache.
   */
  async reachability<Key extends string>(
    key: Key,
    { account, timeoutMs = 2000, cacheMs = 1000 }: SmsHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const timing = { timeoutMs, cacheMs };
    return this.check(key, 'reachability', account, timing, async (sms): Promise<CheckResult> => {
      const started = performance.now();
      if (!(await sms.probe(timeoutMs))) {
        return { state: 'up', details: { note: 'this transport has no connection to try' } };
      }
      return { state: 'up', details: { connectMs: Math.round(performance.now() - started) } };
    });
  }

  /**
   * Whether Tencent accepts the key pair: one signed call that sends no text and costs nothing
   * (DescribePhoneNumberInfo). A permission that is refused still proves the keys. By default 3
   * seconds of time and a minute of cache.
   */
  async credentials<Key extends string>(
    key: Key,
    { account, timeoutMs = 3000, cacheMs = 60_000 }: SmsHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    return this.check(key, 'credentials', account, { timeoutMs, cacheMs }, async (sms) =>
      checkCredentials(sms, timeoutMs),
    );
  }

  /**
   * How many texts are left in the packages that are in effect (SmsPackagesStatistics, a signed call
   * that costs nothing). Up with a note where there are no packages: who pays by use has none, and
   * the international site knows none. By default 5 seconds of time and 5 minutes of cache.
   */
  async quota<Key extends string>(
    key: Key,
    {
      account,
      timeoutMs = 5000,
      cacheMs = 300_000,
      degradedBelow = 0,
      downBelow = 1,
    }: SmsQuotaOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const timing = { timeoutMs, cacheMs };
    const found = await this.runCached(
      'quota',
      account,
      timing,
      async (sms): Promise<CheckResult> => {
        const count = await countPackages(sms, timeoutMs, Date.now());
        return { state: 'up', details: typeof count === 'string' ? { note: count } : { ...count } };
      },
    );
    // Compared here and not in the probe: checks that share it may have other limits.
    const { remaining } = found.details;
    if (typeof remaining !== 'number' || remaining >= Math.max(downBelow, degradedBelow)) {
      return this.show(key, found);
    }
    const state = remaining < downBelow ? 'down' : 'degraded';
    const message = remaining === 0 ? 'No texts are left.' : 'Few texts are left.';
    return this.show(key, { state, details: { ...found.details, message } });
  }

  /**
   * What became of the texts that this process sent lately: how many were accepted, rejected and
   * unknown. Degraded when too many were not accepted, down when none was at all. Makes no request.
   */
  async outcomes<Key extends string>(
    key: Key,
    {
      account,
      windowMs = 300_000,
      unknownAbove = 0.1,
      rejectedAbove = 0.5,
      minimum = 10,
    }: SmsOutcomesOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const limits = { unknownAbove, rejectedAbove, minimum };
    const result = await this.runCheck(account, async (sms) =>
      Promise.resolve(checkOutcomes(sms.recentOutcomes(windowMs), limits)),
    );
    return this.show(key, result);
  }

  /**
   * Whether the templates of the code are those of the account: approved, with the same text, for the
   * market that they are declared for. Down when one is not. Looks the ids up (DescribeSmsTemplateList,
   * signed calls that cost nothing). By default 5 seconds of time and an hour of cache.
   */
  async templates<Key extends string>(
    key: Key,
    { account, timeoutMs = 5000, cacheMs = 3_600_000, templates }: SmsTemplatesHealthOptions,
  ): Promise<HealthIndicatorResult<Key>> {
    // Two checks of one account may be about different templates, and a list may be made anew each time.
    const kind = `templates ${JSON.stringify(collectDeclared(templates))}`;
    return this.check(key, kind, account, { timeoutMs, cacheMs }, async (sms) =>
      checkTemplates(sms, templates, timeoutMs),
    );
  }

  /**
   * Whether the store of `SmsVerificationModule` answers, and how much of its limit of all texts is used
   * up: degraded from 80 % on. One call of the store. By default 2 seconds of time and 5 seconds of
   * cache.
   */
  async verification<Key extends string>(
    key: Key,
    { name, timeoutMs = 2000, cacheMs = 5000 }: SmsVerificationHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const health = this.find<VerificationHealth>(getVerificationHealthToken(name));
    if (health === undefined) {
      return this.show(key, { state: 'down', details: VERIFICATION_UNKNOWN });
    }
    const result = await this.runFor('verification', name, { timeoutMs, cacheMs }, async () =>
      checkVerification(health),
    );
    return this.show(key, result);
  }

  /**
   * Whether the store of `SmsDeliveryModule` answers, and whether reports arrive and reach their
   * handlers: the age of the newest report, accepted texts with and without one, and changes that wait
   * or failed to the end. One call of the store. Up with a note with `store: false`. By default 2
   * seconds of time and 5 seconds of cache.
   */
  async delivery<Key extends string>(
    key: Key,
    {
      timeoutMs = 2000,
      cacheMs = 5000,
      deadAbove = 0,
      waitingAbove = 1000,
      looksAbove = 1000,
      unreportedAbove = 0.5,
      minimum = 20,
      silentAboveMs = Infinity,
    }: SmsDeliveryHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const health = this.find<DeliveryHealth>(SMS_DELIVERY_HEALTH);
    if (health === undefined) {
      return this.show(key, { state: 'down', details: DELIVERY_UNKNOWN });
    }
    const probe = await this.runFor('delivery', undefined, { timeoutMs, cacheMs }, async () =>
      probeDelivery(health),
    );
    // Compared here and not in the probe: checks that share it may have other limits.
    const limits = { deadAbove, waitingAbove, looksAbove, unreportedAbove, minimum, silentAboveMs };
    return this.show(key, checkDelivery(probe, limits));
  }

  /**
   * Whether the workers of `SmsQueueModule` keep up: texts that wait, the age of the oldest one, lanes
   * that are paused, and texts whose outcome is looked for. Down where the workers of this process have
   * stopped because their credentials are refused, or Redis is out of reach; degraded where a lane is
   * paused, jobs can't be read or a limit is passed. By default 2 seconds of time and 5 seconds of cache.
   */
  async queue<Key extends string>(
    key: Key,
    {
      name,
      timeoutMs = 2000,
      cacheMs = 5000,
      waitingAbove = Infinity,
      oldestAboveMs = 60_000,
    }: SmsQueueHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const health = this.find<QueueHealth>(getQueueHealthToken(name));
    if (health === undefined) {
      return this.show(key, { state: 'down', details: QUEUE_UNKNOWN });
    }
    const probe = await this.runFor('queue', name, { timeoutMs, cacheMs }, async () =>
      probeQueue(health),
    );
    // Compared here and not in the probe: checks that share it may have other limits.
    return this.show(key, checkQueue(probe, { waitingAbove, oldestAboveMs }));
  }

  private async check<Key extends string>(
    key: Key,
    kind: string,
    account: string | undefined,
    timing: CheckTiming,
    check: Check,
  ): Promise<HealthIndicatorResult<Key>> {
    return this.show(key, await this.runCached(kind, account, timing, check));
  }

  private async runCached(
    kind: string,
    account: string | undefined,
    timing: CheckTiming,
    check: Check,
  ): Promise<CheckResult> {
    return this.runFor(kind, account, timing, async () => this.runCheck(account, check));
  }

  private async runFor(
    kind: string,
    name: string | undefined,
    timing: CheckTiming,
    check: () => Promise<CheckResult>,
  ): Promise<CheckResult> {
    try {
      assertTimeout(timing.timeoutMs);
    } catch (error) {
      return toDown(error);
    }
    return this.cachedCheckOf(kind, name).run(timing, check);
  }

  private async runCheck(account: string | undefined, check: Check): Promise<CheckResult> {
    const sms = this.serviceOf(account);
    if (sms === undefined) {
      return { state: 'down', details: ACCOUNT_UNKNOWN };
    }
    try {
      return await check(sms);
    } catch (error) {
      return toDown(error);
    }
  }

  private show<Key extends string>(
    key: Key,
    { state, details }: CheckResult,
  ): HealthIndicatorResult<Key> {
    const indicator: Indicator<Key> = this.indicators.check(key);
    if (state === 'degraded') {
      return indicator.degraded?.(details) ?? indicator.up({ ...details, degraded: true });
    }
    return indicator[state](details);
  }

  private serviceOf(account: string | undefined): SmsService | undefined {
    const atStart = this.find(getSmsServiceToken(account));
    if (atStart !== undefined || account === undefined || account.trim() === '') {
      return atStart;
    }
    return this.find<SmsAccounts>(SmsAccounts)?.get(account);
  }

  private find<T>(token: InjectionToken<T>): T | undefined {
    try {
      return this.modules.get<T>(token, { strict: false });
    } catch {
      // Nest throws for nothing else than that there is no such provider.
      return undefined;
    }
  }

  private cachedCheckOf(kind: string, account: string | undefined): CachedCheck {
    // An account without a name is not the one with an empty name, which can't exist.
    const id = account === undefined ? kind : `${kind}:${account}`;
    let check = this.checks.get(id);
    if (check === undefined) {
      check = new CachedCheck();
      this.checks.set(id, check);
    }
    return check;
  }
}

/** A check's answer in the making, in terminus 12; 11 has no `degraded`. */
interface Indicator<Key extends string> {
  up(details: CheckResult['details']): HealthIndicatorResult<Key>;
  degraded?(details: CheckResult['details']): HealthIndicatorResult<Key>;
  down(details: CheckResult['details']): HealthIndicatorResult<Key>;
}

const ACCOUNT_UNKNOWN = {
  code: 'SMS_ACCOUNT_UNKNOWN',
  message: 'No such SMS account is registered in this app.',
};

const VERIFICATION_UNKNOWN = {
  code: 'SMS_VERIFICATION_UNKNOWN',
  message: 'No such SmsVerificationModule is registered in this app.',
};

const DELIVERY_UNKNOWN = {
  code: 'SMS_DELIVERY_UNKNOWN',
  message: 'No SmsDeliveryModule is registered in this app.',
};

const QUEUE_UNKNOWN = {
  code: 'SMS_QUEUE_UNKNOWN',
  message: 'No such SmsQueueModule is registered in this app.',
};

type Check = (sms: SmsService) => Promise<CheckResult>;

function toDown(error: unknown): CheckResult {
  if (error instanceof SmsAbortError) {
    // The signal is ours and fires when the time is up: a hanging credentials provider counts, too.
    return TIMED_OUT;
  }
  const details =
    error instanceof SmsError
      ? { code: error.code, message: error.message }
      : // From foreign code, such as a custom transport: its message may hold anything.
        { code: 'SMS_CHECK_FAILED', message: 'The check failed.' };
  return { state: 'down', details };
}
