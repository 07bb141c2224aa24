import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsService, SmsValidationError, parsePhone, smsTemplate } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const MAINLAND = { e164: '+8613711113333', market: 'mainland', country: 'CN' };

describe('parsePhone', () => {
  it.each([
    '+8613711113333',
    '137 1111 3333',
    '137-1111-3333',
    '008613711113333',
    '86 137 1111 3333',
    '(+86) 137-1111-3333',
    '１３７１１１１３３３３',
    '\u202a+8613711113333\u202c',
  ])('reads %j as one and the same phone of the mainland', async (text) => {
    expect(await parsePhone(text)).toEqual(MAINLAND);
  });

  it.each([
    ['+852 6123-4567', { e164: '+85261234567', market: 'international', country: 'HK' }],
    ['+44 (0)20 7946 0958', { e164: '+442079460958', market: 'international', country: 'GB' }],
    ['+1 415 555 2671', { e164: '+14155552671', market: 'international', country: 'US' }],
    ['+883 5100 0000 0000', { market: 'international', country: undefined }],
  ])('reads %j with its country', async (text, phone) => {
    expect(await parsePhone(text)).toMatchObject(phone);
  });

  it.each(['', null, undefined, 5, {}, 'abc', '4155552671', '+8612345678', '+86 10 8888 8888'])(
    'refuses %j with an error that names the field and not the number',
    async (text) => {
      const refused = parsePhone(text as string);
      await expect(refused).rejects.toThrow(SmsValidationError);
      await expect(refused).rejects.toMatchObject({ issues: [{ field: 'phone' }] });
      await expect(refused).rejects.not.toThrow(/12345678|4155552671|88888888/);
    },
  );

  describe('and a send', () => {
    const Greeting = smsTemplate({ id: '1', kind: 'notification', text: '欢迎加入。' });
    let kit: SmsTestKit;
    let testCase: SmsTestCase;

    beforeAll(async () => {
      kit = await createSmsTestKit();
      testCase = await startSms({ transport: kit.transport });
    });

    afterAll(async () => {
      await testCase.module.close();
      kit.close();
    });

    it.each(['137 1111 3333', '+852 6123-4567', '+44 (0)20 7946 0958', '4155552671', '', '+86 1'])(
      'agree about %j',
      async (to) => {
        const sms: SmsService = testCase.sms;
        const outcome = await sms.trySend(Greeting, { to });
        const read = await parsePhone(to).then(
          ({ e164 }) => e164,
          (error: SmsValidationError) => error.code,
        );
        expect(read).toBe(outcome.status === 'rejected' ? outcome.code : outcome.to);
      },
    );
  });
});
