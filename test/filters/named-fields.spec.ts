import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Logger, Post, UseFilters } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  SmsExceptionFilter,
  SmsService,
  SmsValidationError,
  parsePhone,
  smsTemplate,
} from 'nestjs-tencentcloud-sms';
import type { SmsOutcome } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import type { Server } from 'node:http';
import request from 'supertest';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
const Greeting = smsTemplate({ id: '1110', kind: 'notification', text: '{name:1}，欢迎加入。' });
const Sale = smsTemplate({ id: '1111', kind: 'marketing', text: '{name:1}，今日优惠。' });

const PHONE = '+8613711112222';
const CODE = { code: '042137', minutes: 5 };

type Send = (sms: SmsService) => unknown;
/** What the route does; each test sets it. */
let send: Send;

@UseFilters(SmsExceptionFilter)
@Controller()
class SendController {
  constructor(private readonly sms: SmsService) {}

  @Post()
  async send(@Body() _body: object): Promise<unknown> {
    return await send(this.sms);
  }
}

const sendCode: Send = (sms) => sms.send(LoginCode, { to: PHONE, params: CODE });

function throwIfRejected(outcome: SmsOutcome | undefined): void {
  if (outcome?.status === 'rejected') {
    throw outcome.error;
  }
}

describe('the fields that SmsExceptionFilter names', () => {
  let app: INestApplication;
  let kit: SmsTestKit;
  const logged: string[] = [];

  beforeAll(async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest()],
      controllers: [SendController],
    }).compile();
    app = moduleRef.createNestApplication({ logger: false });
    kit = moduleRef.get(SmsTestKit);
    await app.init();
  });

  beforeEach(() => {
    kit.clear();
    logged.length = 0;
    for (const level of ['error', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => {
        logged.push(JSON.stringify([level, ...said]));
      });
    }
  });

  afterAll(async () => {
    await app.close();
  });

  async function ask(what: Send, language = 'en') {
    send = what;
    const server = app.getHttpServer() as Server;
    const answer = await request(server).post('/').set('Accept-Language', language);
    const { status, headers, text } = answer;
    return { status, headers, text, body: answer.body as Record<string, unknown> };
  }

  it.each([
    ['send', 'to', (sms) => sms.send(LoginCode, { to: '+8612345678', params: CODE })],
    ['parsePhone', 'phone', () => parsePhone('+8612345678')],
    [
      'trySend',
      'to',
      async (sms) =>
        throwIfRejected(await sms.trySend(LoginCode, { to: '+8612345678', params: CODE })),
    ],
    [
      'sendMany',
      'to[1]',
      async (sms) =>
        throwIfRejected(
          (await sms.sendMany(LoginCode, { to: [PHONE, '+8612345678'], params: CODE })).outcomes[1],
        ),
    ],
    [
      'sendEach',
      'to',
      async (sms) => {
        for await (const outcome of sms.sendEach(LoginCode, [
          { to: '+8612345678', params: CODE },
        ])) {
          throwIfRejected(outcome);
        }
      },
    ],
  ] satisfies [string, string, Send][])(
    'names the phone of %s in the language of the caller, without its digits',
    async (_way, field, way) => {
      const english = await ask(way);
      const sentence = `${field} is not a possible phone number.`;
      expect(english.body).toEqual({
        statusCode: 400,
        message: [sentence],
        error: 'Bad Request',
        code: 'SMS_PHONE_INVALID',
        issues: [{ field, message: sentence }],
      });
      expect(english.headers['content-language']).toBe('en');

      const chinese = await ask(way, 'zh-CN,zh;q=0.9');
      expect(chinese.body).toMatchObject({
        code: 'SMS_PHONE_INVALID',
        issues: [{ field, message: `${field} 不是有效的手机号。` }],
      });
      expect(chinese.headers['content-language']).toBe('zh-CN');
      expect(english.text + chinese.text).not.toMatch(/1234|78|\*\*/);
      expect(logged).toEqual([]);
    },
  );

  it.each([
    ['', 'to must be a phone number.', 'to 须为手机号。'],
    [undefined, 'to must be a phone number.', 'to 须为手机号。'],
    [
      '6123 4567',
      'to has no country code: only mobile numbers of mainland China may go without it.',
      'to 缺少国家或地区码：仅中国内地手机号可省略。',
    ],
  ])('says what is wrong with the phone %j', async (to, en, zh) => {
    const way: Send = (sms) => sms.send(LoginCode, { to: to as string, params: CODE });
    expect((await ask(way)).body).toMatchObject({ issues: [{ field: 'to', message: en }] });
    expect((await ask(way, 'zh')).body).toMatchObject({ issues: [{ field: 'to', message: zh }] });
  });

  it.each([
    [LoginCode, { code: 'A42137', minutes: 5 }, 'params.code', /1 to 6 digits/, /1 至 6 位数字/],
    [LoginCode, { code: '042137' }, 'params.minutes', /is missing/, /缺少/],
    [Greeting, { name: 'see evil.com' }, 'params.name', /URL/, /网址/],
    [Greeting, { name: 'x'.repeat(2001) }, 'params.name', /longer than/, /超过/],
    [Greeting, { name: {} }, 'params.name', /text/, /文本/],
    [Greeting, { name: 'x'.repeat(499) }, 'params', /too long/, /过长/],
    [{ templateId: '1', params: ['evil.com'] }, undefined, 'params[0]', /URL/, /网址/],
  ])('names the value %#. in both languages', async (template, params, field, en, zh) => {
    const way: Send = (sms) =>
      sms.send(template as typeof Greeting, { to: PHONE, params } as { to: string } as never);
    const english = await ask(way);
    expect(english.status).toBe(400);
    expect(english.body).toMatchObject({
      code: 'SMS_PARAMETER_INVALID',
      issues: [{ field, message: expect.stringMatching(en) }],
    });
    expect((await ask(way, 'zh')).body).toMatchObject({
      code: 'SMS_PARAMETER_INVALID',
      issues: [{ field, message: expect.stringMatching(zh) }],
    });
    expect(english.text).not.toMatch(/A42137|evil/);
  });

  it.each([
    ['signName', (sms) => sms.send(Greeting, { to: PHONE, params: { name: 'B' }, signName: '' })],
    ['templateId', (sms) => sms.send({ templateId: 'x' }, { to: PHONE })],
    ['template', (sms) => sms.send({} as never, { to: PHONE } as never)],
    [
      'sdkAppId',
      (sms) => sms.send(Greeting, { to: PHONE, params: { name: 'B' }, sdkAppId: 'app' }),
    ],
    ['params', (sms) => sms.send(Greeting, { to: PHONE, params: ['B'] } as never)],
    ['phone', (sms) => sms.send(Greeting, { phone: PHONE, params: { name: 'B' } } as never)],
    ['signal', (sms) => sms.send(Greeting, { to: PHONE, signal: 5 } as never)],
    ['TemplateId', (sms) => sms.sendSms({ PhoneNumberSet: [PHONE] } as never)],
    [
      'SmsSdkAppId',
      (sms) => sms.sendSms({ SmsSdkAppId: 5, TemplateId: '1', PhoneNumberSet: [PHONE] } as never),
    ],
    ['TemplateName', (sms) => sms.addSmsTemplate({} as never)],
  ] satisfies [string, Send][])(
    'answers neutrally where the developer must correct %s, and logs it',
    async (field, way) => {
      const { body, text } = await ask(way);
      expect(body).toEqual({
        statusCode: 500,
        message: 'The SMS service is not available at the moment.',
        error: 'Internal Server Error',
        code: 'SMS_UNAVAILABLE',
      });
      expect(text).not.toContain(field);
      expect(logged).toEqual([expect.stringMatching(`^\\["error".*${field}`)]);
      await ask(way);
      expect(logged).toHaveLength(1);
    },
  );

  it("names the caller's fields alone where the developer has one to correct, too", async () => {
    send = () => {
      throw new SmsValidationError([
        { field: 'to', message: 'to is bad.' },
        { field: 'senderId', message: 'senderId is bad.' },
        { field: 'params.code', message: 'params.code is bad.' },
      ]);
    };
    expect((await ask(send)).body).toEqual({
      statusCode: 400,
      message: ['to is bad.', 'params.code is bad.'],
      error: 'Bad Request',
      code: 'SMS_PARAMETER_INVALID',
      issues: [
        { field: 'to', message: 'to is bad.' },
        { field: 'params.code', message: 'params.code is bad.' },
      ],
    });
    expect(logged.at(-1)).toContain('senderId is bad.');
  });

  it("answers in Chinese of a sentence of the app's own, too", async () => {
    send = () => {
      throw new SmsValidationError([{ field: 'to', message: `to is bad: ${PHONE}.` }]);
    };
    const { body, text } = await ask(send, 'zh');
    expect(body).toMatchObject({ issues: [{ field: 'to', message: 'to 不是有效的手机号。' }] });
    expect((await ask(send)).text + text).not.toContain('13711112222');
  });

  it.each([
    ['PhoneNumberSet', 'SMS_PHONE_INVALID', { TemplateId: '1', PhoneNumberSet: [5] }],
    ['PhoneNumberSet', 'SMS_PHONE_INVALID', { TemplateId: '1' }],
    [
      'TemplateParamSet',
      'SMS_PARAMETER_INVALID',
      { TemplateId: '1', PhoneNumberSet: [PHONE], TemplateParamSet: [5] },
    ],
  ])('names %s of a raw call with %s', async (field, code, params) => {
    const way: Send = (sms) => sms.sendSms(params as never);
    expect((await ask(way)).body).toMatchObject({
      code,
      issues: [{ field, message: expect.stringContaining(field) }],
    });
    expect((await ask(way, 'zh')).body).toMatchObject({
      code,
      issues: [{ field, message: expect.stringMatching(/\p{Script=Han}/u) }],
    });
  });

  it.each([
    ['InvalidParameterValue.IncorrectPhoneNumber', 'to', 400],
    ['FailedOperation.PhoneNumberInBlacklist', 'to', 422],
    ['UnsupportedOperation.UnsupportedRegion', 'to', 422],
    ['UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone', 'to', 422],
    ['InvalidParameterValue.TemplateParameterFormatError', 'params', 422],
    ['FailedOperation.ContainSensitiveWord', 'params', 422],
  ])('names what Tencent refused with %s: %s', async (code, field, status) => {
    kit.fail('SendSms', code, { times: 2 });
    const english = await ask(sendCode);
    expect(english.body).toMatchObject({
      statusCode: status,
      code,
      issues: [{ field, message: english.body['message'] }],
    });
    const chinese = await ask(sendCode, 'zh');
    expect(chinese.body).toMatchObject({
      code,
      issues: [{ field, message: expect.stringMatching(/\p{Script=Han}/u) }],
    });
  });

  it.each([
    'LimitExceeded.PhoneNumberDailyLimit',
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'FailedOperation.SignatureIncorrectOrUnapproved',
    'FailedOperation.InsufficientBalanceInSmsPackage',
  ])('names no field for %s, which no other value corrects', async (code) => {
    kit.fail('SendSms', code);
    const { body } = await ask(sendCode);
    expect(body).not.toHaveProperty('issues');
    expect(body).toHaveProperty('code');
  });

  it('answers a marketing text at night as where Tencent refuses it', async () => {
    const hour = 3_600_000;
    const day = 24 * hour;
    // 23:00 in China
    kit.clock.advance((15 * hour - (kit.clock.now().getTime() % day) + day) % day);
    const { body } = await ask((sms) => sms.send(Sale, { to: PHONE, params: { name: 'B' } }));
    expect(body).toMatchObject({
      statusCode: 409,
      code: 'FailedOperation.MarketingSendTimeConstraint',
    });
  });
});
