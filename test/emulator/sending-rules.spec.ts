import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SendSmsRequest } from '../../lib/api/sending.js';
import { engineClient } from './engine-client.js';
import type { EngineClient } from './engine-client.js';
import { codesOf } from './raw-client.js';
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

const send = (client: EngineClient, changes: Partial<SendSmsRequest> = {}): LooseResponse =>
  client.call('SendSms', { ...SEND, ...changes });
const codeOf = (response: LooseResponse): string | undefined => response.Error?.Code;
const accepted = { SendStatusSet: [{ Code: 'Ok' }] };

describe.each([
  ['lenient', false],
  ['strict', true],
])('sending to a %s emulator', (_, strict) => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ strict });
  });

  it.each([
    [0, '+85261234567', 'UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone'],
    [1, PHONE, 'UnsupportedOperation.GlobalTemplateToChineseMainlandPhone'],
  ] as const)('refuses a template of market %i for %s', (International, phone, code) => {
    const added = client.call('AddSmsTemplate', {
      TemplateName: 'code',
      TemplateContent: '验证码 (code) {1}, valid for {2} minutes',
      SmsType: 3,
      International,
      Remark: 'login',
    });
    client.engine.clock.advance(2000);
    const { TemplateId } = added['AddTemplateStatus'] as { TemplateId: string };
    expect(codeOf(send(client, { PhoneNumberSet: [phone], TemplateId }))).toBe(code);
  });

  it('accepts the first template abroad too', () => {
    expect(send(client, { PhoneNumberSet: ['+85261234567'] })).toMatchObject(accepted);
  });

  it('accepts what the account was given to start with', () => {
    expect(send(client)).toMatchObject(accepted);
    expect(client.engine.inbox.messages()).toMatchObject([
      {
        sdkAppId: APP,
        to: PHONE,
        templateId: '449739',
        signName: '腾讯云',
        params: ['042137', '5'],
        text: '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
        fee: 1,
        action: 'SendSms',
      },
    ]);
  });

  it.each<readonly [name: string, code: string, changes: Partial<SendSmsRequest>]>([
    ['no number', 'MissingParameter.EmptyPhoneNumberSet', { PhoneNumberSet: [] }],
    [
      '201 numbers, though they are all the same',
      'LimitExceeded.PhoneNumberCountLimit',
      { PhoneNumberSet: Array.from({ length: 201 }, () => PHONE) },
    ],
    [
      'numbers of two markets',
      'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
      { PhoneNumberSet: [PHONE, '+85261234567'] },
    ],
    [
      'an application id that is none',
      'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
      { SmsSdkAppId: 'app' },
    ],
    [
      'a context of 512 bytes',
      'InvalidParameterValue',
      { SessionContext: `${'一'.repeat(170)}ab` },
    ],
  ])('refuses %s as a whole', (_name, code, changes) => {
    expect(codeOf(send(client, changes))).toBe(code);
    expect(client.engine.inbox.messages()).toEqual([]);
  });

  it.each<readonly [name: string, code: string, changes: Partial<SendSmsRequest>]>([
    [
      'no signature on the mainland',
      'FailedOperation.SignatureIncorrectOrUnapproved',
      { SignName: '' },
    ],
    [
      'a signature with its brackets',
      'FailedOperation.SignatureIncorrectOrUnapproved',
      { SignName: '【腾讯云】' },
    ],
    [
      'a template id that is none',
      'FailedOperation.TemplateIncorrectOrUnapproved',
      { TemplateId: 'login' },
    ],
    [
      'too few values',
      'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
      { TemplateParamSet: ['042137'] },
    ],
    [
      'a letter',
      'InvalidParameterValue.TemplateParameterFormatError',
      { TemplateParamSet: ['A42137', '5'] },
    ],
    [
      'seven digits',
      'InvalidParameterValue.TemplateParameterFormatError',
      { TemplateParamSet: ['1042137', '5'] },
    ],
    [
      'a text that is too long',
      'InvalidParameterValue.ContentLengthLimit',
      { TemplateParamSet: ['1'.repeat(500), '5'] },
    ],
    [
      'a URL',
      'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter',
      { TemplateParamSet: ['https://a.cn', '5'] },
    ],
  ])('refuses %s at each number', (_name, code, changes) => {
    const PhoneNumberSet = [PHONE, '+8613711113333'];
    expect(send(client, { PhoneNumberSet, ...changes })).toMatchObject({
      SendStatusSet: PhoneNumberSet.map((PhoneNumber) => ({
        PhoneNumber,
        Code: code,
        SerialNo: '',
        Fee: 0,
      })),
    });
    expect(client.engine.inbox.messages()).toEqual([]);
    expect(client.engine.inbox.messages({ status: 'rejected' })).toMatchObject(
      PhoneNumberSet.map((to) => ({ to, code, fee: 0 })),
    );
  });

  it('accepts a context of 511 bytes and gives it back', () => {
    const SessionContext = `${'一'.repeat(170)}a`;
    expect(send(client, { SessionContext })).toMatchObject({
      SendStatusSet: [{ Code: 'Ok', SessionContext }],
    });
  });

  it('texts a number once, however often and in whichever form it is given', () => {
    const response = send(client, {
      PhoneNumberSet: [PHONE, '13711112222', '008613711112222', '+8613711113333', 'x', 'x'],
    });
    expect(response).toMatchObject({
      SendStatusSet: [
        { PhoneNumber: PHONE, Code: 'Ok' },
        { PhoneNumber: '+8613711113333', Code: 'Ok' },
        { PhoneNumber: 'x', Code: 'InvalidParameterValue.IncorrectPhoneNumber', Fee: 0 },
      ],
    });
    expect(client.engine.inbox.messages()).toHaveLength(2);
  });

  it('refuses only the numbers when none of them is one', () => {
    expect(send(client, { PhoneNumberSet: ['x'] })).toMatchObject({
      SendStatusSet: [{ Code: 'InvalidParameterValue.IncorrectPhoneNumber', SerialNo: '' }],
    });
  });

  it('gives refused numbers of the global action a UUID as serial number, which no text has', () => {
    const numbers = ['+60198890000', '+60198890001', 'x'];
    client.engine.faults.add({ code: 'FailedOperation.PhoneNumberInBlacklist', numberSuffix: '1' });
    const { SendMultiStatusSet: items = [] } = client.call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: numbers.map((PhoneNumber, i) => ({
        PhoneNumber,
        TemplateId: i === 0 ? '449739' : '1',
      })),
    }) as { SendMultiStatusSet?: { SerialNo: string; Fee: number; Code: string }[] };
    expect(items).toHaveLength(3);
    for (const { SerialNo, Fee, Code } of items) {
      expect(Code).not.toBe('Ok');
      expect(Fee).toBe(0);
      expect(SerialNo).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    }
    expect(new Set(items.map(({ SerialNo }) => SerialNo)).size).toBe(3);
    expect(
      client.engine.inbox.messages({ status: 'rejected' }).map(({ serialNo }) => serialNo),
    ).toEqual(['', '']);
    const [{ SerialNo } = { SerialNo: '' }] = items;
    expect(
      codeOf(client.call('ReportConversion', { SmsSdkAppId: APP, ConversionTime: 1, SerialNo })),
    ).toBe('InvalidParameterValue');
  });

  it('refuses a mainland number in the global action', () => {
    const response = client.call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: [{ PhoneNumber: PHONE, TemplateId: '1' }],
    });
    expect(codeOf(response)).toBe('UnsupportedOperation.ContainDomesticPhoneNumber');
    const empty = client.call('SendMultiGlobalSms', { SmsSdkAppId: APP, MultiSmsInfoSet: [] });
    expect(codeOf(empty)).toBe('InvalidParameterValue.MultiSmsInfoSetEmpty');
  });
});

