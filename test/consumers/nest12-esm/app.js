import 'reflect-metadata';
import assert from 'node:assert/strict';
import { NestFactory } from '@nestjs/core';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';

class AppModule {}

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

// What needs an optional peer that is not there says so, and only where it is asked for.
for (const [door, peer] of [
  ['config', '@nestjs/config'],
  ['health', '@nestjs/terminus'],
]) {
  await assert.rejects(import(`nestjs-tencentcloud-sms/${door}`), (error) => {
    assert.equal(error.code, 'ERR_MODULE_NOT_FOUND');
    assert.ok(error.message.includes(peer), error.message);
    return true;
  });
}

await app.close();
await emulator.stop();
// Nothing is left open, so the process ends here by itself.
console.log('sent', message.serialNo);
