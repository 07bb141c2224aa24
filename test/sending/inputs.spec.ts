import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type {
  SmsRawTemplate,
  SmsRejected,
  SmsService,
  SmsValidationError,
} from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Code = smsTemplate({ id: '1', kind: 'notification', text: 'Code {code:1}' });
const PHONE = '+8613711112222';
const phone = (i: number) => `+86137${String(i).padStart(8, '0')}`;

function thrower(): never {
  throw new TypeError('thrown by the input of +8613711112222');
}

function throwing(name: string, object: object): object {
  return Object.defineProperty({ ...object }, name, { enumerable: true, get: thrower });
}

/** Inputs that can't be sent, and the field that the error names. */
const BAD: [what: string, input: (good: object) => unknown, field: string][] = [
  ...['params', 'ref', 'sessionContext', 'signName', 'extendCode', 'senderId', 'sdkAppId'].map(
    (name): [string, (good: object) => unknown, string] => [
      `a getter of "${name}" that throws`,
      (good) => throwing(name, good),
      name,
    ],
  ),
  ['a getter of "signal" that throws', (good) => throwing('signal', good), 'signal'],
  ['a getter of "timeoutMs" that throws', (good) => throwing('timeoutMs', good), 'timeoutMs'],
  [
    'a value whose getter throws',
    (good) => ({ ...good, params: throwing('code', {}) }),
    'params.code',
  ],
  ['a member that is not known', (good) => ({ ...good, signname: '一个' }), 'signname'],
  ['a member that was known once', (good) => ({ ...good, key: 1 }), 'key'],
  ['a label that is no text', (good) => ({ ...good, ref: 7 }), 'ref'],
  ['an application that is no number', (good) => ({ ...good, sdkAppId: 'x' }), 'sdkAppId'],
  ['a signal that is none', (good) => ({ ...good, signal: {} }), 'signal'],
  ['members that can not be listed', (good) => new Proxy(good, { ownKeys: thrower }), 'input'],
  ['null', () => null, 'input'],
  ['a text', () => PHONE, 'input'],
];

