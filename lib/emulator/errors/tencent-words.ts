import { randomUUID } from 'node:crypto';
import type { SmsAction } from '../../api/actions.js';
import type { ApiErrorBody } from '../../api/envelope.js';
import { RATE_LIMITS } from '../../api/rate-limits.js';
import { describeApiCode } from '../../errors/error-catalogue.js';
import { GATEWAY_CODES } from '../../errors/gateway-codes.js';

/** A sentence in the languages that the gateway speaks. */
export interface Words {
  readonly en: string;
  /** Left out behind the gateway, where Tencent answers in English whatever is asked for. */
  readonly zh?: string | undefined;
}

/** The language of an answer; the gateway speaks English unless `zh-CN` is asked for. */
export type AnswerLanguage = 'en' | 'zh';

/**
 * Tencent's own words for what it refuses behind the gateway, as published answers and the table of its
 * former codes have them. Capitals as they are there.
 */
const SEND_WORDS = new Map([
  ['FailedOperation.InsufficientBalanceInSmsPackage', 'insufficient balance in SMS package'],
  ['FailedOperation.PhoneNumberInBlacklist', 'mobile number on the blacklist'],
  [
    'FailedOperation.SignatureIncorrectOrUnapproved',
    'signature format is incorrect or signature is not approved',
  ],
  [
    'FailedOperation.TemplateIncorrectOrUnapproved',
    'template is not approved or request content does not match the approved template content',
  ],
  [
    'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
    'request content does not match the template content',
  ],
  ['InternalError.SendAndRecvFail', 'send and recv sso package fail'],
  ['InvalidParameterValue.ContentLengthLimit', 'the content of the requested SMS is too long'],
  ['InvalidParameterValue.IncorrectPhoneNumber', 'incorrect mobile number format'],
  [
    'InvalidParameterValue.TemplateParameterFormatError',
    'Verification code template parameter format error',
  ],
  [
    'LimitExceeded.AppDailyLimit',
    'the number of business SMS messages sent every day exceeds the upper limit',
  ],
  [
    'LimitExceeded.PhoneNumberDailyLimit',
    'the number of sms messages sent from a single mobile number every day exceeds the upper limit',
  ],
  [
    'LimitExceeded.PhoneNumberOneHourLimit',
    'the number of sms messages sent from a single mobile number within 1 hour exceeds the upper limit',
  ],
  [
    'LimitExceeded.PhoneNumberSameContentDailyLimit',
    'the number of the same sms messages sent from a single mobile number exceeds the upper limit',
  ],
  [
    'LimitExceeded.PhoneNumberThirtySecondLimit',
    'the number of SMS messages sent from a single mobile number within 30 seconds exceeds the upper limit',
  ],
  ['UnauthorizedOperation.ServiceSuspendDueToArrears', 'service is suspended due to arrears'],
  ['UnauthorizedOperation.SmsSdkAppIdVerifyFail', 'request SmsSdk AppId verify fail'],
]);

/** No such key. */
export const SECRET_ID_NOT_FOUND: Words = {
  en: 'The SecretId is not found, please ensure that your SecretId is correct.',
  zh: 'SecretId 不存在，请确保您的 SecretId 正确。',
};
/** A signature that is not the one of the request. */
export const SIGNATURE_FAILURE: Words = {
  en: 'The provided credentials could not be validated. Please check your signature is correct.',
  zh: '请求签名验证失败，请检查您的签名计算是否正确。',
};
/** A region that the site does not have. */
export const UNSUPPORTED_REGION: Words = {
  en: 'The action not support this region',
  zh: '接口不支持所传地域。',
};

/** What Tencent says of a code, or else this package, for a call of an action. */
export function wordsOf(code: string, action: SmsAction): Words {
  switch (code) {
    case 'AuthFailure.SecretIdNotFound':
      return SECRET_ID_NOT_FOUND;
    case 'AuthFailure.SignatureFailure':
      return SIGNATURE_FAILURE;
    case 'AuthFailure.UnauthorizedOperation':
      return permissionDenied(action);
    case 'InvalidParameter':
      return wrongTypeOf('`SmsSdkAppId`');
    case 'RequestLimitExceeded':
      return rateExceeded(RATE_LIMITS[action] + 1, RATE_LIMITS[action]);
    case 'UnsupportedRegion':
      return UNSUPPORTED_REGION;
    default:
      return withChinese(code, SEND_WORDS.get(code) ?? describeApiCode(code).en);
  }
}

/** English words, and what the catalogue says in Chinese where the code is the gateway's. */
export function withChinese(code: string, en: string): Words {
  return { en, zh: Object.hasOwn(GATEWAY_CODES, code) ? describeApiCode(code).zh : undefined };
}

/** What Tencent, or else this package, says in an item of a send. */
export function sendRefusal(code: string): ApiErrorBody {
  return { Code: code, Message: SEND_WORDS.get(code) ?? describeApiCode(code).en };
}

/** A member of another type than the action defines; `member` with its quotes. */
export function wrongTypeOf(member: string): Words {
  return {
    en: `The value type of parameter ${member} is not valid.`,
    zh: `参数 ${member} 取值类型错误。`,
  };
}

/** A member that the action requires and the request lacks; `member` with its quotes. */
export function missingOf(member: string): Words {
  return {
    en: `The request is missing a required parameter ${member}.`,
    zh: `缺少必要参数 ${member}。`,
  };
}

/** A member that the action does not define; `member` with its quotes. */
export function unknownOf(member: string): Words {
  return { en: `The parameter ${member} is not defined.`, zh: `参数 ${member} 未定义。` };
}

/** More calls in a second than the gateway lets through. */
export function rateExceeded(calls: number, limit: number): Words {
  return {
    en: `Your current request times equals to \`${calls}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`,
    zh: `您当前每秒请求 \`${calls}\` 次，超过了每秒频率上限 \`${limit}\`，请稍后重试。`,
  };
}

// On two lines and with an id of its own, as the service behind the gateway writes it.
function permissionDenied(action: SmsAction): Words {
  const detail = `[[request id:${randomUUID()}]you are not authorized to perform operation (sms:${action})\nresource (*) has no permission`;
  return {
    en: `You are not authorized to perform this operation. Check your CAM policies, and ensure that you are using the correct access keys. ${detail}`,
    zh: `未授权操作，请检查您的 CAM 策略，并确保使用了正确的访问密钥。${detail}`,
  };
}
