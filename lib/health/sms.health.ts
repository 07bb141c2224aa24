import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { SmsError } from '../errors/sms.error.js';
import type { SmsService } from '../sms.service.js';
import { getSmsServiceToken } from '../sms.tokens.js';
import { judgeCredentials } from './judge-credentials.js';
import { SharedProbe } from './shared-probe.js';
import type { ProbeResult } from './shared-probe.js';

/** What every check takes beside its key. */
export interface SmsHealthOptions {
  /** Name of the account; the one without a name when left out. */
  account?: string | undefined;
  /** Milliseconds until an unanswered check counts as down. */
  timeoutMs?: number | undefined;
  /** Milliseconds for which an answer is reused; a fault is never kept longer than five seconds. */
  cacheMs?: number | undefined;
}

/**
 * Tells how the SMS account is, for `@nestjs/terminus`. List it in your own providers.
 *
 * Every check gives up or down and never throws; those who ask at the same time share one probe.
 * `reachability` fits readiness; the others are for alerting; none fits liveness, since restarting
 * an app mends no network.
 *
 * @example
 * `@HealthCheck() check() { return this.health.check([() => this.sms.reachability('sms')]); }`
 *
 * @publicApi
 */
@Injectable()
export class SmsHealthIndicator {
  private readonly probes = new Map<string, SharedProbe>();

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
    return this.check(key, 'reachability', account, cacheMs, async (sms) => {
      const started = performance.now();
      if (!(await sms.probe(timeoutMs))) {
        return { up: true, details: { note: 'this transport has no connection to try' } };
      }
      return { up: true, details: { connectMs: Math.round(performance.now() - started) } };
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
    return this.check(key, 'credentials', account, cacheMs, async (sms) =>
      judgeCredentials(sms, timeoutMs),
    );
  }

  private async check<Key extends string>(
    key: Key,
    kind: string,
    account: string | undefined,
    cacheMs: number,
    probe: (sms: SmsService) => Promise<ProbeResult>,
  ): Promise<HealthIndicatorResult<Key>> {
    const indicator = this.indicators.check(key);
    const { up, details } = await this.probeOf(kind, account).ask(cacheMs, async () => {
      try {
        return await probe(this.serviceOf(account));
      } catch (error) {
        return { up: false, details: toDetails(error) };
      }
    });
    return up ? indicator.up(details) : indicator.down(details);
  }

  private serviceOf(account: string | undefined): SmsService {
    return this.modules.get<SmsService>(getSmsServiceToken(account), { strict: false });
  }

  private probeOf(kind: string, account = ''): SharedProbe {
    const id = `${kind}:${account}`;
    let probe = this.probes.get(id);
    if (probe === undefined) {
      probe = new SharedProbe();
      this.probes.set(id, probe);
    }
    return probe;
  }
}

function toDetails(error: unknown): ProbeResult['details'] {
  return error instanceof SmsError
    ? { code: error.code, message: error.message }
    : { code: 'SMS_ACCOUNT_UNKNOWN', message: 'No such SMS account is registered in this app.' };
}
