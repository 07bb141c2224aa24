import { inspect } from 'node:util';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsDelivery, SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import {
  SmsVerificationModule,
  SmsVerificationService,
} from 'nestjs-tencentcloud-sms/verification';
import { Login, PHONE, VERIFICATION_SECRET, asSent } from '../support/verification-test-case.js';

const TEST_PHONE = '+8613800000000';

describe('the outcome of a code', () => {
  let kit: SmsTestKit;
  let module: TestingModule;
  let codes: SmsVerificationService;
  let delivery: SmsDelivery;

  beforeEach(async () => {
    kit = await createSmsTestKit();
    module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest({ kit }),
        SmsDeliveryModule.forRoot(),
        SmsVerificationModule.forRoot({
          secret: VERIFICATION_SECRET,
          testNumbers: {
            [TEST_PHONE]: { code: '246810', until: new Date(Date.now() + 3_600_000) },
          },
        }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    codes = module.get(SmsVerificationService);
    delivery = module.get(SmsDelivery);
  });

  afterEach(async () => {
    await module.close();
    kit.close();
  });

  it('names the text to SmsDelivery', async () => {
    const { outcome } = asSent(await codes.start(Login, { to: PHONE }));
    expect(outcome?.status).toBe('accepted');
    const state = outcome && (await delivery.state(outcome));
    expect(state).toMatchObject({ state: 'accepted', serialNo: kit.lastMessage()?.serialNo });
  });

  it('names a text whose answer was lost', async () => {
    kit.loseNextResponse({ action: 'SendSms' });
    const { outcome } = asSent(await codes.startOrThrow(Login, { to: PHONE }));
    expect(outcome?.status).toBe('unknown');
    expect(outcome && (await delivery.state(outcome))).toMatchObject({ state: 'unknown' });
  });

  it('is in no JSON, no print and nothing that a client gets', async () => {
    const start = asSent(await codes.startOrThrow(Login, { to: PHONE }));
    expect(start.outcome).toBeDefined();
    const shown = [JSON.stringify(start), inspect(start), Object.keys(start).join(' ')].join(' ');
    expect(shown).not.toMatch(/outcome|serialNo|callRef/);
  });

  it('is left out for decoys and test numbers, which get no text', async () => {
    const decoy = asSent(await codes.start(Login, { to: PHONE, decoy: true }));
    const test = asSent(await codes.start(Login, { to: TEST_PHONE }));
    expect([decoy.outcome, test.outcome]).toEqual([undefined, undefined]);
  });
});
