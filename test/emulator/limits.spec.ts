// The documented limits of the service, one after the other.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SMS_TYPES } from '../../lib/api/templates.js';
import { RATE_LIMITS } from '../../lib/api/rate-limits.js';
import type { SendSmsRequest } from '../../lib/api/sending.js';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';
import type { LooseResponse } from './raw-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const SEND: SendSmsRequest = {
  PhoneNumberSet: [PHONE],
  SmsSdkAppId: APP,
  SignName: '腾讯云',
  TemplateId: '77',
};

let client: EngineClient;
beforeEach(async () => {
  client = await engineClient();
});

const send = (changes: Partial<SendSmsRequest> = {}): LooseResponse =>
  client.call('SendSms', { ...SEND, ...changes });
const codes = (response: LooseResponse): (string | undefined)[] =>
  response.Error === undefined
    ? (response['SendStatusSet'] as { Code: string }[]).map(({ Code }) => Code)
    : [response.Error.Code];

const numbers = (length: number): string[] =>
  Array.from({ length }, (_, i) => `+86137111${String(10_000 + i)}`);
const params = (value: string): Partial<SendSmsRequest> => ({ TemplateParamSet: [value] });
const review = (
  TemplateContent: string,
  kind: 1 | 2 | 3 = 2,
  International: 0 | 1 = 0,
): unknown => {
  const added = client.call('AddSmsTemplate', {
    TemplateName: '示例',
    TemplateContent,
    SmsType: kind,
    International,
    Remark: '示例',
  });
  if (added.Error !== undefined) {
    return added.Error.Code;
  }
  client.engine.advance(2000);
  const { TemplateId } = added['AddTemplateStatus'] as { TemplateId: string };
  const listed = client.call('DescribeSmsTemplateList', {
    International,
    TemplateIdSet: [Number(TemplateId)],
  });
  const [status] = listed['DescribeTemplateStatusSet'] as { StatusCode: number }[];
  return status?.StatusCode;
};
const totals = (
  action: 'SendStatusStatistics' | 'CallbackStatusStatistics',
  BeginTime: string,
  EndTime: string,
): string | undefined =>
  client.call(action, { SmsSdkAppId: APP, BeginTime, EndTime, Limit: 10, Offset: 3 }).Error?.Code;
const lookUp = (length: number): string | undefined =>
  client.call('DescribePhoneNumberInfo', {
    PhoneNumberSet: numbers(length),
  }).Error?.Code;
const addSign = (changes: object): string | undefined =>
  client.call('AddSmsSign', {
    SignName: '示例商城',
    SignType: 0,
    DocumentType: 1,
    International: 0,
    SignPurpose: 0,
    ProofImage: 'aGVsbG8=',
    ...changes,
  }).Error?.Code;
const image = (bytes: number): string => Buffer.alloc(bytes).toString('base64');

describe('a region', () => {
  it.each(['ap-guangzhou', 'ap-beijing', 'ap-nanjing', 'ap-singapore', 'AP-Guangzhou', ''])(
    'that a site has is served: "%s"',
    (region) => {
      expect(client.call('SendSms', SEND, { region }).Error).toBeUndefined();
    },
  );

  it.each(['ap-shanghai', 'ap-hongkong', 'na-ashburn', 'eu-west-1', '广州'])(
    'that no site has is refused: %s',
    (region) => {
      const encoded = encodeURIComponent(region);
      expect(client.call('SendSms', SEND, { region: encoded }).Error?.Code).toBe(
        'UnsupportedRegion',
      );
      expect(client.engine.inbox.messages()).toEqual([]);
    },
  );
});

describe('the rates of the gateway', () => {
  it.each([
    ['DescribeSmsTemplateList', { International: 0 }],
    [
      'SendStatusStatistics',
      { BeginTime: '2026010100', EndTime: '2026010101', SmsSdkAppId: APP, Limit: 0, Offset: 0 },
    ],
  ] as const)('hold for %s with the limits of Tencent', async (action, request) => {
    client = await engineClient({ limits: 'tencent-default' });
    const limit = RATE_LIMITS[action];
    const call = (): string | undefined => client.call(action, request).Error?.Message;
    // From the start of a second of the emulator's clock, which goes on meanwhile.
    client.engine.advance(1000 - (client.engine.clock.now() % 1000));
    const answers = Array.from({ length: limit + 2 }, call).filter((text) => text !== undefined);
    expect(answers).toContain(
      `Your current request times equals to \`${limit + 1}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`,
    );
    client.engine.advance(1000);
    expect(call()).toBeUndefined();
  });

  it('are nothing that a test meets by chance', () => {
    const request = { International: 0 } as const;
    const answers = Array.from(
      { length: 30 },
      () => client.call('DescribeSmsTemplateList', request).Error,
    );
    expect(answers.every((error) => error === undefined)).toBe(true);
  });
});

