/* oxlint-disable no-await-in-loop -- calls that follow each other */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import { memoryVerificationStore, smsVerification } from 'nestjs-tencentcloud-sms/verification';
import type {
  SmsVerificationChallengeVerdict,
  SmsVerificationModuleOptions,
  SmsVerificationStore,
} from 'nestjs-tencentcloud-sms/verification';
import {
  CALLER,
  Login,
  PHONE,
  Reset,
  VERIFICATION_SECRET,
  asSent,
  startVerification,
} from '../support/verification-test-case.js';
import type { VerificationTestCase } from '../support/verification-test-case.js';

let test: VerificationTestCase;
let said: unknown[];
beforeEach(() => {
  said = [];
  for (const level of ['log', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(`${level}: ${String(sentence)}`);
    });
  }
});
afterEach(async () => {
  await test.close();
});

const begin = async (more: Partial<SmsVerificationModuleOptions> = {}) => {
  test = await startVerification(more);
};
const minutes = (count: number) => {
  test.kit.clock.advance(count * 60_000);
};
const warnings = (word: string) => said.filter((line) => String(line).includes(word));

const soon = () => new Date(Date.now() + 24 * 3_600_000).toISOString();

const shape = (one: object) =>
  Object.fromEntries(Object.entries(one).map(([name, value]) => [name, typeof value]));

const broken = (method: 'reserve' | 'attempt' | 'conclude'): SmsVerificationStore => {
  const store = memoryVerificationStore();
  const original = store[method].bind(store);
  let isBroken = false;
  Object.assign(store, {
    [method]: async (ask: never) => {
      if (isBroken) {
        throw new Error(`ECONNREFUSED ${PHONE}`);
      }
      return (original as (ask: never) => unknown)(ask);
    },
    break: () => {
      isBroken = true;
    },
  });
  return store;
};

const breakNow = (store: SmsVerificationStore) => {
  (store as SmsVerificationStore & { break(): void }).break();
};

describe('a challenge', () => {
  const asked: unknown[] = [];
  const saying = (verdict: SmsVerificationChallengeVerdict) => async (ask: unknown) => {
    asked.push(ask);
    return Promise.resolve(verdict);
  };
  beforeEach(() => {
    asked.length = 0;
  });
  const once = { caller: { perHour: 1 } };

  it.each([
    ['allow', { status: 'sent' }],
    ['challenge', { status: 'refused', reason: 'challenge' }],
    ['deny', { status: 'refused', reason: 'denied' }],
  ] as const)('that says %s decides for a caller over its limit', async (verdict, expected) => {
    await begin({ limits: once, challenge: saying(verdict) });
    await test.codes.start(Login, { to: '+8613900000001', caller: CALLER });
    expect(asked).toEqual([]);
    expect(
      await test.codes.start(Login, { to: PHONE, caller: CALLER, token: 'ticket' }),
    ).toMatchObject(expected);
    expect(asked).toEqual([{ to: PHONE, caller: CALLER, purpose: 'login', token: 'ticket' }]);
  });

  it('that throws, or says nothing of use, sends nothing', async () => {
    const verdicts = [() => Promise.reject(new Error('no captcha today')), () => 'yes'];
    for (const challenge of verdicts) {
      await begin({ limits: once, challenge: challenge as never });
      await test.codes.start(Login, { to: '+8613900000001', caller: CALLER });
      expect(await test.codes.start(Login, { to: PHONE, caller: CALLER })).toMatchObject({
        status: 'unavailable',
        error: { code: 'SMS_VERIFICATION_UNAVAILABLE' },
      });
      expect(test.kit.messages()).toHaveLength(1);
      await test.close();
    }
    await begin();
  });

  it('before every text is not asked where nothing would be sent: a ticket is not used up', async () => {
    await begin({ challenge: { ask: saying('allow'), always: true } });
    const sent = asSent(await test.codes.start(Login, { to: PHONE, token: 'ticket' }));
    expect(asked).toHaveLength(1);
    expect(await test.codes.start(Login, { to: PHONE, id: sent.id })).toMatchObject({
      status: 'waiting',
    });
    expect(await test.codes.start(Login, { to: PHONE })).toMatchObject({ status: 'throttled' });
    expect(asked).toHaveLength(1);
  });

  it('lowers the limits of a caller to 20 in an hour', async () => {
    await begin({ challenge: saying('challenge') });
    const statuses: string[] = [];
    for (let i = 0; i < 21; i += 1) {
      const to = `+86138000000${String(i).padStart(2, '0')}`;
      statuses.push((await test.codes.start(Login, { to, caller: CALLER })).status);
    }
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(20);
    expect(statuses.at(-1)).toBe('refused');
  });
});

