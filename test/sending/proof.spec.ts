import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, refusing, respond } from '../support/fake-tencent.js';

const MAINLAND = '+8613711110001';
const ABROAD = ['+85261110001', '+85261110002'] as const;
const UUID = '7b0b4a2e-6a5d-4b39-9a6f-2f4f4c1d5e6f';
const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';
const BLACKLIST = 'FailedOperation.PhoneNumberInBlacklist';

type Item = Record<string, unknown>;
type Fate = SmsOutcome['status'];

/** A refusal in the documented shape of `SendSms`. */
const NOTHING_SENT: Item = { SerialNo: '', Fee: 0, Message: 'no', IsoCode: 'CN' };
const SENT: Item = { SerialNo: '5000:1', Fee: 1, Message: 'sent', IsoCode: 'CN' };

/** What an item of `SendSms` says, and what it makes of the text. */
const ITEMS: [string, Item, Fate][] = [
  ['Ok with a serial number', { ...SENT, Code: 'Ok' }, 'accepted'],
  ['Ok without a serial number', { ...SENT, Code: 'Ok', SerialNo: '' }, 'unknown'],
  ['Ok with a blank serial number', { ...SENT, Code: 'Ok', SerialNo: '  ' }, 'unknown'],
  ['Ok with a serial number that is no text', { ...SENT, Code: 'Ok', SerialNo: 5000 }, 'unknown'],
  ['Ok that lacks its serial number', { ...SENT, Code: 'Ok', SerialNo: undefined }, 'unknown'],
  ['a catalogued refusal', { ...NOTHING_SENT, Code: DAILY }, 'rejected'],
  [
    'a catalogued refusal in small letters',
    { ...NOTHING_SENT, Code: DAILY.toLowerCase() },
    'rejected',
  ],
  ['a catalogued refusal with blanks', { ...NOTHING_SENT, Code: ` ${DAILY}\n` }, 'rejected'],
  [
    'a refusal in a former spelling',
    { ...NOTHING_SENT, Code: 'FailedOperation.PhoneNumberOnBlacklist' },
    'rejected',
  ],
  [
    'a catalogued refusal without a Fee',
    { ...NOTHING_SENT, Code: DAILY, Fee: undefined },
    'rejected',
  ],
  [
    'a catalogued refusal with a serial number',
    { ...NOTHING_SENT, Code: DAILY, SerialNo: '5000:1' },
    'unknown',
  ],
  [
    'a catalogued refusal with a serial number that is no text',
    { ...NOTHING_SENT, Code: DAILY, SerialNo: 5000 },
    'unknown',
  ],
  ['a catalogued refusal with a Fee', { ...NOTHING_SENT, Code: DAILY, Fee: 1 }, 'unknown'],
  [
    'a catalogued refusal with a Fee as text',
    { ...NOTHING_SENT, Code: DAILY, Fee: '1' },
    'unknown',
  ],
  ['a catalogued refusal with a Fee below 0', { ...NOTHING_SENT, Code: DAILY, Fee: -1 }, 'unknown'],
  [
    'a new refusal of a known prefix',
    { ...NOTHING_SENT, Code: 'LimitExceeded.Brandnew' },
    'rejected',
  ],
  [
    'a new refusal of FailedOperation',
    { ...NOTHING_SENT, Code: 'FailedOperation.Brandnew' },
    'rejected',
  ],
  [
    'a new refusal in small letters',
    { ...NOTHING_SENT, Code: ' failedoperation.brandnew ' },
    'rejected',
  ],
  [
    'a new refusal with a serial number',
    { ...NOTHING_SENT, Code: 'LimitExceeded.Brandnew', SerialNo: '5000:1' },
    'unknown',
  ],
  [
    'a new refusal with a Fee',
    { ...NOTHING_SENT, Code: 'LimitExceeded.Brandnew', Fee: 1 },
    'unknown',
  ],
  [
    'a new refusal without a Fee',
    { ...NOTHING_SENT, Code: 'LimitExceeded.Brandnew', Fee: undefined },
    'unknown',
  ],
  [
    'a known prefix and nothing behind its dot',
    { ...NOTHING_SENT, Code: 'LimitExceeded.' },
    'unknown',
  ],
  [
    'a known prefix and a sentence',
    { ...NOTHING_SENT, Code: 'LimitExceeded. Sent all the same' },
    'unknown',
  ],
  ['a known prefix that goes on', { ...NOTHING_SENT, Code: 'LimitExceededX.Brandnew' }, 'unknown'],
  ...[
    'InternalError.Timeout',
    'internalerror.timeout',
    ' InternalError.Timeout',
    'internalError',
    'InternalError.Brandnew',
    'internalerror.brandnew',
    'InternalErrorish',
    'FailedOperation',
    'failedoperation',
    'FailedOperationX',
    'ServiceUnavailable',
    'ServiceUnavailable.Brandnew',
    'ResponseSizeLimitExceeded',
    'ServerError.Timeout',
    'Timeout',
    'Success',
    'Ok.Queued',
    'OK',
    'ok',
    'Ok ',
    'Whatever',
    'Foo.Bar',
    'constructor',
    '__proto__.Brandnew',
    '.',
    '0',
    'SMS_CONNECT_FAILED',
    'SMS_SHUT_DOWN',
    'SMS_TOO_LATE',
    'sms_shut_down.x',
  ].flatMap<[string, Item, Fate]>((Code) => [
    [`the code “${Code}” in the shape of a refusal`, { ...NOTHING_SENT, Code }, 'unknown'],
    [`the code “${Code}” in the shape of a text sent`, { ...SENT, Code }, 'unknown'],
  ]),
];

