// Answers of Tencent's that were published, with other digits: each through a socket, and what it makes
// of the text.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent } from '../support/fake-tencent.js';

const PHONE = '+8613711112222';
const ABROAD = ['+60198890000', '+60198890001'] as const;
const TEMPLATE = { templateId: '449739', params: ['042137', '5'] };
const REQUEST_ID = 'a0aabda6-cf91-4f3e-a81f-9198114a2279';

type Fate = SmsOutcome['status'];
type Item = Record<string, unknown>;

const ok = (SerialNo: string, more: Item = {}): Item => ({
  SerialNo,
  PhoneNumber: PHONE,
  Fee: 1,
  SessionContext: '',
  Code: 'Ok',
  Message: 'send success',
  IsoCode: 'CN',
  ...more,
});
const refused = (Code: string, Message: string, IsoCode: string, more: Item = {}): Item => ({
  SerialNo: '',
  PhoneNumber: PHONE,
  Fee: 0,
  SessionContext: '',
  Code,
  Message,
  IsoCode,
  ...more,
});

const DAILY = refused(
  'LimitExceeded.PhoneNumberDailyLimit',
  'the number of sms messages sent from a single mobile number every day exceeds the upper limit',
  'CN',
);
const ONE_HOUR = refused(
  'LimitExceeded.PhoneNumberOneHourLimit',
  'the number of sms messages sent from a single mobile number within 1 hour exceeds the upper limit',
  'CN',
);
const FORMAT = refused(
  'InvalidParameterValue.TemplateParameterFormatError',
  'Verification code template parameter format error',
  '',
);
const NOT_MATCHING = 'request content does not match the template content';
const UNAPPROVED =
  'template is not approved or request content does not match the approved template content';

/** An item of the other action that sends. */
const unapproved = (PhoneNumber: string, SerialNo: string): Item =>
  refused('FailedOperation.TemplateIncorrectOrUnapproved', UNAPPROVED, 'MY', {
    PhoneNumber,
    SerialNo,
  });

/** Items of `SendSms`: the number of the sample, the item, the outcome and its code. */
const ITEMS: [sample: string, item: Item, status: Fate, code?: string][] = [
  // Fifteen texts of one account: 25, 26 and 27 digits.
  ...Array.from({ length: 15 }, (_, i): [string, Item, Fate] => [
    String(i + 1),
    ok(`3369:${String(1_234_567_890).slice(i % 3)}${1_683_540_000_000 + i}1222`),
    'accepted',
  ]),
  ['16', ONE_HOUR, 'rejected'],
  ['17', ok('2640:123456789016570000000001222'), 'accepted'],
  [
    '18',
    refused(
      'LimitExceeded.PhoneNumberThirtySecondLimit',
      'the number of SMS messages sent from a single mobile number within 30 seconds exceeds the upper limit',
      'CN',
    ),
    'rejected',
  ],
  ['19', ok('2640:234567890116570002400001222'), 'accepted'],
  ['20', DAILY, 'rejected'],
  ['21', DAILY, 'rejected'],
  ['22', ok('3363:345678901217330000000001222'), 'accepted'],
  [
    '23',
    refused(
      'LimitExceeded.PhoneNumberSameContentDailyLimit',
      'the number of the same sms messages sent from a single mobile number exceeds the upper limit',
      'CN',
    ),
    'rejected',
  ],
  [
    '24',
    refused(
      'FailedOperation.InsufficientBalanceInSmsPackage',
      'insufficient balance in SMS package',
      '',
    ),
    'rejected',
  ],
  ['25', refused('FailedOperation.TemplateIncorrectOrUnapproved', UNAPPROVED, ''), 'rejected'],
  ['26', ok('8:Z1V0000000000'), 'accepted'],
  ['27', FORMAT, 'rejected'],
  ['28', ok('2019:1234567890123456789'), 'accepted'],
  ['29', FORMAT, 'rejected'],
  ['30', ok('3369:456789012316840000000001222'), 'accepted'],
  ['31', FORMAT, 'rejected'],
  ['32', { ...FORMAT, Message: 'only digits' }, 'rejected'],
  ['33', ok('2019:-1234567890123456789'), 'accepted'],
  ['34', ok('2645:567890123416410000000001222'), 'accepted'],
  ['35', ok('9331:678901234517410000000001222'), 'accepted'],
  ['36', ok('2640:789012345617100000000001222'), 'accepted'],
  // Without a country, as the first months of the API left it out.
  ['37', ok('2056:890123456715740000000001222', { IsoCode: undefined }), 'accepted'],
  ['38', { ...ONE_HOUR, IsoCode: undefined }, 'rejected'],
  [
    '39',
    refused('RequestLimitExceeded.AmountOfPhoneNumberDailyExceedLimit', 'over the limit', ''),
    'rejected',
  ],
  [
    '42',
    refused('FailedOperation.TemplateParamSetNotMatchApprovedTemplate', NOT_MATCHING, ''),
    'rejected',
  ],
  [
    '43',
    refused('FailedOperation.TemplateParamSetNotMatchApprovedTemplat', NOT_MATCHING, ''),
    'rejected',
  ],
  ['44, of a template', { ...FORMAT, SerialNo: undefined, IsoCode: undefined, Fee: 0 }, 'rejected'],
  [
    '44, of a signature',
    refused(
      'FailedOperation.SignatureIncorrectOrUnapproved',
      'Signature format error or signature not approved',
      '',
    ),
    'rejected',
  ],
  ['45', { ...ONE_HOUR, Fee: undefined, IsoCode: undefined }, 'rejected'],
];

