import { redactIssues, SmsError } from './sms.error.js';
import type { SmsFieldIssue } from './sms.error.js';

/**
 * The input can't be sent as it is; found here, before anything left the process.
 */
export class SmsValidationError extends SmsError {
  override readonly name = 'SmsValidationError';

  /** Every bad field, in the order found. */
  readonly issues: readonly SmsFieldIssue[];

  constructor(issues: readonly SmsFieldIssue[]) {
    super(issues.map(({ message }) => message).join(' '), { code: 'SMS_PARAMETER_INVALID' });
    this.issues = redactIssues(issues);
  }
}
