import { SmsError } from '../errors/sms.error.js';

/** The code of what was thrown; ours for what nothing throws on purpose. */
export function codeOf(error: unknown): string {
  return error instanceof SmsError ? error.code : 'SMS_UNFORESEEN';
}