describe('a test number', () => {
  const number = '+8613800000000';

  it('gets no text, has its code, no limit of sends, and limits of guesses', async () => {
    await begin({ testNumbers: { [number]: { code: '246810', until: soon() } } });
    for (let i = 0; i < 30; i += 1) {
      expect(await test.codes.start(Login, { to: number })).toMatchObject({ status: 'sent' });
    }
    const { id } = asSent(await test.codes.start(Login, { to: number }));
    expect(test.kit.messages()).toHaveLength(0);
    expect(await test.codes.check(Login, { id, code: '246810' })).toMatchObject({
      status: 'approved',
    });
    const next = asSent(await test.codes.start(Login, { to: number }));
    for (let i = 0; i < 5; i += 1) {
      await test.codes.check(Login, { id: next.id, code: '000000' });
    }
    expect(await test.codes.check(Login, { id: next.id, code: '246810' })).toMatchObject({
      reason: 'exhausted',
    });
    expect(warnings('test number').length).toBeGreaterThan(30);
    expect(said.join()).not.toContain(number);
  });

  it('is one for its purposes alone, and open whatever its country', async () => {
    const hongKong = '+85261234567';
    await begin({
      testNumbers: { [hongKong]: { code: '246810', until: soon(), purposes: ['login'] } },
    });
    expect(await test.codes.start(Login, { to: hongKong })).toMatchObject({ status: 'sent' });
    expect(await test.codes.start(Reset, { to: hongKong })).toMatchObject({ reason: 'country' });
  });

  it('is dead once its date is over', async () => {
    await begin({
      testNumbers: { [number]: { code: '246810', until: new Date(Date.now() + 50) } },
    });
    const { id } = asSent(await test.codes.start(Login, { to: number }));
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 60);
    expect(await test.codes.start(Login, { to: number })).toEqual({
      status: 'refused',
      reason: 'number',
    });
    expect(await test.codes.check(Login, { id, code: '246810' })).toMatchObject({ reason: 'gone' });
  });
});

describe('a decoy', () => {
  it('sends nothing, and looks like a start that sent', async () => {
    await begin();
    const real = await test.codes.start(Reset, { to: PHONE, decoy: false });
    const decoy = await test.codes.start(Reset, { to: '+8613900000002', decoy: true });
    expect(test.kit.messages()).toHaveLength(1);
    expect(shape(decoy)).toEqual(shape(real));
    expect(shape(decoy.toPublic())).toEqual(shape(real.toPublic()));
    const { id } = asSent(decoy);
    expect(await test.codes.check(Reset, { id, code: '000000' })).toMatchObject({
      reason: 'wrong',
    });
    expect(await test.codes.start(Reset, { to: '+8613900000002', decoy: true })).toMatchObject({
      status: 'throttled',
      scope: 'phone',
    });
  });

  it('hides from strangers that a real text failed, or was refused by a limit of the number', async () => {
    await begin();
    await test.codes.start(Reset, { to: PHONE, decoy: false });
    for (const code of [
      'FailedOperation.PhoneNumberInBlacklist',
      'LimitExceeded.PhoneNumberDailyLimit',
    ]) {
      test.kit.fail('SendSms', code, { times: 1 });
      const to = `+86139000000${code.length}`;
      const failed = await test.codes.start(Reset, { to, decoy: false });
      expect(['failed', 'throttled']).toContain(failed.status);
      expect(failed.toPublic()).toMatchObject({ status: 'sent', sendsLeft: 2 });
      test.kit.fail('SendSms', code, { times: 1 });
      const given = await test.codes.startOrThrow(Reset, {
        to: `+86139000001${code.length}`,
        decoy: false,
      });
      expect(given).toMatchObject({ status: 'sent', sendsLeft: 2 });
    }
  });

  it('takes as long as a real send: sooner ones are found out', async () => {
    await begin({ limits: { caller: { perHour: 1000 } } });
    test.kit.addFault({ latencyMs: 40, times: 'always' });
    for (let i = 0; i < 10; i += 1) {
      await test.codes.start(Reset, { to: `+8613900001${String(i).padStart(3, '0')}` });
    }
    const began = performance.now();
    await test.codes.start(Reset, { to: '+8613900000003', decoy: true });
    expect(performance.now() - began).toBeGreaterThan(30);
  });
});

