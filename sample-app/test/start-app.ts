import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { SMS_TRANSPORT } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import * as smsTemplates from '../src/sms-templates.js';
import { configureApp } from '../src/configure-app.js';

/** What the app must find in its environment; nothing leaves the process, so any key will do. */
const ENVIRONMENT = {
  TENCENTCLOUD_SECRET_ID: 'AKIDanything',
  TENCENTCLOUD_SECRET_KEY: 'any-key-will-do',
  SMS_SDK_APP_ID: '1400006666',
  SMS_SIGN_NAME: '腾讯云',
};

/** The whole app as it is, but for the network: the emulator's engine takes its place. */
export async function startApp(): Promise<{ app: NestExpressApplication; kit: SmsTestKit }> {
  // The configuration is read while the module is loaded, so the environment comes first.
  Object.assign(process.env, ENVIRONMENT);
  const { AppModule } = await import('../src/app.module.js');
  const kit = await createSmsTestKit({ templates: Object.values(smsTemplates) });
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(SMS_TRANSPORT)
    .useValue(kit.transport)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>();
  configureApp(app);
  await app.listen(0, '127.0.0.1');
  return { app, kit };
}
