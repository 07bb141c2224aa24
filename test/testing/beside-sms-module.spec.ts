import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMS_TRANSPORT, SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { smsOptions } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const TEXT = { templateId: '449739', params: ['042137', '5'] };

describe('SmsTestingModule beside a module that imports SmsModule', () => {
  let app: TestingModule | undefined;

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it.each([{}, { name: 'marketing' }, { http: {} }])(
    'does not start, since its texts would go out for real: %j',
    async (more) => {
      await expect(build(more).compile()).rejects.toMatchObject({
        name: 'SmsOptionsError',
        message: expect.stringContaining('overrideProvider(SMS_TRANSPORT).useValue(kit.transport)'),
      });
    },
  );

  it('starts when a kit takes the place of the transport', async () => {
    const kit = await createSmsTestKit();
    app = await build({ name: 'marketing' })
      .overrideProvider(SMS_TRANSPORT)
      .useValue(kit.transport)
      .compile();
    await app.get<SmsService>(getSmsServiceToken('marketing')).send(TEXT, { to: PHONE });
    expect(kit.messages()).toHaveLength(1);
    kit.close();
  });

  it('starts when the account has a transport of its own', async () => {
    const kit = await createSmsTestKit();
    app = await build({ name: 'marketing', transport: kit.transport }).compile();
    await app.get(SmsService).send(TEXT, { to: PHONE });
    expect(kit.messages()).toHaveLength(0);
    expect(app.get(SmsTestKit).messages()).toHaveLength(1);
    kit.close();
  });
});

function build(more: Partial<SmsModuleOptions> & { name?: string } = {}) {
  @Module({ imports: [SmsModule.forRoot({ ...smsOptions(), ...more })] })
  class AppModule {}
  return Test.createTestingModule({ imports: [SmsTestingModule.forTest(), AppModule] });
}