describe('the volume of an application in a day', () => {
  const HONG_KONG = ['+85261234567', '+85261234568', '+85261234569'];
  const MALAYSIA = ['+60198890000'];
  const MAINLAND = [PHONE, '+8613711113333', '+8613711114444'];

  it.each([
    ['in all', { appPerDay: 2 }, MAINLAND, 'LimitExceeded.AppDailyLimit'],
    ['in all, abroad', { appPerDay: 2 }, HONG_KONG, 'LimitExceeded.AppDailyLimit'],
    [
      'on the mainland',
      { appMainlandPerDay: 2 },
      MAINLAND,
      'LimitExceeded.AppMainlandChinaDailyLimit',
    ],
    ['abroad', { appAbroadPerDay: 2 }, HONG_KONG, 'LimitExceeded.AppGlobalDailyLimit'],
    [
      'in one country',
      { appCountryPerDay: 2 },
      HONG_KONG,
      'LimitExceeded.AppCountryOrRegionDailyLimit',
    ],
  ])('%s is what the account set', async (_, limits, PhoneNumberSet, code) => {
    client = await engineClient({ limits });
    expect(codes(send({ PhoneNumberSet }))).toEqual(['Ok', 'Ok', code]);
    expect(codes(send({ PhoneNumberSet, SmsSdkAppId: '1400777777' }))).toEqual(['Ok', 'Ok', code]);
    client.engine.advance(86_400_000);
    expect(codes(send({ PhoneNumberSet }))).toEqual(['Ok', 'Ok', code]);
  });

  it('counts each market and each country by itself', async () => {
    client = await engineClient({ limits: { appMainlandPerDay: 1, appCountryPerDay: 1 } });
    const rest = [MALAYSIA, [PHONE], [HONG_KONG[0] ?? '']].map((PhoneNumberSet) =>
      codes(send({ PhoneNumberSet })),
    );
    expect(rest).toEqual([['Ok'], ['Ok'], ['Ok']]);
    expect(codes(send({ PhoneNumberSet: MALAYSIA }))).toEqual([
      'LimitExceeded.AppCountryOrRegionDailyLimit',
    ]);
  });

  it('counts no text that was refused, and begins anew when the inbox is emptied', async () => {
    client = await engineClient({ limits: { appPerDay: 1 } });
    send({ TemplateId: 'login' });
    expect(codes(send())).toEqual(['Ok']);
    expect(codes(send())).toEqual(['LimitExceeded.AppDailyLimit']);
    client.engine.clear();
    expect(codes(send())).toEqual(['Ok']);
  });
});

describe('a number', () => {
  it.each([
    ['+86 137 1111 2222', 'blanks'],
    ['+86-137-1111-2222', 'hyphens'],
    ['12025550123', 'eleven digits of North America'],
    ['+8612345678901', 'no mainland mobile'],
    ['10648123456789', 'a machine'],
    ['+861440123456789', 'a machine, in E.164'],
    ['008513711112222', 'another country code'],
  ])('%s is refused: %s', (number) => {
    expect(codes(send({ PhoneNumberSet: [number] }))).toEqual([
      'InvalidParameterValue.IncorrectPhoneNumber',
    ]);
  });

  it.each(['+8613711112222', '008613711112222', '8613711112222', '13711112222', '+8619911112222'])(
    '%s is taken',
    (number) => {
      expect(codes(send({ PhoneNumberSet: [number] }))).toEqual(['Ok']);
    },
  );
});

