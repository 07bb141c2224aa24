import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit, SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorBehavior, SmsEmulatorControls } from 'nestjs-tencentcloud-sms/testing';
import { smsOptions } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
});

interface Started {
  controls: SmsEmulatorControls;
  options: Partial<SmsModuleOptions>;
}

const startKit = async (behavior?: SmsEmulatorBehavior): Promise<Started> => {
  const kit = await createSmsTestKit(behavior);
  ends.push(() => {
    kit.close();
  });
  return { controls: kit, options: { transport: kit.transport } };
};

const startEmulator = async (behavior?: SmsEmulatorBehavior): Promise<Started> => {
  const emulator = await SmsEmulator.start(behavior);
  ends.push(async () => emulator.stop());
  const credentials = { secretId: 'any', secretKey: emulator.secretKey };
  return { controls: emulator, options: { endpoint: emulator.url, proxy: false, credentials } };
};

describe.each([
  ['SmsTestKit', startKit],
  ['SmsEmulator', startEmulator],
])('%s', (_, start) => {
  const startApp = async (behavior?: SmsEmulatorBehavior) => {
    const { controls, options } = await start(behavior);
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions(options))],
    }).compile();
    ends.push(async () => app.close());
    const send = async (code: string): Promise<unknown> =>
      app.get(SmsService).trySend({ templateId: '449739', params: [code, '5'] }, { to: PHONE });
    return { controls, send };
  };

  it('lets a lost send be carried out when the clock gets there, or on release', async () => {
    const { controls, send } = await startApp();
    controls.loseNextResponse({ executeAfterMs: 240_000 });
    controls.loseNextResponse({ executeAfterMs: 'release' });
    expect(await send('042137')).toMatchObject({ status: 'unknown' });
    expect(await send('704215')).toMatchObject({ status: 'unknown' });
    expect(controls.messages({ status: 'all' })).toEqual([]);
    controls.clock.advance(240_000);
    expect(controls.messages()).toMatchObject([{ verificationCode: '042137' }]);
    expect(controls.releaseCalls()).toBe(1);
    expect(controls.latestCode(PHONE)).toBe('704215');
  });

  it('shows texts and codes by its own methods', async () => {
    const { controls, send } = await startApp();
    await send('042137');
    await send('704215');
    expect(controls.messages({ to: PHONE })).toHaveLength(2);
    expect(controls.lastMessage(PHONE)?.verificationCode).toBe('704215');
    expect(controls.lastMessage()?.to).toBe(PHONE);
    expect(controls.lastMessage('13900000000')).toBeUndefined();
    expect(controls.latestCode()).toBe('704215');
    expect(await controls.waitForMessage({ to: PHONE })).toEqual(controls.lastMessage(PHONE));
  });

  it('hands each code out once, and waits for the next one', async () => {
    const { controls, send } = await startApp();
    await send('042137');
    expect(await controls.nextCode(PHONE)).toBe('042137');
    const next = controls.nextCode('13711112222');
    await send('704215');
    expect(await next).toBe('704215');
    await expect(controls.nextCode(PHONE, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_NOTHING_CAME',
    });
  });

  it('has a clock that a test moves until a limit ends', async () => {
    const { controls, send } = await startApp({ limits: 'tencent-default' });
    const before = controls.clock.now().getTime();
    await send('042137');
    expect(await send('042137')).toMatchObject({ status: 'rejected' });
    controls.clock.advance(30_000);
    expect(controls.clock.now().getTime()).toBeGreaterThanOrEqual(before + 30_000);
    expect(await send('042137')).toMatchObject({ status: 'accepted' });
    expect(() => {
      controls.clock.advance(-1);
    }).toThrow(expect.objectContaining({ code: 'SMS_EMULATOR_CLOCK_INVALID' }));
  });

  it('fails and loses responses on demand until faults are cleared', async () => {
    const { controls, send } = await startApp();
    controls.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    expect(await send('042137')).toMatchObject({ status: 'rejected' });
    controls.loseNextResponse();
    expect(await send('042137')).toMatchObject({ status: 'unknown' });
    controls.addFault({ action: 'SendSms', effect: 'drop', times: 5 });
    controls.clearFaults();
    expect(await send('704215')).toMatchObject({ status: 'accepted' });
    expect(controls.requests()).toHaveLength(3);
  });
});

it('hands a code out once, whether a test asks the kit or its inbox', async () => {
  const kit = await createSmsTestKit();
  ends.push(() => {
    kit.close();
  });
  const app = await Test.createTestingModule({
    imports: [SmsModule.forRoot(smsOptions({ transport: kit.transport }))],
  }).compile();
  ends.push(async () => app.close());
  await app.get(SmsService).send({ templateId: '449739', params: ['042137', '5'] }, { to: PHONE });
  expect(await kit.inbox.nextCode(PHONE)).toBe('042137');
  await expect(kit.nextCode(PHONE, { timeoutMs: 5 })).rejects.toMatchObject({
    code: 'SMS_EMULATOR_NOTHING_CAME',
  });
});
