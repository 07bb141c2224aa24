// The entry point for health checks. Needs `@nestjs/terminus`.
export { SmsHealthIndicator } from './sms.health.js';
export type {
  SmsDeliveryHealthOptions,
  SmsHealthOptions,
  SmsOutcomesOptions,
  SmsQueueHealthOptions,
  SmsQuotaOptions,
  SmsTemplatesHealthOptions,
  SmsVerificationHealthOptions,
} from './sms.health.js';
