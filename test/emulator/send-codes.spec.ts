import { describe, expect, it } from '@jest/globals';
import { SEND_CODES } from '../../lib/errors/send-codes.js';
import { engineClient } from './engine-client.js';

/**
 * Where each documented code of the send actions stands, and whether a rule of the emulator gives it
 * by itself. Every one of them can be had on demand.
 */
const TABLE: readonly (readonly [
  code: string,
  place: 'request' | 'recipients',
  byRule: boolean,
])[] = [
  ['FailedOperation.ContainSensitiveWord', 'recipients', false],
  ['FailedOperation.FailResolvePacket', 'recipients', false],
  ['FailedOperation.InsufficientBalanceInSmsPackage', 'recipients', true],
  ['FailedOperation.JsonParseFail', 'recipients', true],
  ['FailedOperation.MarketingSendTimeConstraint', 'recipients', true],
  ['FailedOperation.PhoneNumberInBlacklist', 'recipients', true],
  ['FailedOperation.SignatureIncorrectOrUnapproved', 'recipients', true],
  ['FailedOperation.TemplateIncorrectOrUnapproved', 'recipients', true],
  ['FailedOperation.TemplateParamSetNotMatchApprovedTemplate', 'recipients', true],
  ['FailedOperation.TemplateUnapprovedOrNotExist', 'recipients', true],
  ['InternalError.JsonParseFail', 'request', false],
  ['InternalError.OtherError', 'request', false],
  ['InternalError.RequestTimeException', 'request', false],
  ['InternalError.RestApiInterfaceNotExist', 'request', false],
  ['InternalError.SendAndRecvFail', 'request', false],
  ['InternalError.SigFieldMissing', 'request', false],
  ['InternalError.SigVerificationFail', 'request', false],
  ['InternalError.Timeout', 'request', false],
  ['InternalError.UnknownError', 'request', false],
  ['InvalidParameterValue.ContentLengthLimit', 'recipients', true],
  ['InvalidParameterValue.IncorrectPhoneNumber', 'recipients', true],
  ['InvalidParameterValue.MultiSmsInfoSetEmpty', 'request', true],
  ['InvalidParameterValue.ProhibitedUseUrlInTemplateParameter', 'recipients', true],
  ['InvalidParameterValue.SdkAppIdNotExist', 'recipients', false],
  ['InvalidParameterValue.TemplateParameterFormatError', 'recipients', true],
  ['InvalidParameterValue.TemplateParameterLengthLimit', 'recipients', true],
  ['LimitExceeded.AppCountryOrRegionDailyLimit', 'recipients', true],
  ['LimitExceeded.AppCountryOrRegionInBlacklist', 'recipients', true],
  ['LimitExceeded.AppDailyLimit', 'recipients', true],
  ['LimitExceeded.AppGlobalDailyLimit', 'recipients', true],
  ['LimitExceeded.AppMainlandChinaDailyLimit', 'recipients', true],
  ['LimitExceeded.DailyLimit', 'recipients', false],
  ['LimitExceeded.DeliveryFrequencyLimit', 'recipients', false],
  ['LimitExceeded.GlobalSmsSendingRateLimit', 'recipients', false],
  ['LimitExceeded.PhoneNumberCountLimit', 'request', true],
  ['LimitExceeded.PhoneNumberDailyLimit', 'recipients', true],
  ['LimitExceeded.PhoneNumberOneHourLimit', 'recipients', true],
  ['LimitExceeded.PhoneNumberSameContentDailyLimit', 'recipients', true],
  ['LimitExceeded.PhoneNumberThirtySecondLimit', 'recipients', true],
  ['MissingParameter.EmptyPhoneNumberSet', 'request', true],
  ['UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny', 'request', false],
  ['UnauthorizedOperation.RequestIpNotInWhitelist', 'request', false],
  ['UnauthorizedOperation.RequestPermissionDeny', 'request', false],
  ['UnauthorizedOperation.SdkAppIdIsDisabled', 'request', false],
  ['UnauthorizedOperation.ServiceSuspendDueToArrears', 'request', false],
  ['UnauthorizedOperation.SmsSdkAppIdVerifyFail', 'request', true],
  ['UnsupportedOperation', 'recipients', false],
  ['UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone', 'recipients', true],
  ['UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber', 'recipients', true],
  ['UnsupportedOperation.ContainDomesticPhoneNumber', 'recipients', true],
  ['UnsupportedOperation.GlobalTemplateToChineseMainlandPhone', 'recipients', true],
  ['UnsupportedOperation.UnsupportedRegion', 'recipients', false],
  // Of the gateway: nothing of these ever stands on a recipient.
  ['AuthFailure.SignatureFailure', 'request', true],
  ['AuthFailure.TokenFailure', 'request', false],
  ['InternalError', 'request', false],
  ['RequestLimitExceeded', 'request', false],
  ['ServiceUnavailable', 'request', false],
];

const NUMBERS = ['+8613711112222', '+8613711113333'];
const SEND = {
  PhoneNumberSet: NUMBERS,
  SmsSdkAppId: '1400006666',
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: ['042137', '5'],
};

describe('every code that a send may meet', () => {
  it.each(TABLE)('%s comes on demand at the %s', async (code, place) => {
    const { engine, call } = await engineClient();
    engine.faults.add({ action: 'SendSms', code });
    const expected =
      place === 'request'
        ? { Error: { Code: code } }
        : { SendStatusSet: NUMBERS.map(() => ({ Code: code, Fee: 0, SerialNo: '' })) };
    expect(call('SendSms', SEND)).toMatchObject(expected);
    expect(engine.inbox.messages()).toEqual([]);
    expect(call('SendSms', SEND)).toMatchObject({
      SendStatusSet: [{ Code: 'Ok' }, { Code: 'Ok' }],
    });
  });

  it.each(TABLE)('%s comes at the other place when told so', async (code, place) => {
    const { engine, call } = await engineClient();
    const at = place === 'request' ? 'recipients' : 'request';
    engine.faults.add({ action: 'SendSms', code, at });
    const response = call('SendSms', SEND);
    expect(response.Error?.Code).toBe(at === 'request' ? code : undefined);
  });

  it('is in the table', () => {
    const listed = new Set(TABLE.map(([code]) => code));
    // Stands in the same list of Tencent's, but belongs to looking numbers up.
    const missing = Object.keys(SEND_CODES).filter((code) => !listed.has(code));
    expect(missing).toEqual(['FailedOperation.PhoneNumberParseFail']);
  });
});
