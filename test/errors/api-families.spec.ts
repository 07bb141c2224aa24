import { describe, expect, it } from '@jest/globals';
import {
  SmsApiError,
  SmsAuthenticationError,
  SmsContentError,
  SmsError,
  SmsInternalError,
  SmsPermissionError,
  SmsQuotaError,
  SmsRateLimitError,
  SmsRecipientError,
  SmsRequestError,
  SmsSignError,
  SmsTemplateError,
  SmsUnsupportedError,
  describeSmsError,
} from 'nestjs-tencentcloud-sms';
import { toApiError } from '../../lib/errors/to-api-error.js';
import { DOCUMENTED, FORMER } from './documented-codes.fixture.js';

const CLASSES = {
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

const CODES = [
  ...DOCUMENTED.flatMap(([, , codes]) => codes),
  ...FORMER.map(([former]) => former),
  'LimitExceeded.New',
];

function refusal(code: string, message = ''): SmsApiError {
  return toApiError('SendSms', { code, message, requestId: 'r-1' });
}

describe('a refusal', () => {
  it.each(CODES)('with %s is of its family’s class', (code) => {
    const { family, owner, retry } = describeSmsError(code);
    const error = refusal(code);
    expect(error).toBeInstanceOf(CLASSES[family]);
    expect(error).toBeInstanceOf(SmsApiError);
    expect(error).toBeInstanceOf(SmsError);
    expect(error).toMatchObject({
      name: CLASSES[family].name,
      action: 'SendSms',
      code,
      requestId: 'r-1',
      family,
      owner,
      retry,
    });
  });

  it('is used for each of the families', () => {
    expect(new Set(CODES.map((code) => refusal(code).family))).toEqual(
      new Set(Object.keys(CLASSES)),
    );
  });

  it.each([
    ['AuthFailure.SignatureFailure', 'SmsAuthenticationError'],
    ['FailedOperation.InsufficientBalanceInSmsPackage', 'SmsQuotaError'],
    ['LimitExceeded.PhoneNumberDailyLimit', 'SmsRateLimitError'],
    ['InvalidParameterValue.IncorrectPhoneNumber', 'SmsRecipientError'],
    ['FailedOperation.TemplateIncorrectOrUnapproved', 'SmsTemplateError'],
    ['FailedOperation.SignatureIncorrectOrUnapproved', 'SmsSignError'],
    ['AuthFailure.UnauthorizedOperation', 'SmsPermissionError'],
    ['FailedOperation.ContainSensitiveWord', 'SmsContentError'],
    ['MissingParameter', 'SmsRequestError'],
    ['InvalidAction', 'SmsUnsupportedError'],
    ['InternalError.Timeout', 'SmsInternalError'],
  ])('with %s is an %s', (code, name) => {
    expect(refusal(code).name).toBe(name);
  });

  it.each(['', 'constructor', '__proto__', 'Brand.New'])(
    'with the unknown code “%s” is the base class',
    (code) => {
      const error = refusal(code, 'what it means');
      expect(Object.getPrototypeOf(error)).toBe(SmsApiError.prototype);
      expect(error).toMatchObject({
        name: 'SmsApiError',
        code,
        retryable: false,
        maybeSent: true,
      });
    },
  );

  it.each([
    ['RequestLimitExceeded', true, false],
    ['LimitExceeded.PhoneNumberThirtySecondLimit', true, false],
    ['InternalError.Timeout', false, true],
    ['FailedOperation.New', false, true],
    ['AuthFailure.SignatureFailure', false, false],
  ])(
    'with %s says whether to try again and whether it may have been sent',
    (code, retryable, maybeSent) => {
      expect(refusal(code)).toMatchObject({ retryable, maybeSent });
    },
  );

  it('explains what happened, then quotes Tencent without the values that were sent', () => {
    const code = 'LimitExceeded.PhoneNumberDailyLimit';
    const { message } = refusal(code, 'too many: +8613711112222, 042137, AKIDcanaryid0001');
    const [ours, theirs] = message.split(' Tencent says: ');
    expect(ours).toBe(`SendSms was refused with ${code}: ${describeSmsError(code).en}`);
    expect(theirs).toMatch(/^"too many: \+\*+, \*+, AKID\*+"$/);
  });

  it('has no sentence of Tencent when the answer had none', () => {
    expect(refusal('InternalError').message).toBe(
      `SendSms was refused with InternalError: ${describeSmsError('InternalError').en}`,
    );
  });

  it('quotes an endless message in part', () => {
    expect(refusal('InternalError', 'why '.repeat(10_000)).message.length).toBeLessThan(500);
  });
});
