import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../lib/testing/index.js';
import type { SmsEmulatorFault, SmsFaultEffect } from '../../lib/testing/index.js';
import { officialClient } from './official-client.js';
import { sendSigned } from './raw-client.js';

const PHONE = '+8613711112222';
const OTHER = '+8613711113333';

let emulator: SmsEmulator;
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  await emulator.stop();
});

const send = async (changes: object = {}): Promise<string[]> => {
  const answer = await officialClient(emulator).SendSms({
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: '1400006666',
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    ...changes,
  });
  return (answer.SendStatusSet ?? []).map(({ Code = '' }) => Code);
};
/** What the SDK throws; its class loses most of it. */
const failure = async (changes: object = {}): Promise<{ code?: string; message: string }> =>
  send(changes).then(
    (codes) => ({ message: `no failure, but ${codes.join()}` }),
    (error: unknown) => error as { code?: string; message: string },
  );
const executed = (): number => emulator.messages().length;

const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';

describe('emulator.fail', () => {
  it('puts the code on the recipients of the next calls, and then no more', async () => {
    emulator.fail('SendSms', DAILY, { times: 2 });
    expect(await send({ PhoneNumberSet: [PHONE, OTHER] })).toEqual([DAILY, DAILY]);
    expect(await send()).toEqual([DAILY]);
    expect(await send()).toEqual(['Ok']);
    expect(emulator.messages({ status: 'rejected' })).toMatchObject([
      { to: PHONE, code: DAILY, serialNo: '', fee: 0, events: [{ kind: 'rejected' }] },
      { to: OTHER, code: DAILY },
      { to: PHONE, code: DAILY },
    ]);
    expect(executed()).toBe(1);
  });

  it('puts a code of the whole request at the top', async () => {
    emulator.fail('SendSms', 'RequestLimitExceeded');
    expect(await failure()).toMatchObject({ code: 'RequestLimitExceeded' });
    expect(executed()).toBe(0);
    expect(await send()).toEqual(['Ok']);
  });

  it('puts any code at the top when told so', async () => {
    emulator.fail('SendSms', DAILY, { at: 'request', message: 'too many' });
    expect(await failure()).toMatchObject({ code: DAILY, message: 'too many' });
  });

  it('may fail after the fact', async () => {
    emulator.fail('SendSms', 'InternalError.Timeout', { at: 'request', execute: true });
    expect(await failure()).toMatchObject({ code: 'InternalError.Timeout' });
    expect(executed()).toBe(1);
  });

  it('falls on the numbers that end so, and waits until there is one', async () => {
    emulator.fail('SendSms', DAILY, { numberSuffix: '3333' });
    expect(await send()).toEqual(['Ok']);
    expect(await send({ PhoneNumberSet: [PHONE, OTHER] })).toEqual(['Ok', DAILY]);
    expect(await send({ PhoneNumberSet: [PHONE, OTHER] })).toEqual(['Ok', 'Ok']);
  });

  it('lets several numbers of one call fail in several ways', async () => {
    emulator.fail('SendSms', DAILY, { numberSuffix: '2222' });
    emulator.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist', { numberSuffix: '3333' });
    expect(await send({ PhoneNumberSet: [PHONE, OTHER] })).toEqual([
      DAILY,
      'FailedOperation.PhoneNumberInBlacklist',
    ]);
  });

  it('takes one after the other, call by call', async () => {
    emulator.fail('SendSms', DAILY);
    emulator.fail('SendSms', 'FailedOperation.ContainSensitiveWord');
    expect(await send()).toEqual([DAILY]);
    expect(await send()).toEqual(['FailedOperation.ContainSensitiveWord']);
    expect(await send()).toEqual(['Ok']);
  });

  it('falls on one template, or on one application, only', async () => {
    emulator.fail('SendSms', DAILY, { template: '77', times: 'always' });
    emulator.fail('SendSms', DAILY, { app: '1400777777', times: 'always' });
    expect(await send()).toEqual(['Ok']);
    expect(await send({ TemplateId: '77' })).toEqual([DAILY]);
    expect(await send({ SmsSdkAppId: '1400777777' })).toEqual([DAILY]);
    emulator.clearFaults();
    expect(await send({ TemplateId: '77' })).toEqual(['Ok']);
  });

  it('falls on no other action', async () => {
    emulator.fail('SendSms', 'InternalError');
    const client = officialClient(emulator);
    const found = await client.DescribePhoneNumberInfo({ PhoneNumberSet: [PHONE] });
    expect(found.PhoneNumberInfoSet).toMatchObject([{ Code: 'Ok' }]);
    emulator.fail('DescribePhoneNumberInfo', 'InvalidParameterValue.IncorrectPhoneNumber');
    const refused = await client.DescribePhoneNumberInfo({ PhoneNumberSet: [PHONE] });
    expect(refused.PhoneNumberInfoSet).toMatchObject([
      { Code: 'InvalidParameterValue.IncorrectPhoneNumber' },
    ]);
  });

  it.each<readonly [field: string, fault: unknown]>([
    ['fault', {}],
    ['fault', null],
    ['code', { code: 'Ok' }],
    ['code', { code: 'a\nb' }],
    ['action', { action: 'sendSms', code: 'InternalError' }],
    ['times', { code: 'InternalError', times: 0 }],
    ['numberSuffix', { code: 'InternalError', numberSuffix: 'x' }],
    ['at', { code: 'InternalError', at: 'top' }],
    ['latencyMs', { latencyMs: -1 }],
    ['effect', { effect: 'explode' }],
    ['status', { effect: 'http-status', status: 200 }],
    ['tiems', { code: 'InternalError', tiems: 2 }],
  ])('names %s when there can be no such fault', (field, fault) => {
    expect(() => {
      emulator.addFault(fault as SmsEmulatorFault);
    }).toThrow(expect.objectContaining({ code: 'SMS_EMULATOR_FAULT_INVALID', field }));
  });
});

