import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsParams, SmsService } from 'nestjs-tencentcloud-sms';
import { NEVER_TWICE, read, send } from '../support/call-kinds.js';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, okStatus, respond } from '../support/fake-tencent.js';

const PHONE = '+8613711112222';
const RAW = { PhoneNumberSet: [PHONE], TemplateId: '1' };
const TEMPLATE: SmsParams<'AddSmsTemplate'> = {
  TemplateName: 'a',
  TemplateContent: 'b',
  SmsType: 3,
  International: 0,
  Remark: 'c',
};

const CODES = [
  'RequestLimitExceeded',
  'RequestLimitExceeded.UinLimitExceeded',
  'AuthFailure.SignatureExpire',
  'AuthFailure.TokenFailure',
  'AuthFailure.SignatureFailure',
  'LimitExceeded.PhoneNumberDailyLimit',
  'FailedOperation.InsufficientBalanceInSmsPackage',
  'LimitExceeded.Brandnew',
  'Whatever',
];

const refused = { ...okStatus(PHONE, 'LimitExceeded.PhoneNumberDailyLimit'), SerialNo: '', Fee: 0 };
const MEMBERS: [string, object][] = [
  ['an accepted item', { SendStatusSet: [okStatus(PHONE)] }],
  ['a refused item', { SendStatusSet: [refused] }],
  ['an item of another number', { SendStatusSet: [okStatus('+8613799999999')] }],
  ['an empty item', { SendStatusSet: [{}] }],
  ['an item of the other action', { SendMultiStatusSet: [okStatus(PHONE)] }],
  ['an item of a list that is not documented', { Items: [{ Code: 'Ok' }] }],
  ['a serial number at the top', { SerialNo: '5000:1' }],
  ['a serial number in a member', { SendStatus: { SerialNo: '5000:1' } }],
  ['a serial number in another spelling', { Data: { Deep: { serialNo: '5000:1' } } }],
  ['a serial number that is no text', { SerialNo: 5000 }],
  ['a fee', { Summary: { Fee: 2 } }],
];

/** What stands beside an Error and says nothing. */
const NOTHING: [string, object][] = [
  ['nothing', {}],
  ['no items', { SendStatusSet: [] }],
  ['items of null', { SendStatusSet: null, SendMultiStatusSet: undefined }],
  ['an empty serial number and no fee', { SerialNo: '', Fee: 0 }],
  ['members of a gateway', { Region: 'ap-guangzhou', TraceId: '8c1', Retry: true }],
];

describe('an Error beside what says that something was done', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    started = await startSms({
      endpoint: tencent.url,
      credentials: async () =>
        Promise.resolve({
          secretId: `AKID${Math.random()}`.replace('.', ''),
          secretKey: 'canary-secret-key-0002',
        }),
      retry: { attempts: 3, baseDelayMs: 1 },
    });
    ({ sms } = started);
    started.module.useLogger(false);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  function answerWith(code: string, members: object): void {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => {
        const body = respond({ Error: { Code: code, Message: 'said the double' }, ...members });
        socket.write(
          httpResponse(body).replace('\r\n', '\r\nDate: Tue, 01 Jan 2030 00:00:00 GMT\r\n'),
        );
      },
    }));
  }

  describe.each(CODES)('with the code %s', (code) => {
    it.each(MEMBERS)('leaves a send unknown and is never repeated: %s', async (_, members) => {
      answerWith(code, members);
      await expect(send(sms)).resolves.toEqual({ result: 'unknown', code, reason: 'code' });
      expect(tencent.executed).toHaveLength(1);
      await expect(sms.sendSms(RAW)).rejects.toMatchObject({
        code,
        maybeSent: true,
        retryable: false,
        retry: 'unsafe',
      });
      expect(tencent.executed).toHaveLength(2);
      const { outcomes } = await sms.sendMany({ templateId: '1' }, { to: [PHONE] });
      expect(outcomes).toMatchObject([{ status: 'unknown', code }]);
      expect(tencent.executed).toHaveLength(3);
    });
  });

  it.each<[string, (sms: SmsService) => Promise<unknown>, object]>([
    [
      'AddSmsTemplate',
      (service) => service.addSmsTemplate(TEMPLATE),
      { AddTemplateStatus: { TemplateId: '1110' } },
    ],
    [
      'DeleteSmsTemplate',
      (service) => service.deleteSmsTemplate({ TemplateId: 1 }),
      { DeleteTemplateStatus: { DeleteStatus: 'return successfully!' } },
    ],
    [
      'ReportConversion',
      (service) => service.reportConversion({ ConversionTime: 1, SerialNo: '5000:1' }),
      { ReportConversionStatus: { Code: 'ok', Message: '' } },
    ],
    [
      'PullSmsSendStatus',
      (service) => service.pullSmsSendStatus({ Limit: 1 }),
      { PullSmsSendStatusSet: [{ PhoneNumber: PHONE }] },
    ],
  ])('is never repeated by %s either', async (_, call, members) => {
    answerWith('RequestLimitExceeded', members);
    await expect(call(sms)).rejects.toMatchObject({
      code: 'RequestLimitExceeded',
      maybeSent: true,
      retryable: false,
    });
    expect(tencent.executed).toHaveLength(1);
  });

  it('lets a read try again', async () => {
    answerWith('AuthFailure.SignatureFailure', { PullSmsSendStatusSet: [{ PhoneNumber: PHONE }] });
    await expect(read(sms)).resolves.toMatchObject({ result: 'unknown' });
    expect(tencent.executed).toHaveLength(3);
  });

  it.each(NOTHING)('is an Error like any other beside %s', async (_, members) => {
    answerWith('RequestLimitExceeded', members);
    await expect(send(sms)).resolves.toEqual({ result: 'not done', code: 'RequestLimitExceeded' });
    expect(tencent.executed).toHaveLength(3);
    answerWith('RequestLimitExceeded', { AddTemplateStatus: { TemplateId: '' } });
    await expect(NEVER_TWICE.change(sms)).resolves.toMatchObject({ result: 'not done' });
    expect(tencent.executed).toHaveLength(6);
  });

  it('is found however deep it stands', async () => {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => {
        const deep = `${'['.repeat(50_000)}{"SerialNo":"5000:1"}${']'.repeat(50_000)}`;
        const body = `{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"","Deep":${deep}}}}`;
        socket.write(httpResponse(body));
      },
    }));
    await expect(send(sms)).resolves.toMatchObject({ result: 'unknown' });
    expect(tencent.executed).toHaveLength(1);
  });
});
