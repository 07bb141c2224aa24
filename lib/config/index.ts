// The entry point for apps that configure themselves from the environment. Needs `@nestjs/config`.
export { smsEnvSchema } from './sms-env.schema.js';
export type { SmsEnvIssue, SmsEnvResult, SmsEnvSchema } from './sms-env.schema.js';
export { smsConfig } from './sms.config.js';
export type { SmsAccountConfig, SmsAccountConfigOptions } from './sms.config.js';
