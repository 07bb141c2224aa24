import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../lib/testing/index.js';
import type { SmsEmulatorFault } from '../../lib/testing/index.js';
import { engineClient } from './engine-client.js';
import { officialClient } from './official-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const OTHER = '+8613711113333';
const DAILY = 'LimitExceeded.PhoneNumberDailyLimit';
const MINUTES_4 = 240_000;

let emulator: SmsEmulator;
beforeAll(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(() => {
  emulator.clear();
  emulator.clearFaults();
});
afterAll(async () => {
  await emulator.stop();
});

const send = async (changes: object = {}): Promise<string> =>
  officialClient(emulator)
    .SendSms({
      PhoneNumberSet: [PHONE],
      SmsSdkAppId: APP,
      SignName: '腾讯云',
      TemplateId: '449739',
      TemplateParamSet: ['042137', '5'],
      ...changes,
    })
    .then(
      (answer) => (answer.SendStatusSet ?? []).map(({ Code = '' }) => Code).join(),
      (error: unknown) => (error as Error).message,
    );
const recorded = async (phone = PHONE): Promise<object[]> => {
  const EndTime = Math.floor(emulator.clock.now().getTime() / 1000);
  const { SendRecordSet } = await officialClient(emulator).DescribeSendRecordList({
    SmsSdkAppId: APP,
    PhoneNumber: phone,
    BeginTime: EndTime - 3600,
    EndTime,
    Limit: 10,
    Offset: 0,
  });
  return SendRecordSet ?? [];
};
const control = async (method: string, path: string, body?: object): Promise<unknown> => {
  const answer = await fetch(`${emulator.url}/_emulator/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return answer.json();
};

describe('a lost call that is carried out later', () => {
  it('looks absent until its time, and has that time in records, serial number and report', async () => {
    const to = '+8613711110001';
    emulator.loseNextResponse({ executeAfterMs: MINUTES_4 });
    const before = emulator.clock.now().getTime();
    expect(await send({ PhoneNumberSet: [to] })).toContain('socket hang up');
    const after = emulator.clock.now().getTime();
    emulator.clock.advance(MINUTES_4 - 60_000);
    expect(await recorded(to)).toEqual([]);
    expect(emulator.messages({ status: 'all' })).toEqual([]);
    // Far beyond its time: it has run then, and not only now.
    emulator.clock.advance(600_000);
    const [message] = emulator.messages();
    const sentAt = Date.parse(message?.sentAt ?? '');
    expect(sentAt).toBeGreaterThanOrEqual(before + MINUTES_4);
    expect(sentAt).toBeLessThanOrEqual(after + MINUTES_4);
    expect(message?.serialNo).toContain(String(sentAt));
    expect(message?.report?.at).toBe(message?.sentAt);
    const SendTime = Math.floor(sentAt / 1000);
    expect(await recorded(to)).toMatchObject([{ SendTime, SerialNo: message?.serialNo }]);
    expect(emulator.requests()[0]).toMatchObject({ fault: 'drop', messageIds: [message?.id] });
  });

  it('is carried out by itself when real time gets there', async () => {
    emulator.loseNextResponse({ executeAfterMs: 20 });
    await send();
    expect(await emulator.waitForMessage({ to: PHONE })).toMatchObject({ to: PHONE });
  });

  it('waits for its release, and runs once', async () => {
    emulator.loseNextResponse({ executeAfterMs: 'release', times: 2 });
    emulator.loseNextResponse({ executeAfterMs: 1000 });
    await send();
    await send({ PhoneNumberSet: [OTHER] });
    await send();
    expect(emulator.messages()).toEqual([]);
    expect(emulator.releaseCalls()).toBe(3);
    expect(emulator.messages().map(({ to }) => to)).toEqual([PHONE, OTHER, PHONE]);
    expect(emulator.releaseCalls()).toBe(0);
    emulator.clock.advance(2000);
    expect(emulator.messages()).toHaveLength(3);
  });

  it('is asked for and released over HTTP, of one application', async () => {
    const fault = { effect: 'reset', executeAfterMs: 'release', times: 2 };
    expect(await control('PUT', 'faults', { faults: [fault] })).toEqual({ faults: [fault] });
    await send();
    await send({ SmsSdkAppId: '1400777777' });
    expect(await control('POST', 'faults/release?app=1400777777')).toEqual({ released: 1 });
    expect(emulator.messages()).toMatchObject([{ sdkAppId: '1400777777' }]);
    expect(await control('POST', 'faults/release')).toEqual({ released: 1 });
  });

  it.each<SmsEmulatorFault>([
    { effect: 'http-status' },
    { effect: 'html' },
    { effect: 'truncated' },
    { code: 'InternalError.Timeout', at: 'request' },
  ])('may have been answered with %j', async (fault) => {
    emulator.addFault({ ...fault, executeAfterMs: MINUTES_4 });
    expect(await send()).not.toBe('Ok');
    expect(emulator.messages()).toEqual([]);
    emulator.clock.advance(MINUTES_4);
    expect(emulator.messages()).toMatchObject([{ to: PHONE }]);
  });

  it('is refused on a number, or has the receipt, that a fault beside it says', async () => {
    emulator.loseNextResponse({ executeAfterMs: MINUTES_4 });
    emulator.fail('SendSms', DAILY, { numberSuffix: '2222' });
    emulator.fail('SendSms', 'MK:0001', { numberSuffix: '3333' });
    await send({ PhoneNumberSet: [PHONE, OTHER] });
    emulator.clock.advance(MINUTES_4);
    expect(emulator.messages({ status: 'all' })).toMatchObject([
      { to: PHONE, code: DAILY },
      { to: OTHER, report: { status: 'FAIL', code: 'MK:0001' } },
    ]);
  });

  it('is never carried out where a fault beside it refuses the whole request', async () => {
    emulator.loseNextResponse({ executeAfterMs: MINUTES_4 });
    emulator.fail('SendSms', 'RequestLimitExceeded');
    expect(await send()).toContain('socket hang up');
    emulator.clock.advance(MINUTES_4);
    expect(emulator.messages({ status: 'all' })).toEqual([]);
  });

  it('leaves no trace when it is refused as a whole by then', async () => {
    emulator.loseNextResponse({ executeAfterMs: MINUTES_4 });
    await send({ PhoneNumberSet: [PHONE, '+60123456789'] });
    emulator.clock.advance(MINUTES_4);
    expect(emulator.messages({ status: 'all' })).toEqual([]);
    expect(await send()).toBe('Ok');
  });

  it('is forgotten with the inbox, of one application or of all', async () => {
    emulator.loseNextResponse({ executeAfterMs: 'release', times: 2 });
    await send();
    await send({ SmsSdkAppId: '1400777777' });
    await fetch(`${emulator.url}/_emulator/messages?app=${APP}`, { method: 'DELETE' });
    expect(emulator.releaseCalls()).toBe(1);
    emulator.loseNextResponse({ executeAfterMs: MINUTES_4 });
    await send();
    emulator.clear();
    emulator.clock.advance(MINUTES_4);
    expect(emulator.messages()).toEqual([]);
  });

  it('counts in the memory of the emulator, and is forgotten when that is full', async () => {
    const { engine, call } = await engineClient({ keep: '1MB' });
    engine.faults.add({ effect: 'drop', executeAfterMs: 'release', times: 'always' });
    const hold = (value: string): void => {
      call('SendSms', {
        PhoneNumberSet: [PHONE],
        SmsSdkAppId: APP,
        SignName: '腾讯云',
        TemplateId: '449739',
        TemplateParamSet: [value, '5'],
      });
    };
    hold('1'.repeat(100_000));
    const { bytes } = engine.keep;
    engine.lateCalls.clear();
    expect(bytes - engine.keep.bytes).toBeGreaterThan(200_000);
    for (let index = 0; index < 3000; index += 1) {
      hold('042137');
    }
    expect(engine.keep.bytes).toBeLessThanOrEqual(1024 * 1024);
    const released = engine.lateCalls.release();
    expect(released).toBeGreaterThan(100);
    expect(released).toBeLessThan(3000);
    engine.close();
  });

  it.each<unknown>([
    { executeAfterMs: 1000 },
    { code: DAILY, executeAfterMs: 1000 },
    { effect: 'drop', execute: false, executeAfterMs: 1000 },
    { effect: 'drop', executeAfterMs: 0 },
    { effect: 'drop', executeAfterMs: '4m' },
  ])('can not be had with %j', (fault) => {
    expect(() => {
      emulator.addFault(fault as SmsEmulatorFault);
    }).toThrow(
      expect.objectContaining({ code: 'SMS_EMULATOR_FAULT_INVALID', field: 'executeAfterMs' }),
    );
  });
});
