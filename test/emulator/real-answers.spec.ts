// Answers of Tencent's that were published, word for word: what the emulator says in the same case.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SendStatus } from '../../lib/api/sending.js';
import type { SendSmsRequest } from '../../lib/api/sending.js';
import type { SmsEmulatorBehavior } from '../../lib/testing/index.js';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';
import type { LooseResponse } from './raw-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const SEND: SendSmsRequest = {
  PhoneNumberSet: [PHONE],
  SmsSdkAppId: APP,
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: ['042137', '5'],
};
const SERIAL_NO = /^2640:[1-9]\d{7,9}(\d{13})0000$/;

const send = ({ call }: EngineClient, changes: Partial<SendSmsRequest> = {}): LooseResponse =>
  call('SendSms', { ...SEND, ...changes });
const items = (response: LooseResponse): SendStatus[] =>
  (response['SendStatusSet'] ?? response['SendMultiStatusSet']) as SendStatus[];
const lastItem = (response: LooseResponse): SendStatus | undefined => items(response).at(-1);
const refused = (Code: string, Message: string, IsoCode: string): SendStatus => ({
  SerialNo: '',
  PhoneNumber: PHONE,
  Fee: 0,
  SessionContext: 'user session',
  Code,
  Message,
  IsoCode,
});

const ONCE_IN_30_SECONDS = [
  'LimitExceeded.PhoneNumberThirtySecondLimit',
  'the number of SMS messages sent from a single mobile number within 30 seconds exceeds the upper limit',
] as const;

/** What is wrong, how the emulator is set, and the item that Tencent answers with. */
const ITEMS: [
  what: string,
  behavior: SmsEmulatorBehavior,
  changes: Partial<SendSmsRequest>,
  code: string,
  message: string,
  isoCode: string,
][] = [
  [
    'a second text in 30 seconds',
    { limits: { sameTextPer30Seconds: 0 } },
    {},
    ...ONCE_IN_30_SECONDS,
    'CN',
  ],
  [
    'one text too many in an hour',
    { limits: { perHour: 0 } },
    {},
    'LimitExceeded.PhoneNumberOneHourLimit',
    'the number of sms messages sent from a single mobile number within 1 hour exceeds the upper limit',
    'CN',
  ],
  [
    'one text too many in a day',
    { limits: { perDay: 0 } },
    {},
    'LimitExceeded.PhoneNumberDailyLimit',
    'the number of sms messages sent from a single mobile number every day exceeds the upper limit',
    'CN',
  ],
  [
    'the same text too often in a day',
    { limits: { sameTextPerDay: 0 } },
    {},
    'LimitExceeded.PhoneNumberSameContentDailyLimit',
    'the number of the same sms messages sent from a single mobile number exceeds the upper limit',
    'CN',
  ],
  [
    'an empty package',
    { strict: true, packageSize: 0 },
    {},
    'FailedOperation.InsufficientBalanceInSmsPackage',
    'insufficient balance in SMS package',
    '',
  ],
  [
    'an unusable template',
    {},
    { TemplateId: 'login' },
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'template is not approved or request content does not match the approved template content',
    '',
  ],
  [
    'an unknown template of a strict emulator',
    { strict: true },
    { TemplateId: '77' },
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'template is not approved or request content does not match the approved template content',
    '',
  ],
  [
    'a letter in a verification code',
    {},
    { TemplateParamSet: ['test', '5'] },
    'InvalidParameterValue.TemplateParameterFormatError',
    'Verification code template parameter format error',
    '',
  ],
  [
    'a value too few',
    {},
    { TemplateParamSet: ['042137'] },
    'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
    'request content does not match the template content',
    '',
  ],
  [
    'a signature that is not approved',
    { strict: true },
    { SignName: '示例' },
    'FailedOperation.SignatureIncorrectOrUnapproved',
    'signature format is incorrect or signature is not approved',
    '',
  ],
];