describe('what is given to a send', () => {
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

  const params = { code: '1' };

  it.each(BAD)('is refused by name before anything is sent: %s', async (_what, toInput, field) => {
    for (const sent of [
      sms.trySend(Code, toInput({ to: PHONE, params }) as never),
      sms.send(Code, toInput({ to: PHONE, params }) as never),
      sms.sendMany(Code, toInput({ to: [PHONE], params }) as never),
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- each on its own
      await expect(sent).rejects.toMatchObject({
        name: 'SmsValidationError',
        message: expect.not.stringContaining('thrown by'),
        issues: expect.arrayContaining([expect.objectContaining({ field })]),
      });
    }
    expect(emulator.messages()).toEqual([]);
  });

  it.each([
    ['throws', () => throwing('to', { params })],
    ['is a symbol', () => ({ to: Symbol(PHONE), params })],
    ['is an object whose toString throws', () => ({ to: { toString: thrower }, params })],
  ])('has a phone that %s: the send is rejected, and names it', async (_what, toInput) => {
    const outcome = (await sms.trySend(Code, toInput() as never)) as SmsRejected;
    expect(outcome).toMatchObject({ status: 'rejected', to: '' });
    expect((outcome.error as SmsValidationError).issues).toMatchObject([{ field: 'to' }]);
  });

  it.each(['params', 'templateId'])(
    'has a template whose %s throws: refused by name',
    async (name) => {
      const template = throwing(name, { templateId: '1', params: ['1'] }) as SmsRawTemplate;
      const refused = { name: 'SmsValidationError' };
      await expect(sms.trySend(template, { to: PHONE })).rejects.toMatchObject(refused);
      await expect(sms.sendMany(template, { to: [PHONE] })).rejects.toMatchObject(refused);
      expect(() => sms.sendEach(template, [])).toThrow(expect.objectContaining(refused));
    },
  );

  it.each([
    ['nothing', null],
    ['a text', '449739'],
    ['no template', {}],
    ['a proxy that was revoked', revokedList()],
    ['an id that is none', { templateId: 'x' }],
  ])(
    'has %s in place of a template: refused, before anything is read or sent',
    async (_what, given) => {
      const template = given as never as SmsRawTemplate;
      const refused = { name: 'SmsValidationError', message: expect.stringContaining('template') };
      const rows = { [Symbol.iterator]: thrower };
      await expect(sms.trySend(template, { to: PHONE })).rejects.toMatchObject(refused);
      await expect(sms.sendMany(template, { to: [PHONE] })).rejects.toMatchObject(refused);
      expect(() => sms.sendEach(template, rows)).toThrow(expect.objectContaining(refused));
      expect(emulator.messages()).toEqual([]);
    },
  );

  it.each([
    ['a member that is not known', { signname: 'x' }, 'signname'],
    ['a label that is no text', { ref: 7 }, 'ref'],
    ['a concurrency that is none', { concurrency: 0 }, 'concurrency'],
    ['a signal that is none', { signal: 'now' }, 'signal'],
    ['a getter that throws', throwing('signName', {}), 'signName'],
    ['no object', 5, 'options'],
  ])('has options of a run with %s: refused by name', (_what, options, field) => {
    expect(() => sms.sendEach(Code, [], options as never)).toThrow(
      expect.objectContaining({
        name: 'SmsValidationError',
        issues: expect.arrayContaining([expect.objectContaining({ field })]),
      }),
    );
  });

  it('has a list with holes, getters that throw and what is no phone: each rejected in its place', async () => {
    // oxlint-disable-next-line no-sparse-arrays -- what is tested
    const to = [phone(0), , phone(2), phone(3), Symbol('x'), null, phone(6)] as string[];
    Object.defineProperty(to, 3, { get: thrower });
    for (const list of [to, new Proxy(to, {})]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { outcomes } = await sms.sendMany(Code, { to: list, params });
      expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(outcomes.map(({ status }) => status[0]).join('')).toBe('ararrra');
      const errors = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(errors.map(({ error }) => (error as SmsValidationError).issues[0]?.field)).toEqual([
        'to[1]',
        'to[3]',
        'to[4]',
        'to[5]',
      ]);
    }
  });

  it.each([
    ['a proxy that was revoked', revokedList],
    ['a proxy whose length throws', () => new Proxy([PHONE], { get: thrower })],
    ['a text', () => PHONE],
    ['an object', () => ({ length: 1, 0: PHONE })],
  ])('has %s in place of a list: refused by name', async (_what, toList) => {
    await expect(sms.sendMany(Code, { to: toList() as never, params })).rejects.toMatchObject({
      name: 'SmsValidationError',
      issues: [{ field: 'to' }],
    });
  });

  it('may change while it is sent, without any effect', async () => {
    const to = Array.from({ length: 450 }, (_, i) => phone(i));
    const given = [...to, 'nobody'];
    const values = { code: '1' };
    const input = { to: given, params: values, ref: 'a', signName: '一个' };
    const sending = sms.sendMany(Code, input);
    given.fill('+8613999999999');
    given.length = 10;
    values.code = 'changed';
    Object.assign(input, { to: [], ref: 'b', signName: '两个' });
    const { outcomes } = await sending;
    expect(outcomes.map((outcome) => outcome.to)).toEqual([...to, 'nobody']);
    expect(new Set(outcomes.map(({ ref }) => ref))).toEqual(new Set(['a']));
    expect(emulator.messages()).toHaveLength(450);
    for (const message of emulator.messages()) {
      expect(message).toMatchObject({ params: ['1'], signName: '一个' });
    }
  });

  it('may change with its template while rows are sent, without any effect', async () => {
    const template = { templateId: '1', params: ['1'] };
    const options = { signName: '一个' };
    const rows = Array.from({ length: 450 }, (_, i) => ({ to: phone(i) }));
    const run = sms.sendEach(template, rows, options);
    template.params[0] = 'changed';
    template.templateId = '2';
    options.signName = '两个';
    for await (const { status } of run) {
      expect(status).toBe('accepted');
    }
    expect(emulator.messages()).toHaveLength(450);
    for (const message of emulator.messages()) {
      expect(message).toMatchObject({ params: ['1'], signName: '一个', templateId: '1' });
    }
  });
});

function revokedList(): unknown {
  const { proxy, revoke } = Proxy.revocable([PHONE], {});
  revoke();
  return proxy;
}
