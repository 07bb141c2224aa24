import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMS_ACTIONS } from '../../lib/api/actions.js';
import { SmsEmulator } from '../../lib/testing/index.js';
import { officialClient, WAYS } from './official-client.js';
import type { OfficialClient } from './official-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const SEND = {
  PhoneNumberSet: [PHONE],
  SmsSdkAppId: APP,
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: ['042137', '5'],
  SessionContext: 'a b&c',
};
const TEMPLATE = {
  TemplateName: '订单',
  TemplateContent: '订单{1}已发货，{2}。',
  SmsType: 2,
  International: 0,
  Remark: '订单发货',
};
const SIGN = {
  SignName: '示例签名',
  SignType: 0,
  DocumentType: 1,
  International: 0,
  SignPurpose: 0,
  ProofImage: '/9j/4AAQSkZJRgABAQAAAQABAAD/2Q==',
  QualificationId: 1000345,
};

type Call = (client: OfficialClient) => Promise<unknown>;

const seconds = (): number => Math.floor(Date.now() / 1000);
/** `yyyymmddhh` in China, some hours from now. */
const hour = (ahead: number): string =>
  new Date(Date.now() + (8 + ahead) * 3_600_000).toISOString().slice(0, 13).replace(/\D/g, '');
const byPhone = () => ({
  BeginTime: seconds() - 3600,
  EndTime: seconds(),
  Offset: 0,
  Limit: 10,
  PhoneNumber: PHONE,
  SmsSdkAppId: APP,
});
const inHours = () => ({
  BeginTime: hour(-1),
  EndTime: hour(1),
  SmsSdkAppId: APP,
  Limit: 0,
  Offset: 0,
});

const serialOf = async (client: OfficialClient): Promise<string> =>
  (await client.SendSms(SEND)).SendStatusSet?.[0]?.SerialNo ?? '';