describe('an item of SendSms', () => {
  it.each(ITEMS)(
    'for %s reads as Tencent’s',
    async (_, behavior, changes, code, message, isoCode) => {
      const client = await engineClient(behavior);
      const response = send(client, { SessionContext: 'user session', ...changes });
      expect(items(response)).toEqual([refused(code, message, isoCode)]);
    },
  );

  it('of a text that was accepted reads as Tencent’s', async () => {
    const client = await engineClient();
    const before = Date.now();
    const response = send(client, { SessionContext: 'session' });
    expect(items(response)).toEqual([
      {
        SerialNo: expect.stringMatching(SERIAL_NO),
        PhoneNumber: PHONE,
        Fee: 1,
        SessionContext: 'session',
        Code: 'Ok',
        Message: 'send success',
        IsoCode: 'CN',
      },
    ]);
    const [, acceptedAt] = SERIAL_NO.exec(lastItem(response)?.SerialNo ?? '') ?? [];
    expect(Number(acceptedAt)).toBeGreaterThanOrEqual(before);
    expect(Number(acceptedAt)).toBeLessThanOrEqual(Date.now());
  });

  it('for a number in the blacklist names its country, as every refusal of a number does', async () => {
    const client = await engineClient({ blockedCountries: ['MY'] });
    client.engine.reply({ to: PHONE, text: '退订' });
    expect(lastItem(send(client))).toMatchObject({
      Code: 'FailedOperation.PhoneNumberInBlacklist',
      Message: 'mobile number on the blacklist',
      IsoCode: 'CN',
    });
    const abroad = send(client, { PhoneNumberSet: ['+60198890000'], TemplateId: '77' });
    expect(lastItem(abroad)).toMatchObject({
      Code: 'LimitExceeded.AppCountryOrRegionInBlacklist',
      IsoCode: 'MY',
    });
  });

  it('for a text that is refused says so before it looks at the number', async () => {
    const client = await engineClient();
    client.engine.reply({ to: PHONE, text: 'T' });
    expect(lastItem(send(client, { TemplateId: 'login' }))).toMatchObject({
      Code: 'FailedOperation.TemplateIncorrectOrUnapproved',
      IsoCode: '',
    });
  });

  it.each(ITEMS.slice(0, 7))('for %s reads the same when a test asks for it', async (...row) => {
    const [, , , code, message, isoCode] = row;
    const client = await engineClient();
    client.engine.faults.add({ action: 'SendSms', code });
    const response = send(client, { SessionContext: 'user session' });
    expect(items(response)).toEqual([refused(code, message, isoCode)]);
  });

  it('is in English in a Chinese answer, too', async () => {
    const client = await engineClient({ limits: { sameTextPer30Seconds: 0 } });
    const response = client.call('SendSms', SEND, { language: 'zh-CN' });
    expect(lastItem(response)?.Message).toBe(ONCE_IN_30_SECONDS[1]);
  });
});

describe('an item of SendMultiGlobalSms', () => {
  it('that is refused has a UUID and its country', async () => {
    const { call } = await engineClient();
    const response = call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: [
        { PhoneNumber: '+60198890000', TemplateId: 'login', SessionContext: 'abc' },
        { PhoneNumber: '+60198890001', TemplateId: '77' },
      ],
    });
    const uuid = expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(items(response)).toEqual([
      {
        SerialNo: uuid,
        PhoneNumber: '+60198890000',
        Fee: 0,
        SessionContext: 'abc',
        Code: 'FailedOperation.TemplateIncorrectOrUnapproved',
        Message:
          'template is not approved or request content does not match the approved template content',
        IsoCode: 'MY',
      },
      expect.objectContaining({ SerialNo: uuid, Code: 'Ok', Fee: 1, IsoCode: 'MY' }),
    ]);
  });
});

describe('a serial number', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient();
  });

  it('has 25 to 27 digits, other ones for each text and none of the phone', () => {
    const PhoneNumberSet = Array.from({ length: 200 }, (_, i) => `+8613711${String(999_999 - i)}`);
    const serialNos = items(send(client, { PhoneNumberSet })).map(({ SerialNo }) => SerialNo);
    expect(new Set(serialNos).size).toBe(200);
    expect(new Set(serialNos.map(({ length }) => length - '2640:'.length))).toEqual(
      new Set([25, 26, 27]),
    );
    for (const serialNo of serialNos) {
      expect(serialNo).toMatch(SERIAL_NO);
    }
  });

  it('has the moment of the emulator’s clock', () => {
    client.engine.advance(86_400_000);
    const { SerialNo = '' } = lastItem(send(client)) ?? {};
    const [, acceptedAt] = SERIAL_NO.exec(SerialNo) ?? [];
    expect(Number(acceptedAt)).toBeGreaterThan(Date.now() + 86_000_000);
  });

  it('has no order in time, as Tencent’s has none', () => {
    const serialNos = Array.from({ length: 12 }, () => lastItem(send(client))?.SerialNo ?? '');
    expect(serialNos.toSorted((a, b) => a.length - b.length)).not.toEqual(serialNos);
  });
});

describe('an unknown application', () => {
  const VERIFY_FAIL = {
    Code: 'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
    Message: 'request SmsSdk AppId verify fail',
  };

  it.each([
    ['a strict emulator', true, '1400999999'],
    ['a lenient emulator, since it can be none', false, 'app'],
  ])('is refused at the top by %s', async (_, strict, SmsSdkAppId) => {
    const client = await engineClient({ strict });
    expect(send(client, { SmsSdkAppId }).Error).toEqual(VERIFY_FAIL);
    const pulled = client.call('PullSmsSendStatus', { SmsSdkAppId, Limit: 10 });
    expect(pulled.Error).toEqual(VERIFY_FAIL);
  });
});

