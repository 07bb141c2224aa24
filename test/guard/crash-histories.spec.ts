import { Injectable, Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OnSmsOutcome } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsGuardStep, SmsJobOutcome } from 'nestjs-tencentcloud-sms/delivery';
import { MINUTE_MS, PHONE, never, noticeJob, startGuards } from '../support/guard-test-case.js';
import type { GuardTestCase } from '../support/guard-test-case.js';
import { until } from '../support/until.js';

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

beforeEach(async () => {
  told.length = 0;
  said.length = 0;
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(String(sentence));
    });
  }
  app = await startGuards({ providers: [Handlers] });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

/** Has a guard do a job at which its process dies: when it has come as far. */
async function dieAt(
  key: string,
  methods: Parameters<GuardTestCase['doomed']>[0],
  hasDied: () => boolean | Promise<boolean>,
): Promise<void> {
  void app.doomed(methods).send(noticeJob(key));
  await until(hasDied);
}

async function stateOf(key: string): Promise<string> {
  return (await app.guard().outcome(key)).state;
}

/** Of a text that was not known to have left: the report gives back what the first attempt carried. */
function lateReport(job: string): object {
  return {
    user_receive_time: '2026-11-25 10:00:00',
    nationcode: '86',
    mobile: PHONE.slice(3),
    report_status: 'SUCCESS',
    errmsg: 'DELIVRD',
    description: '用户短信送达成功',
    sid: '2640:late',
    ext: `${job}.1`,
  };
}

