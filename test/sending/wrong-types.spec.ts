import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Name = smsTemplate({ id: '77', kind: 'notification', text: 'Dear {name:1}' });
const PHONE = '+8613711112222';
const INPUT = { to: PHONE, params: { name: 'Bob' } };
const RAW = { PhoneNumberSet: [PHONE], TemplateId: '77', TemplateParamSet: ['Bob'] };

function refused(field: string, words = ''): object {
  return {
    name: 'SmsValidationError',
    maybeSent: false,
    issues: [{ field, message: expect.stringContaining(words) }],
  };
}

/** What is no signal, and what is no time-out. */
const BAD_LIMITS: [field: string, what: string, value: unknown][] = [
  ['signal', 'an object', {}],
  ['signal', 'a number', 5],
  ['signal', 'false', false],
  ['signal', 'a text', 'abort'],
  ['signal', 'the controller', new AbortController()],
  ['signal', 'a look-alike without listeners', { aborted: false, addEventListener: true }],
  ['signal', 'a proxy that was revoked', revoked()],
  ['timeoutMs', 'a text', '5000'],
  ['timeoutMs', 'a fraction', 0.5],
  ['timeoutMs', 'zero', 0],
  ['timeoutMs', 'no number', Number.NaN],
  ['timeoutMs', 'for ever', Infinity],
  ['timeoutMs', 'more than a timer takes', 2 ** 31],
  ['timeoutMs', 'a bigint', 5000n],
  ['timeoutMs', 'an object', {}],
  ['notAfter', 'a text', '2030-01-01'],
  ['notAfter', 'an invalid date', new Date(Number.NaN)],
  ['notAfter', 'for ever', Infinity],
];

/** Texts that Tencent takes nowhere, and the words of the sentence. */
const BAD_TEXTS: [what: string, text: string, words: string][] = [
  ['half an emoji', 'a\uD83C', 'half an emoji'],
  ['the other half of one', '\uDF89a', 'half an emoji'],
  ['a NUL', 'a\u0000', 'control character'],
  ['an escape', '\u001B[31ma', 'control character'],
  ['a DEL', 'a\u007F', 'control character'],
];
const LINE_BREAKS: typeof BAD_TEXTS = ['\n', '\r', '\u2028', '\u0085'].map((line) => [
  `the line break ${JSON.stringify(line)}`,
  `a${line}b`,
  'line break',
]);