describe('a lenient emulator', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient();
  });

  it('learns an application, a template and a signature by being sent them', () => {
    const learned = { SmsSdkAppId: '1400999999', TemplateId: '77', SignName: '示例' };
    expect(send(client, { ...learned, TemplateParamSet: ['甲', '乙', '丙'] })).toMatchObject(
      accepted,
    );
    expect(client.engine.inbox.messages()).toMatchObject([{ text: '【示例】模板77：甲，乙，丙' }]);
  });

  it('puts the signature in square brackets abroad, and only when there is one', () => {
    const abroad = { PhoneNumberSet: ['+60198890000'], TemplateId: '77', TemplateParamSet: ['1'] };
    send(client, { ...abroad, SignName: 'Acme' });
    send(client, { ...abroad, SignName: undefined });
    expect(client.engine.inbox.messages()).toMatchObject([
      { text: '[Acme]模板77：1', serialNo: expect.stringMatching(/^[\da-f-]{36}$/) },
      { text: '模板77：1' },
    ]);
  });

  it('bills a long text by its segments', () => {
    const TemplateParamSet = ['一'.repeat(141)];
    expect(send(client, { TemplateId: '77', TemplateParamSet })).toMatchObject({
      SendStatusSet: [{ Fee: 3 }],
    });
    expect(
      codesOf(send(client, { TemplateId: '77', TemplateParamSet: ['一'.repeat(500)] })),
    ).toEqual(['InvalidParameterValue.ContentLengthLimit']);
  });

  it('does not learn what was deleted', () => {
    client.call('DeleteSmsTemplate', { TemplateId: 449739 });
    expect(codesOf(send(client))).toEqual(['FailedOperation.TemplateIncorrectOrUnapproved']);
    client.call('DeleteSmsSign', { SignId: 100_001 });
    expect(codesOf(send(client, { TemplateId: '77' }))).toEqual([
      'FailedOperation.SignatureIncorrectOrUnapproved',
    ]);
  });
});