describe('two faults at once', () => {
  const LATENCY = { latencyMs: 50, times: 'always' } as const;

  it.each<readonly [effect: SmsFaultEffect, message: string, texts: number]>([
    ['drop', 'socket hang up', 1],
    ['reset', 'ECONNRESET', 0],
    ['html', 'invalid json', 0],
    ['truncated', 'invalid json', 1],
  ])('delay the answer and are a %s, whichever comes first', async (effect, message, texts) => {
    for (const faults of [
      [LATENCY, { effect }],
      [{ effect }, LATENCY],
    ]) {
      emulator.clear();
      emulator.clearFaults();
      for (const fault of faults) {
        emulator.addFault(fault);
      }
      const before = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await failure()).toMatchObject({ message: expect.stringContaining(message) });
      expect(performance.now() - before).toBeGreaterThanOrEqual(48);
      expect(executed()).toBe(texts);
      // oxlint-disable-next-line no-await-in-loop
      expect(await send()).toEqual(['Ok']);
    }
  });

  it('delay the answer and refuse a number', async () => {
    emulator.addFault(LATENCY);
    emulator.fail('SendSms', DAILY);
    const before = performance.now();
    expect(await send()).toEqual([DAILY]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(48);
  });

  it('refuse the whole request and lose the answer that says so', async () => {
    emulator.fail('SendSms', 'RequestLimitExceeded');
    emulator.loseNextResponse();
    expect(await failure()).toMatchObject({ message: expect.stringContaining('socket hang up') });
    expect(executed()).toBe(0);
    expect(emulator.requests()).toMatchObject([
      { code: 'RequestLimitExceeded', fault: 'drop, RequestLimitExceeded' },
    ]);
    expect(await send()).toEqual(['Ok']);
  });

  it('act both when each of them has a delay: the longer one counts', async () => {
    emulator.addFault(LATENCY);
    emulator.addFault({ effect: 'drop', latencyMs: 100 });
    const before = performance.now();
    await failure();
    expect(performance.now() - before).toBeGreaterThanOrEqual(98);
  });

  it('of one kind: what happens so often comes before what always happens', async () => {
    emulator.fail('SendSms', DAILY, { times: 'always' });
    emulator.fail('SendSms', 'FailedOperation.ContainSensitiveWord');
    emulator.addFault({ effect: 'html', times: 'always' });
    emulator.addFault({ effect: 'drop' });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('socket hang up') });
    expect(emulator.messages({ status: 'all' })).toMatchObject([
      { code: 'FailedOperation.ContainSensitiveWord' },
    ]);
    expect(await failure()).toMatchObject({ message: expect.stringContaining('invalid json') });
    expect(emulator.requests().map(({ fault }) => fault)).toEqual([
      'drop, FailedOperation.ContainSensitiveWord',
      'html',
    ]);
  });

  it('of one kind and one call each happen one after the other', async () => {
    emulator.addFault({ effect: 'drop' });
    emulator.addFault({ effect: 'html' });
    await failure();
    await failure();
    expect(emulator.requests().map(({ fault }) => fault)).toEqual(['drop', 'html']);
    expect(await send()).toEqual(['Ok']);
  });
});

