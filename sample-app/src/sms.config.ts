import { registerAs } from '@nestjs/config';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';

/** Reads the account from the environment. What is missing or wrong stops the app with a sentence. */
export const smsConfig = registerAs('sms', (): SmsModuleOptions => {
  const env = process.env;
  return {
    credentials: {
      secretId: env['TENCENTCLOUD_SECRET_ID'] ?? '',
      secretKey: env['TENCENTCLOUD_SECRET_KEY'] ?? '',
    },
    sdkAppId: env['SMS_SDK_APP_ID'] ?? '',
    signName: env['SMS_SIGN_NAME'],
    region: env['TENCENTCLOUD_REGION'],
    endpoint: env['SMS_ENDPOINT'],
  };
});
