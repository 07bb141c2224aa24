import { inspect } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import {
  OnSmsOutcome,
  SmsDelivery,
  SmsDeliveryModule,
  SmsSendGuard,
  memoryDeliveryStore,
  memoryQueueStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsGuardStep,
  SmsJobOutcome,
  SmsSendGuardOptions,
} from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import {
  Code,
  HOUR_MS,
  MINUTE_MS,
  Notice,
  PHONE,
  Promo,
  msUntilChinaTime,
  noticeJob,
  startGuards,
} from '../support/guard-test-case.js';
import type { GuardTestCase } from '../support/guard-test-case.js';
import { until } from '../support/until.js';

const SECRET = 'a-secret-of-thirty-two-characters';
const OLD_SECRET = 'an-older-secret-of-thirty-two-ch.';
const BALANCE = 'FailedOperation.InsufficientBalanceInSmsPackage';

const told: SmsJobOutcome[] = [];

@Injectable()
class Handlers {
  @OnSmsOutcome()
  onOutcome(outcome: SmsJobOutcome): void {
    told.push(outcome);
  }
}

let app: GuardTestCase;
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  told.length = 0;
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(String(sentence));
    });
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

async function begin(options: Parameters<typeof startGuards>[0] = {}): Promise<void> {
  app = await startGuards({ providers: [Handlers], ...options });
}

async function sendAll(guard: SmsSendGuard, keys: readonly string[]): Promise<SmsGuardStep[]> {
  return Promise.all(keys.map(async (key) => guard.send(noticeJob(key))));
}