const CALLS: Record<string, readonly [call: Call, answer: object]> = {
  SendSms: [
    (client) => client.SendSms(SEND),
    {
      SendStatusSet: [
        {
          SerialNo: expect.stringMatching(/^2640:\d{21,23}0{4}$/),
          PhoneNumber: PHONE,
          Fee: 1,
          SessionContext: 'a b&c',
          Code: 'Ok',
          Message: 'send success',
          IsoCode: 'CN',
        },
      ],
    },
  ],
  SendMultiGlobalSms: [
    (client) =>
      client.SendMultiGlobalSms({
        SmsSdkAppId: APP,
        MultiSmsInfoSet: [
          { PhoneNumber: '+60198890000', TemplateId: '2033458', TemplateParamSet: ['731905'] },
          { PhoneNumber: '+85261234567', TemplateId: '449739', SessionContext: 'otp-2' },
        ],
      }),
    {
      SendMultiStatusSet: [
        {
          SerialNo: expect.stringMatching(/^[\da-f-]{36}$/),
          PhoneNumber: '+60198890000',
          Fee: 1,
          Code: 'Ok',
          IsoCode: 'MY',
        },
        {
          SerialNo: expect.stringMatching(/^[\da-f-]{36}$/),
          PhoneNumber: '+85261234567',
          Fee: 0,
          SessionContext: 'otp-2',
          Code: 'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
          IsoCode: 'HK',
        },
      ],
    },
  ],
  PullSmsSendStatus: [
    async (client) => {
      await client.SendSms(SEND);
      return client.PullSmsSendStatus({ SmsSdkAppId: APP, Limit: 10 });
    },
    {
      PullSmsSendStatusSet: [
        {
          CountryCode: '86',
          SubscriberNumber: '13711112222',
          PhoneNumber: PHONE,
          ReportStatus: 'SUCCESS',
          Description: 'DELIVRD',
        },
      ],
    },
  ],
  PullSmsSendStatusByPhoneNumber: [
    async (client) => {
      await client.SendSms(SEND);
      return client.PullSmsSendStatusByPhoneNumber(byPhone());
    },
    { PullSmsSendStatusSet: [{ PhoneNumber: PHONE, Description: 'DELIVRD' }] },
  ],
  DescribeSendRecordList: [
    async (client) => {
      await client.SendSms(SEND);
      return client.DescribeSendRecordList({
        PhoneNumber: PHONE,
        SmsSdkAppId: APP,
        BeginTime: seconds() - 3600,
      });
    },
    {
      TotalCount: 1,
      SendRecordSet: [
        {
          SendStatus: 2,
          RequestCode: 'Ok',
          StatusCode: 'DELIVRD',
          Content: expect.stringContaining('【腾讯云】0****7为您的登录验证码，请于5分钟'),
        },
      ],
    },
  ],
  ReportConversion: [
    async (client) =>
      client.ReportConversion({ SmsSdkAppId: APP, SerialNo: await serialOf(client) }),
    { ReportConversionStatus: { Code: 'ok', Message: 'report success' } },
  ],
  PullSmsReplyStatus: [
    (client) => client.PullSmsReplyStatus({ SmsSdkAppId: APP, Limit: 10 }),
    { PullSmsReplyStatusSet: [] },
  ],
  PullSmsReplyStatusByPhoneNumber: [
    (client) => client.PullSmsReplyStatusByPhoneNumber(byPhone()),
    { PullSmsReplyStatusSet: [] },
  ],
  AddSmsSign: [(client) => client.AddSmsSign(SIGN), { AddSignStatus: { SignId: 500_001 } }],
  ModifySmsSign: [
    async (client) => {
      const { AddSignStatus: added } = await client.AddSmsSign(SIGN);
      return client.ModifySmsSign({ ...SIGN, SignId: added?.SignId ?? 0, SignName: '示例商城' });
    },
    { ModifySignStatus: { SignId: 500_001 } },
  ],
  DeleteSmsSign: [
    (client) => client.DeleteSmsSign({ SignId: 100_001 }),
    { DeleteSignStatus: { DeleteStatus: 'return successfully!' } },
  ],
  DescribeSmsSignList: [
    async (client) => {
      await client.AddSmsSign(SIGN);
      return client.DescribeSmsSignList({ International: 0, SignIdSet: [500_001, 100_001] });
    },
    {
      DescribeSignListStatusSet: [
        { SignId: 100_001, StatusCode: 0, SignName: '腾讯云' },
        { SignId: 500_001, StatusCode: 1, SignName: '示例签名', QualificationId: 1000345 },
      ],
    },
  ],
  AddSmsTemplate: [
    (client) => client.AddSmsTemplate(TEMPLATE),
    { AddTemplateStatus: { TemplateId: '2000001' } },
  ],
  ModifySmsTemplate: [
    async (client) => {
      await client.AddSmsTemplate(TEMPLATE);
      return client.ModifySmsTemplate({ ...TEMPLATE, TemplateId: 2_000_001 });
    },
    { ModifyTemplateStatus: { TemplateId: 2_000_001 } },
  ],
  DeleteSmsTemplate: [
    (client) => client.DeleteSmsTemplate({ TemplateId: 449739 }),
    { DeleteTemplateStatus: { DeleteStatus: 'return successfully!' } },
  ],
  DescribeSmsTemplateList: [
    async (client) => {
      await client.AddSmsTemplate(TEMPLATE);
      return client.DescribeSmsTemplateList({ International: 0, Limit: 100, Offset: 0 });
    },
    {
      DescribeTemplateStatusSet: [
        { TemplateId: 449739, StatusCode: 0, International: 3 },
        { TemplateId: 2_000_001, StatusCode: 1, TemplateContent: TEMPLATE.TemplateContent },
      ],
    },
  ],
  SendStatusStatistics: [
    async (client) => {
      await client.SendSms({ ...SEND, PhoneNumberSet: [PHONE, '13711113333', 'nobody'] });
      return client.SendStatusStatistics(inHours());
    },
    { SendStatusStatistics: { FeeCount: 2, RequestCount: 3, RequestSuccessCount: 2 } },
  ],
  CallbackStatusStatistics: [
    async (client) => {
      await client.SendSms(SEND);
      return client.CallbackStatusStatistics(inHours());
    },
    {
      CallbackStatusStatistics: {
        CallbackCount: 1,
        CallbackSuccessCount: 1,
        CallbackFailCount: 0,
        RequestSuccessCount: 1,
      },
    },
  ],
  SmsPackagesStatistics: [
    async (client) => {
      await client.SendSms(SEND);
      return client.SmsPackagesStatistics({
        SmsSdkAppId: APP,
        Limit: 10,
        Offset: 0,
        BeginTime: hour(-24 * 60),
        EndTime: hour(0),
      });
    },
    { SmsPackagesStatisticsSet: [{ PackageAmount: 10_000, CurrentUsage: 1, PackageType: 1 }] },
  ],
  DescribePhoneNumberInfo: [
    (client) => client.DescribePhoneNumberInfo({ PhoneNumberSet: ['+86013800138000', '+999123'] }),
    {
      PhoneNumberInfoSet: [
        {
          Code: 'Ok',
          NationCode: '86',
          SubscriberNumber: '13800138000',
          PhoneNumber: '+8613800138000',
          IsoCode: 'CN',
          IsoName: 'China',
        },
        { Code: 'FailedOperation.PhoneNumberParseFail', PhoneNumber: '+999123', IsoCode: 'DEF' },
      ],
    },
  ],
};

