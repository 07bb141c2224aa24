'use strict';
require('reflect-metadata');
const assert = require('node:assert/strict');
const { NestFactory } = require('@nestjs/core');
const { SmsModule, SmsService } = require('nestjs-tencentcloud-sms');
const { SmsEmulator } = require('nestjs-tencentcloud-sms/testing');

class AppModule {}

async function main() {
  const emulator = await SmsEmulator.start();
  const sms = SmsModule.forRoot({
    credentials: { secretId: 'any', secretKey: emulator.secretKey },
    sdkAppId: '1400006666',
    signName: '腾讯云',
    endpoint: emulator.url,
  });
  const app = await NestFactory.createApplicationContext(
    { module: AppModule, imports: [sms] },
    { logger: false },
  );

  const { SendStatusSet } = await app.get(SmsService).sendSms({
    PhoneNumberSet: ['+8613711112222'],
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
  });
  const [message] = emulator.messages();
  assert.match(SendStatusSet[0].SerialNo, /^\d+:\d+$/);
  assert.equal(message.serialNo, SendStatusSet[0].SerialNo);
  assert.equal(message.to, '+8613711112222');
  assert.match(message.text, /^【腾讯云】042137/);

  // For types only, and loads all the same where a compiler keeps the import.
  assert.deepEqual(Object.keys(require('nestjs-tencentcloud-sms/api')), []);

  // The same classes either way in, or Nest would find no provider for the other one.
  const imported = await import('nestjs-tencentcloud-sms');
  assert.equal(imported.SmsService, SmsService);

  await app.close();
  await emulator.stop();
  console.log('sent', message.serialNo);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
