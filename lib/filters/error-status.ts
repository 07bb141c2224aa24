import { currentCode, describeSmsError } from '../errors/error-catalogue.js';
import type { SmsErrorFamily } from '../errors/error-description.js';
import type { SmsError } from '../errors/sms.error.js';
import { SmsVerificationError } from '../errors/verification.error.js';
import { secondsUntilChinaHour } from '../time/china-time.js';

// An error of the app's own account is 5xx: a 401 would blame the caller's credentials.
const FAMILY_STATUS: Readonly<Record<SmsErrorFamily, number>> = {
  request: 400,
  authentication: 500,
  'rate-limit': 429,
  quota: 503,
  content: 422,
  recipient: 400,
  template: 422,
  sign: 409,
  permission: 500,
  unsupported: 501,
  internal: 502,
};

const CODE_STATUS = new Map<string, number>([
  ...each(400, [
    'InvalidParameterValue.InvalidTemplateFormat',
    'InvalidParameterValue.SignNameLengthTooLong',
    'SMS_PARAMETER_INVALID',
    'SMS_VERIFICATION_DENIED',
  ]),
  ...each(403, [
    'SMS_VERIFICATION_CHALLENGE',
    'FailedOperation.ForbidAddMarketingTemplates',
    'FailedOperation.NotEnterpriseCertification',
    'UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny',
  ]),
  ...each(404, [
    'FailedOperation.MissingSignatureToModify',
    'FailedOperation.MissingTemplateToModify',
    'FailedOperation.SignIdNotExist',
    'FailedOperation.TemplateIdNotExist',
    'InvalidParameterValue.QualificationIdNotFound',
    'ResourceNotFound',
  ]),
  ...each(409, [
    'FailedOperation.MarketingSendTimeConstraint',
    'FailedOperation.MissingTemplateList',
    'FailedOperation.SignNumberLimit',
    'FailedOperation.TemplateAlreadyPassedCheck',
    'FailedOperation.TemplateNumberLimit',
  ]),
  ...each(422, [
    'SMS_VERIFICATION_REFUSED',
    'FailedOperation.PhoneNumberInBlacklist',
    'LimitExceeded.AppCountryOrRegionInBlacklist',
    'UnsupportedOperation.UnsupportedRegion',
  ]),
  ...each(429, ['SMS_VERIFICATION_LOCKED', 'SMS_VERIFICATION_THROTTLED']),
  ...each(500, [
    // The request as such comes from the app's own code, its sign and template from its settings.
    'DryRunOperation',
    'FailedOperation.FailResolvePacket',
    'FailedOperation.JsonParseFail',
    'FailedOperation.SignatureIncorrectOrUnapproved',
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'FailedOperation.TemplateUnapprovedOrNotExist',
    'InternalError.RestApiInterfaceNotExist',
    'InvalidAction',
    'InvalidParameter',
    'InvalidParameter.AppidAndBizId',
    'InvalidParameter.InvalidParameters',
    'InvalidParameterValue',
    'InvalidParameterValue.SdkAppIdNotExist',
    'InvalidRequest',
    'MissingParameter',
    'NoSuchProduct',
    'NoSuchVersion',
    'RequestSizeLimitExceeded',
    'SMS_OPTIONS_INVALID',
    'SMS_SIGNING_FAILED',
    'SMS_UNFORESEEN',
    'UnknownParameter',
    'UnsupportedProtocol',
    'UnsupportedRegion',
  ]),
  ...each(502, ['SMS_CONNECT_FAILED', 'SMS_CONNECTION_LOST', 'SMS_PROTOCOL']),
  ...each(503, [
    // The app as a whole is too fast, not this caller.
    'RequestLimitExceeded',
    'RequestLimitExceeded.GlobalRegionUinLimitExceeded',
    'RequestLimitExceeded.IPLimitExceeded',
    'RequestLimitExceeded.UinLimitExceeded',
    'ResourceInUse',
    'ResourceInsufficient',
    'ResourceUnavailable',
    // 499 is no registered status. A client that aborts is mostly gone; one that waits may try again.
    'SMS_ABORTED',
    'SMS_CREDENTIALS_UNAVAILABLE',
    'SMS_REDIS_UNAVAILABLE',
    'SMS_DELIVERY_STORE_UNAVAILABLE',
    'SMS_SHUT_DOWN',
    // Surely not sent, unlike what is a time-out.
    'SMS_TOO_LATE',
    'SMS_VERIFICATION_STORE_FULL',
    'SMS_VERIFICATION_UNAVAILABLE',
    'ServiceUnavailable',
    'UnauthorizedOperation.SdkAppIdIsDisabled',
  ]),
  ...each(504, ['InternalError.SendAndRecvFail', 'InternalError.Timeout', 'SMS_TIMEOUT']),
]);

/** For codes that are not in the catalogue: where the prefix is more precise than the family. */
const PREFIX_STATUS = new Map<string, number>([
  ['RequestLimitExceeded', 503],
  ['UnsupportedOperation', 422],
]);

const HOUR_SECONDS = 3600;

/** Codes that end at an hour of the day in China. */
const ENDS_AT_HOUR = new Map<string, number>([
  ['FailedOperation.MarketingSendTimeConstraint', 8],
  ['LimitExceeded.AppCountryOrRegionDailyLimit', 0],
  ['LimitExceeded.AppDailyLimit', 0],
  ['LimitExceeded.AppGlobalDailyLimit', 0],
  ['LimitExceeded.AppMainlandChinaDailyLimit', 0],
  ['LimitExceeded.DailyLimit', 0],
  ['LimitExceeded.PhoneNumberDailyLimit', 0],
  ['LimitExceeded.PhoneNumberSameContentDailyLimit', 0],
]);

const ENDS_AFTER_SECONDS = new Map<string, number>([
  ['LimitExceeded.PhoneNumberOneHourLimit', HOUR_SECONDS],
  ['LimitExceeded.PhoneNumberThirtySecondLimit', 30],
  ['RequestLimitExceeded', 1],
]);

/** The HTTP status that an app answers its own caller with: by code, or else by family. */
export function statusOf(error: SmsError): number {
  const { code } = error;
  const { family, known, retry } = describeSmsError(code);
  if (retry !== 'unsafe' && error.maybeSent) {
    // The code alone would have the caller wait, or correct the request, and then send it again.
    return FAMILY_STATUS.internal;
  }
  const status = known ? CODE_STATUS.get(currentCode(code)) : PREFIX_STATUS.get(prefixOf(code));
  return status ?? FAMILY_STATUS[family];
}

/**
 * Seconds after which the same call may go better, where that is known.
 *
 * @param nowMs milliseconds since 1970, such as `Date.now()`
 */
export function retryAfterSeconds(error: SmsError, nowMs: number): number | undefined {
  if (error.maybeSent) {
    return undefined;
  }
  if (error instanceof SmsVerificationError && error.retryAt !== undefined) {
    return Math.max(1, Math.ceil((error.retryAt - nowMs) / 1000));
  }
  const code = currentCode(error.code);
  const hour = ENDS_AT_HOUR.get(code);
  return hour === undefined
    ? (ENDS_AFTER_SECONDS.get(code) ?? ENDS_AFTER_SECONDS.get(prefixOf(code)))
    : secondsUntilChinaHour(hour, nowMs);
}

function prefixOf(code: string): string {
  return code.split('.', 1)[0] ?? '';
}

function each(status: number, codes: readonly string[]): (readonly [string, number])[] {
  return codes.map((code) => [code, status]);
}
