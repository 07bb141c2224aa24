import { TerminusModule } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { Injectable } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReport,
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type { MemoryDeliveryStore, SmsDeliveryStats } from 'nestjs-tencentcloud-sms/delivery';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import type { SmsDeliveryHealthOptions } from 'nestjs-tencentcloud-sms/health';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { shownAs } from '../support/terminus.js';
import { until } from '../support/until.js';

const PHONE = '+8613711112222';
const NONE: SmsDeliveryStats = {
  reported: 0,
  unreported: 0,
  waiting: 0,
  dead: 0,
  open: 0,
  looks: 0,
  parked: 0,
  dropped: 0,
};

let calls = 0;

@Injectable()
class Handlers {
  @OnSmsReport()
  onReport(): void {
    calls += 1;
    throw new Error('the database of canary-host is down');
  }
}

describe('the health check of deliveries', () => {
  let kit: SmsTestKit;
  let module: TestingModule;

  afterEach(async () => {
    await module.close();
    kit.close();
    calls = 0;
  });

  async function start(...imports: DynamicModule[]): Promise<SmsHealthIndicator> {
    kit = await createSmsTestKit({ delivery: 'never' });
    module = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsTestingModule.forTest({ kit }),
        ...imports,
      ],
      providers: [SmsHealthIndicator, Handlers],
    }).compile();
    module.useLogger(false);
    await module.init();
    return module.get(SmsHealthIndicator);
  }

  /** A store that has these figures, whatever else it holds. */
  async function startWith(
    stats: () => Promise<SmsDeliveryStats>,
  ): Promise<(options?: SmsDeliveryHealthOptions) => Promise<HealthIndicatorResult<'sms'>>> {
    const store: MemoryDeliveryStore = memoryDeliveryStore();
    store.stats = stats;
    const health = await start(SmsDeliveryModule.forRoot({ store }));
    return async (options) => health.delivery('sms', { cacheMs: 0, ...options });
  }

  it('shows texts whose outcome is open, and is degraded when too many wait for a look', async () => {
    const health = await startWith(async () =>
      Promise.resolve({ ...NONE, open: 1_500, looks: 1_001 }),
    );
    const found = await health();
    expect(found.sms).toMatchObject({
      ...shownAs('degraded', module),
      open: 1_500,
      looks: 1_001,
    });
    expect(found.sms['message']).toBe('Too many numbers wait to be looked up.');
    expect((await health({ looksAbove: 2_000 })).sms.status).toBe('up');
  });

  it('shows the age of the newest report, texts with and without one, and what waits and is dead', async () => {
    const health = await start(SmsDeliveryModule.forRoot());
    const fresh = { cacheMs: 0 };
    expect(await health.delivery('sms', fresh)).toEqual({
      sms: {
        status: 'up',
        reported: 0,
        unreported: 0,
        waiting: 0,
        dead: 0,
        dropped: 0,
        open: 0,
        looks: 0,
      },
    });
    const sms = module.get(SmsService);
    const template = { templateId: '11' };
    const { serialNo } = await sms.send(template, { to: PHONE });
    await sms.send(template, { to: PHONE });
    const push = async (): Promise<unknown> =>
      module.get(SmsDelivery).accept([
        {
          user_receive_time: '2026-03-14 09:26:53',
          nationcode: '86',
          mobile: PHONE.slice(3),
          report_status: 'SUCCESS',
          errmsg: 'DELIVRD',
          sid: serialNo,
        },
      ]);
    for (let call = 1; call <= 6; call += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each push has the handler called once more
      await push();
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      await until(() => calls === call);
      kit.clock.advance(3_600_000);
    }
    await until(async () => (await health.delivery('sms', fresh)).sms['dead'] === 1);
    const shown = await health.delivery('sms', fresh);
    expect(shown).toEqual({
      sms: {
        ...shownAs('degraded', module),
        newestReportAgeMs: expect.any(Number),
        reported: 1,
        unreported: 1,
        waiting: 0,
        dead: 1,
        dropped: 0,
        open: 0,
        looks: 0,
        message: 'Handlers failed with changes to the end.',
      },
    });
    expect(shown.sms['newestReportAgeMs']).toBeGreaterThanOrEqual(3_600_000);
    expect(JSON.stringify(shown)).not.toMatch(/canary|13711112222/);
    expect(await health.delivery('sms', { ...fresh, deadAbove: 1 })).toMatchObject({
      sms: { status: 'up' },
    });
  });

  it.each<[Partial<SmsDeliveryStats>, SmsDeliveryHealthOptions, string | undefined]>([
    [{ dead: 1 }, {}, 'Handlers failed with changes to the end.'],
    [{ waiting: 1000 }, {}, undefined],
    [{ waiting: 1001 }, {}, 'Too many changes wait for handlers.'],
    [{ reported: 9, unreported: 10 }, {}, undefined],
    [{ reported: 10, unreported: 10 }, {}, undefined],
    [{ reported: 9, unreported: 11 }, {}, 'Too many texts are without a report.'],
    [{ reported: 9, unreported: 11 }, { unreportedAbove: 0.6 }, undefined],
    [{ unreported: 1 }, { minimum: 1 }, 'Too many texts are without a report.'],
    [{ unreported: 1, newestReportAt: 0 }, {}, undefined],
    [
      { unreported: 1, newestReportAt: 0 },
      { silentAboveMs: 3_600_000 },
      'No report came for too long.',
    ],
    [{ unreported: 1 }, { silentAboveMs: 3_600_000 }, 'No report came for too long.'],
    [{ newestReportAt: 0 }, { silentAboveMs: 3_600_000 }, undefined],
    [
      { dead: 2, waiting: 2000 },
      {},
      'Handlers failed with changes to the end. Too many changes wait for handlers.',
    ],
  ])('of %j with the limits %j says %p', async (stats, options, message) => {
    const check = await startWith(async () => Promise.resolve({ ...NONE, ...stats }));
    expect((await check(options)).sms).toMatchObject({
      ...shownAs(message === undefined ? 'up' : 'degraded', module),
      ...(message === undefined ? {} : { message }),
    });
  });

  it('compares a probe that is shared with the limits of each check', async () => {
    let probes = 0;
    const check = await startWith(async () => {
      probes += 1;
      return Promise.resolve({ ...NONE, dead: 3 });
    });
    const [strict, lenient] = await Promise.all([
      check({ cacheMs: 60_000 }),
      check({ cacheMs: 60_000, deadAbove: 3 }),
    ]);
    expect([strict.sms, lenient.sms]).toMatchObject([
      shownAs('degraded', module),
      { status: 'up' },
    ]);
    expect(lenient.sms).not.toHaveProperty('degraded');
    expect(probes).toBe(1);
  });

  it('is down, without a word of the reason, when the store does not answer', async () => {
    const check = await startWith(async () => Promise.reject(new Error('canary-host:6379')));
    expect(await check()).toEqual({
      sms: {
        status: 'down',
        code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
        message: 'The store of deliveries is out of reach.',
      },
    });
  });

  it('is down in time when the store hangs', async () => {
    const check = await startWith(async () => new Promise(() => undefined));
    expect(await check({ timeoutMs: 30 })).toMatchObject({
      sms: { status: 'down', code: 'SMS_TIMEOUT' },
    });
    expect(await check({ timeoutMs: Number.NaN })).toMatchObject({
      sms: { status: 'down', code: 'SMS_PARAMETER_INVALID' },
    });
  });

  it('never has a report of the future, where the clock of the store runs ahead', async () => {
    const check = await startWith(async () =>
      Promise.resolve({ ...NONE, newestReportAt: Number.MAX_SAFE_INTEGER }),
    );
    expect(await check()).toMatchObject({ sms: { status: 'up', newestReportAgeMs: 0 } });
  });

  it('is up with a note where nothing is kept', async () => {
    const health = await start(SmsDeliveryModule.forRoot({ store: false }));
    expect(await health.delivery('sms')).toEqual({
      sms: { status: 'up', note: expect.stringContaining('store is false') },
    });
  });

  it('is down, and says why, where there is no module', async () => {
    const health = await start();
    expect(await health.delivery('sms')).toEqual({
      sms: {
        status: 'down',
        code: 'SMS_DELIVERY_UNKNOWN',
        message: 'No SmsDeliveryModule is registered in this app.',
      },
    });
  });
});