/** What an item of `SendMultiGlobalSms` says: a serial number on a refusal says nothing there. */
const MULTI_ITEMS: [string, Item, Fate][] = [
  ['Ok with a serial number', { Code: 'Ok', SerialNo: UUID, Fee: 1 }, 'accepted'],
  ['Ok without a serial number', { Code: 'Ok', SerialNo: '', Fee: 1 }, 'unknown'],
  [
    'a catalogued refusal as in the documentation',
    { Code: 'FailedOperation.TemplateIncorrectOrUnapproved', SerialNo: UUID, Fee: 0 },
    'rejected',
  ],
  [
    'a catalogued refusal without a serial number',
    { Code: BLACKLIST, SerialNo: '', Fee: 0 },
    'rejected',
  ],
  ['a catalogued refusal with a Fee', { Code: BLACKLIST, SerialNo: UUID, Fee: 1 }, 'unknown'],
  [
    'a new refusal with a serial number',
    { Code: 'FailedOperation.Brandnew', SerialNo: UUID, Fee: 0 },
    'rejected',
  ],
  [
    'a new refusal with a Fee',
    { Code: 'FailedOperation.Brandnew', SerialNo: '', Fee: 2 },
    'unknown',
  ],
  [
    'a code that leaves it open',
    { Code: 'InternalError.Timeout', SerialNo: UUID, Fee: 0 },
    'unknown',
  ],
  [
    'a code without a known prefix',
    { Code: 'ServerError.Timeout', SerialNo: '', Fee: 0 },
    'unknown',
  ],
];

/** Codes at the top that leave it open whether texts were sent. */
const OPEN_AT_TOP = [
  'internalError',
  'internalerror.timeout',
  ' InternalError.Timeout',
  'ServerError.Timeout',
  'Timeout',
  'Success',
  'Ok',
  'ok',
  'Ok.Queued',
  'Whatever',
  'Foo.Bar',
  'constructor',
  'LimitExceeded.Brandnew',
  'limitexceeded.brandnew',
  'FailedOperation.Brandnew',
  'InvalidParameterValue.Brandnew',
  'UnauthorizedOperation.Brandnew',
  'AuthFailure.Brandnew',
  'UnsupportedOperation.Brandnew',
  'MissingParameter.Brandnew',
  'SMS_CONNECT_FAILED',
  'SMS_SHUT_DOWN',
  `${DAILY}${' '.repeat(200)}Ok`,
];

const REFUSED_AT_TOP = [
  DAILY,
  DAILY.toUpperCase(),
  `\t${DAILY} `,
  'AuthFailure.SignatureFailure',
  'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
  'UnsupportedOperation.',
];

