import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  getSmsServiceToken,
  SMS_TRANSPORT,
  SmsModule,
  SmsService,
  smsTemplate,
  SmsUnknownOutcomeError,
} from 'nestjs-tencentcloud-sms';
import { createSmsTestKit, SmsTestingModule, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { smsOptions } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});

/** The app under test. */
@Injectable()
class LoginService {
  constructor(private readonly sms: SmsService) {}

  async sendCode(to: string, code: string): Promise<string> {
    const { serialNo } = await this.sms.send(LoginCode, { to, params: { code, minutes: 5 } });
    return serialNo;
  }
}

@Module({ imports: [SmsModule.forRoot(smsOptions())], providers: [LoginService] })
class AppModule {}

const open: { close(): Promise<void> | void }[] = [];
const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (one) => one.close()));
});

/** The result of a wait for a text while the app closes. */
const waitWhileClosing = async (options: { kit?: SmsTestKit }): Promise<unknown> => {
  const app = await Test.createTestingModule({
    imports: [SmsTestingModule.forTest(options)],
  }).compile();
  const waiting = app.get(SmsTestKit).inbox.waitForMessage({ to: PHONE }, { timeoutMs: 20 });
  await Promise.all([waiting.catch(() => undefined), app.close()]);
  return waiting.catch((error: unknown) => error);
};

const startApp = async (
  behavior?: Parameters<typeof createSmsTestKit>[0],
  options: { timeoutMs?: number } = {},
) => {
  const kit = keep(await createSmsTestKit(behavior));
  const module = keep(
    await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ transport: kit.transport, ...options }))],
    }).compile(),
  );
  const sms = module.get(SmsService);
  const input = { to: PHONE, params: { code: '042137', minutes: 5 } };
  return { kit, sms, send: async () => sms.send(LoginCode, input) };
};

describe('SmsTestingModule', () => {
  it('stands in for SmsModule and hands out its kit', async () => {
    const app = keep(
      await Test.createTestingModule({
        imports: [SmsTestingModule.forTest()],
        providers: [LoginService],
      }).compile(),
    );
    const kit = app.get(SmsTestKit);
    await app.get(LoginService).sendCode('13711112222', '042137');
    expect(await kit.inbox.nextCode(PHONE)).toBe('042137');
    expect(kit.inbox.last(PHONE)?.text).toBe(
      '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
    );
  });

  it('reaches modules that import nothing of it', async () => {
    @Module({ providers: [LoginService] })
    class LoginModule {}
    const app = keep(
      await Test.createTestingModule({
        imports: [LoginModule, SmsTestingModule.forTest()],
      }).compile(),
    );
    await app.get(LoginService).sendCode(PHONE, '1234');
    expect(app.get(SmsTestKit).inbox.messages()).toHaveLength(1);
  });

  it('gives named accounts over one kit', async () => {
    const kit = keep(await createSmsTestKit());
    const app = keep(
      await Test.createTestingModule({
        imports: [
          SmsTestingModule.forTest({ kit }),
          SmsTestingModule.forTest({ kit, name: 'marketing', sdkAppId: '1400777777' }),
        ],
      }).compile(),
    );
    const marketing = app.get<SmsService>(getSmsServiceToken('marketing'));
    await marketing.send(LoginCode, { to: PHONE, params: { code: '1111', minutes: 5 } });
    await app.get(SmsService).send(LoginCode, { to: PHONE, params: { code: '2222', minutes: 5 } });
    expect(kit.inbox.messages().map(({ sdkAppId }) => sdkAppId)).toEqual([
      '1400777777',
      '1400006666',
    ]);
    expect(app.get(SmsTestKit)).toBe(kit);
  });

  it('leaves a kit that was given to it open, and closes its own', async () => {
    const kit = keep(await createSmsTestKit({ delivery: 'slow' }));
    expect(await waitWhileClosing({ kit })).toMatchObject({ code: 'SMS_EMULATOR_NOTHING_CAME' });
    expect(await waitWhileClosing({})).toMatchObject({ code: 'SMS_EMULATOR_STOPPED' });
  });

  it('has the time of its kit, so that rules of the hour can be tried', async () => {
    const app = keep(
      await Test.createTestingModule({ imports: [SmsTestingModule.forTest()] }).compile(),
    );
    const { clock } = app.get(SmsTestKit);
    const hourInChina = Math.floor(clock.now().getTime() / 3_600_000 + 8) % 24;
    clock.advance(((23 - hourInChina + 24) % 24) * 3_600_000);
    const Sale = smsTemplate({ id: '77', kind: 'marketing', text: '全场八折，拒收请回复R' });
    await expect(app.get(SmsService).send(Sale, { to: PHONE })).rejects.toMatchObject({
      name: 'SmsValidationError',
    });
  });
});

