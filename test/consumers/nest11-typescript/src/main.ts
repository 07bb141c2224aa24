import { NestFactory } from '@nestjs/core';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import assert from 'node:assert/strict';
import { AppModule } from './app.module';

async function main() {
  const emulator = await SmsEmulator.start();
  Object.assign(process.env, {
    TENCENTCLOUD_SECRET_ID: 'any',
    TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
    SMS_SDK_APP_ID: '1400006666',
    SMS_SIGN_NAME: '腾讯云',
    SMS_ENDPOINT: emulator.url,
  });
  const module = AppModule.of({
    credentials: { secretId: 'any', secretKey: emulator.secretKey },
    sdkAppId: '1400006666',
    signName: '腾讯云',
    endpoint: emulator.url,
  });
  const app = await NestFactory.create(module, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  for (const [phone, account] of [
    ['+8613711112222', undefined],
    ['+8613711113333', 'configured'],
  ]) {
    const response = await fetch(`${url}/codes`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ phone, account }),
    });
    const { serialNo } = (await response.json()) as { serialNo: string };
    const message = emulator.messages().at(-1);
    assert.match(serialNo, /^\d+:\d+$/);
    assert.equal(message?.serialNo, serialNo);
    assert.equal(message?.to, phone);
    assert.match(message.text, /^【腾讯云】042137/);
  }
  const health = await fetch(`${url}/health`, { headers: { Connection: 'close' } });
  assert.equal(health.status, 200);

  await app.close();
  await emulator.stop();
  console.log('sent', emulator.messages().length);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