describe('what an answer proves', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    // Without a signature: `SendMultiGlobalSms` has none.
    started = await startSms({
      endpoint: tencent.url,
      signName: undefined,
      retry: { attempts: 3, baseDelayMs: 1 },
    });
    ({ sms } = started);
    started.module.useLogger(false);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  function answerWith(members: object): void {
    tencent.respondWith(() => ({
      executes: true,
      answer: (socket) => socket.write(httpResponse(respond(members))),
    }));
  }

  async function sendTo(...to: string[]): Promise<readonly SmsOutcome[]> {
    const { outcomes } = await sms.sendMany({ templateId: '1' }, { to, signName: '腾讯云' });
    return outcomes;
  }

  async function sendEach(): Promise<SmsOutcome[]> {
    const rows = ABROAD.map((to, index) => ({ to, params: [String(index)] }));
    const outcomes: SmsOutcome[] = [];
    for await (const outcome of sms.sendEach({ templateId: '1' }, rows)) {
      outcomes.push(outcome);
    }
    return outcomes;
  }

  it.each(ITEMS)('makes of a text by SendSms what is proven: %s', async (_, item, status) => {
    answerWith({ SendStatusSet: [{ PhoneNumber: MAINLAND, SessionContext: '', ...item }] });
    const [outcome] = await sendTo(MAINLAND);
    expect(outcome?.status).toBe(status);
    expect(tencent.received).toHaveLength(1);
  });

  it.each(MULTI_ITEMS)(
    'makes of a text by SendMultiGlobalSms what is proven: %s',
    async (_, item, status) => {
      answerWith({
        SendMultiStatusSet: ABROAD.map((PhoneNumber) =>
          Object.assign({ PhoneNumber, SessionContext: '' }, item),
        ),
      });
      const outcomes = await sendEach();
      expect(outcomes.map((outcome) => outcome.status)).toEqual([status, status]);
      expect(tencent.received.map(({ action }) => action)).toEqual(['SendMultiGlobalSms']);
    },
  );

  it.each(OPEN_AT_TOP)(
    'leaves a text unknown whose request was refused with “%s”',
    async (code) => {
      tencent.respondWith(() => refusing(code, { executes: true }));
      const [outcome] = await sendTo(MAINLAND);
      expect(outcome).toMatchObject({
        status: 'unknown',
        reason: 'code',
        error: { maybeSent: true, retryable: false },
      });
      expect(tencent.received).toHaveLength(1);
      await expect(
        sms.addSmsTemplate({
          TemplateName: 'a',
          TemplateContent: 'b',
          SmsType: 3,
          International: 0,
          Remark: 'c',
        }),
      ).rejects.toMatchObject({ maybeSent: true, retryable: false });
      expect(tencent.received).toHaveLength(2);
    },
  );

  it.each(REFUSED_AT_TOP)('rejects a text whose request was refused with “%s”', async (code) => {
    tencent.respondWith(() => refusing(code));
    const [outcome] = await sendTo(MAINLAND);
    expect(outcome).toMatchObject({ status: 'rejected', error: { maybeSent: false } });
    expect(tencent.received).toHaveLength(1);
  });

  it.each(['RequestLimitExceeded.Brandnew', 'requestlimitexceeded', ' RequestLimitExceeded '])(
    'repeats what the gateway turned away with “%s”',
    async (code) => {
      tencent.respondWith(() => refusing(code));
      const outcome = await sms.trySend({ templateId: '1' }, { to: MAINLAND, signName: '腾讯云' });
      expect(outcome).toMatchObject({
        status: 'rejected',
        error: { maybeSent: false, retryable: true },
      });
      expect(tencent.received).toHaveLength(3);
    },
  );

  it('keeps Tencent’s code, and says that the answer contradicts it', async () => {
    answerWith({
      SendStatusSet: [{ ...NOTHING_SENT, PhoneNumber: MAINLAND, Code: DAILY, Fee: 1 }],
    });
    const [outcome] = await sendTo(MAINLAND);
    expect(outcome).toMatchObject({
      status: 'unknown',
      code: DAILY,
      reason: 'code',
      error: { name: 'SmsRateLimitError', maybeSent: true, retryable: false, retry: 'unsafe' },
    });
    const { message } = (outcome as { error: Error }).error;
    expect(message).toMatch(/may have been carried out/);
    expect(message).not.toMatch(/wait/);
  });

  it('rejects a new refusal for good, and says that its code is new', async () => {
    answerWith({
      SendStatusSet: [{ ...NOTHING_SENT, PhoneNumber: MAINLAND, Code: 'FailedOperation.Brandnew' }],
    });
    const [outcome] = await sendTo(MAINLAND);
    expect(outcome).toMatchObject({
      status: 'rejected',
      code: 'FailedOperation.Brandnew',
      error: { maybeSent: false, retryable: false, retry: 'never' },
    });
    const { message } = (outcome as { error: Error }).error;
    expect(message).toMatch(/not known here/);
    expect(message).not.toMatch(/may have been carried out/);
  });

  it('counts a Fee on any of several items of a number', async () => {
    const item = { ...NOTHING_SENT, PhoneNumber: MAINLAND, Code: DAILY };
    answerWith({ SendStatusSet: [item, { ...item, Fee: 1 }] });
    const [outcome] = await sendTo(MAINLAND);
    expect(outcome?.status).toBe('unknown');
  });

  it('has new refusals logged once by name', async () => {
    const lines: unknown[] = [];
    started.module.useLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (...line: unknown[]) => lines.push(line[0]),
    });
    const phones = [MAINLAND, '+8613711110002', '+8613711110003', '+8613711110004'];
    const codes = [
      'LimitExceeded.Brandnew',
      'LimitExceeded.Brandnew',
      'FailedOperation.Brandnew',
      DAILY,
    ];
    answerWith({
      SendStatusSet: phones.map((PhoneNumber, i) => ({
        ...NOTHING_SENT,
        PhoneNumber,
        Code: codes[i],
      })),
    });
    await sendTo(...phones);
    await sendTo(...phones);
    expect(lines).toEqual([
      expect.stringContaining('LimitExceeded.Brandnew'),
      expect.stringContaining('FailedOperation.Brandnew'),
    ]);
  });

  it('has lost answers and open ones counted apart', async () => {
    answerWith({
      SendStatusSet: [{ ...NOTHING_SENT, PhoneNumber: MAINLAND, Code: 'InternalError.Timeout' }],
    });
    await sendTo(MAINLAND);
    answerWith({ SendStatusSet: [] });
    await sendTo(MAINLAND);
    tencent.respondWith(() => refusing('Whatever'));
    await sendTo(MAINLAND);
    answerWith({});
    await sendTo(MAINLAND);
    tencent.respondWith(() => ({ executes: true, answer: (socket) => socket.resetAndDestroy() }));
    await sendTo(MAINLAND);
    expect(sms.recentOutcomes()).toEqual({
      accepted: 0,
      rejected: 0,
      unknown: 5,
      lostAnswers: 2,
      openAnswers: 3,
    });
  });
});