describe('emulator.loseNextResponse', () => {
  it('sends the text and then closes the connection without a word', async () => {
    emulator.loseNextResponse();
    expect(await failure()).toMatchObject({ message: expect.stringContaining('socket hang up') });
    expect(executed()).toBe(1);
    expect(emulator.requests()).toMatchObject([{ fault: 'drop', code: 'Ok', messageIds: ['1'] }]);
    expect(await send()).toEqual(['Ok']);
    expect(executed()).toBe(2);
  });

  it('loses the answers of one application, template or number only', async () => {
    for (const others of [{ app: '1400777777' }, { template: '77' }, { numberSuffix: '9' }]) {
      emulator.loseNextResponse(others);
    }
    expect(await send()).toEqual(['Ok']);
    emulator.loseNextResponse({ numberSuffix: PHONE.slice(-4) });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('socket hang up') });
  });

  it('loses the answers of one action only, as often as told', async () => {
    emulator.loseNextResponse({ action: 'SendSms', times: 2 });
    await officialClient(emulator).DescribePhoneNumberInfo({ PhoneNumberSet: [PHONE] });
    await failure();
    await failure();
    expect(await send()).toEqual(['Ok']);
    expect(executed()).toBe(3);
  });
});

describe('a fault on the wire', () => {
  it('may reset the connection before anything is done', async () => {
    emulator.addFault({ effect: 'reset' });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('ECONNRESET') });
    expect(executed()).toBe(0);
  });

  it.each([
    [undefined, 502],
    [503, 503],
  ])('may be an HTTP error, given %j', async (status, expected) => {
    emulator.addFault({ effect: 'http-status', status });
    expect(await failure()).toMatchObject({ httpCode: expected });
    expect(executed()).toBe(0);
  });

  it('may be an HTTP error after the fact', async () => {
    emulator.addFault({ effect: 'http-status', execute: true });
    await failure();
    expect(executed()).toBe(1);
  });

  it('may be a page of HTML', async () => {
    emulator.addFault({ effect: 'html' });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('invalid json') });
    expect(executed()).toBe(0);
  });

  it('may be JSON that ends in the middle', async () => {
    emulator.addFault({ effect: 'truncated' });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('invalid json') });
    expect(executed()).toBe(1);
  });

  it('may be a body that stops, until the client or the emulator ends it', async () => {
    emulator.addFault({ effect: 'stalled' });
    const answer = sendSigned({ port: emulator.port }).then(
      () => 'answered',
      () => 'ended',
    );
    // The next request is answered all the same.
    expect(await send()).toEqual(['Ok']);
    await emulator.stop();
    expect(await answer).toBe('ended');
  });

  it('may be time', async () => {
    emulator.addFault({ latencyMs: 50 });
    const before = performance.now();
    expect(await send()).toEqual(['Ok']);
    expect(performance.now() - before).toBeGreaterThanOrEqual(48);
    const after = performance.now();
    expect(await send()).toEqual(['Ok']);
    expect(performance.now() - after).toBeLessThan(1000);
  });

  it('ends with the emulator', async () => {
    emulator.addFault({ latencyMs: 600_000 });
    const answer = failure();
    // Once it is in the log it has been answered, but for the time.
    while (emulator.requests().length === 0) {
      // oxlint-disable-next-line no-await-in-loop -- turn by turn
      await new Promise((resolve) => setImmediate(resolve));
    }
    await emulator.stop();
    expect(await answer).toMatchObject({ message: expect.stringContaining('socket hang up') });
  });

  it('spares a request that is no call', async () => {
    emulator.addFault({ effect: 'drop' });
    const { response } = await sendSigned({ port: emulator.port, secretKey: 'wrong' });
    expect(response.Error?.Code).toBe('AuthFailure.SignatureFailure');
    expect(await failure()).toMatchObject({ message: expect.stringContaining('socket hang up') });
  });
});
