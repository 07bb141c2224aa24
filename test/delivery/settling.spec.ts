/* oxlint-disable no-await-in-loop -- cases and looks follow each other */
import { EventEmitter, once } from 'node:events';
import { inspect } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsTransport, SmsUnknown } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReport,
  OnSmsSettled,
  SmsDelivery,
  SmsDeliveryModule,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsDeliveryModuleOptions,
  SmsReport,
  SmsSettlement,
} from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorBehavior, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { until } from '../support/until.js';

const PHONE = '+8613711112222';
const MINUTE_MS = 60_000;
const Notice = smsTemplate({ id: '11', kind: 'notification', text: '您的订单{no:1}已经发货了。' });
const Other = smsTemplate({
  id: '12',
  kind: 'notification',
  text: '您预约的门诊是{when:1}，请按时到。',
});

const settled: SmsSettlement[] = [];
const reports: SmsReport[] = [];

@Injectable()
class Handlers {
  @OnSmsSettled()
  onSettled(settlement: SmsSettlement): void {
    settled.push(settlement);
  }

  @OnSmsReport()
  onReport(report: SmsReport): void {
    reports.push(report);
  }
}

let kit: SmsTestKit;
let module: TestingModule;
let sms: SmsService;
let delivery: SmsDelivery;
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(String(sentence));
    });
  }
});
afterEach(async () => {
  await module.close();
  kit.close();
  settled.length = 0;
  reports.length = 0;
});

async function begin(
  behavior: SmsEmulatorBehavior = {},
  options: SmsDeliveryModuleOptions = {},
): Promise<void> {
  kit = await createSmsTestKit({ delivery: 'never', templates: [Notice, Other], ...behavior });
  module = await Test.createTestingModule({
    imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot(options)],
    providers: [Handlers],
  }).compile();
  await module.init();
  sms = module.get(SmsService);
  delivery = module.get(SmsDelivery);
}

/** A send whose answer is lost. */
async function loseAnswer(
  to = PHONE,
  { execute = true, template = Notice.id, value = '7' } = {},
): Promise<SmsUnknown> {
  kit.addFault({ action: 'SendSms', effect: 'drop', execute });
  const outcome: SmsOutcome =
    template === Notice.id
      ? await sms.trySend(Notice, { to, params: { no: value } })
      : await sms.trySend(Other, { to, params: { when: value } });
  expect(outcome.status).toBe('unknown');
  return outcome as SmsUnknown;
}

const WHOLE_WINDOW_MS = 15 * MINUTE_MS;

describe('settling by hand', () => {
  it('finds the text of a lost answer, with the serial number that Tencent gave', async () => {
    await begin();
    const outcome = await loseAnswer();
    const settlement = await delivery.settle(outcome);
    expect(settlement).toMatchObject({
      verdict: 'accepted',
      certainty: 'matched',
      to: PHONE,
      serialNo: kit.lastMessage()?.serialNo,
    });
    await expect(delivery.state(outcome)).resolves.toMatchObject({ state: 'accepted' });
    expect(inspect(settlement)).not.toContain(PHONE);
    expect(JSON.stringify(settlement)).toContain(PHONE);
    await until(() => settled.length > 0);
    expect(settled).toMatchObject([{ verdict: 'accepted', callRef: outcome.callRef }]);
  });

  it('stays open while nothing is found, and is absent after the last look alone', async () => {
    await begin();
    const outcome = await loseAnswer(PHONE, { execute: false });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
    kit.clock.advance(WHOLE_WINDOW_MS - 10_000);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
    kit.clock.advance(11_000);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({
      verdict: 'absent',
      certainty: 'presumed',
    });
    await expect(delivery.state(outcome)).resolves.toMatchObject({ state: 'absent' });
  });

  it('finds that a text was refused, with the code', async () => {
    await begin({ limits: { perDay: 1 } });
    await sms.send(Notice, { to: PHONE, params: { no: '1' } });
    const outcome = await loseAnswer();
    await expect(delivery.settle(outcome)).resolves.toMatchObject({
      verdict: 'rejected',
      code: 'LimitExceeded.PhoneNumberDailyLimit',
    });
  });

  it('takes an outcome that came back from JSON, and that no store knew', async () => {
    await begin();
    const outcome = await loseAnswer();
    const json = JSON.parse(JSON.stringify(outcome)) as SmsUnknown;
    const { serialNo } = kit.lastMessage() ?? {};
    await module.close();
    module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot({})],
      providers: [Handlers],
    }).compile();
    await module.init();
    delivery = module.get(SmsDelivery);
    await expect(delivery.settle(json)).resolves.toMatchObject({ verdict: 'accepted', serialNo });
  });

  it('refuses what is no unknown outcome', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '1' } });
    await expect(delivery.settle(receipt as never)).rejects.toThrow(
      'outcome must be one with the status unknown.',
    );
  });
});