const DENIED = `You are not authorized to perform this operation. Check your CAM policies, and ensure that you are using the correct access keys. [[request id:${REQUEST_ID}]you are not authorized to perform operation (sms:SendSms)\nresource (*) has no permission`;
const inEnglish = (calls: number, limit: number): string =>
  `Your current request times equals to \`${calls}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`;
const inChinese = (calls: number, limit: number): string =>
  `您当前每秒请求 \`${calls}\` 次，超过了每秒频率上限 \`${limit}\`，请稍后重试。`;

/** Errors at the top: the number of the sample, code, message, and the outcome of the text. */
const ERRORS: [sample: string, code: string, message: string, status: Fate][] = [
  [
    '46',
    'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
    'request SmsSdk AppId verify fail',
    'rejected',
  ],
  ['47', 'InternalError.SendAndRecvFail', 'send and recv sso package fail', 'unknown'],
  ['48', 'AuthFailure.UnauthorizedOperation', DENIED, 'rejected'],
  [
    '49',
    'AuthFailure.SignatureFailure',
    'The provided credentials could not be validated. Please check your signature is correct.',
    'rejected',
  ],
  [
    '50',
    'AuthFailure.SignatureFailure',
    '请求签名验证失败，请检查您的签名计算是否正确。',
    'rejected',
  ],
  [
    '51',
    'AuthFailure.SecretIdNotFound',
    'The SecretId is not found, please ensure that your SecretId is correct.',
    'rejected',
  ],
  ['52', 'InvalidParameter', 'The value type of parameter `SmsSdkAppId` is not valid.', 'rejected'],
  ['53', 'InvalidParameter', '参数 `TemplateParamSet.0` 取值类型错误。', 'rejected'],
  ['54', 'UnsupportedRegion', 'The action not support this region', 'rejected'],
  ['55', 'RequestLimitExceeded', inEnglish(21, 20), 'rejected'],
  ['56', 'RequestLimitExceeded', inEnglish(3, 2), 'rejected'],
  ['57', 'RequestLimitExceeded', inEnglish(23, 20), 'rejected'],
  ['58', 'RequestLimitExceeded', inChinese(103, 100), 'rejected'],
  ['59', 'RequestLimitExceeded', inChinese(23, 20), 'rejected'],
  ['60', 'RequestLimitExceeded', inChinese(2, 1), 'rejected'],
];

describe('a real answer', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    started = await startSms({ endpoint: tencent.url, retry: { attempts: 1 } });
    started.module.useLogger(false);
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  const answer = (body: object): void => {
    tencent.respondWith(() => ({
      executes: false,
      answer: (socket) => socket.write(httpResponse(JSON.stringify(body))),
    }));
  };
  /** What one text comes to, in a send of its own and in a list. */
  const outcomes = async (): Promise<SmsOutcome[]> => {
    const one = await sms.trySend(TEMPLATE, { to: PHONE });
    const { outcomes: many } = await sms.sendMany(TEMPLATE, { to: [PHONE] });
    return [one, ...many];
  };

  it.each(ITEMS)('on a number, sample %s, is understood', async (_, item, status) => {
    answer({ Response: { SendStatusSet: [item], RequestId: REQUEST_ID } });
    const expected =
      status === 'accepted'
        ? { status, to: PHONE, serialNo: item['SerialNo'], fee: 1, requestId: REQUEST_ID }
        : { status, to: PHONE, code: item['Code'], requestId: REQUEST_ID };
    expect(await outcomes()).toMatchObject([expected, expected]);
    expect(tencent.received).toHaveLength(2);
  });

  it.each(ERRORS)('at the top, sample %s, is understood', async (_, code, message, status) => {
    answer({ Response: { Error: { Code: code, Message: message }, RequestId: REQUEST_ID } });
    const expected = { status, to: PHONE, code, requestId: REQUEST_ID };
    expect(await outcomes()).toMatchObject([expected, expected]);
    expect(tencent.received).toHaveLength(2);
  });

  it('of SendMultiGlobalSms, samples 40 and 41, refuses texts though each has a serial number', async () => {
    answer({
      Response: {
        SendMultiStatusSet: [
          unapproved(ABROAD[0], '7b0b4a2e-6a5d-4b39-9a6f-2f4f4c1d5e6f'),
          unapproved(ABROAD[1], '7b0b4a2e-6a5d-4b39-9a6f-2f4f4c1d5e70'),
        ],
        RequestId: REQUEST_ID,
      },
    });
    const rows = ABROAD.map((to, i) => ({ to, params: [String(i), '5'] }));
    const found: SmsOutcome[] = [];
    for await (const outcome of sms.sendEach({ templateId: '449739' }, rows, { signName: '' })) {
      found.push(outcome);
    }
    const code = 'FailedOperation.TemplateIncorrectOrUnapproved';
    expect(found).toMatchObject(ABROAD.map((to) => ({ status: 'rejected', to, code })));
    expect(tencent.received).toMatchObject([{ action: 'SendMultiGlobalSms' }]);
  });

  it('of the API before this one, sample 61, leaves the text unknown', async () => {
    answer({ result: 1014, errmsg: 'template not match', ext: '' });
    expect(await outcomes()).toMatchObject([
      { status: 'unknown', reason: 'protocol' },
      { status: 'unknown', reason: 'protocol' },
    ]);
  });

  it('that a key has no permission ends as one line without the second id', async () => {
    answer({
      Response: {
        Error: { Code: 'AuthFailure.UnauthorizedOperation', Message: DENIED },
        RequestId: REQUEST_ID,
      },
    });
    const [outcome] = await outcomes();
    const { message } = (outcome as Extract<SmsOutcome, { status: 'rejected' }>).error;
    expect(message).not.toMatch(/[\r\n]/);
    expect(message).toContain('AuthFailure.UnauthorizedOperation');
  });
});
