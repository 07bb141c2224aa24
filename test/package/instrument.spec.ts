import { types } from 'node:util';
import { Injectable, Module } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMS_SIGNER, SMS_TRANSPORT, SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { smsOptions } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';

@Injectable()
class Welcome {
  constructor(readonly sms: SmsService) {}

  async greet(): Promise<string | undefined> {
    const { SendStatusSet } = await this.sms.sendSms({
      PhoneNumberSet: [PHONE],
      SignName: '腾讯云',
      TemplateId: '449739',
      TemplateParamSet: ['042137', '5'],
    });
    return SendStatusSet[0]?.SerialNo;
  }
}

@Module({ imports: [TerminusModule], providers: [Welcome, SmsHealthIndicator] })
class AppModule {}

/** What monitoring agents do: a proxy before every instance, which `this` then is in its methods. */
function instrumented(instance: unknown): unknown {
  return typeof instance === 'object' && instance !== null ? new Proxy(instance, {}) : instance;
}

describe('an instrumented app', () => {
  let emulator: SmsEmulator;
  let app: INestApplicationContext;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    const options = smsOptions({
      credentials: () => ({ secretId: 'any', secretKey: emulator.secretKey }),
      endpoint: emulator.url,
    });
    app = await NestFactory.createApplicationContext(
      { module: AppModule, imports: [SmsModule.forRoot(options)] },
      { logger: false, instrument: { instanceDecorator: instrumented } },
    );
  });

  afterEach(async () => {
    await app.close();
    await emulator.stop();
  });

  it('sends through the proxies before our providers', async () => {
    const welcome = app.get(Welcome);
    const ours = [welcome.sms, app.get<object>(SMS_SIGNER), app.get<object>(SMS_TRANSPORT)];
    expect(ours.map((provider) => types.isProxy(provider))).toEqual([true, true, true]);
    const serialNo = await welcome.greet();
    expect(emulator.messages()).toMatchObject([{ serialNo, to: PHONE }]);
  });

  it('reports its health through them', async () => {
    const health = app.get(SmsHealthIndicator);
    expect(types.isProxy(health)).toBe(true);
    expect(await health.credentials('sms')).toMatchObject({ sms: { status: 'up' } });
    expect(await health.reachability('sms')).toMatchObject({ sms: { status: 'up' } });
  });
});