describe('a text whose outcome is open', () => {
  it('is looked for by itself, and ends what waits for it', async () => {
    await begin();
    const outcome = await loseAnswer();
    const waiting = delivery.delivered(outcome, { within: '20s' });
    kit.clock.advance(6_000);
    await until(() => settled.length > 0);
    expect(settled).toMatchObject([{ verdict: 'accepted', certainty: 'matched' }]);
    await delivery.accept([
      {
        user_receive_time: '2026-03-14 09:26:53',
        nationcode: '86',
        mobile: PHONE.slice(3),
        report_status: 'SUCCESS',
        errmsg: 'DELIVRD',
        sid: kit.lastMessage()?.serialNo,
      },
    ]);
    await expect(waiting).resolves.toMatchObject({ state: 'delivered', source: 'callback' });
  });

  it('is not taken for a text of another template in the same second', async () => {
    await begin();
    const outcome = await loseAnswer(PHONE, { execute: false });
    // As another system on the application sends it: this one does not know of it.
    await sendElsewhere(Other.id, ['十点']);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
    await sendElsewhere(Notice.id, ['7']);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({
      verdict: 'accepted',
      serialNo: kit.lastMessage()?.serialNo,
    });
  });

  it('gives each of two attempts its own record', async () => {
    await begin();
    const first = await loseAnswer(PHONE, { value: '1234' });
    const second = await loseAnswer(PHONE, { template: Other.id, value: '十点' });
    await delivery.settle(second);
    const states = await Promise.all([first, second].map(async (one) => delivery.state(one)));
    const serials = kit.messages({ to: PHONE }).map(({ serialNo }) => serialNo);
    expect(new Set(states.map((state) => state?.serialNo))).toEqual(new Set(serials));
    const texts = new Map(kit.messages({ to: PHONE }).map((one) => [one.serialNo, one.text]));
    expect(texts.get(states[0]?.serialNo ?? '')).toContain('1234');
  });

  it('leaves alone the records of texts whose answers came', async () => {
    await begin();
    await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await sms.sendSms({
      PhoneNumberSet: [PHONE],
      TemplateId: Notice.id,
      TemplateParamSet: ['8'],
      SignName: '腾讯云',
    });
    const outcome = await loseAnswer(PHONE, { execute: false });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
  });

  it('is not taken for one that Tencent refused in its answer', async () => {
    await begin({ limits: { perDay: 1 } });
    await sms.send(Notice, { to: PHONE, params: { no: '1' } });
    const refused = await sms.trySend(Notice, { to: PHONE, params: { no: '2' } });
    expect(refused.status).toBe('rejected');
    const outcome = await loseAnswer(PHONE, { execute: false });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
  });

  it('is known for sure by the context that its report gives back', async () => {
    await begin({ delivery: 'instant', echoContext: true });
    const outcome = await loseAnswer();
    kit.fail('DescribeSendRecordList', 'UnauthorizedOperation.RequestPermissionDeny', {
      times: 'always',
    });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({
      verdict: 'accepted',
      certainty: 'exact',
    });
    await expect(delivery.state(outcome)).resolves.toMatchObject({ state: 'delivered' });
  });

  it('is found among reports alone where records are denied, and never rejected', async () => {
    await begin({ delivery: 'instant', limits: { perDay: 1 } });
    kit.fail('DescribeSendRecordList', 'UnauthorizedOperation.RequestPermissionDeny', {
      times: 'always',
    });
    const outcome = await loseAnswer();
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'accepted' });
    await expect(delivery.state(outcome)).resolves.toMatchObject({ state: 'delivered' });
    const refused = await loseAnswer();
    await expect(delivery.settle(refused)).resolves.toMatchObject({ verdict: 'open' });
    expect(said.filter((one) => one.includes('may not list send records'))).toHaveLength(1);
  });

  it('is not absent for want of a report where records are denied', async () => {
    await begin();
    kit.fail('DescribeSendRecordList', 'UnauthorizedOperation.RequestPermissionDeny', {
      times: 'always',
    });
    // Accepted, and the phone is off.
    const outcome = await loseAnswer();
    kit.clock.advance(WHOLE_WINDOW_MS + 1_000);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
    kit.clock.advance(72 * 60 * MINUTE_MS);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'absent' });
    // Records are tried again now and then, which is said once.
    expect(said.filter((one) => one.includes('may not list send records'))).toHaveLength(1);
    const asked = kit.requests().filter(({ action }) => action === 'DescribeSendRecordList');
    expect(asked).toHaveLength(2);
  });

  it.each([
    'InvalidAction',
    'UnauthorizedOperation',
    'UnsupportedOperation.NotEnabled',
    'AuthFailure.UnauthorizedOperation',
  ])('is found among reports where the list is refused with %s', async (code) => {
    await begin({ delivery: 'instant' });
    kit.fail('DescribeSendRecordList', code, { times: 'always' });
    const outcome = await loseAnswer();
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'accepted' });
  });

  it('stays open while Tencent can not be asked', async () => {
    await begin();
    const outcome = await loseAnswer();
    kit.clock.advance(WHOLE_WINDOW_MS + 1_000);
    kit.fail('DescribeSendRecordList', 'InternalError.OtherError', { times: 'always' });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
    kit.clearFaults();
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'accepted' });
  });

  it('is looked for again by hand when it counts as absent', async () => {
    await begin();
    kit.setRecordLag('4h');
    const outcome = await loseAnswer();
    kit.clock.advance(WHOLE_WINDOW_MS + 1_000);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'absent' });
    kit.clock.advance(3 * 60 * MINUTE_MS);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'absent' });
    kit.setRecordLag(0);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'accepted' });
    await until(() => settled.length > 1);
    expect(settled).toMatchObject([
      { verdict: 'absent' },
      { verdict: 'accepted', corrected: true },
    ]);
  });

  it('is corrected by the report of a text that counted as absent', async () => {
    await begin();
    kit.setRecordLag('4h');
    const outcome = await loseAnswer();
    kit.clock.advance(60 * MINUTE_MS);
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'absent' });
    kit.setRecordLag(0);
    await pushReport(kit.lastMessage()?.serialNo);
    await until(() => settled.length > 1);
    expect(settled[1]).toMatchObject({ verdict: 'accepted', corrected: true });
    await expect(delivery.state(outcome)).resolves.toMatchObject({ state: 'delivered' });
  });

  it('waits while a resend is in flight, whose record is not taken for its own', async () => {
    await begin();
    const first = await loseAnswer(PHONE, { execute: false });
    const answer = await holdAnswer();
    expect(kit.lastMessage(PHONE)).toBeDefined();
    await expect(delivery.settle(first)).resolves.toMatchObject({ verdict: 'open' });
    await expect(answer()).resolves.toMatchObject({ status: 'accepted' });
    await expect(delivery.settle(first)).resolves.toMatchObject({ verdict: 'open' });
    kit.clock.advance(WHOLE_WINDOW_MS);
    await expect(delivery.settle(first)).resolves.toMatchObject({ verdict: 'absent' });
    await until(() => settled.length > 0);
    expect(settled).toMatchObject([{ verdict: 'absent', callRef: first.callRef }]);
  });

  it('takes no record of an attempt that began while it was looked for', async () => {
    await begin();
    const first = await loseAnswer(PHONE, { execute: false });
    const { transport } = kit;
    const real = realSend();
    let resend: SmsOutcome | undefined;
    jest.spyOn(transport, 'send').mockImplementationOnce(async (...args) => {
      // The look-up is on its way when a resend is carried out, and its answer is lost, too.
      kit.clock.advance(3_000);
      resend = await loseAnswer(PHONE);
      return real(...args);
    });
    await expect(delivery.settle(first)).resolves.toMatchObject({ verdict: 'open' });
    expect(resend).toMatchObject({ status: 'unknown' });
    await expect(delivery.settle(resend as SmsUnknown)).resolves.toMatchObject({
      verdict: 'accepted',
    });
    await expect(delivery.settle(first)).resolves.toMatchObject({ verdict: 'open' });
  });

  it('is told from another attempt to its number in every order of answers and looks', async () => {
    await begin();
    const fates = ['answered', 'lost'] as const;
    const cases = fates.flatMap((a) =>
      fates.flatMap((b) => [
        { fate: { a, b }, order: ['a', 'b'] as const },
        { fate: { a, b }, order: ['b', 'a'] as const },
      ]),
    );
    for (const [index, { fate, order }] of cases.entries()) {
      const to = `+86137111122${String(index).padStart(2, '0')}`;
      const answers = { a: await holdFate(to, fate.a), b: await holdFate(to, fate.b) };
      const outcomes: SmsOutcome[] = [];
      for (const one of order) {
        outcomes.push(await answers[one]());
        for (const outcome of outcomes.filter(({ status }) => status === 'unknown')) {
          const { verdict } = await delivery.settle(outcome as SmsUnknown);
          // While the other is in flight neither record belongs to a text.
          expect(verdict).toBe(outcomes.length === 1 ? 'open' : 'accepted');
        }
      }
      const states = await Promise.all(outcomes.map(async (one) => delivery.state(one)));
      const serials = kit.messages({ to }).map(({ serialNo }) => serialNo);
      expect(states.map((state) => state?.state)).toEqual(['accepted', 'accepted']);
      expect(new Set(states.map((state) => state?.serialNo))).toEqual(new Set(serials));
      expect(serials).toHaveLength(2);
    }
    expect(settled.filter(({ corrected }) => corrected)).toEqual([]);
  });

  it('gives back what it was matched with when the receipt of a raw call has it', async () => {
    await begin();
    const outcome = await loseAnswer(PHONE, { execute: false });
    // Raw calls are known by their answer alone.
    const answer = await holdAnswer(PHONE, async () =>
      sms.sendSms({
        PhoneNumberSet: [PHONE],
        TemplateId: Notice.id,
        TemplateParamSet: ['7'],
        SignName: '腾讯云',
      }),
    );
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'accepted' });
    await answer();
    await until(() => settled.length > 1);
    expect(settled).toMatchObject([
      { verdict: 'accepted', certainty: 'matched' },
      { verdict: 'open', corrected: true },
    ]);
  });

  it('is found to be refused shortly after another that was refused', async () => {
    await begin({ limits: { perDay: 1 } });
    await sms.send(Notice, { to: PHONE, params: { no: '1' } });
    await expect(sms.trySend(Notice, { to: PHONE, params: { no: '2' } })).resolves.toMatchObject({
      status: 'rejected',
    });
    kit.clock.advance(8_000);
    const outcome = await loseAnswer();
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'rejected' });
  });

  it('is found to be refused in the second in which another was refused', async () => {
    await begin();
    const code = 'LimitExceeded.PhoneNumberSameContentDailyLimit';
    kit.fail('SendSms', code);
    await sms.trySend(Notice, { to: PHONE, params: { no: '甲' } });
    kit.fail('SendSms', code);
    const outcome = await loseAnswer(PHONE, { template: Other.id, value: '甲' });
    const settlement = await delivery.settle(outcome);

    expect(settlement).toMatchObject({ verdict: 'rejected', code });
  });

  it('is not taken for one that a raw call had refused', async () => {
    await begin({ limits: { perDay: 1 } });
    await sms.send(Notice, { to: PHONE, params: { no: '1' } });
    await sms.sendSms({
      PhoneNumberSet: [PHONE],
      TemplateId: Notice.id,
      TemplateParamSet: ['8'],
      SignName: '腾讯云',
    });
    const outcome = await loseAnswer(PHONE, { execute: false });
    await expect(delivery.settle(outcome)).resolves.toMatchObject({ verdict: 'open' });
  });

  it('is corrected by what is carried out after the verdict', async () => {
    await begin();
    kit.addFault({ action: 'SendSms', effect: 'drop', executeAfterMs: 16 * MINUTE_MS });
    const outcome = await sms.trySend(Notice, { to: PHONE, params: { no: '7' } });
    kit.clock.advance(WHOLE_WINDOW_MS + 1_000);
    await expect(delivery.settle(outcome as SmsUnknown)).resolves.toMatchObject({
      verdict: 'absent',
    });
    kit.clock.advance(6 * MINUTE_MS);
    await until(() => settled.length > 1);
    expect(settled).toMatchObject([
      { verdict: 'absent', certainty: 'presumed' },
      { verdict: 'accepted', certainty: 'matched', corrected: true },
    ]);
  });
});