const FAULTS: readonly (readonly [name: string, code: string, call: Call])[] = [
  ['no number', 'MissingParameter', (client) => client.SendSms({ ...SEND, PhoneNumberSet: [] })],
  [
    'mainland and other numbers in one call',
    'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
    (client) => client.SendSms({ ...SEND, PhoneNumberSet: [PHONE, '+60198890000'] }),
  ],
  [
    'an hour that does not exist',
    'InvalidParameterValue.BeginTimeVerifyFail',
    (client) => client.SendStatusStatistics({ ...inHours(), BeginTime: '2026023008' }),
  ],
  [
    'an unknown template to delete',
    'FailedOperation.TemplateIdNotExist',
    (client) => client.DeleteSmsTemplate({ TemplateId: 1 }),
  ],
];

describe.each(WAYS)('the official SDK with $signMethod by $reqMethod', (way) => {
  let emulator: SmsEmulator;
  beforeEach(async () => {
    emulator = await SmsEmulator.start();
  });
  afterEach(async () => {
    await emulator.stop();
  });

  it.each(SMS_ACTIONS.map((action) => [action]))('gets an answer to %s', async (action) => {
    const [call, answer] = CALLS[action] ?? [];
    const response = await call?.(officialClient(emulator, way));
    expect(response).toMatchObject({
      ...answer,
      RequestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it('reads the totals as the samples of its guide ask for them, with a limit of 10', async () => {
    const client = officialClient(emulator, way);
    await client.SendSms(SEND);
    const sample = { ...inHours(), Limit: 10 };
    expect(await client.SendStatusStatistics(sample)).toMatchObject({
      SendStatusStatistics: { RequestCount: 1 },
    });
    expect(await client.CallbackStatusStatistics(sample)).toMatchObject({
      CallbackStatusStatistics: { CallbackCount: 1 },
    });
  });

  it.each(FAULTS)('gets a typed error for %s', async (_, code, call) => {
    await expect(call(officialClient(emulator, way))).rejects.toMatchObject({
      code: expect.stringContaining(code),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it.each<readonly [name: string, code: string, changes: object]>([
    ['signature', 'FailedOperation.SignatureIncorrectOrUnapproved', { SignName: undefined }],
    ['template', 'FailedOperation.TemplateIncorrectOrUnapproved', { TemplateId: 'none' }],
  ])('reads at each number that it has no %s on the mainland', async (_, code, changes) => {
    const { SendStatusSet } = await officialClient(emulator, way).SendSms({ ...SEND, ...changes });
    expect(SendStatusSet).toMatchObject([{ PhoneNumber: PHONE, Code: code, Fee: 0 }]);
  });

  it('is refused with another key', async () => {
    const client = officialClient(emulator, way, 'another-key');
    await expect(client.SendSms(SEND)).rejects.toMatchObject({
      code: 'AuthFailure.SignatureFailure',
    });
    expect(emulator.messages()).toEqual([]);
  });
});
