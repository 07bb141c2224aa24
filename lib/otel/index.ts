// The entry point for OpenTelemetry. Needs `@opentelemetry/api`.
export { instrumentSms } from './instrument-sms.js';
export type { SmsInstrumentation } from './instrument-sms.js';