describe('a store that is out of reach', () => {
  it('at the start: nothing is sent', async () => {
    const store = broken('reserve');
    await begin({ store });
    breakNow(store);
    expect(await test.codes.start(Login, { to: PHONE })).toMatchObject({
      status: 'unavailable',
      error: { code: 'SMS_VERIFICATION_UNAVAILABLE' },
    });
    expect(test.kit.messages()).toHaveLength(0);
  });

  it('at the check: nothing is compared', async () => {
    const store = broken('attempt');
    await begin({ store });
    const { id, code } = await test.send();
    breakNow(store);
    expect(await test.codes.check(Login, { id, code })).toMatchObject({ status: 'unavailable' });
  });

  it('after the send: what was sent is sent', async () => {
    const store = broken('conclude');
    await begin({ store });
    breakNow(store);
    expect(await test.codes.start(Login, { to: PHONE })).toMatchObject({ status: 'sent' });
  });

  it('after the send: its opener may take the text over ten seconds later, with the same code', async () => {
    const store = broken('conclude');
    await begin({ store });
    breakNow(store);
    const { id, code } = await test.send();
    expect(await test.codes.start(Login, { to: PHONE, id })).toMatchObject({
      status: 'waiting',
      delivery: 'pending',
    });
    test.kit.clock.advance(10_000);
    const again = await test.send({ id });
    expect(again.code).toBe(code);
  });
});

describe('input', () => {
  it.each([
    [{ to: PHONE, session: 'short' }, 'session'],
    [{ to: PHONE, decoy: 'yes' }, 'decoy'],
    [{ to: PHONE, colour: 'red' }, 'colour'],
    [{ to: PHONE, id: 7 }, 'id'],
    [{}, 'to'],
    [undefined, 'input'],
  ])('of a start such as %j is refused by name', async (input, field) => {
    await begin();
    await expect(test.codes.start(Login, input as never)).rejects.toMatchObject({
      code: 'SMS_PARAMETER_INVALID',
      issues: [expect.objectContaining({ field })],
    });
    expect(test.kit.messages()).toHaveLength(0);
  });

  it.each([
    [{ code: '123456' }, 'id'],
    [{ id: 'x' }, 'code'],
    [{ id: 'x', code: 7 }, 'code'],
    [{ to: PHONE, session: 'short', code: '123456' }, 'session'],
    [{ id: 'x', code: '123456', more: 1 }, 'more'],
  ])('of a check such as %j is refused by name', async (input, field) => {
    await begin();
    await expect(test.codes.check(Login, input as never)).rejects.toMatchObject({
      issues: [expect.objectContaining({ field })],
    });
  });

  it('that has null where nothing is counts as without it', async () => {
    await begin();
    const result = await test.codes.start(Login, { to: PHONE, id: null, trust: null } as never);
    expect(result).toMatchObject({ status: 'sent' });
  });

  it('with values that the text does not take is refused, and costs no place', async () => {
    await begin();
    await expect(
      test.codes.start(Login, { to: PHONE, params: { more: '1' } } as never),
    ).rejects.toMatchObject({ code: 'SMS_PARAMETER_INVALID' });
    expect(await test.codes.start(Login, { to: PHONE })).toMatchObject({ status: 'sent' });
  });
});

