/**
 * Spellings of older SDKs and documents, each with the code that is meant. The answers of Tencent
 * may still hold them.
 */
export const LEGACY_CODES: readonly (readonly [legacy: string, code: string])[] = [
  ['FailedOperation.PhoneNumberOnBlacklist', 'FailedOperation.PhoneNumberInBlacklist'],
  // Without its last letter in the documentation's own example of SendSms.
  [
    'FailedOperation.TemplateParamSetNotMatchApprovedTemplat',
    'FailedOperation.TemplateParamSetNotMatchApprovedTemplate',
  ],
  // Left without a successor.
  ['InternalError.ConstructUserDataFail', 'InternalError'],
  ['InvalidParameterValue.MissingSignatureList', 'FailedOperation.MissingSignatureList'],
  ['InvalidParameterValue.SdkAppidNotExist', 'InvalidParameterValue.SdkAppIdNotExist'],
  ['MissingParameter.MissingSignatureList', 'FailedOperation.MissingSignatureList'],
  ['UnauthorizedOperation.SdkAppidIsDisabled', 'UnauthorizedOperation.SdkAppIdIsDisabled'],
  [
    'UnauthorizedOperation.SerivceSuspendDueToArrears',
    'UnauthorizedOperation.ServiceSuspendDueToArrears',
  ],
  ['UnauthorizedOperation.SmsSdkAppidVerifyFail', 'UnauthorizedOperation.SmsSdkAppIdVerifyFail'],
  ['UnsupportedOperation.', 'UnsupportedOperation'],
  ['UnsupportedOperation.UnsuportedRegion', 'UnsupportedOperation.UnsupportedRegion'],
];
