import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AddSmsSignRequest } from '../../lib/api/signs.js';
import type { AddSmsTemplateRequest } from '../../lib/api/templates.js';
import { parseMainlandNumber } from '../../lib/recipients/phone-number.js';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';
import { codesOf } from './raw-client.js';
import type { LooseResponse } from './raw-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const TEMPLATE: AddSmsTemplateRequest = {
  TemplateName: '订单',
  TemplateContent: '订单{1}已发货。',
  SmsType: 2,
  International: 0,
  Remark: '订单发货',
};
const SIGN: AddSmsSignRequest = {
  SignName: '示例签名',
  SignType: 0,
  DocumentType: 1,
  International: 0,
  SignPurpose: 0,
  ProofImage: 'aGVsbG8=',
};
const REVIEW_MS = 2000;

const codeOf = (response: LooseResponse): string | undefined => response.Error?.Code;
const seconds = ({ engine }: EngineClient): number => Math.floor(engine.clock.now() / 1000);
/** `yyyymmddhh` in China, some hours from now. */
const hourOf = ({ engine }: EngineClient, ahead: number): string =>
  new Date(engine.clock.now() + (8 + ahead) * 3_600_000)
    .toISOString()
    .slice(0, 13)
    .replace(/\D/g, '');
const send = (client: EngineClient, changes: object = {}): LooseResponse =>
  client.call('SendSms', {
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    ...changes,
  });

