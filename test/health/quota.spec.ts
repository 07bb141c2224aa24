import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { HealthIndicatorService } from '@nestjs/terminus';
import type { ServiceUnavailableException } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import type {
  SmsPackagesStatistics,
  SmsPackagesStatisticsRequest,
} from 'nestjs-tencentcloud-sms/api';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import type { SmsQuotaOptions } from 'nestjs-tencentcloud-sms/health';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { RawServer, answering } from '../support/raw-server.js';
import { CREDENTIALS, smsOptions } from '../support/sms-test-case.js';
import { shownAs } from '../support/terminus.js';

const DAY = 24 * 3600;
const now = Math.floor(Date.now() / 1000);

function packageOf(more: Partial<SmsPackagesStatistics>): SmsPackagesStatistics {
  return {
    PackageCreateTime: now - DAY,
    PackageEffectiveTime: now - DAY,
    PackageExpiredTime: now + DAY,
    PackageAmount: 1000,
    PackageType: 1,
    PackageId: 1,
    CurrentUsage: 0,
    ...more,
  };
}

describe('quota', () => {
  let server: RawServer;
  let module: TestingModule;

  beforeEach(async () => {
    server = await RawServer.start(answering({ SmsPackagesStatisticsSet: [packageOf({})] }));
    await start(server.url);
  });

  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  async function start(endpoint: string, credentials = CREDENTIALS): Promise<void> {
    module = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsModule.forRoot({ ...smsOptions({ endpoint, credentials }), name: 'main' }),
      ],
      providers: [SmsHealthIndicator],
    }).compile();
    await module.init();
  }

  function have(...packages: Partial<SmsPackagesStatistics>[]): void {
    server.respondWith(answering({ SmsPackagesStatisticsSet: packages.map(packageOf) }));
  }

  /** The status that terminus answers with, and what it says of us. */
  async function check(options: SmsQuotaOptions = {}): Promise<[status: number, details: object]> {
    const health = module.get(SmsHealthIndicator);
    const quota = async () => health.quota('sms', { account: 'main', cacheMs: 0, ...options });
    const terminus = await module.resolve(HealthCheckService);
    try {
      const { details } = await terminus.check([quota]);
      return [200, details['sms'] ?? {}];
    } catch (error) {
      const { details } = (error as ServiceUnavailableException).getResponse() as {
        details: Record<string, object>;
      };
      return [(error as ServiceUnavailableException).getStatus(), details['sms'] ?? {}];
    }
  }

  it('is up with what is left in the packages that are in effect', async () => {
    have(
      { PackageAmount: 1000, CurrentUsage: 400 },
      { PackageAmount: 50, CurrentUsage: 50 },
      { PackageAmount: 20, CurrentUsage: 25 },
      { PackageAmount: 7777, PackageExpiredTime: now - 60 },
      { PackageAmount: 8888, PackageEffectiveTime: now + 3600 },
    );
    expect(await check()).toEqual([200, { status: 'up', remaining: 600, packages: 3 }]);
  });

  it.each([
    [{ degradedBelow: 601 }, 200, 'degraded'],
    [{ degradedBelow: 600 }, 200, 'up'],
    [{ downBelow: 601 }, 503, 'down'],
    [{ downBelow: 600, degradedBelow: 601 }, 200, 'degraded'],
    [{ downBelow: 601, degradedBelow: 600 }, 503, 'down'],
  ] as const)('with 600 left and the limits %j answers %i, %s', async (limits, status, state) => {
    have({ PackageAmount: 600 });
    expect(await check(limits)).toMatchObject([
      status,
      { ...shownAs(state, module), remaining: 600 },
    ]);
  });

  it('is down when nothing is left', async () => {
    have({ CurrentUsage: 1000 }, { PackageExpiredTime: now - 60 });
    expect(await check()).toMatchObject([503, { status: 'down', remaining: 0, packages: 1 }]);
  });

  it('is up with a note when there are no packages', async () => {
    have();
    expect(await check({ downBelow: 100 })).toEqual([
      200,
      { status: 'up', note: 'this account has no packages' },
    ]);
  });

  it.each(['InvalidAction', 'UnsupportedOperation', 'UnsupportedOperation.New'])(
    'is up with a note where packages are not offered (%s)',
    async (code) => {
      server.respondWith(answering({ Error: { Code: code, Message: 'no' } }));
      expect(await check()).toEqual([
        200,
        { status: 'up', note: expect.stringContaining('international') },
      ]);
    },
  );

  it('is down when Tencent refuses, and when no answer comes', async () => {
    server.respondWith(answering({ Error: { Code: 'AuthFailure.SecretIdNotFound', Message: '' } }));
    expect(await check()).toMatchObject([503, { code: 'AuthFailure.SecretIdNotFound' }]);
    server.respondWith(() => undefined);
    expect(await check({ timeoutMs: 40 })).toMatchObject([503, { code: 'SMS_TIMEOUT' }]);
  });

  it('turns pages until one is not full', async () => {
    server.respondWith((socket, request, count) => {
      const { Offset } = JSON.parse(request.body) as SmsPackagesStatisticsRequest;
      const size = Offset < 1000 ? 500 : 3;
      answering({
        SmsPackagesStatisticsSet: Array.from({ length: size }, (_, i) =>
          packageOf({ PackageId: Offset + i, PackageAmount: 1 }),
        ),
      })(socket, request, count);
    });
    expect(await check()).toMatchObject([200, { remaining: 1003, packages: 1003 }]);
    const asked = server.requests.map(
      ({ body }) => JSON.parse(body) as SmsPackagesStatisticsRequest,
    );
    expect(asked.map(({ Limit, Offset }) => [Limit, Offset])).toEqual([
      [500, 0],
      [500, 500],
      [500, 1000],
    ]);
    expect(asked[0]).toMatchObject({
      SmsSdkAppId: '1400006666',
      BeginTime: expect.stringMatching(/^\d{10}$/),
      EndTime: expect.stringMatching(/^\d{10}$/),
    });
  });

  it('is requested once in five minutes, and compared with each caller’s own limits', async () => {
    const cacheMs = undefined;
    const [first, second] = await Promise.all([check({ cacheMs }), check({ cacheMs })]);
    expect(first).toEqual(second);
    expect(await check({ cacheMs, downBelow: 5000 })).toMatchObject([503, { remaining: 1000 }]);
    expect(server.requests).toHaveLength(1);
  });

  it('reads what the emulator has left', async () => {
    await module.close();
    const emulator = await SmsEmulator.start();
    await start(emulator.url, { ...CREDENTIALS, secretKey: emulator.secretKey });
    expect(await check()).toMatchObject([200, { status: 'up', packages: 1 }]);
    await emulator.stop();
  });

  it('is up with `degraded: true` where terminus knows no other way, as in version 11', async () => {
    const indicators = {
      check: (key: string) => ({
        up: (details: object) => ({ [key]: { status: 'up', ...details } }),
        down: (details: object) => ({ [key]: { status: 'down', ...details } }),
      }),
    } as unknown as HealthIndicatorService;
    const health = new SmsHealthIndicator(indicators, module.get(ModuleRef));
    expect(await health.quota('sms', { account: 'main', degradedBelow: 5000 })).toMatchObject({
      sms: { status: 'up', degraded: true, remaining: 1000 },
    });
  });
});
