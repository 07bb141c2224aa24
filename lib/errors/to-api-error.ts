import {
  SmsApiError,
  SmsAuthenticationError,
  SmsContentError,
  SmsInternalError,
  SmsPermissionError,
  SmsQuotaError,
  SmsRateLimitError,
  SmsRecipientError,
  SmsRequestError,
  SmsSignError,
  SmsTemplateError,
  SmsUnsupportedError,
} from './api.errors.js';
import type { SmsApiErrorBody } from './api.errors.js';
import { describeApiCode, isOfKnownKind } from './error-catalogue.js';
import type { SmsErrorFamily } from './error-description.js';

const CLASSES: Readonly<Record<SmsErrorFamily, typeof SmsApiError>> = {
  request: SmsRequestError,
  authentication: SmsAuthenticationError,
  'rate-limit': SmsRateLimitError,
  quota: SmsQuotaError,
  content: SmsContentError,
  recipient: SmsRecipientError,
  template: SmsTemplateError,
  sign: SmsSignError,
  permission: SmsPermissionError,
  unsupported: SmsUnsupportedError,
  internal: SmsInternalError,
};

/** Makes the error of the family that a code, or else its prefix, belongs to. */
export function toApiError(action: string, body: SmsApiErrorBody): SmsApiError {
  const { code } = body;
  const Family = isOfKnownKind(code) ? CLASSES[describeApiCode(code).family] : SmsApiError;
  return new Family(action, body);
}
