import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { TerminusModule } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import type { SmsHealthOptions } from 'nestjs-tencentcloud-sms/health';
import { smsOptions } from '../support/sms-test-case.js';

type Kind = 'reachability' | 'credentials' | 'quota';

const KINDS: [Kind][] = [['reachability'], ['credentials'], ['quota']];
const TIMEOUT = { sms: { status: 'down', code: 'SMS_TIMEOUT' } };

/** Heeds neither the time nor a signal. */
const never = async (): Promise<never> => new Promise(() => undefined);

async function ask(
  health: SmsHealthIndicator,
  kind: Kind,
  options: SmsHealthOptions,
): Promise<HealthIndicatorResult> {
  return health[kind]('sms', { cacheMs: 0, ...options });
}

describe('a health check of what hangs', () => {
  let module: TestingModule;

  afterEach(async () => {
    await module.close();
  });

  async function start(more: Partial<SmsModuleOptions>): Promise<SmsHealthIndicator> {
    module = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsModule.forRoot(smsOptions({ retry: false, shutdownTimeoutMs: 0, ...more })),
      ],
      providers: [SmsHealthIndicator],
    }).compile();
    await module.init();
    return module.get(SmsHealthIndicator);
  }

  it.each(KINDS)('%s is down in time when the transport heeds no time-out', async (kind) => {
    const health = await start({ transport: { send: never, probe: never } });
    expect(await ask(health, kind, { timeoutMs: 30 })).toMatchObject(TIMEOUT);
  });

  it('credentials are down in time when the signer hangs', async () => {
    const health = await start({ signer: { sign: never } });
    expect(await ask(health, 'credentials', { timeoutMs: 30 })).toMatchObject(TIMEOUT);
  });

  it('starts a new probe after one that never ended', async () => {
    let probe = never as () => Promise<void>;
    const health = await start({ transport: { send: never, probe: async () => probe() } });
    expect(await ask(health, 'reachability', { timeoutMs: 30 })).toMatchObject(TIMEOUT);
    probe = async () => Promise.resolve();
    expect(await ask(health, 'reachability', { timeoutMs: 30 })).toMatchObject({
      sms: { status: 'up' },
    });
  });

  it('keeps the time limit of each check, though they share the probe', async () => {
    const finishing: (() => void)[] = [];
    const probe = async () =>
      new Promise<void>((resolve) => {
        finishing.push(resolve);
      });
    const health = await start({ transport: { send: never, probe } });
    const patient = ask(health, 'reachability', { timeoutMs: 60_000 });
    expect(await ask(health, 'reachability', { timeoutMs: 30 })).toMatchObject(TIMEOUT);
    expect(finishing).toHaveLength(1);
    finishing[0]?.();
    expect(await patient).toMatchObject({ sms: { status: 'up' } });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'refuses a time-out of %d by name',
    async (timeoutMs) => {
      const health = await start({ transport: { send: never, probe: never } });
      const results = await Promise.all(
        KINDS.map(async ([kind]) => ask(health, kind, { timeoutMs })),
      );
      for (const result of results) {
        expect(result).toMatchObject({ sms: { status: 'down', code: 'SMS_PARAMETER_INVALID' } });
      }
    },
  );

  it('does not take an account with an empty name for the one without', async () => {
    const health = await start({
      transport: { send: never, probe: async () => Promise.resolve() },
    });
    expect(await ask(health, 'reachability', { account: '', cacheMs: 60_000 })).toMatchObject({
      sms: { code: 'SMS_ACCOUNT_UNKNOWN' },
    });
    expect(await ask(health, 'reachability', { cacheMs: 60_000 })).toMatchObject({
      sms: { status: 'up' },
    });
  });
});