describe('a process that dies', () => {
  it('between its leave and the send leaves a text that is looked for, and not sent', async () => {
    const guard = app.guard();
    await dieAt(
      'a',
      (store) => ({
        begin: async (request) => {
          await store.begin(request);
          return never();
        },
      }),
      async () => (await stateOf('a')) === 'sending',
    );
    const first = await guard.send(noticeJob('a'));
    expect(first).toMatchObject({ do: 'delay', why: 'sending' });
    // The attempt can still leave, and be answered.
    expect((first as Extract<SmsGuardStep, { do: 'delay' }>).milliseconds).toBeGreaterThan(30_000);
    app.kit.clock.advance((first as Extract<SmsGuardStep, { do: 'delay' }>).milliseconds);
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({
      do: 'delay',
      why: 'sending',
    });
    await expect(guard.outcome('a')).resolves.toEqual({ state: 'settling' });
    app.kit.clock.advance(16 * MINUTE_MS);
    await expect(guard.send(noticeJob('a'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'unknown', code: 'SMS_ABSENT' },
    });
    await until(() => told.length > 0);
    expect(told).toMatchObject([{ status: 'unknown', code: 'SMS_ABSENT', job: guard.jobId('a') }]);
    expect(app.kit.messages()).toHaveLength(0);
  });

  it('between the send and its end leaves a text whose outcome deliveries know', async () => {
    const guard = app.guard();
    await dieAt(
      'b',
      () => ({ end: never }),
      async () => app.kit.messages().length === 1,
    );
    await expect(guard.send(noticeJob('b'))).resolves.toMatchObject({ why: 'sending' });
    app.kit.clock.advance(MINUTE_MS);
    await expect(guard.send(noticeJob('b'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted', serialNo: app.kit.lastMessage()?.serialNo },
    });
    await until(() => told.length > 0);
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('between an answer that is lost and its end leaves a text that is found', async () => {
    const guard = app.guard();
    app.kit.loseNextResponse();
    await dieAt(
      'c',
      () => ({ end: never }),
      async () => app.kit.messages().length === 1,
    );
    app.kit.clock.advance(MINUTE_MS);
    await expect(guard.send(noticeJob('c'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted', serialNo: app.kit.lastMessage()?.serialNo },
    });
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('before it gives back what was refused leaves a text that is sent again', async () => {
    const guard = app.guard();
    app.kit.fail('SendSms', 'ResourceUnavailable');
    const released: unknown[] = [];
    await dieAt(
      'd',
      () => ({
        release: async (...args) => {
          released.push(args);
          return never();
        },
      }),
      () => released.length > 0,
    );
    app.kit.clock.advance(MINUTE_MS);
    await expect(guard.send(noticeJob('d'))).resolves.toMatchObject({ do: 'delay', why: 'cause' });
    await expect(guard.send(noticeJob('d'))).resolves.toMatchObject({ do: 'complete' });
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('between an end and the word of it has the word told when its job is done again', async () => {
    const guard = app.guard();
    await dieAt(
      'e',
      (store) => ({
        end: async (...args) => {
          await store.end(...args);
          return never();
        },
      }),
      async () => (await stateOf('e')) === 'done',
    );
    expect(told).toEqual([]);
    const step = await guard.send(noticeJob('e'));
    expect(step).toMatchObject({ do: 'complete', result: { status: 'accepted' } });
    await expect(guard.send(noticeJob('e'))).resolves.toEqual(step);
    await guard.send(noticeJob('f'));
    await until(() => told.length === 2);
    expect(told.map(({ job }) => job)).toEqual([guard.jobId('e'), guard.jobId('f')]);
    expect(app.kit.messages()).toHaveLength(2);
  });
});

describe('answers that are lost', () => {
  it('sends no text again whose outcome is unknown, and tells what is found', async () => {
    const guard = app.guard();
    app.kit.loseNextResponse();
    await expect(guard.send(noticeJob('sent'))).resolves.toEqual({ do: 'settle' });
    app.kit.addFault({ action: 'SendSms', effect: 'drop', execute: false });
    const to = '+8613711112233';
    await expect(guard.send(noticeJob('lost', {}, to))).resolves.toEqual({ do: 'settle' });
    await expect(guard.outcome('sent')).resolves.toEqual({ state: 'settling' });
    app.kit.clock.advance(20 * MINUTE_MS);
    await until(() => told.length === 2);
    const outcomes = new Map(told.map(({ job, status, code }) => [job, [status, code]]));
    expect(outcomes.get(guard.jobId('sent'))).toEqual(['accepted', undefined]);
    expect(outcomes.get(guard.jobId('lost'))).toEqual(['unknown', 'SMS_ABSENT']);
    await expect(guard.send(noticeJob('sent'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted' },
    });
    expect(app.kit.messages().map((message) => message.to)).toEqual([PHONE]);
  });

  it('gives an attempt back whose leave was not answered', async () => {
    let calls = 0;
    const doomed = app.doomed((store) => ({
      begin: async (request) => {
        const begun = await store.begin(request);
        calls += 1;
        if (calls === 1) {
          throw new Error('no answer');
        }
        return begun;
      },
    }));
    await expect(doomed.send(noticeJob('g'))).resolves.toMatchObject({ do: 'delay', why: 'fault' });
    await until(async () => (await stateOf('g')) === 'queued');
    await expect(app.guard().send(noticeJob('g'))).resolves.toMatchObject({ do: 'complete' });
    expect(app.kit.messages()).toHaveLength(1);
  });

  it('ends a job all the same whose store is away for a moment', async () => {
    let calls = 0;
    const guard = app.doomed((store) => ({
      end: async (...args) => {
        calls += 1;
        if (calls < 3) {
          throw new Error('away');
        }
        return store.end(...args);
      },
    }));
    await expect(guard.send(noticeJob('h'))).resolves.toMatchObject({
      do: 'complete',
      result: { status: 'accepted' },
    });
  });
});

describe('attempts that were given back', () => {
  it('tells that two texts went out where an old attempt proves to be accepted', async () => {
    const guard = app.guard();
    app.kit.fail('SendSms', 'ResourceUnavailable');
    await guard.send(noticeJob('i'));
    await guard.send(noticeJob('i'));
    const job = guard.jobId('i');
    await app.delivery.accept([lateReport(job)]);
    await until(async () => (await app.store.find([job]))?.doubled === true);
    await until(() => said.some((sentence) => sentence.includes('two texts went out')));
    expect(said.join()).not.toContain(PHONE.slice(3));
    await expect(guard.outcome('i')).resolves.toMatchObject({
      state: 'done',
      outcome: { status: 'accepted', serialNo: app.kit.lastMessage()?.serialNo },
    });
  });

  it('takes a result back for an accepted text, and tells that, too', async () => {
    const guard = app.guard();
    app.kit.addFault({ action: 'SendSms', effect: 'drop', execute: false });
    await guard.send(noticeJob('j'));
    app.kit.clock.advance(20 * MINUTE_MS);
    await until(() => told.length === 1);
    const job = guard.jobId('j');
    await app.delivery.accept([lateReport(job)]);
    await until(() => told.length === 2);
    expect(told).toMatchObject([
      { status: 'unknown', job },
      { status: 'accepted', serialNo: '2640:late', corrected: true, job },
    ]);
    expect(told[0]).not.toHaveProperty('corrected', true);
  });
});