describe('a call of SendSms', () => {
  it.each([
    ['200 numbers', 'Ok', { PhoneNumberSet: numbers(200) }],
    ['201 numbers', 'LimitExceeded.PhoneNumberCountLimit', { PhoneNumberSet: numbers(201) }],
    ['no number', 'MissingParameter.EmptyPhoneNumberSet', { PhoneNumberSet: [] }],
    [
      'both markets',
      'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
      { PhoneNumberSet: [PHONE, '+85261234567'] },
    ],
    ['a context of 511 bytes', 'Ok', { SessionContext: `${'一'.repeat(170)}a` }],
    [
      'a context of 512 bytes',
      'InvalidParameterValue',
      { SessionContext: `${'一'.repeat(170)}ab` },
    ],
    [
      'no signature on the mainland',
      'FailedOperation.SignatureIncorrectOrUnapproved',
      { SignName: '' },
    ],
    ['no signature abroad', 'Ok', { SignName: '', PhoneNumberSet: ['+85261234567'] }],
    [
      'a URL in a value',
      'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter',
      { TemplateParamSet: ['t.cn/a'] },
    ],
    ['a code of six digits', 'Ok', { TemplateId: '449739', TemplateParamSet: ['123456', ''] }],
    [
      'a code of seven digits',
      'InvalidParameterValue.TemplateParameterFormatError',
      { TemplateId: '449739', TemplateParamSet: ['1234567', '5'] },
    ],
    [
      'no value for a template that takes two',
      'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
      { TemplateId: '449739' },
    ],
  ])('with %s gets %s', (_, code, changes) => {
    expect(new Set(codes(send(changes)))).toEqual(new Set([code]));
  });

  it('texts a number once, however often it is given', () => {
    expect(codes(send({ PhoneNumberSet: [PHONE, PHONE, '13711112222'] }))).toEqual(['Ok']);
    expect(client.engine.inbox.messages()).toHaveLength(1);
  });

  it('has no memory: the same call again sends again', () => {
    expect([send(), send()].flatMap(codes)).toEqual(['Ok', 'Ok']);
    expect(client.engine.inbox.messages()).toHaveLength(2);
  });
});

describe('the length of a text', () => {
  const GSM = 'Your {1}';
  const CHINESE = '内容{1}';
  const MARKETS = {
    'the mainland': PHONE,
    Singapore: '+6598765432',
    Malaysia: '+60198890000',
  };
  const feeOf = (content: string, phone: string, characters: number): unknown => {
    const abroad = phone !== PHONE;
    const added = client.call('AddSmsTemplate', {
      TemplateName: '示例',
      TemplateContent: content,
      SmsType: 2,
      International: abroad ? 1 : 0,
      Remark: '示例',
    });
    const { TemplateId } = added['AddTemplateStatus'] as { TemplateId: string };
    // On the mainland the signature counts, its brackets included.
    const fixed = content.length - '{1}'.length + (abroad ? 0 : '【腾讯云】'.length);
    const letter = content === GSM ? 'a' : '字';
    const response = send({
      PhoneNumberSet: [phone],
      TemplateId,
      SignName: abroad ? '' : '腾讯云',
      TemplateParamSet: [letter.repeat(characters - fixed)],
    });
    const [item] = response['SendStatusSet'] as { Code: string; Fee: number }[];
    return item?.Code === 'Ok' ? item.Fee : item?.Code;
  };
  const TOO_LONG = 'InvalidParameterValue.ContentLengthLimit';

  it.each([
    ['the mainland', CHINESE, 70, 1],
    ['the mainland', CHINESE, 71, 2],
    ['the mainland', CHINESE, 134, 2],
    ['the mainland', CHINESE, 150, 3],
    ['the mainland', CHINESE, 500, 8],
    ['the mainland', CHINESE, 501, TOO_LONG],
    ['the mainland', GSM, 160, 3],
    ['Singapore', GSM, 160, 1],
    ['Singapore', GSM, 161, 2],
    ['Singapore', GSM, 320, 3],
    ['Singapore', CHINESE, 70, 1],
    ['Singapore', CHINESE, 71, 2],
    ['Singapore', CHINESE, 2000, 30],
    ['Singapore', CHINESE, 2001, TOO_LONG],
    ['Malaysia', GSM, 153, 1],
    ['Malaysia', GSM, 154, 2],
    ['Malaysia', GSM, 299, 2],
    ['Malaysia', GSM, 300, 3],
    ['Malaysia', CHINESE, 63, 1],
    ['Malaysia', CHINESE, 64, 2],
    ['Malaysia', CHINESE, 127, 2],
    ['Malaysia', CHINESE, 128, 3],
  ] as const)('to %s of “%s” with %i characters costs %s', (market, content, characters, fee) => {
    expect(feeOf(content, MARKETS[market], characters)).toBe(fee);
  });

  it('counts an emoji as two characters, and a character of the GSM extension abroad, too', () => {
    const [item] = send({ TemplateParamSet: ['😀'.repeat(40)] })['SendStatusSet'] as {
      Fee: number;
    }[];
    expect(item?.Fee).toBe(2);
    const request = { SmsSdkAppId: APP, MultiSmsInfoSet: [] as object[] };
    const added = client.call('AddSmsTemplate', {
      TemplateName: 'x',
      TemplateContent: 'Hi {1}',
      SmsType: 2,
      International: 1,
      Remark: 'x',
    });
    const { TemplateId } = added['AddTemplateStatus'] as { TemplateId: string };
    const fees = ['|'.repeat(78), '|'.repeat(79)].map((value, i) => {
      request.MultiSmsInfoSet = [
        { PhoneNumber: `+659876543${i}`, TemplateId, TemplateParamSet: [value] },
      ];
      const response = client.call('SendMultiGlobalSms', request as never);
      return (response['SendMultiStatusSet'] as { Fee: number }[])[0]?.Fee;
    });
    expect(fees).toEqual([1, 2]);
  });
});