/** The callback of a text. */
async function pushReport(sid: string | undefined): Promise<void> {
  await delivery.accept([
    {
      user_receive_time: '2026-03-14 09:26:53',
      nationcode: '86',
      mobile: PHONE.slice(3),
      report_status: 'SUCCESS',
      errmsg: 'DELIVRD',
      sid,
    },
  ]);
}

/** A send that is carried out, and whose answer comes, or is lost, when the outcome is asked for. */
async function holdFate(to: string, fate: 'answered' | 'lost'): Promise<() => Promise<SmsOutcome>> {
  if (fate === 'lost') {
    kit.addFault({ action: 'SendSms', effect: 'drop', execute: true });
  }
  return holdAnswer(to, async () => sms.trySend(Notice, { to, params: { no: '7' } }));
}

/** A send that is carried out, and whose answer comes when what is given is called; that gives it. */
async function holdAnswer(): Promise<() => Promise<SmsOutcome>>;
async function holdAnswer<T>(to: string, send: () => Promise<T>): Promise<() => Promise<T>>;
async function holdAnswer(
  to = PHONE,
  send: () => Promise<unknown> = async () => sms.trySend(Notice, { to, params: { no: '7' } }),
): Promise<() => Promise<unknown>> {
  const held = new EventEmitter();
  const { transport } = kit;
  const real = realSend();
  const before = kit.messages({ to }).length;
  jest.spyOn(transport, 'send').mockImplementationOnce(async (...args) => {
    const response = real(...args);
    await Promise.all([once(held, 'release'), response.catch(() => undefined)]);
    return response;
  });
  const sent = send();
  await until(() => kit.messages({ to }).length > before);
  return async () => {
    held.emit('release');
    return sent;
  };
}

/** What the transport of the kit does where a test does not stand in its way. */
function realSend(): SmsTransport['send'] {
  const { transport } = kit;
  const { send } = Object.getPrototypeOf(transport) as { readonly send: SmsTransport['send'] };
  return async (request) => send.call(transport, request);
}

async function sendElsewhere(template: string, values: string[]): Promise<void> {
  const elsewhere = await Test.createTestingModule({
    imports: [SmsTestingModule.forTest({ kit })],
  }).compile();
  await elsewhere.get(SmsService).send({ templateId: template, params: values }, { to: PHONE });
  await elsewhere.close();
}
