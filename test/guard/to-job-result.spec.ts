import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnrecoverableError } from 'bullmq';
import { SmsError } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome } from 'nestjs-tencentcloud-sms';
import { SmsUnrecoverableError, toSmsJobResult } from 'nestjs-tencentcloud-sms/delivery';
import { Notice, PHONE, startGuards } from '../support/guard-test-case.js';
import type { GuardTestCase } from '../support/guard-test-case.js';

let app: GuardTestCase;
beforeAll(async () => {
  app = await startGuards();
});
afterAll(async () => {
  await app.close();
});

async function trySend(ref?: string): Promise<SmsOutcome> {
  return app.sms.trySend(Notice, { to: PHONE, params: { no: '7' }, ref });
}

function thrownBy(outcome: SmsOutcome): SmsError {
  try {
    toSmsJobResult(outcome);
  } catch (error) {
    return error as SmsError;
  }
  throw new Error('Nothing was thrown.');
}

describe('toSmsJobResult', () => {
  it('gives the result of an accepted text, without its number', async () => {
    const result = toSmsJobResult(await trySend('order-1'));
    const { serialNo } = app.kit.lastMessage() ?? {};
    expect(result).toMatchObject({ status: 'accepted', serialNo, template: '11', ref: 'order-1' });
    expect(JSON.stringify(result)).not.toContain(PHONE.slice(1));
  });

  it('has BullMQ do no job again whose text may have been sent', async () => {
    app.kit.addFault({ action: 'SendSms', effect: 'drop' });
    const error = thrownBy(await trySend());
    expect(error).toBeInstanceOf(SmsUnrecoverableError);
    expect(error).toMatchObject({
      name: new UnrecoverableError().name,
      code: 'SMS_CONNECTION_LOST',
      maybeSent: true,
    });
    expect(error.message).not.toContain(PHONE.slice(3));
  });

  it.each([
    'FailedOperation.PhoneNumberInBlacklist',
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'LimitExceeded.PhoneNumberDailyLimit',
  ])('has BullMQ do no job again that ended with %s', async (code) => {
    app.kit.fail('SendSms', code);
    expect(thrownBy(await trySend())).toMatchObject({
      name: 'UnrecoverableError',
      code,
      maybeSent: false,
    });
  });

  it.each([
    'RequestLimitExceeded.UinLimitExceeded',
    'LimitExceeded.AppDailyLimit',
    'FailedOperation.InsufficientBalanceInSmsPackage',
    'AuthFailure.SecretIdNotFound',
  ])('has BullMQ do a job again after %s', async (code) => {
    app.kit.fail('SendSms', code, { times: 20 });
    const outcome = await app.sms.trySend(Notice, {
      to: PHONE,
      params: { no: '7' },
      notAfter: Date.now() + 300,
    });
    const error = thrownBy(outcome);
    expect(error).not.toBeInstanceOf(SmsUnrecoverableError);
    expect(error).toBeInstanceOf(SmsError);
    app.kit.clearFaults();
  });
});
