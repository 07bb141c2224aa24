import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsService, SmsTransportError } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOutcome, SmsTransport } from 'nestjs-tencentcloud-sms';
import { SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import { Test } from '@nestjs/testing';
import { RATE_LIMITS } from '../../lib/api/rate-limits.js';
import { SMS_ACTIONS } from '../../lib/api/actions.js';
import { change } from '../support/call-kinds.js';
import { RateLimitedTencent, mostInASecond } from '../support/rate-limited-tencent.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const TEMPLATE = { templateId: '1' };

/** Rows abroad, each with a text of its own: 200 of them make one `SendMultiGlobalSms`. */
function personalRows(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    to: `+852${61_000_000 + i}`,
    params: [String(i)],
  }));
}

async function sendAll(
  sms: SmsService,
  count: number,
  options: { notAfter?: number; signal?: AbortSignal; concurrency?: number } = {},
): Promise<SmsOutcome[]> {
  const outcomes: SmsOutcome[] = [];
  for await (const outcome of sms.sendEach(TEMPLATE, personalRows(count), options)) {
    outcomes.push(outcome);
  }
  return outcomes;
}

function countOf(outcomes: readonly SmsOutcome[], code: string): number {
  return outcomes.filter((outcome) => ('code' in outcome ? outcome.code : 'Ok') === code).length;
}

describe('the documented rates', () => {
  it('are known for every action', () => {
    expect(Object.keys(RATE_LIMITS).toSorted()).toEqual(SMS_ACTIONS.toSorted());
    expect(RATE_LIMITS).toEqual({
      AddSmsSign: 1,
      AddSmsTemplate: 2,
      CallbackStatusStatistics: 10,
      DeleteSmsSign: 1,
      DeleteSmsTemplate: 1,
      DescribePhoneNumberInfo: 1000,
      DescribeSendRecordList: 10,
      DescribeSmsSignList: 20,
      DescribeSmsTemplateList: 20,
      ModifySmsSign: 1,
      ModifySmsTemplate: 20,
      PullSmsReplyStatus: 100,
      PullSmsReplyStatusByPhoneNumber: 20,
      PullSmsSendStatus: 100,
      PullSmsSendStatusByPhoneNumber: 20,
      ReportConversion: 1000,
      SendMultiGlobalSms: 10,
      SendSms: 3000,
      SendStatusStatistics: 10,
      SmsPackagesStatistics: 10,
    });
  });
});