describe('a send or a call', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  /** Refused by every way to send, and nothing reached the API. */
  async function expectRefused(
    settings: Record<string, unknown>,
    error: object,
    params: object = INPUT.params,
  ): Promise<void> {
    const input = { ...INPUT, params, ...settings } as never;
    await expect(sms.send(Name, input)).rejects.toMatchObject(error);
    await expect(sms.trySend(Name, input)).rejects.toMatchObject(error);
    const many = { ...INPUT, params, to: [PHONE], ...settings } as never;
    await expect(sms.sendMany(Name, many)).rejects.toMatchObject(error);
    expect(emulator.requests()).toEqual([]);
  }

  it.each(BAD_LIMITS)('with %s that is none is refused: %s', async (field, _what, value) => {
    const given = { [field]: value };
    await expectRefused(given, refused(field));
    expect(() => sms.sendEach(Name, [INPUT], given)).toThrow(
      expect.objectContaining(refused(field)),
    );
    await expect(sms.sendSms(RAW, given)).rejects.toMatchObject(refused(field));
    await expect(sms.pullSmsSendStatus({ Limit: 1 }, given)).rejects.toMatchObject(refused(field));
    await expect(sms.request('SendSms', RAW, given)).rejects.toMatchObject(refused(field));
    expect(emulator.requests()).toEqual([]);
  });

  it.each([5, 'x', true, [], () => undefined])(
    'with %p in place of its options is refused',
    async (options) => {
      await expect(sms.sendSms(RAW, options as never)).rejects.toMatchObject(refused('options'));
      expect(() => sms.sendEach(Name, [INPUT], options as never)).toThrow(
        expect.objectContaining({ name: 'SmsValidationError' }),
      );
    },
  );

  it('with an option that is not known is refused by name', async () => {
    const given = { timeoutMS: 5 } as never;
    await expect(sms.sendSms(RAW, given)).rejects.toMatchObject(refused('timeoutMS', 'not known'));
    await expectRefused({ timeoutMS: 5 }, refused('timeoutMS', 'not known'));
  });

  it.each([null, 5, {}, 'abc', undefined, true, Promise.resolve([]), { [Symbol.iterator]: 5 }])(
    'of rows that are %p throws at once',
    (rows) => {
      expect(() => sms.sendEach(Name, rows as never)).toThrow(
        expect.objectContaining(refused('rows')),
      );
    },
  );

  it.each([null, 5, {}, 'abc', undefined])('of the template %p throws at once', (template) => {
    expect(() => sms.sendEach(template as never, [])).toThrow(
      expect.objectContaining({ name: 'SmsValidationError' }),
    );
  });

  it.each(['abc', '1 2', '+12', '１２', '1.2', '-1', '12\n', ' '])(
    'with the extendCode %j is refused: it is digits',
    async (extendCode) => {
      await expectRefused({ extendCode }, refused('extendCode', 'digits'));
      expect(() => sms.sendEach(Name, [], { extendCode })).toThrow(
        expect.objectContaining(refused('extendCode', 'digits')),
      );
      await expect(sms.sendSms({ ...RAW, ExtendCode: extendCode })).rejects.toMatchObject(
        refused('ExtendCode', 'digits'),
      );
    },
  );

  it.each([12, true, {}, Symbol('x')])(
    'with the extendCode %p is refused: it is text',
    async (extendCode) => {
      await expectRefused({ extendCode }, refused('extendCode', 'text'));
      expect(() => sms.sendEach(Name, [], { extendCode } as never)).toThrow(
        expect.objectContaining(refused('extendCode', 'text')),
      );
    },
  );

  it.each(BAD_TEXTS)('with %s in a text is refused by name', async (_what, text, words) => {
    for (const field of ['sessionContext', 'senderId']) {
      // oxlint-disable-next-line no-await-in-loop -- each on its own
      await expectRefused({ [field]: text }, refused(field, words));
    }
    await expectRefused({}, refused('params.name', words), { name: text });
    for (const field of ['SessionContext', 'SenderId', 'TemplateId']) {
      // oxlint-disable-next-line no-await-in-loop -- each on its own
      await expect(sms.sendSms({ ...RAW, [field]: text })).rejects.toMatchObject(
        refused(field, words),
      );
    }
    await expect(sms.sendSms({ ...RAW, TemplateParamSet: ['1', text] })).rejects.toMatchObject(
      refused('TemplateParamSet[1]', words),
    );
    await expect(
      sms.sendMultiGlobalSms({
        MultiSmsInfoSet: [{ PhoneNumber: '+6598765432', TemplateId: '1', SessionContext: text }],
      }),
    ).rejects.toMatchObject(refused('MultiSmsInfoSet[0].SessionContext', words));
    expect(() => smsTemplate({ id: '1', kind: 'notification', text: `Dear ${text}` })).toThrow(
      expect.objectContaining(refused('text', words)),
    );
  });

  it.each(LINE_BREAKS)(
    'with %s where Tencent takes none is refused by name',
    async (_what, text, words) => {
      await expectRefused({ senderId: text }, refused('senderId', words));
      for (const field of ['SenderId', 'TemplateId']) {
        // oxlint-disable-next-line no-await-in-loop -- each on its own
        await expect(sms.sendSms({ ...RAW, [field]: text })).rejects.toMatchObject(
          refused(field, words),
        );
      }
      await expect(
        sms.sendSms({ ...RAW, PhoneNumberSet: [PHONE, `${PHONE}${text}`] }),
      ).rejects.toMatchObject(refused('PhoneNumberSet[1]', words));
    },
  );

  it('shows no value in what it refuses', async () => {
    const canary = 'canary042137\u0000';
    await expectRefused(
      { sessionContext: canary },
      { message: expect.not.stringMatching(/canary/) },
    );
    await expect(sms.sendSms({ ...RAW, SessionContext: canary })).rejects.toMatchObject({
      message: expect.not.stringMatching(/canary/),
    });
  });
});

describe('what is as good as left out', () => {
  it('is a signal that is null, in every send and call', async () => {
    const emulator = await SmsEmulator.start();
    const { module, sms } = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    const signal = null;
    await sms.send(Name, { ...INPUT, signal });
    await sms.trySend(Name, { ...INPUT, signal });
    await sms.sendMany(Name, { ...INPUT, to: [PHONE], signal });
    for await (const outcome of sms.sendEach(Name, [INPUT], { signal })) {
      expect(outcome.status).toBe('accepted');
    }
    await sms.sendSms(RAW, { signal });
    await sms.sendSms(RAW, null as never);
    expect(emulator.messages()).toHaveLength(6);
    await module.close();
    await emulator.stop();
  });

  it('lets whole emoji, and line breaks where a text may have some, through unchanged', async () => {
    const emulator = await SmsEmulator.start();
    const { module, sms } = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    const name = '🎉 Bob,\n老王👨‍👩‍👧';
    const sessionContext = 'order 7\r\n🎉';
    await sms.send(Name, { to: PHONE, params: { name }, sessionContext });
    await sms.sendSms({ ...RAW, TemplateParamSet: [name], SessionContext: sessionContext });
    expect(emulator.messages()).toMatchObject([{ params: [name] }, { params: [name] }]);
    await module.close();
    await emulator.stop();
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