function keysOf(count: number, name = 'key'): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i}`);
}

function millisecondsOf(step: SmsGuardStep): number {
  return step.do === 'delay' ? step.milliseconds : Number.NaN;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

describe('one key', () => {
  it('sends the text of a job, completes it, and tells its outcome once', async () => {
    await begin();
    const guard = app.guard();
    const step = await guard.send(
      noticeJob('order-1', { input: { to: PHONE, params: { no: '7' }, ref: 'r' } }),
    );
    const serialNo = app.kit.lastMessage()?.serialNo;
    expect(step).toMatchObject({
      do: 'complete',
      result: { status: 'accepted', serialNo, template: '11', ref: 'r' },
    });
    await expect(guard.send(noticeJob('order-1'))).resolves.toEqual(step);
    await expect(app.guard().send(noticeJob('order-1'))).resolves.toEqual(step);
    expect(app.kit.messages()).toHaveLength(1);
    await expect(guard.outcome('order-1')).resolves.toMatchObject({
      state: 'done',
      outcome: { status: 'accepted' },
    });
    await guard.send(noticeJob('order-2'));
    await until(() => told.length === 2);
    expect(told[0]).toMatchObject({ status: 'accepted', serialNo, job: guard.jobId('order-1') });
    expect(JSON.stringify([step, told])).not.toContain(PHONE.slice(1));
  });

  it('sends one text of a key that four guards are given a thousand times', async () => {
    await begin();
    const four = [1, 2, 3, 4].map(() => app.guard());
    const steps = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => four[i % 4]?.send(noticeJob('order-2'))),
    );
    expect(app.kit.messages()).toHaveLength(1);
    const others = steps.filter((step) => step?.do !== 'complete');
    expect(others.every((step) => step?.do === 'delay' && step.why === 'sending')).toBe(true);
    expect(others.length).toBeLessThan(1_000);
  });

  it('sends the text of a rejection no more, and tells why', async () => {
    await begin();
    const guard = app.guard();
    app.kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    const step = await guard.send(noticeJob('order-3'));
    expect(step).toMatchObject({
      do: 'complete',
      result: { status: 'rejected', code: 'LimitExceeded.PhoneNumberDailyLimit' },
    });
    await expect(guard.send(noticeJob('order-3'))).resolves.toEqual(step);
    expect(app.kit.messages()).toHaveLength(0);
    await until(() => told.length === 1);
  });

  it('refuses another text under a key, and takes another spelling of a number for the same', async () => {
    await begin();
    const guard = app.guard();
    await guard.send(noticeJob('order-4'));
    const other = { to: PHONE, params: { no: '8' } };
    for (const input of [other, { to: '+8613711112223', params: { no: '7' } }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(guard.send(noticeJob('order-4', { input }))).resolves.toMatchObject({
        do: 'complete',
        result: { status: 'rejected', code: 'SMS_KEY_REUSED' },
      });
    }
    const spelt = { to: '0086 137-1111-2222', params: { no: '7' } };
    await expect(guard.send(noticeJob('order-4', { input: spelt }))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted' },
    });
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('knows a key and its text while secrets are rotated', async () => {
    await begin();
    const before = app.guard({ secrets: [OLD_SECRET] });
    const after = app.guard({ secrets: [SECRET, OLD_SECRET] });
    await before.send(noticeJob('order-5'));
    await expect(after.send(noticeJob('order-5'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted' },
    });
    const other = { to: PHONE, params: { no: '8' } };
    await expect(after.send(noticeJob('order-5', { input: other }))).resolves.toMatchObject({
      result: { code: 'SMS_KEY_REUSED' },
    });
    await expect(after.outcome('order-5')).resolves.toMatchObject({ state: 'done' });
    await expect(after.cancel('order-5')).resolves.toBe('too-late');
    expect(app.kit.messages()).toHaveLength(1);
    expect(after.jobId('order-5')).not.toBe(before.jobId('order-5'));
    expect(inspect(after, { depth: 9 })).not.toContain(SECRET);
  });

  it('sends no text of a key that was cancelled, and cancels none that was sent', async () => {
    await begin();
    const guard = app.guard();
    await expect(guard.cancel('order-6')).resolves.toBe('cancelled');
    await expect(guard.cancel('order-6')).resolves.toBe('cancelled');
    await expect(guard.send(noticeJob('order-6'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'cancelled' },
    });
    await guard.send(noticeJob('order-7'));
    await expect(guard.cancel('order-7')).resolves.toBe('too-late');
    await expect(guard.outcome('order-8')).resolves.toEqual({ state: 'unknown-key' });
    await until(() => told.length === 2);
    expect(told.map(({ status }) => status)).toEqual(['cancelled', 'accepted']);
  });

  it('ends a job whose text can never be sent', async () => {
    await begin();
    const guard = app.guard();
    for (const [key, input] of [
      ['phone', { to: 'no phone', params: { no: '7' } }],
      ['value', { to: PHONE, params: { no: 'x'.repeat(600) } }],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(guard.send(noticeJob(key, { input }))).resolves.toMatchObject({
        do: 'complete',
        result: { status: 'rejected', code: 'SMS_PARAMETER_INVALID' },
      });
    }
    await until(() => told.length === 2);
    expect(app.kit.requests()).toHaveLength(0);
  });
});

describe('time', () => {
  it('sends no code that is stale, whether it waited before or between attempts', async () => {
    await begin();
    const guard = app.guard();
    const at = app.kit.clock.now();
    const input = { to: PHONE, params: { code: '123456', minutes: '2' } };
    const job = { key: 'code', template: Code, input, at } as const;
    app.kit.fail('SendSms', 'ResourceUnavailable', { at: 'request' });
    await expect(guard.send(job)).resolves.toMatchObject({ do: 'delay', why: 'cause' });
    app.kit.clock.advance(2 * MINUTE_MS);
    const step = await guard.send(job);
    expect(step).toMatchObject({ do: 'complete', result: { status: 'stale' } });
    app.kit.clock.advance(3 * MINUTE_MS);
    const late = {
      ...job,
      key: 'late',
      input: { to: PHONE, params: { code: '1', minutes: '30' } },
    };
    await expect(guard.send(late)).resolves.toMatchObject({ result: { status: 'stale' } });
    await expect(guard.send({ ...late, key: 'kept', staleAfter: '1h' })).resolves.toMatchObject({
      result: { status: 'accepted' },
    });
    expect(app.kit.messages()).toHaveLength(1);
    await until(() => told.length === 3);
    expect(JSON.stringify([step, told, said])).not.toContain('123456');
  });

  it('looks at a job again when it is stale at the latest', async () => {
    await begin();
    const guard = app.guard();
    await guard.pause('notification');
    const at = app.kit.clock.now().getTime();
    const step = await guard.send(noticeJob('soon', { at, staleAfter: '10s' }));
    expect(step).toMatchObject({ do: 'delay', why: 'paused' });
    expect(millisecondsOf(step)).toBeGreaterThan(5_000);
    expect(millisecondsOf(step)).toBeLessThanOrEqual(10_000);
  });

  it('waits for the time of a job', async () => {
    await begin();
    const guard = app.guard();
    const at = new Date(app.kit.clock.now().getTime() + HOUR_MS);
    const job = noticeJob('later', { at });
    const step = await guard.send(job);
    expect(step).toMatchObject({ do: 'delay', why: 'early' });
    expect(millisecondsOf(step)).toBeGreaterThan(HOUR_MS - MINUTE_MS);
    expect(millisecondsOf(step)).toBeLessThanOrEqual(HOUR_MS);
    app.kit.clock.advance(HOUR_MS);
    await expect(guard.send(job)).resolves.toMatchObject({ do: 'complete' });
  });

  it('sends no marketing text after its hours, and all of a queue the next morning', async () => {
    await begin();
    const guard = app.guard();
    app.kit.clock.advance(msUntilChinaTime(app.kit, 21, 54) + 30_000);
    const at = app.kit.clock.now();
    const jobs = keysOf(40, 'promo').map((key, i) => ({
      key,
      template: Promo,
      input: { to: `+86137111120${String(i).padStart(2, '0')}` },
      at,
    }));
    const due = new Map(jobs.map((job) => [job, at.getTime()]));
    const turn = async (): Promise<void> => {
      const now = app.kit.clock.now().getTime();
      // A busy engine: not all that is due is done in a turn.
      const ready = jobs.filter((job) => (due.get(job) ?? Infinity) <= now).slice(0, 10);
      for (const job of ready) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const step = await guard.send(job);
        if (step.do === 'delay') {
          due.set(job, now + step.milliseconds);
        } else {
          due.delete(job);
        }
      }
    };
    for (let turns = 0; turns < 5; turns += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await turn();
      app.kit.clock.advance(30_000);
    }
    const evening = app.kit.messages().length;
    expect(evening).toBe(10);
    expect(due.size).toBe(30);
    app.kit.clock.advance(msUntilChinaTime(app.kit, 8));
    for (let turns = 0; turns < 3; turns += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await turn();
      app.kit.clock.advance(1_000);
    }
    expect(app.kit.messages()).toHaveLength(40);
    expect(due.size).toBe(0);
    await expect(
      guard.send({ ...noticeJob('night'), at: app.kit.clock.now() }),
    ).resolves.toMatchObject({ do: 'complete' });
  });

  it('begins at most 50 texts in any second over four guards', async () => {
    await begin();
    const { transport } = app.kit;
    const starts: number[] = [];
    const send = transport.send.bind(transport);
    jest.spyOn(transport, 'send').mockImplementation(async (...args) => {
      starts.push(performance.now());
      return send(...args);
    });
    const four = [1, 2, 3, 4].map(() => app.guard({ budget: { perSecond: 50 } }));
    const delays: SmsGuardStep[] = [];
    await Promise.all(
      keysOf(80).map(async (key, i) => {
        // Some come while places of others are still to come.
        await pause(i < 50 ? 0 : 500);
        let step = await four[i % 4]?.send(noticeJob(key));
        while (step?.do === 'delay') {
          delays.push(step);
          // oxlint-disable-next-line no-await-in-loop -- as the engine would
          await pause(step.milliseconds);
          // oxlint-disable-next-line no-await-in-loop -- one try after the other
          step = await four[i % 4]?.send(noticeJob(key));
        }
      }),
    );
    expect(starts).toHaveLength(80);
    const most = Math.max(
      ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length),
    );
    expect(most).toBeLessThanOrEqual(50);
    expect(delays.length).toBeGreaterThan(0);
    expect(delays.every((step) => step.do === 'delay' && step.why === 'budget')).toBe(true);
  });
});

describe('causes that pass', () => {
  it('pauses a lane that can not be paid for, tries every five minutes, and goes on by itself', async () => {
    await begin();
    const guard = app.guard();
    app.kit.fail('SendSms', BALANCE, { times: 'always' });
    const keys = keysOf(8);
    const steps = await sendAll(guard, keys);
    expect(steps.every((step) => step.do === 'delay' && step.why === 'paused')).toBe(true);
    const refused = app.kit.requests().length;
    expect(refused).toBeLessThanOrEqual(8);
    const more = keysOf(50, 'more');
    await sendAll(guard, more);
    await sendAll(app.guard(), more);
    expect(app.kit.requests()).toHaveLength(refused);
    await expect(guard.paused()).resolves.toMatchObject([
      { lane: 'notification', reason: BALANCE },
    ]);
    const code = { to: PHONE, params: { code: '1', minutes: '2' } };
    await guard.send({ key: 'code', template: Code, input: code });
    expect(app.kit.requests()).toHaveLength(refused + 1);
    // Still empty: one try.
    app.kit.clock.advance(5 * MINUTE_MS);
    await sendAll(app.guard(), keys);
    expect(app.kit.requests()).toHaveLength(refused + 2);
    app.kit.clearFaults();
    await guard.resume('verification');
    app.kit.clock.advance(5 * MINUTE_MS);
    const fresh = app.guard();
    await sendAll(fresh, keys);
    await expect(fresh.paused()).resolves.toEqual([]);
    const last = app.guard();
    await sendAll(last, [...keys, ...more]);
    expect(app.kit.messages()).toHaveLength(58);
  });

  it('stops this process alone when it has no right to send, until it has', async () => {
    await begin();
    const [stopped, other] = [app.guard(), app.guard()];
    app.kit.fail('SendSms', 'AuthFailure.SecretIdNotFound');
    const fault = { do: 'delay', why: 'fault', code: 'AuthFailure.SecretIdNotFound' };
    await expect(stopped.send(noticeJob('a'))).resolves.toMatchObject(fault);
    expect(stopped.fault).toMatchObject({ code: 'AuthFailure.SecretIdNotFound' });
    await expect(stopped.send(noticeJob('b'))).resolves.toMatchObject(fault);
    expect(app.kit.requests()).toHaveLength(1);
    await expect(other.send(noticeJob('a'))).resolves.toMatchObject({ do: 'complete' });
    expect(other.fault).toBeUndefined();
    const ahead = performance.now() + 31_000;
    jest.spyOn(performance, 'now').mockImplementation(() => ahead);
    await expect(stopped.send(noticeJob('b'))).resolves.toMatchObject({ do: 'complete' });
    expect(stopped.fault).toBeUndefined();
    expect(said.filter((sentence) => sentence.includes('no right to send'))).toHaveLength(1);
  });

  it('holds other texts up by none that Tencent grants no permission for', async () => {
    await begin();
    const guard = app.guard();
    const code = 'UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny';
    app.kit.fail('SendSms', code);
    await expect(
      guard.send({ key: 'promo', template: Promo, input: { to: PHONE } }),
    ).resolves.toMatchObject({ do: 'complete', result: { status: 'rejected', code } });
    expect(guard.fault).toBeUndefined();
  });

  it('gives a job back that was refused for a cause that passes, and sends it later', async () => {
    await begin();
    const guard = app.guard();
    for (const code of ['ResourceUnavailable', 'LimitExceeded.AppDailyLimit']) {
      app.kit.fail('SendSms', code);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({
        do: 'delay',
        why: 'cause',
        code,
      });
    }
    await expect(guard.outcome('a')).resolves.toEqual({ state: 'queued' });
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({ do: 'complete' });
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('sends nothing that can not be written down first', async () => {
    const deliveries = memoryDeliveryStore();
    await begin({ delivery: { store: deliveries } });
    const guard = app.guard();
    const put = jest.spyOn(deliveries, 'put').mockRejectedValue(new Error('down'));
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({
      do: 'delay',
      why: 'cause',
      code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
    });
    expect(app.kit.requests()).toHaveLength(0);
    put.mockRestore();
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({ do: 'complete' });
  });

  it('sends nothing before deliveries are kept', async () => {
    await begin();
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit: app.kit }), SmsDeliveryModule.forRoot()],
    }).compile();
    const [sms, delivery] = [module.get(SmsService), module.get(SmsDelivery)];
    const guard = new SmsSendGuard({ sms, delivery, store: memoryQueueStore() });
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({
      do: 'delay',
      code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
    });
    expect(app.kit.requests()).toHaveLength(0);
    await guard.close();
    await module.close();
  });
});

describe('lanes', () => {
  it('begins nothing in a lane that is paused, in any process, until it is resumed', async () => {
    await begin();
    const [one, other] = [app.guard(), app.guard()];
    await one.pause('notification');
    await expect(other.send(noticeJob('a'))).resolves.toMatchObject({
      do: 'delay',
      why: 'paused',
      code: 'manual',
    });
    await expect(other.send(noticeJob('b', { lane: 'marketing' }))).resolves.toMatchObject({
      do: 'complete',
    });
    await one.resume('notification');
    await expect(one.send(noticeJob('a'))).resolves.toMatchObject({ do: 'complete' });
  });
});

describe('options', () => {
  it.each([
    [{ secrets: ['short'] }, 'expected a list of texts of at least 32 characters'],
    [{ marketingWindow: '07:00-21:00' }, 'marketingWindow is not usable'],
    [{ marketingWindow: '09:00-22:01' }, 'marketingWindow is not usable'],
    [{ budget: { perSecond: 0 } }, 'budget.perSecond is not usable'],
    [{ sendWithin: 0 }, 'sendWithin is not usable'],
    [{ name: 'other' }, 'delivery is not usable: its module does not follow this account'],
    [{ store: {} }, 'store is not usable: expected a store, such as of redisQueueStore(client)'],
  ])('refuses %j', async (options, sentence) => {
    await begin();
    expect(() => app.guard(options as unknown as Partial<SmsSendGuardOptions>)).toThrow(sentence);
  });

  it.each([
    [{ store: false as const }, 'its module keeps no texts'],
    [{ settle: false as const }, 'its module does not look for texts'],
  ])('refuses deliveries with %j', async (delivery, sentence) => {
    await begin({ delivery });
    expect(() => app.guard()).toThrow(sentence);
  });

  it('refuses a job without a key, and times that are none', async () => {
    await begin();
    const guard = app.guard();
    await expect(guard.send(noticeJob(''))).rejects.toThrow('key must be a text');
    await expect(guard.send(noticeJob('a', { at: Number.NaN }))).rejects.toThrow('at must be');
    await expect(guard.send(noticeJob('a', { staleAfter: '2 hours' as '2h' }))).rejects.toThrow(
      'staleAfter is not usable',
    );
  });

  it('takes no job once it is closed', async () => {
    await begin();
    const guard = app.guard();
    await guard.close();
    await expect(
      guard.send({ key: 'a', template: Notice, input: { to: PHONE, params: { no: '1' } } }),
    ).resolves.toMatchObject({ do: 'delay', why: 'fault', code: 'SMS_SHUT_DOWN' });
  });
});