describe.each([
  ['lenient', false],
  ['strict', true],
])('the review of a %s emulator', (_, strict) => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ strict });
  });
  const statusOfTemplate = (): LooseResponse =>
    client.call('DescribeSmsTemplateList', { International: 0, TemplateIdSet: [2_000_001] });

  it('lets a template be changed while it waits, and not any more once it is approved', () => {
    client.call('AddSmsTemplate', TEMPLATE);
    expect(statusOfTemplate()).toMatchObject({ DescribeTemplateStatusSet: [{ StatusCode: 1 }] });
    const change = { ...TEMPLATE, TemplateId: 2_000_001, TemplateContent: '{1}发货了。' };
    expect(client.call('ModifySmsTemplate', change)).toMatchObject({
      ModifyTemplateStatus: { TemplateId: 2_000_001 },
    });
    client.engine.clock.advance(REVIEW_MS);
    expect(statusOfTemplate()).toMatchObject({
      DescribeTemplateStatusSet: [{ StatusCode: 0, TemplateContent: '{1}发货了。' }],
    });
    expect(codeOf(client.call('ModifySmsTemplate', change))).toBe(
      'FailedOperation.TemplateAlreadyPassedCheck',
    );
  });

  it('lets a signature be changed while it waits, and not any more once it is approved', () => {
    client.call('AddSmsSign', SIGN);
    expect(codeOf(client.call('AddSmsSign', SIGN))).toBe(
      'InvalidParameterValue.SignExistAndUnapproved',
    );
    const change = { ...SIGN, SignId: 500_001, SignName: '示例商城' };
    expect(client.call('ModifySmsSign', change)).toMatchObject({
      ModifySignStatus: { SignId: 500_001 },
    });
    client.engine.clock.advance(REVIEW_MS);
    expect(client.call('DescribeSmsSignList', { International: 0 })).toMatchObject({
      DescribeSignListStatusSet: [{ SignName: '腾讯云' }, { SignName: '示例商城', StatusCode: 0 }],
    });
    expect(codeOf(client.call('ModifySmsSign', change))).toBe(
      'InvalidParameterValue.SignAlreadyPassedCheck',
    );
  });

  it('lets one send with a template and a signature that it let pass', () => {
    client.call('AddSmsTemplate', TEMPLATE);
    client.call('AddSmsSign', SIGN);
    client.engine.clock.advance(REVIEW_MS);
    send(client, { TemplateId: '2000001', SignName: '示例签名', TemplateParamSet: ['A7'] });
    expect(client.engine.inbox.messages()).toMatchObject([{ text: '【示例签名】订单A7已发货。' }]);
  });

  it(`${strict ? 'refuses' : 'passes at once'} what is sent while it waits`, () => {
    client.call('AddSmsTemplate', TEMPLATE);
    client.call('AddSmsSign', SIGN);
    const template = send(client, { TemplateId: '2000001', TemplateParamSet: ['A7'] });
    const sign = send(client, { SignName: '示例签名' });
    expect([template, sign].flatMap(codesOf)).toEqual(
      strict
        ? [
            'FailedOperation.TemplateIncorrectOrUnapproved',
            'FailedOperation.SignatureIncorrectOrUnapproved',
          ]
        : ['Ok', 'Ok'],
    );
    expect(statusOfTemplate()).toMatchObject({
      DescribeTemplateStatusSet: [{ StatusCode: strict ? 1 : 0 }],
    });
  });

  it.each<readonly [name: string, code: string, changes: Partial<AddSmsTemplateRequest>]>([
    ['a gap', 'InvalidParameterValue.InvalidTemplateFormat', { TemplateContent: '{1}和{3}。' }],
    ['a variable 0', 'InvalidParameterValue.InvalidTemplateFormat', { TemplateContent: '{0}。' }],
    ['a named one', 'InvalidParameterValue.InvalidTemplateFormat', { TemplateContent: '{a}。' }],
    ['brackets', 'InvalidParameterValue.InvalidTemplateFormat', { TemplateContent: '【甲】乙' }],
    ['no text', 'InvalidParameterValue.InvalidTemplateFormat', { TemplateContent: '' }],
    ['another kind', 'InvalidParameterValue.InvalidSmsType', { SmsType: 4 as 3 }],
    ['another market', 'InvalidParameterValue.InvalidInternational', { International: 3 as 1 }],
  ])('does not begin for a template with %s', (_name, code, changes) => {
    expect(codeOf(client.call('AddSmsTemplate', { ...TEMPLATE, ...changes }))).toBe(code);
  });

  it.each<readonly [name: string, code: string, changes: Partial<AddSmsSignRequest>]>([
    ['a long name', 'InvalidParameterValue.SignNameLengthTooLong', { SignName: '一'.repeat(13) }],
    ['brackets', 'FailedOperation.OtherError', { SignName: '【甲乙】' }],
    ['a data URL', 'InvalidParameterValue.ImageInvalid', { ProofImage: 'data:image/png;base64,x' }],
    ['another document', 'InvalidParameterValue.InvalidDocumentType', { DocumentType: 9 as 8 }],
    ['a name in use', 'InvalidParameterValue.SignAlreadyPassedCheck', { SignName: '腾讯云' }],
  ])('does not begin for a signature with %s', (_name, code, changes) => {
    expect(codeOf(client.call('AddSmsSign', { ...SIGN, ...changes }))).toBe(code);
  });

  it('refuses ids that the emulator never issued', () => {
    expect(codeOf(client.call('ModifySmsTemplate', { ...TEMPLATE, TemplateId: 1 }))).toBe(
      'FailedOperation.MissingTemplateToModify',
    );
    expect(codeOf(client.call('DeleteSmsTemplate', { TemplateId: 1 }))).toBe(
      'FailedOperation.TemplateIdNotExist',
    );
    expect(codeOf(client.call('ModifySmsSign', { ...SIGN, SignId: 1 }))).toBe(
      'FailedOperation.MissingSignatureToModify',
    );
    expect(codeOf(client.call('DeleteSmsSign', { SignId: 1 }))).toBe(
      'FailedOperation.SignIdNotExist',
    );
  });
});

