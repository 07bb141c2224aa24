import * as v from 'valibot';

const key = v.pipe(v.string(), v.regex(/^[\x21-\x7E]+$/));

/**
 * The environment variables of one account, as a Standard Schema. Other variables pass untouched.
 *
 * `ConfigModule.forRoot({ validationSchema: smsEnvSchema })` needs `@nestjs/config` 12; with 4 leave
 * it out, since `smsConfig` checks what it reads by itself.
 *
 * @publicApi
 */
export const smsEnvSchema = v.looseObject({
  TENCENTCLOUD_SECRET_ID: v.pipe(key, v.description('SecretId, without blanks')),
  TENCENTCLOUD_SECRET_KEY: v.pipe(key, v.description('SecretKey, without blanks')),
  TENCENTCLOUD_SESSION_TOKEN: v.optional(v.pipe(key, v.description('session token of STS'))),
  TENCENTCLOUD_REGION: v.optional(v.string()),
  SMS_SDK_APP_ID: v.pipe(v.string(), v.regex(/^\d+$/)),
  SMS_SIGN_NAME: v.optional(v.string()),
  SMS_ENDPOINT: v.optional(v.string()),
  SMS_LANGUAGE: v.optional(v.picklist(['zh-CN', 'en-US'])),
  SMS_TIMEOUT_MS: v.optional(v.pipe(v.string(), v.regex(/^\d+$/))),
  SMS_PROXY: v.optional(v.string()),
});