describe('a paced account', () => {
  let tencent: RateLimitedTencent;
  const started: SmsTestCase[] = [];
  let keys = 0;

  beforeEach(async () => {
    tencent = await RateLimitedTencent.start({ latencyMs: 10 });
    keys += 1;
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ module }) => module.close()));
    await tencent.stop();
  });

  /** An account with a key of its own, so that tests do not wait for each other. */
  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    const one = await startSms({
      credentials: { secretId: `AKIDpaced${keys}`, secretKey: 'canary-secret-key-0002' },
      signName: undefined,
      endpoint: 'http://sms.example',
      transport: tencent.transport(),
      retry: { attempts: 3, baseDelayMs: 1 },
      ...more,
    });
    started.push(one);
    return one.sms;
  }

  it('starts no more calls in any second than Tencent takes, counted where they leave', async () => {
    const outcomes = await sendAll(await sms(), 25 * 200);
    const seen = await tencent.seen();
    expect(countOf(outcomes, 'Ok')).toBe(5000);
    expect(seen.executed).toHaveLength(25);
    // Where they leave: on a busy machine they may arrive in heaps.
    expect(mostInASecond(tencent.handOvers)).toBe(10);
  });

  it('starts as many at once as a second may have, and the rest in the next', async () => {
    const service = await sms();
    await Promise.all(Array.from({ length: 5 }, async () => change(service)));
    const [first = 0, ...others] = tencent.handOvers.map(Math.round);
    const after = others.map((at) => Math.floor((at - first) / 1000));
    // Two a second are documented of AddSmsTemplate.
    expect(after).toEqual([0, 1, 1, 2]);
  });

  it('shares the rate with every account of the process that uses the same key', async () => {
    const services = [await sms(), await sms(), await sms()];
    const all = await Promise.all(services.map(async (one) => sendAll(one, 5 * 200)));
    const seen = await tencent.seen();
    expect(countOf(all.flat(), 'Ok')).toBe(3000);
    expect(seen.executed).toHaveLength(15);
    expect(mostInASecond(tencent.handOvers)).toBe(10);
  });

  it('does not wait for accounts with other keys, nor for other actions', async () => {
    await tencent.stop();
    tencent = await RateLimitedTencent.start({ most: 100 });
    const other = await sms({ credentials: { secretId: `AKIDother${keys}`, secretKey: 'k' } });
    const own = await sms();
    await Promise.all([1, 2, 3].map(async () => own.pullSmsSendStatus({ Limit: 1 })));
    await Promise.all([own, own, other, other].map(async (one) => change(one)));
    expect(tencent.handOvers).toHaveLength(7);
    expect(mostInASecond(tencent.handOvers)).toBe(7);
  });

  it('uses the share of the rate that it was told to', async () => {
    await sendAll(await sms({ pace: { share: 0.25 } }), 5 * 200);
    expect(tencent.handOvers).toHaveLength(5);
    expect(mostInASecond(tencent.handOvers)).toBe(2);
  });

  it.each<[string, () => Partial<SmsModuleOptions>]>([
    ['pace is false', () => ({ pace: false })],
    ['the endpoint is this machine', () => ({ endpoint: tencent.url, transport: undefined })],
  ])('is not paced when %s', async (_, more) => {
    const service = await sms(more());
    await Promise.all(Array.from({ length: 5 }, async () => change(service)));
    const { arrivals } = await tencent.seen();
    expect(arrivals).toHaveLength(5);
    expect(mostInASecond(arrivals)).toBe(5);
  });

  it('rejects what waits for its turn when the signal fires, and never sends it', async () => {
    const abort = new AbortController();
    const service = await sms();
    const calls = Array.from({ length: 5 }, async () => change(service, { signal: abort.signal }));
    await Promise.all(calls.slice(0, 2));
    const start = performance.now();
    abort.abort();
    await expect(Promise.all(calls.slice(2))).resolves.toEqual(
      Array.from({ length: 3 }, () => ({ result: 'not done', code: 'SMS_ABORTED' })),
    );
    // At once: the turn of the last would come two seconds later.
    expect(performance.now() - start).toBeLessThan(800);
    // The turns of those that left are for others.
    await change(service);
    await expect(tencent.seen()).resolves.toMatchObject({ arrivals: { length: 3 } });
  });

  it('rejects what waits when its time is over, and does not wait any longer', async () => {
    const start = performance.now();
    const outcomes = await sendAll(await sms(), 12 * 200, { notAfter: Date.now() + 700 });
    expect(performance.now() - start).toBeLessThan(1040);
    expect(countOf(outcomes, 'Ok') + countOf(outcomes, 'SMS_TOO_LATE')).toBe(2400);
    expect(countOf(outcomes, 'SMS_TOO_LATE')).toBeGreaterThanOrEqual(400);
    const late = outcomes.find(({ status }) => status === 'rejected');
    expect(late).toMatchObject({
      decidedAt: expect.any(Number),
      signedAt: undefined,
      error: { retryable: true, maybeSent: false },
    });
  });

  it('rejects what waits when a shutdown does not wait any longer', async () => {
    const service = await sms({ shutdownTimeoutMs: 50 });
    const calls = Array.from({ length: 4 }, async () => change(service));
    await Promise.all(calls.slice(0, 2));
    const closing = started.splice(0).map(({ module }) => module.close());
    await expect(Promise.all(calls.slice(2))).resolves.toEqual(
      Array.from({ length: 2 }, () => ({ result: 'not done', code: 'SMS_SHUT_DOWN' })),
    );
    await Promise.all(closing);
    await expect(tencent.seen()).resolves.toMatchObject({ arrivals: { length: 2 } });
  });

  it('signs with the credentials that are valid when its turn has come', async () => {
    let asked = 0;
    const signed: (string | undefined)[] = [];
    const inner = tencent.transport();
    const service = await sms({
      credentials: () => {
        asked += 1;
        return { secretId: `AKIDpaced${keys}`, secretKey: 'k', token: `t${asked}` };
      },
      transport: {
        send: async (request) => {
          signed.push(request.headers['X-TC-Token']);
          return inner.send(request);
        },
        close: () => inner.close?.(),
      },
    });
    await Promise.all([change(service), change(service), change(service)]);
    expect(signed).toEqual(['t1', 't2', 't4']);
  });

  describe('whose key others use up', () => {
    it('starts fewer calls a second after a refusal', async () => {
      const starts: number[] = [];
      const transport: SmsTransport = {
        send: async () => {
          starts.push(performance.now());
          const refused = { Error: { Code: 'RequestLimitExceeded', Message: 'too many' } };
          const members = starts.length === 1 ? refused : { DescribeSignListStatusSet: [] };
          const body = JSON.stringify({ Response: { ...members, RequestId: 'r' } });
          return Promise.resolve({ status: 200, headers: {}, body });
        },
      };
      const service = await sms({ transport, retry: false });
      const look = async () => service.describeSmsSignList({ SignIdSet: [1], International: 0 });
      await expect(look()).rejects.toMatchObject({ code: 'RequestLimitExceeded' });
      // Of 20 a second that are documented, half are left, which come back bit by bit.
      await Promise.all(Array.from({ length: 14 }, look));
      expect(starts).toHaveLength(15);
      expect(mostInASecond(starts)).toBeLessThan(14);
    });

    it('repeats refusals of the rate until all rows of a run are taken, at a slower pace', async () => {
      await tencent.stop();
      // Half of what is documented is left for this process.
      tencent = await RateLimitedTencent.start({ most: 5 });
      const outcomes = await sendAll(await sms(), 12 * 200);
      const { refused, executed } = await tencent.seen();
      expect(countOf(outcomes, 'Ok')).toBe(2400);
      expect(executed).toHaveLength(12);
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(12);
    });

    it('gives a single text and a raw call the attempts of its options, and no more', async () => {
      await tencent.stop();
      tencent = await RateLimitedTencent.start({ most: 0 });
      const service = await sms({ signName: '腾讯云' });
      const outcome = await service.trySend(TEMPLATE, { to: '+8613711112222' });
      expect(outcome).toMatchObject({ status: 'rejected', code: 'RequestLimitExceeded' });
      await expect(service.pullSmsSendStatus({ Limit: 1 })).rejects.toMatchObject({
        code: 'RequestLimitExceeded',
      });
      await expect(tencent.seen()).resolves.toMatchObject({ refused: 6 });
    });
  });
});

