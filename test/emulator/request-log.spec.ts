import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const SEND = { TemplateId: '1', SignName: '腾讯云', PhoneNumberSet: ['+8613711112222'] };

describe('the request log of the emulator', () => {
  let kit: SmsTestKit;
  let testCase: SmsTestCase;

  beforeEach(async () => {
    kit = await createSmsTestKit();
    testCase = await startSms({ transport: kit.transport, pace: false });
  });

  afterEach(async () => {
    await testCase.module.close();
    kit.close();
  });

  const actions = (): string[] => kit.requests().map(({ action }) => action);

  it('keeps what was sent while an app polls a thousand times', async () => {
    const { sms } = testCase;
    await sms.sendSms(SEND);
    await Promise.all(
      Array.from({ length: 1100 }, async () => sms.pullSmsSendStatus({ Limit: 1 })),
    );
    await sms.sendSms(SEND);
    const kept = actions();
    expect([kept[0], kept.at(-1)]).toEqual(['SendSms', 'SendSms']);
    expect(kept.filter((action) => action === 'PullSmsSendStatus')).toHaveLength(200);
    const ids = kit.requests().map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it('keeps a poll that was refused with what was sent', async () => {
    const { sms } = testCase;
    kit.fail('PullSmsSendStatus', 'FailedOperation.OtherError');
    await expect(sms.pullSmsSendStatus({ Limit: 1 })).rejects.toThrow(/FailedOperation/);
    await Promise.all(Array.from({ length: 300 }, async () => sms.pullSmsSendStatus({ Limit: 1 })));
    expect(kit.requests()[0]).toMatchObject({ code: 'FailedOperation.OtherError' });
  });

  it('forgets polling and everything else at once', async () => {
    await testCase.sms.pullSmsSendStatus({ Limit: 1 });
    await testCase.sms.sendSms(SEND);
    expect(actions()).toEqual(['PullSmsSendStatus', 'SendSms']);
    kit.clear();
    expect(actions()).toEqual([]);
  });
});