describe('kit.transport', () => {
  it('takes the place of the network in an app that imports SmsModule itself', async () => {
    const kit = keep(await createSmsTestKit());
    const app = keep(
      await Test.createTestingModule({ imports: [AppModule] })
        .overrideProvider(SMS_TRANSPORT)
        .useValue(kit.transport)
        .compile(),
    );
    await app.get(LoginService).sendCode(PHONE, '042137');
    expect(await kit.inbox.nextCode(PHONE)).toBe('042137');
    // The app's own key is its own business: nothing is checked, and the log says so.
    expect(kit.requests()).toMatchObject([{ signature: { result: 'skipped' } }]);
  });

  it.each(['TC3-HMAC-SHA256', 'HmacSHA1'] as const)(
    'takes requests signed with %s',
    async (signMethod) => {
      const kit = keep(await createSmsTestKit());
      for (const method of ['GET', 'POST'] as const) {
        const module = keep(
          // oxlint-disable-next-line no-await-in-loop
          await Test.createTestingModule({
            imports: [
              SmsModule.forRoot(smsOptions({ signMethod, method, transport: kit.transport })),
            ],
          }).compile(),
        );
        // oxlint-disable-next-line no-await-in-loop
        await module
          .get(SmsService)
          .send(LoginCode, { to: PHONE, params: { code: '1', minutes: 5 } });
      }
      expect(kit.inbox.messages()).toHaveLength(2);
    },
  );
});