describe('a strict emulator', () => {
  let client: EngineClient;
  beforeEach(async () => {
    client = await engineClient({ strict: true });
  });

  it.each<readonly [name: string, code: string, changes: Partial<SendSmsRequest>]>([
    [
      'application',
      'top: UnauthorizedOperation.SmsSdkAppIdVerifyFail',
      { SmsSdkAppId: '1400999999' },
    ],
    ['template', 'FailedOperation.TemplateIncorrectOrUnapproved', { TemplateId: '77' }],
    ['signature', 'FailedOperation.SignatureIncorrectOrUnapproved', { SignName: '示例' }],
  ])('refuses an unknown %s', (_, code, changes) => {
    expect(codesOf(send(client, changes))).toEqual([code]);
  });

  it('refuses an unknown template of the global action at its number, and keeps its id', () => {
    const response = client.call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: [{ PhoneNumber: '+60198890000', TemplateId: '77' }],
    });
    expect(response).toMatchObject({
      SendMultiStatusSet: [{ Code: 'FailedOperation.TemplateIncorrectOrUnapproved', Fee: 0 }],
    });
    expect(client.engine.inbox.messages({ status: 'rejected' })).toMatchObject([
      { templateId: '77', text: '' },
    ]);
  });
});

describe('an emulator that refuses at the top', () => {
  it.each<readonly [name: string, code: string, changes: Partial<SendSmsRequest>]>([
    ['a template', 'FailedOperation.TemplateUnapprovedOrNotExist', { TemplateId: 'login' }],
    ['a signature', 'FailedOperation.SignatureIncorrectOrUnapproved', { SignName: '' }],
    ['an empty package', 'FailedOperation.InsufficientBalanceInSmsPackage', {}],
  ])('refuses %s for the whole request, and texts no number', async (_, code, changes) => {
    const client = await engineClient({ refusalsAt: 'request', strict: true, packageSize: 1 });
    const PhoneNumberSet = [PHONE, '+8613711113333'];
    expect(codesOf(send(client, { PhoneNumberSet, ...changes }))).toEqual([`top: ${code}`]);
    expect(client.engine.inbox.messages({ status: 'all' })).toEqual([]);
    // What concerns the values stays on the numbers.
    expect(codesOf(send(client, { TemplateParamSet: ['A', '5'] }))).toEqual([
      'InvalidParameterValue.TemplateParameterFormatError',
    ]);
    expect(codesOf(send(client))).toEqual(['Ok']);
  });

  it('is none that calls itself otherwise', async () => {
    await expect(engineClient({ refusalsAt: 'top' as 'request' })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_OPTIONS_INVALID',
      message: 'refusalsAt must be recipients or request.',
    });
  });
});
