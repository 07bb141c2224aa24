import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { SMS_TRANSPORT } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorBehavior, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { configureApp } from '../src/configure-app.js';
import { toCallbackUrls } from '../src/deliveries/callback-urls.js';
import { EmbeddedEmulator } from '../src/development/embedded-emulator.js';
import { reservePort } from '../src/reserve-port.js';
import * as smsTemplates from '../src/sms-templates.js';

export const CALLBACK_SECRET = 'canary-callback-secret-0000000000000007';

/** What the app must find in its environment; nothing leaves the process, so any key will do. */
const ENVIRONMENT = {
  TENCENTCLOUD_SECRET_ID: 'AKIDanything',
  TENCENTCLOUD_SECRET_KEY: 'any-key-will-do',
  SMS_SDK_APP_ID: '1400006666',
  SMS_SIGN_NAME: '腾讯云',
  SMS_CALLBACK_SECRET: CALLBACK_SECRET,
};

/** The whole app as it is, but for the network: the emulator's engine takes its place, and calls back. */
export async function startApp(
  behavior: SmsEmulatorBehavior = {},
): Promise<{ app: NestExpressApplication; kit: SmsTestKit }> {
  const port = await reservePort({ port: '0', host: '127.0.0.1' });
  // The configuration is read while the module is loaded, so the environment comes first.
  Object.assign(process.env, ENVIRONMENT);
  const { AppModule } = await import('../src/app.module.js');
  const { status, reply } = toCallbackUrls(port.url, CALLBACK_SECRET);
  const kit = await createSmsTestKit({
    templates: Object.values(smsTemplates),
    callbackUrl: status,
    replyCallbackUrl: reply,
    ...behavior,
  });
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(SMS_TRANSPORT)
    .useValue(kit.transport)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>();
  configureApp(app);
  app.get(EmbeddedEmulator).controls = kit;
  await port.listen(app);
  return { app, kit };
}
