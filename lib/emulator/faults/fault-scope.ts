import type { SmsAction } from '../../api/actions.js';
import { SEND_CODES } from '../../errors/send-codes.js';

/** Codes of the send actions that can only be about the whole request. */
const WHOLE_REQUEST = new Set([
  'FailedOperation.PhoneNumberParseFail',
  'LimitExceeded.PhoneNumberCountLimit',
  'MissingParameter.EmptyPhoneNumberSet',
]);

/** Codes of looking numbers up that stand on a number. */
const LOOKED_UP = new Set([
  'FailedOperation.PhoneNumberParseFail',
  'InvalidParameterValue.IncorrectPhoneNumber',
]);

/**
 * Returns where a code stands in the answer of an action: on its recipients, or at the top. What may
 * stand in both places stands on the recipients, where clients forget to look.
 */
export function standsOnRecipients(action: SmsAction, code: string): boolean {
  if (action === 'DescribePhoneNumberInfo') {
    return LOOKED_UP.has(code);
  }
  return isSend(action) && (code === 'UnsupportedOperation' || isSendCode(code));
}

/** Whether an action sends texts. */
export function isSend(action: SmsAction): boolean {
  return action === 'SendSms' || action === 'SendMultiGlobalSms';
}

function isSendCode(code: string): boolean {
  return (
    Object.hasOwn(SEND_CODES, code) &&
    !WHOLE_REQUEST.has(code) &&
    // Of the check of the application and of what lies behind the gateway: before any number is looked at.
    !/^(?:UnauthorizedOperation|InternalError)\./.test(code)
  );
}