describe('a definition', () => {
  const template = smsTemplate({ id: '7', kind: 'verification', text: '{code:1}为验证码' });

  it.each([
    [{ purpose: 'log in', template }, 'purpose'],
    [{ purpose: 'login', template, ttl: '11m' }, 'ttl'],
    [{ purpose: 'login', template, ttl: '30s' }, 'ttl'],
    [{ purpose: 'login', template: { templateId: '7' } }, 'template'],
    [
      {
        purpose: 'login',
        template: smsTemplate({ id: '7', kind: 'notification', text: '{code:1}为验证码' }),
      },
      'template',
    ],
    [
      {
        purpose: 'login',
        template: smsTemplate({ id: '7', kind: 'verification', text: 'x{a:1}和{b:2}' }),
      },
      'template',
    ],
  ])('such as %j is refused by name', (definition, field) => {
    expect(() => smsVerification(definition as never)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ field })] }),
    );
  });

  it('takes the code and the minutes by name, or as smsTemplate is told', async () => {
    await begin();
    const Told = smsVerification({
      purpose: 'login',
      ttl: '2m',
      template: smsTemplate({
        id: '449739',
        kind: 'verification',
        text: '{pin:1}为您的登录验证码，请于{for:2}分钟内填写。',
        code: 'pin',
        minutes: 'for',
      }),
    });
    await test.codes.start(Told, { to: PHONE });
    expect(test.kit.messages().at(-1)?.text).toMatch(/\d{6}为您的登录验证码，请于2分钟内填写/);
  });

  it('takes a template for each market, and sends each phone its own', async () => {
    await begin({ countries: ['CN', 'HK'] });
    const both = smsTemplate.byMarket({
      mainland: smsTemplate({
        id: '449739',
        kind: 'verification',
        text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
      }),
      international: smsTemplate({
        id: '449740',
        kind: 'verification',
        text: 'Your code is {code:1}.',
      }),
    });
    const Both = smsVerification({ purpose: 'login', template: both });
    await test.codes.start(Both, { to: PHONE });
    await test.codes.start(Both, { to: '+85261234567' });
    expect(
      test.kit
        .messages()
        .map(({ templateId }) => templateId)
        .toSorted(),
    ).toEqual(['449739', '449740']);
    const mixed = smsTemplate.byMarket({
      mainland: smsTemplate({ id: '1', kind: 'verification', text: '{code:1}为验证码' }),
      international: smsTemplate({ id: '2', kind: 'notification', text: 'Your code is {code:1}.' }),
    });
    expect(() => smsVerification({ purpose: 'login', template: mixed })).toThrow(
      /kind verification/,
    );
  });

  it('that smsVerification did not make is refused', async () => {
    await begin();
    await expect(test.codes.start({} as never, { to: PHONE })).rejects.toMatchObject({
      code: 'SMS_PARAMETER_INVALID',
    });
  });
});

describe('warnings', () => {
  it('are said once of private callers and of missing ones', async () => {
    await begin();
    await test.codes.start(Login, { to: PHONE, caller: '127.0.0.1' });
    await test.codes.start(Login, { to: PHONE, caller: '10.0.0.9' });
    await test.codes.start(Login, { to: PHONE });
    await test.codes.start(Login, { to: PHONE });
    expect([warnings('trust proxy').length, warnings('names no caller').length]).toEqual([1, 1]);
  });

  it('are said of a console that allows fewer texts than the limits', async () => {
    await begin();
    test.kit.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit', { times: 1 });
    await test.codes.start(Login, { to: PHONE });
    expect(warnings('console allows fewer').length).toBe(1);
  });

  it('are errors from four fifths of the limit of all texts on', async () => {
    await begin({ limits: { all: { perHour: 5 } } });
    for (let i = 0; i < 4; i += 1) {
      await test.codes.start(Login, { to: `+861380000000${i}` });
    }
    expect(said.filter((line) => String(line).startsWith('error'))).toHaveLength(1);
  });
});

describe('what is printed', () => {
  it('has no code, no secret, no whole number and no id in it', async () => {
    await begin();
    const { id, code, sent } = await test.send();
    const wrong = await test.codes.check(Login, { id, code: '......' });
    const right = await test.codes.check(Login, { id, code });
    test.kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist', { times: 1 });
    minutes(2);
    const failed = await test.codes.start(Login, { to: PHONE });
    const text = [
      ...said,
      inspect([sent, wrong, right, failed], { depth: 9 }),
      inspect(test.codes, { depth: 9, showHidden: false }),
      JSON.stringify([wrong, failed]),
      inspect(failed),
    ].join('\n');
    for (const secret of [code, VERIFICATION_SECRET, '13711112222', id]) {
      expect(text).not.toContain(secret);
    }
    expect(JSON.stringify(sent)).toContain(PHONE);
    await delay(0);
  });
});