describe.each([
  ['lenient', false],
  ['strict', true],
])('what the reviewers of a %s emulator do not let pass', (_, strict) => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ strict });
  });
  const template = (): LooseResponse =>
    client.call('DescribeSmsTemplateList', { International: 0, TemplateIdSet: [2_000_001] });
  const sign = (International: 0 | 1 = 0): LooseResponse =>
    client.call('DescribeSmsSignList', { International, SignIdSet: [500_001] });
  const rejected = { StatusCode: -1, ReviewReply: expect.stringMatching(/./) };

  it.each<readonly [name: string, changes: Partial<AddSmsTemplateRequest>]>([
    ['nothing but variables', { TemplateContent: '{1} {2}' }],
    ['variables next to each other', { TemplateContent: '订单{1}{2}已发货。' }],
    ['a variable in a URL', { TemplateContent: '详情见 https://example.com/{1}。' }],
    ['a ￥', { TemplateContent: '您已支付￥{1}。' }],
    ['a ★', { TemplateContent: '★订单{1}已发货。' }],
    ['a code that does not say so', { TemplateContent: '{1}，请勿泄露。', SmsType: 3 }],
  ])('is a template with %s', (__, changes) => {
    client.call('AddSmsTemplate', { ...TEMPLATE, ...changes });
    expect(template()).toMatchObject({ DescribeTemplateStatusSet: [{ StatusCode: 1 }] });
    client.engine.clock.advance(REVIEW_MS);
    expect(template()).toMatchObject({ DescribeTemplateStatusSet: [rejected] });
    expect(codesOf(send(client, { TemplateId: '2000001' }))).toEqual([
      'FailedOperation.TemplateIncorrectOrUnapproved',
    ]);
  });

  it.each<readonly [name: string, changes: Partial<AddSmsSignRequest>]>([
    ['a mark in it', { SignName: '示例!' }],
    ['an owner of a withdrawn kind', { SignType: 2 }],
    ['a proof of a withdrawn kind', { DocumentType: 6 }],
    ['a proof that does not fit its owner', { DocumentType: 7 }],
    ['an app for its owner, which only others may have', { SignType: 1, DocumentType: 0 }],
  ])('is a signature with %s', (__, changes) => {
    client.call('AddSmsSign', { ...SIGN, ...changes });
    client.engine.clock.advance(REVIEW_MS);
    expect(sign()).toMatchObject({ DescribeSignListStatusSet: [rejected] });
    const SignName = changes.SignName ?? SIGN.SignName;
    expect(codesOf(send(client, { SignName }))).toEqual([
      'FailedOperation.SignatureIncorrectOrUnapproved',
    ]);
  });

  it('is not what goes abroad by other rules', () => {
    const abroad = { ...SIGN, SignName: 'Example Inc', International: 1 as const };
    client.call('AddSmsSign', { ...abroad, SignType: 1, DocumentType: 4 });
    client.call('AddSmsTemplate', {
      ...TEMPLATE,
      TemplateContent: '{1} is your Code',
      SmsType: 3,
      International: 1,
    });
    client.engine.clock.advance(REVIEW_MS);
    expect(sign(1)).toMatchObject({ DescribeSignListStatusSet: [{ StatusCode: 0 }] });
    expect(
      client.call('DescribeSmsTemplateList', { International: 1, TemplateIdSet: [2_000_001] }),
    ).toMatchObject({ DescribeTemplateStatusSet: [{ StatusCode: 0 }] });
  });

  it('can be changed, and is reviewed again', () => {
    client.call('AddSmsTemplate', { ...TEMPLATE, TemplateContent: '{1}' });
    client.call('AddSmsSign', { ...SIGN, DocumentType: 6 });
    client.engine.clock.advance(REVIEW_MS);
    expect(client.call('ModifySmsTemplate', { ...TEMPLATE, TemplateId: 2_000_001 })).toMatchObject({
      ModifyTemplateStatus: { TemplateId: 2_000_001 },
    });
    expect(client.call('ModifySmsSign', { ...SIGN, SignId: 500_001 })).toMatchObject({
      ModifySignStatus: { SignId: 500_001 },
    });
    expect(template()).toMatchObject({
      DescribeTemplateStatusSet: [{ StatusCode: 1, ReviewReply: '' }],
    });
    client.engine.clock.advance(REVIEW_MS);
    expect(template()).toMatchObject({ DescribeTemplateStatusSet: [{ StatusCode: 0 }] });
    expect(sign()).toMatchObject({ DescribeSignListStatusSet: [{ StatusCode: 0 }] });
  });

  it('needs no reviewer when the letter of authorisation is missing', () => {
    const other = { ...SIGN, SignPurpose: 1 as const };
    expect(codeOf(client.call('AddSmsSign', other))).toBe('MissingParameter');
    client.call('AddSmsSign', { ...other, CommissionImage: 'aGVsbG8=' });
    client.engine.clock.advance(REVIEW_MS);
    expect(sign()).toMatchObject({ DescribeSignListStatusSet: [{ StatusCode: 0 }] });
  });
});