describe('an extension code', () => {
  it('is digits, or none', () => {
    expect(codes(send({ ExtendCode: '' }))).toEqual(['Ok']);
    expect(codes(send({ ExtendCode: '0042' }))).toEqual(['Ok']);
    expect(codes(send({ ExtendCode: 'ab' }))).toEqual(['InvalidParameterValue']);
  });
});

describe('a value', () => {
  it('has as many characters as the account may send, blanks and marks included', async () => {
    client = await engineClient({ limits: { charactersPerValue: 6 } });
    expect(codes(send(params('顺丰 12。')))).toEqual(['Ok']);
    expect(codes(send(params('𠮷𠮷𠮷𠮷𠮷𠮷')))).toEqual(['Ok']);
    expect(codes(send(params('顺丰 123。')))).toEqual([
      'InvalidParameterValue.TemplateParameterLengthLimit',
    ]);
  });

  it('of any length is fine unless a limit is set', () => {
    expect(codes(send({ TemplateParamSet: ['很长的一个值'.repeat(10)] }))).toEqual(['Ok']);
  });
});

describe('a request of the legacy method', () => {
  it('over a megabyte fails at its signature, as Tencent’s does', () => {
    const answer = client.engine.respond({
      method: 'POST',
      target: '/',
      headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(`Action=SendSms&SignName=${'x'.repeat(1024 * 1024)}`),
      bodyTooLarge: false,
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      Response: {
        Error: {
          Code: 'AuthFailure.SignatureFailure',
          Message: 'exceeding request size limit',
        },
      },
    });
  });

  it('is answered in the language among its parameters', () => {
    for (const [method, target, body] of [
      ['POST', '/', 'Action=SendSms&Language=zh-CN'],
      ['GET', '/?Action=SendSms&Language=zh-CN', ''],
    ] as const) {
      const answer = client.engine.respond({
        method,
        target,
        headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(body),
        bodyTooLarge: false,
      });
      expect(answer.body).toContain('缺少必要参数 `SecretId`。');
    }
  });
});