describe('refusals of the rate where nothing is paced', () => {
  let tencent: RateLimitedTencent;
  let started: SmsTestCase | undefined;

  afterEach(async () => {
    await started?.module.close();
    await tencent.stop();
  });

  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    started = await startSms({
      endpoint: tencent.url,
      signName: undefined,
      retry: { attempts: 3, baseDelayMs: 5 },
      ...more,
    });
    return started.sms;
  }

  it('are outlasted by sendEach: no row is rejected', async () => {
    tencent = await RateLimitedTencent.start({ most: 2, spanMs: 200 });
    const outcomes = await sendAll(await sms(), 15 * 200);
    expect(countOf(outcomes, 'Ok')).toBe(3000);
    const { refused, executed } = await tencent.seen();
    expect(refused).toBeGreaterThan(0);
    expect(executed).toHaveLength(15);
  });

  it('are outlasted by sendMany: no row is rejected', async () => {
    tencent = await RateLimitedTencent.start({ most: 1, spanMs: 50 });
    const to = personalRows(10 * 200).map((row) => row.to);
    const { outcomes } = await (await sms()).sendMany(TEMPLATE, { to });
    expect(countOf(outcomes, 'Ok')).toBe(2000);
    const { refused, executed } = await tencent.seen();
    expect(refused).toBeGreaterThan(0);
    expect(executed).toHaveLength(10);
  });

  it.each(['sendMany', 'sendEach'] as const)(
    'end %s when its time is over, and tell why nothing was sent',
    async (how) => {
      tencent = await RateLimitedTencent.start({ most: 0 });
      const service = await sms();
      const notAfter = Date.now() + 250;
      const to = personalRows(2).map((row) => row.to);
      const outcomes =
        how === 'sendEach'
          ? await sendAll(service, 2, { notAfter })
          : (await service.sendMany(TEMPLATE, { to, notAfter })).outcomes;
      expect(Date.now()).toBeLessThan(notAfter + 1000);
      expect(outcomes).toHaveLength(2);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          code: 'SMS_TOO_LATE',
          notAfter,
          signedAt: expect.any(Number),
          error: { retryable: true, cause: { code: 'RequestLimitExceeded' } },
        });
      }
      expect((await tencent.seen()).refused).toBeGreaterThan(3);
    },
  );

  it('end a run when its signal fires', async () => {
    tencent = await RateLimitedTencent.start({ most: 0 });
    const abort = new AbortController();
    const sending = sendAll(await sms({ retry: { attempts: 3, baseDelayMs: 100 } }), 1, {
      signal: abort.signal,
    });
    await tencent.untilArrived(4);
    abort.abort();
    await expect(sending).resolves.toMatchObject([{ code: 'SMS_ABORTED' }]);
  });

  it('are not repeated where one attempt was asked for', async () => {
    tencent = await RateLimitedTencent.start({ most: 0 });
    const outcomes = await sendAll(await sms({ retry: false }), 1);
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'RequestLimitExceeded' }]);
    await expect(tencent.seen()).resolves.toMatchObject({ refused: 1 });
  });

  it('do not use up the attempts for other failures', async () => {
    tencent = await RateLimitedTencent.start({ most: 0 });
    const steps = ['limit', 'limit', 'limit', 'unreachable', 'limit', 'unreachable', 'unreachable'];
    const made: string[] = [];
    const inner = tencent.transport();
    const transport: SmsTransport = {
      send: async (request) => {
        const step = steps[made.length] ?? 'end';
        made.push(step);
        if (step === 'unreachable') {
          throw new SmsTransportError('No way.', 'connect');
        }
        return inner.send(request);
      },
      close: () => inner.close?.(),
    };
    const service = await sms({ transport, retry: { attempts: 3, baseDelayMs: 1 } });
    const outcomes = await sendAll(service, 1);
    expect(outcomes).toMatchObject([{ status: 'rejected', code: 'SMS_CONNECT_FAILED' }]);
    expect(made).toEqual(steps);
  });
});

describe('the testing kit', () => {
  it('is never paced', async () => {
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest()],
    }).compile();
    await module.init();
    const start = performance.now();
    await Promise.all(
      Array.from({ length: 5 }, async () =>
        module.get(SmsService).describeSmsSignList({ SignIdSet: [1], International: 0 }),
      ),
    );
    await Promise.all(Array.from({ length: 5 }, async () => change(module.get(SmsService))));
    expect(performance.now() - start).toBeLessThan(900);
    await module.close();
  });
});
