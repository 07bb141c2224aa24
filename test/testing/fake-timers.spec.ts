import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator, SmsTestKit, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const TEXT = { templateId: '449739', params: ['042137', '5'] };
const ROWS = Array.from({ length: 450 }, (_, i) => ({
  to: `+861371111${String(i).padStart(4, '0')}`,
  params: ['042137', '5'],
}));

describe("Jest's fake timers", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leave the kit as it is, all of them', async () => {
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ limits: 'tencent-default' })],
    }).compile();
    const kit = module.get(SmsTestKit);
    const sms = module.get(SmsService);
    jest.useFakeTimers();
    await sms.send(TEXT, { to: PHONE });
    expect(await kit.inbox.nextCode(PHONE)).toBe('042137');
    kit.clock.advance(31_000);
    await sms.send(TEXT, { to: PHONE });
    const { outcomes } = await sms.sendMany(TEXT, { to: ROWS.map(({ to }) => to) });
    expect(outcomes.every(({ status }) => status === 'accepted')).toBe(true);
    kit.clock.advance(31_000);
    const statuses = new Set<string>();
    for await (const { status } of sms.sendEach({ templateId: '449739' }, ROWS)) {
      statuses.add(status);
    }
    expect([...statuses]).toEqual(['accepted']);
    kit.loseNextResponse();
    await expect(sms.send(TEXT, { to: '+8613711119999' })).rejects.toMatchObject({
      name: 'SmsUnknownOutcomeError',
    });
    const waiting = kit.inbox.nextCode('+8613711118888');
    await sms.send(TEXT, { to: '+8613711118888' });
    expect(await waiting).toBe('042137');
    await module.close();
  });

  it('leave what goes over a socket as it is, but for nextTick, setImmediate and queueMicrotask', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const emulator = await SmsEmulator.start();
    const { module, sms } = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    await sms.send(TEXT, { to: PHONE });
    expect(await emulator.nextCode(PHONE)).toBe('042137');
    const sent = await Promise.all(ROWS.map(async ({ to }) => sms.trySend(TEXT, { to })));
    expect(sent.every(({ status }) => status === 'accepted')).toBe(true);
    await module.close();
    await emulator.stop();
  });
});