describe('the review of a template', () => {
  beforeEach(async () => {
    client = await engineClient({ strict: true });
  });

  it.each([
    'www.{1}.com',
    '详见 a.cn/{1}',
    '详见https://a.cn/o?id={1}，谢谢',
    '详见https://{1}',
    '详见{1}.com',
    '详见a.cn{1}',
    '详见{1}www.a.com',
    '详见a.cn/{1}/b',
    '详见a.cn:{1}/b',
    '详见ｗｗｗ．{1}．ｃｏｍ',
  ])('refuses a variable that is part of a URL: %s', (content) => {
    expect(review(content)).toBe(-1);
  });

  it.each([
    '您的订单{1}已发货，详见a.cn/help',
    '详见 https://a.cn/help 或致电{1}',
    '验证码{1}，{2}分钟内有效',
    '金额{1}.{2}元',
    'Order {1}: see www.example.com for more',
    '{1}年{2}月a.cn上线',
  ])('passes a variable beside a URL or without one: %s', (content) => {
    expect(review(content)).toBe(0);
  });

  it.each([
    '¥',
    '￥',
    '★',
    '☆',
    '☞',
    '✓',
    '※',
    '→',
    '■',
    '♥',
    '🎉',
    '^_^',
    '>_<',
    'T_T',
    ':-)',
    ':)',
  ])('refuses the symbol %s', (symbol) => {
    expect(review(`余额{1}元 ${symbol} 请查收`)).toBe(-1);
  });

  it.each(['$', '%', '&', '（', '、', '…', '℃', '°', '+', '<', '_', 'photo_of_O'])(
    'passes what is no decoration: %s',
    (symbol) => {
      expect(review(`余额{1}元 ${symbol} 请查收`)).toBe(0);
    },
  );

  it.each([
    ['full-width braces', -1, '验证码｛1｝'],
    ['variables only', -1, '{1}'],
    ['variables next to each other', -1, '您好{1}{2}'],
    ['the signature’s brackets', 'InvalidParameterValue.InvalidTemplateFormat', '【腾讯云】您好'],
    ['a gap between the numbers', 'InvalidParameterValue.InvalidTemplateFormat', '您好{1}，{3}'],
    ['500 characters', 0, '字'.repeat(500)],
    ['501 characters', 'InvalidParameterValue.InvalidTemplateFormat', '字'.repeat(501)],
  ])('gives a template with %s %s', (_, expected, content) => {
    expect(review(content)).toBe(expected);
  });

  it.each([
    ['您的验证码是{1}', 0, 0],
    ['您的校验码是{1}', 0, -1],
    ['Your code is {1}', 1, 0],
    ['Code: {1}', 1, 0],
    ['Your barcode is {1}', 1, -1],
    ['Your pin is {1}', 1, -1],
  ] as const)(
    'of a verification template “%s” for market %i ends with %i',
    (text, market, code) => {
      expect(review(text, SMS_TYPES.verification, market)).toBe(code);
    },
  );

  it.each([
    ['全场{1}折，拒收请回复R', 0],
    ['全场{1}折，回复TD退订', 'InvalidParameterValue.MarketingTemplateWithoutUnsubscribe'],
    ['拒收请回复R，全场{1}折', 'InvalidParameterValue.MarketingTemplateWithoutUnsubscribe'],
  ])('of a marketing template “%s” ends with %s', (text, expected) => {
    expect(review(text, SMS_TYPES.marketing)).toBe(expected);
  });
});

describe('opting out', () => {
  it.each([
    'T',
    't',
    'N',
    'TD',
    '退订',
    'T退订',
    't 退订',
    'TD退订',
    'N退订',
    'Ｔ退订',
    'QX',
    '0000',
    ' 退订\n',
  ])('works with %j', (text) => {
    expect(client.engine.reply({ to: PHONE, text })).toMatchObject({ optedOut: true });
    expect(codes(send())).toEqual(['FailedOperation.PhoneNumberInBlacklist']);
  });

  it.each(['R', '退', '不退订', 'TT', '退订吗', '00000', '已退订'])(
    'does not work with %j',
    (text) => {
      expect(client.engine.reply({ to: PHONE, text })).toMatchObject({ optedOut: false });
      expect(codes(send())).toEqual(['Ok']);
    },
  );
});

