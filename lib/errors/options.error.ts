import { redactIssues, SmsError } from './sms.error.js';
import type { SmsFieldIssue } from './sms.error.js';

/**
 * The options of `SmsModule` can't be used; thrown while the app starts. Lists every bad field.
 */
export class SmsOptionsError extends SmsError {
  override readonly name = 'SmsOptionsError';

  /** Every bad field, in the order found. */
  readonly issues: readonly SmsFieldIssue[];

  constructor(issues: readonly SmsFieldIssue[]) {
    super(
      ["SmsModule can't start with these options:", ...issues.map(({ message }) => `- ${message}`)],
      { code: 'SMS_OPTIONS_INVALID' },
    );
    this.issues = redactIssues(issues);
  }
}