describe('a kit', () => {
  it('hands each code out once, the newest first of all', async () => {
    const { kit, sms, send } = await startApp();
    await send();
    await sms.send(LoginCode, { to: PHONE, params: { code: '704215', minutes: 5 } });
    expect(await kit.inbox.nextCode(PHONE)).toBe('704215');
    const next = kit.inbox.nextCode('13711112222');
    await sms.send(LoginCode, { to: PHONE, params: { code: '888888', minutes: 5 } });
    expect(await next).toBe('888888');
    await expect(kit.inbox.nextCode(PHONE, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_NOTHING_CAME',
      message: 'No verification code to +86137****2222 came within 5 ms.',
    });
  });

  it('shows the texts by phone and by template', async () => {
    const { kit, send } = await startApp();
    await send();
    expect(kit.inbox.messages({ to: PHONE, template: '449739' })).toHaveLength(1);
    expect(kit.inbox.messages({ template: '77' })).toEqual([]);
    expect(kit.inbox.last('13900000000')).toBeUndefined();
  });

  it('fails on demand', async () => {
    const { kit, send } = await startApp();
    kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    await expect(send()).rejects.toMatchObject({ code: 'LimitExceeded.PhoneNumberDailyLimit' });
    await send();
  });

  it('loses an answer as the network does: the text went out and its outcome is unknown', async () => {
    const { kit, sms, send } = await startApp();
    kit.loseNextResponse();
    await expect(
      sms.sendSms({ PhoneNumberSet: [PHONE], TemplateId: '77', SignName: '腾讯云' }),
    ).rejects.toMatchObject({ name: 'SmsTransportError', phase: 'write', maybeSent: true });
    expect(kit.inbox.messages()).toHaveLength(1);
    kit.loseNextResponse({ action: 'SendSms' });
    const error: unknown = await send().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SmsUnknownOutcomeError);
    expect(kit.inbox.messages()).toHaveLength(2);
  });

  it('repeats a read whose answer was lost', async () => {
    const { kit, sms } = await startApp();
    kit.loseNextResponse();
    await sms.describePhoneNumberInfo({ PhoneNumberSet: [PHONE] });
    expect(kit.requests()).toMatchObject([{ fault: 'drop' }, { fault: '' }]);
  });

  it.each([
    ['too slow', { latencyMs: 60_000 }, 'write'],
    ['stalled', { effect: 'stalled' }, 'read'],
  ] as const)('lets an answer be %s until the time is out', async (_, fault, phase) => {
    const { kit, sms } = await startApp({}, { timeoutMs: 20 });
    kit.addFault(fault);
    await expect(
      sms.sendSms({ PhoneNumberSet: [PHONE], TemplateId: '77', SignName: '腾讯云' }),
    ).rejects.toMatchObject({ name: 'SmsTimeoutError', phase });
  });

  it('lets the caller’s signal end the waiting', async () => {
    const { kit, sms } = await startApp();
    kit.addFault({ latencyMs: 60_000 });
    const abort = new AbortController();
    const sending = sms.sendSms(
      { PhoneNumberSet: [PHONE], TemplateId: '77', SignName: '腾讯云' },
      { signal: abort.signal },
    );
    kit.addFault({ effect: 'drop' });
    await kit.inbox.waitForMessage();
    abort.abort(new Error('enough'));
    await expect(sending).rejects.toMatchObject({ name: 'SmsAbortError', maybeSent: true });
    const late = sms.sendSms(
      { PhoneNumberSet: [PHONE], TemplateId: '77', SignName: '腾讯云' },
      { signal: AbortSignal.abort() },
    );
    await expect(late).rejects.toMatchObject({ name: 'SmsAbortError', maybeSent: false });
    expect(kit.inbox.messages()).toHaveLength(1);
  });

  it('moves its clock: reports come and limits end', async () => {
    const { kit, send } = await startApp({ delivery: 'realistic', limits: 'tencent-default' });
    await send();
    await expect(send()).rejects.toMatchObject({
      code: 'LimitExceeded.PhoneNumberThirtySecondLimit',
    });
    expect(kit.inbox.last(PHONE)?.report).toBeNull();
    kit.clock.advance(30_000);
    expect(kit.inbox.last(PHONE)?.report).toMatchObject({ code: 'DELIVRD' });
    await send();
  });

  it('lets a phone write back', async () => {
    const { kit, sms, send } = await startApp();
    await send();
    kit.reply({ to: PHONE, text: 'T' });
    await expect(send()).rejects.toMatchObject({ code: 'FailedOperation.PhoneNumberInBlacklist' });
    const { PullSmsReplyStatusSet } = await sms.pullSmsReplyStatus({ Limit: 10 });
    expect(PullSmsReplyStatusSet).toMatchObject([{ ReplyContent: 'T' }]);
    expect(() => kit.reply({ to: 'nobody', text: 'T' })).toThrow(/^to must be/);
  });

  it('is as good as new once cleared', async () => {
    const { kit, send } = await startApp({ limits: 'tencent-default' });
    await send();
    kit.reply({ to: PHONE, text: 'T' });
    kit.fail('SendSms', 'InternalError', { times: 'always' });
    kit.clear();
    await send();
    expect(kit.inbox.messages()).toHaveLength(1);
    expect(kit.requests()).toHaveLength(1);
  });

  it('shares nothing with another kit', async () => {
    const one = await startApp();
    const other = await startApp();
    one.kit.fail('SendSms', 'InternalError', { times: 'always' });
    await other.send();
    expect(one.kit.inbox.messages()).toEqual([]);
    expect(other.kit.inbox.messages()).toMatchObject([{ id: '1' }]);
  });

  it('names an option that is not usable', async () => {
    await expect(createSmsTestKit({ delivery: 'fast' as 'slow' })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
    });
  });
});