describe('a page of results', () => {
  it.each([
    ['PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 100 }, { Limit: 101 }],
    ['PullSmsReplyStatus', { SmsSdkAppId: APP, Limit: 100 }, { Limit: 101 }],
    ['DescribeSmsSignList', { International: 0, SignIdSet: [], Limit: 100 }, { Limit: 101 }],
    ['DescribeSmsTemplateList', { International: 0, Limit: 100 }, { Limit: 101 }],
    [
      'SmsPackagesStatistics',
      { SmsSdkAppId: APP, Limit: 500, Offset: 0, BeginTime: '2026010100', EndTime: '2026010200' },
      { Limit: 501 },
    ],
  ] as const)('of %s has a longest one', (action, request, tooMuch) => {
    expect(client.call(action, request as never).Error).toBeUndefined();
    expect(client.call(action, { ...request, ...tooMuch }).Error?.Code).toBe(
      'InvalidParameterValue.LimitVerifyFail',
    );
  });

  it('of DescribeSendRecordList is 1 to 50 of the last 72 hours, from 0 to 1000', () => {
    const seconds = Math.floor(Date.now() / 1000);
    const request = {
      SmsSdkAppId: APP,
      PhoneNumber: PHONE,
      BeginTime: seconds - 72 * 3600,
      EndTime: seconds,
    };
    const code = (changes: object): string | undefined =>
      client.call('DescribeSendRecordList', { ...request, ...changes }).Error?.Code;
    expect([{ Limit: 1 }, { Limit: 50 }, { Offset: 1000 }, {}].map(code)).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect([{ Limit: 0 }, { Limit: 51 }].map(code)).toEqual([
      'InvalidParameterValue.LimitVerifyFail',
      'InvalidParameterValue.LimitVerifyFail',
    ]);
    expect(code({ Offset: 1001 })).toBe('InvalidParameterValue.OffsetVerifyFail');
    expect(code({ BeginTime: seconds - 73 * 3600 })).toBe(
      'InvalidParameterValue.BeginTimeVerifyFail',
    );
  });

  it.each(['PullSmsSendStatusByPhoneNumber', 'PullSmsReplyStatusByPhoneNumber'] as const)(
    'of %s is of the last seven days, without an offset',
    (action) => {
      const seconds = Math.floor(Date.now() / 1000);
      const request = {
        SmsSdkAppId: APP,
        PhoneNumber: PHONE,
        BeginTime: seconds - 7 * 86_400,
        Offset: 0,
        Limit: 100,
      };
      const code = (changes: object): string | undefined =>
        client.call(action, { ...request, ...changes } as never).Error?.Code;
      expect(code({})).toBeUndefined();
      expect(code({ Limit: 101 })).toBe('InvalidParameterValue.LimitVerifyFail');
      expect(code({ Offset: 1 })).toBe('InvalidParameterValue.OffsetVerifyFail');
      expect(code({ BeginTime: seconds - 8 * 86_400 })).toBe(
        'InvalidParameterValue.BeginTimeVerifyFail',
      );
    },
  );
});

describe('a window of hours', () => {
  it('is written yyyymmddhh, ends no sooner than it begins and takes any page', () => {
    for (const action of ['SendStatusStatistics', 'CallbackStatusStatistics'] as const) {
      expect(totals(action, '2026010100', '2026010100')).toBeUndefined();
      expect(totals(action, '2026010101', '2026010100')).toBe(
        'InvalidParameterValue.EndTimeVerifyFail',
      );
      expect(totals(action, '2026-01-01', '2026010100')).toBe(
        'InvalidParameterValue.BeginTimeVerifyFail',
      );
    }
  });

  it('of callbacks is 32 days long at most', () => {
    expect(totals('CallbackStatusStatistics', '2026010100', '2026020200')).toBeUndefined();
    expect(totals('CallbackStatusStatistics', '2026010100', '2026020201')).toBe(
      'InvalidParameterValue.EndTimeVerifyFail',
    );
    expect(totals('SendStatusStatistics', '2026010100', '2026020201')).toBeUndefined();
  });
});

describe('looking numbers up', () => {
  it('takes 200 at a time', () => {
    expect(lookUp(200)).toBeUndefined();
    expect(lookUp(201)).toBe('LimitExceeded.PhoneNumberCountLimit');
  });
});

describe('a signature to be added', () => {
  it('has an image of at most 5 MB, base64 without a prefix', () => {
    expect(addSign({ ProofImage: image(5 * 1024 * 1024 + 3) })).toBe(
      'InvalidParameterValue.ImageInvalid',
    );
    expect(addSign({ ProofImage: 'data:image/png;base64,aGVsbG8=' })).toBe(
      'InvalidParameterValue.ImageInvalid',
    );
    expect(addSign({ ProofImage: image(5 * 1024 * 1024) })).toBeUndefined();
  });
});

describe('JSON of the emulator', () => {
  it('is kept by no cache and taken for no page, whatever it answers', () => {
    const headers = { host: 'localhost' };
    const answer = client.engine.respond({
      method: 'POST',
      target: '/',
      headers,
      body: Buffer.alloc(0),
      bodyTooLarge: false,
    });
    expect(answer.headers).toEqual({
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
  });
});