describe('the state of an emulator', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient();
  });

  it('hands each report out once, to its own application', () => {
    const numbers = Array.from({ length: 3 }, (_, index) => `+861371111222${index}`);
    send(client, { PhoneNumberSet: numbers });
    send(client, { SmsSdkAppId: '1400777777' });
    const pull = (Limit: number): unknown =>
      client.call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit })['PullSmsSendStatusSet'];
    expect(pull(2)).toMatchObject([{ PhoneNumber: numbers[0] }, { PhoneNumber: numbers[1] }]);
    expect(pull(100)).toMatchObject([{ PhoneNumber: numbers[2] }]);
    expect(pull(100)).toEqual([]);
    expect(client.call('PullSmsSendStatus', { SmsSdkAppId: '1400777777', Limit: 1 })).toMatchObject(
      { PullSmsSendStatusSet: [{ PhoneNumber: PHONE }] },
    );
  });

  it('finds reports by number as often as one asks, for seven days', () => {
    send(client);
    const BeginTime = seconds(client) - 3600;
    const find = (): LooseResponse =>
      client.call('PullSmsSendStatusByPhoneNumber', {
        BeginTime,
        Offset: 0,
        Limit: 100,
        PhoneNumber: '13711112222',
        SmsSdkAppId: APP,
      });
    expect(find()).toMatchObject({ PullSmsSendStatusSet: [{ PhoneNumber: PHONE }] });
    expect(find()).toMatchObject({ PullSmsSendStatusSet: [{ PhoneNumber: PHONE }] });
    client.engine.clock.advance(7 * 86_400_000);
    expect(codeOf(find())).toBe('InvalidParameterValue.BeginTimeVerifyFail');
  });

  it('lists what was sent newest first, refused ones too, with codes masked', () => {
    send(client);
    client.engine.clock.advance(1000);
    send(client, { TemplateParamSet: ['704215'] });
    const list = (changes: object = {}): LooseResponse =>
      client.call('DescribeSendRecordList', {
        PhoneNumber: PHONE,
        SmsSdkAppId: APP,
        BeginTime: seconds(client) - 3600,
        ...changes,
      });
    expect(list()).toMatchObject({
      TotalCount: 2,
      SendRecordSet: [
        { SendStatus: 1, SerialNo: '', StatusCode: '', UserReceiveTime: 0 },
        { SendStatus: 2, StatusCode: 'DELIVRD', Content: expect.stringContaining('】0****7为') },
      ],
    });
    expect(list({ Limit: 1, Offset: 1 })).toMatchObject({
      TotalCount: 2,
      SendRecordSet: [{ SendStatus: 2 }],
    });
    expect(codeOf(list({ Limit: 51 }))).toBe('InvalidParameterValue.LimitVerifyFail');
    expect(codeOf(list({ Offset: 1001 }))).toBe('InvalidParameterValue.OffsetVerifyFail');
    expect(codeOf(list({ BeginTime: seconds(client) - 73 * 3600 }))).toBe(
      'InvalidParameterValue.BeginTimeVerifyFail',
    );
    expect(codeOf(list({ EndTime: seconds(client) + 3600 }))).toBe(
      'InvalidParameterValue.EndTimeVerifyFail',
    );
    expect(codeOf(list({ EndTime: seconds(client) - 7200 }))).toBe(
      'InvalidParameterValue.InvalidStartTime',
    );
  });

  it('keeps a reply both for the queue and for the lookup by number', () => {
    send(client);
    const phone = parseMainlandNumber(PHONE);
    expect(phone).toBeDefined();
    if (phone !== undefined) {
      client.engine.account.addReply({ sdkAppId: APP, phone, text: 'R' });
    }
    const reply = {
      PullSmsReplyStatusSet: [
        { PhoneNumber: PHONE, ReplyContent: 'R', SignName: '腾讯云', ExtendCode: '' },
      ],
    };
    const pull = (): LooseResponse =>
      client.call('PullSmsReplyStatus', { SmsSdkAppId: APP, Limit: 10 });
    expect(pull()).toMatchObject(reply);
    expect(pull()).toMatchObject({ PullSmsReplyStatusSet: [] });
    expect(
      client.call('PullSmsReplyStatusByPhoneNumber', {
        BeginTime: seconds(client) - 60,
        Offset: 0,
        Limit: 10,
        PhoneNumber: PHONE,
        SmsSdkAppId: APP,
      }),
    ).toMatchObject(reply);
  });

  it('shows the last thousand texts and counts every one', () => {
    const numbers = Array.from(
      { length: 200 },
      (_, index) => `+86137${String(index).padStart(8, '0')}`,
    );
    for (let round = 0; round < 6; round += 1) {
      send(client, { PhoneNumberSet: numbers, SessionContext: String(round) });
    }
    const messages = client.engine.inbox.messages();
    expect(messages).toHaveLength(1000);
    expect(messages[0]).toMatchObject({ id: '201', sessionContext: '1', to: numbers[0] });
    expect(messages.at(-1)).toMatchObject({ id: '1200', sessionContext: '5', to: numbers[199] });
    const statistics = client.call('SendStatusStatistics', {
      SmsSdkAppId: APP,
      Limit: 0,
      Offset: 0,
      BeginTime: '2020010100',
      EndTime: '2099123123',
    });
    expect(statistics).toMatchObject({
      SendStatusStatistics: { RequestCount: 1200, RequestSuccessCount: 1200, FeeCount: 1200 },
    });
  });

  it('counts by the hour of the clock in China', () => {
    const { clock } = client.engine;
    send(client);
    const hour = hourOf(client, 0);
    clock.advance(3_600_000);
    send(client);
    expect(
      client.call('SendStatusStatistics', {
        SmsSdkAppId: APP,
        Limit: 0,
        Offset: 0,
        BeginTime: hour,
        EndTime: hour,
      }),
    ).toMatchObject({ SendStatusStatistics: { RequestCount: 1 } });
  });

  it.each([
    [10, 0],
    [100, 5],
    [4_294_967_295, 4_294_967_295],
  ])('counts all there is with Limit %d and Offset %d', (Limit, Offset) => {
    send(client);
    const all = {
      SmsSdkAppId: APP,
      BeginTime: '2020010100',
      EndTime: '2099123123',
      Limit,
      Offset,
    };
    expect(client.call('SendStatusStatistics', all)).toMatchObject({
      SendStatusStatistics: { RequestCount: 1, FeeCount: 1 },
    });
    const callbacks = { ...all, BeginTime: hourOf(client, -1), EndTime: hourOf(client, 1) };
    expect(client.call('CallbackStatusStatistics', callbacks)).toMatchObject({
      CallbackStatusStatistics: { CallbackCount: 1, CallbackSuccessCount: 1 },
    });
  });

  it('reports no conversion of a text that it never sent', () => {
    const report = { SmsSdkAppId: APP, SerialNo: '5000:1' };
    expect(codeOf(client.call('ReportConversion', report))).toBe('InvalidParameterValue');
  });
});
