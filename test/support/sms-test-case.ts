import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';

/** Credentials that look real enough to be found wherever they leak. */
export const CREDENTIALS = { secretId: 'AKIDcanaryid0001', secretKey: 'canary-secret-key-0002' };

/** Good options; a spec shows only what it changes. */
export function smsOptions(more: Partial<SmsModuleOptions> = {}): SmsModuleOptions {
  return {
    credentials: CREDENTIALS,
    sdkAppId: '1400006666',
    signName: '腾讯云',
    ...more,
  };
}

/** A started Nest module with one account in it. */
export interface SmsTestCase {
  module: TestingModule;
  sms: SmsService;
}

/** Starts a module around `SmsModule.forRoot`. */
export async function startSms(more: Partial<SmsModuleOptions> = {}): Promise<SmsTestCase> {
  const module = await Test.createTestingModule({
    imports: [SmsModule.forRoot(smsOptions(more))],
  }).compile();
  await module.init();
  return { module, sms: module.get(SmsService) };
}