describe('an error of the gateway', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient();
  });

  /** The code, what a fault or a bad request gets in English, and in Chinese. */
  const WORDS: [code: string, en: string, zh: RegExp][] = [
    [
      'AuthFailure.SignatureFailure',
      'The provided credentials could not be validated. Please check your signature is correct.',
      /^请求签名验证失败，请检查您的签名计算是否正确。$/,
    ],
    [
      'AuthFailure.SecretIdNotFound',
      'The SecretId is not found, please ensure that your SecretId is correct.',
      /\p{Script=Han}/u,
    ],
    ['UnsupportedRegion', 'The action not support this region', /\p{Script=Han}/u],
    [
      'RequestLimitExceeded',
      'Your current request times equals to `3001` in a second, which exceeds the frequency limit `3000` for a second. Please reduce the frequency of calls.',
      /^您当前每秒请求 `3001` 次，超过了每秒频率上限 `3000`，请稍后重试。$/,
    ],
    [
      'InvalidParameter',
      'The value type of parameter `SmsSdkAppId` is not valid.',
      /^参数 `SmsSdkAppId` 取值类型错误。$/,
    ],
  ];

  it.each(WORDS)('%s has Tencent’s words in either language', (code, en, zh) => {
    client.engine.faults.add({ action: 'SendSms', code, times: 2 });
    expect(send(client).Error).toEqual({ Code: code, Message: en });
    const { Error: inChinese } = client.call('SendSms', SEND, { language: 'zh-CN' });
    expect(inChinese?.Code).toBe(code);
    expect(inChinese?.Message).toMatch(zh);
  });

  it('names a member of a wrong type as Tencent does', () => {
    const wrong = { ...SEND, SmsSdkAppId: 1_400_006_666 } as unknown as SendSmsRequest;
    expect(client.call('SendSms', wrong).Error).toEqual({
      Code: 'InvalidParameter',
      Message: 'The value type of parameter `SmsSdkAppId` is not valid.',
    });
    const inside = { ...SEND, TemplateParamSet: [42] } as unknown as SendSmsRequest;
    expect(client.call('SendSms', inside, { language: 'zh-CN' }).Error).toEqual({
      Code: 'InvalidParameter',
      Message: '参数 `TemplateParamSet.0` 取值类型错误。',
    });
  });

  it.each([
    ['a missing member', { TemplateId: undefined }, 'MissingParameter', /`TemplateId`/],
    ['an unknown member', { Colour: 'red' }, 'UnknownParameter', /`Colour`/],
  ])('for %s is in Chinese when asked for', (_, changes, code, name) => {
    const request = { ...SEND, ...changes } as SendSmsRequest;
    const { Error } = client.call('SendSms', request, { language: 'zh-CN' });
    expect(Error?.Code).toBe(code);
    expect(Error?.Message).toMatch(/\p{Script=Han}/u);
    expect(Error?.Message).toMatch(name);
    expect(client.call('SendSms', request, { language: 'en-US' }).Error?.Message).toMatch(
      /^[\x20-\x7e]+$/,
    );
  });

  it('about permissions is on two lines and has a second id of a request', () => {
    client.engine.faults.add({ action: 'SendSms', code: 'AuthFailure.UnauthorizedOperation' });
    const { Error, RequestId } = send(client);
    expect(Error?.Message).toMatch(
      /^You are not authorized to perform this operation\. Check your CAM policies, and ensure that you are using the correct access keys\. \[\[request id:[\da-f-]{36}\]you are not authorized to perform operation \(sms:SendSms\)\nresource \(\*\) has no permission/,
    );
    expect(Error?.Message).not.toContain(RequestId);
  });

  it('behind it stands at the top, too, in Tencent’s words', () => {
    client.engine.faults.add({ action: 'SendSms', code: 'InternalError.SendAndRecvFail' });
    expect(send(client).Error).toEqual({
      Code: 'InternalError.SendAndRecvFail',
      Message: 'send and recv sso package fail',
    });
  });

  it('keeps the words that a test gives it', () => {
    const message = 'as\nyou like';
    client.engine.faults.add({ code: 'AuthFailure.TokenFailure', message });
    expect(client.call('SendSms', SEND, { language: 'zh-CN' }).Error?.Message).toBe(message);
  });
});

describe('the request log', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient();
  });
  const marks = (): string[] => client.engine.requests.list().map(({ fault }) => fault);

  it('marks a refusal that a test asked for, and no other one', () => {
    client.engine.faults.add({ code: 'InternalError.Timeout' });
    client.engine.faults.add({ code: 'LimitExceeded.PhoneNumberDailyLimit', numberSuffix: '3333' });
    send(client);
    send(client, { PhoneNumberSet: [PHONE, '+8613711113333'] });
    send(client, { TemplateId: 'login' });
    send(client, { SmsSdkAppId: 'app' });
    send(client);
    expect(marks()).toEqual([
      'InternalError.Timeout',
      'LimitExceeded.PhoneNumberDailyLimit',
      '',
      '',
      '',
    ]);
  });

  it('marks what came beside an effect, and nothing that a rule kept from happening', () => {
    client.engine.faults.add({ code: 'RequestLimitExceeded', effect: 'drop' });
    client.engine.faults.add({ code: 'LimitExceeded.PhoneNumberDailyLimit' });
    send(client);
    client.engine.faults.clear();
    client.engine.faults.add({ code: 'LimitExceeded.PhoneNumberDailyLimit' });
    send(client, { SmsSdkAppId: 'app' });
    expect(marks()).toEqual(['drop, RequestLimitExceeded', '']);
  });
});
