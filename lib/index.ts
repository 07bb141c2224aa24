// The root entry point: every public name, one by one. The wire types of the actions: api/index.ts.
export { SMS_ACTIONS } from './api/actions.js';
export type { SmsAction, SmsRequest, SmsResponse } from './api/actions.js';
export type { SmsRequestTrace } from './client/request-channel.js';
export type { SmsCallOptions, SmsParams } from './client/call-options.js';
export { assumeRoleCredentials } from './credentials/assume-role.js';
export type { SmsAssumeRoleCredentialsOptions } from './credentials/assume-role.js';
export { chainCredentials } from './credentials/chain.js';
export { staticCredentials } from './credentials/credentials-provider.js';
export type {
  SmsCredentialsAsk,
  SmsCredentialsProvider,
} from './credentials/credentials-provider.js';
export { cvmRoleCredentials } from './credentials/cvm-role.js';
export type { SmsCvmRoleCredentialsOptions } from './credentials/cvm-role.js';
export { defaultCredentials } from './credentials/default-chain.js';
export type { SmsDefaultCredentialsOptions } from './credentials/default-chain.js';
export { environmentCredentials } from './credentials/environment.js';
export type {
  SmsEnvironmentCredentialsOptions,
  SmsEnvironment,
} from './credentials/environment.js';
export { profileCredentials } from './credentials/profile.js';
export type { SmsProfileCredentialsOptions } from './credentials/profile.js';
export { refreshingCredentials } from './credentials/refreshing.js';
export type { SmsRefreshOptions, SmsTemporaryCredentials } from './credentials/refreshing.js';
export type { SmsStsOptions } from './credentials/sts-options.js';
export { webIdentityCredentials } from './credentials/web-identity.js';
export type { SmsWebIdentityCredentialsOptions } from './credentials/web-identity.js';
export {
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
} from './errors/api.errors.js';
export type { SmsApiErrorBody } from './errors/api.errors.js';
export { SmsCredentialsError } from './errors/credentials.error.js';
export type { SmsCredentialsErrorDetails } from './errors/credentials.error.js';
export { describeSmsError } from './errors/error-catalogue.js';
export type {
  SmsErrorDescription,
  SmsErrorFamily,
  SmsErrorOwner,
  SmsRetryAdvice,
} from './errors/error-description.js';
export { SmsOptionsError } from './errors/options.error.js';
export { SmsProtocolError } from './errors/protocol.error.js';
export { SmsRejectedError } from './errors/rejected.error.js';
export { SmsError } from './errors/sms.error.js';
export type { SmsFieldIssue, SmsErrorDetails, SmsIssueReason } from './errors/sms.error.js';
export { SmsAbortError, SmsTimeoutError, SmsTransportError } from './errors/transport.errors.js';
export type { SmsRequestPhase } from './errors/sms.error.js';
export { SmsUnknownOutcomeError } from './errors/unknown-outcome.error.js';
export { SmsValidationError } from './errors/validation.error.js';
export { checkSmsTemplates } from './account/check-templates.js';
export type {
  SmsTemplateCheck,
  SmsTemplateDrift,
  SmsTemplateDriftKind,
} from './account/check-templates.js';
export type { SmsDeclaredTemplates } from './account/declared-templates.js';
export { pullSmsTemplates } from './account/list-templates.js';
export type { SmsAccountReadOptions, SmsAccountTemplate } from './account/list-templates.js';
export { pushSmsTemplates } from './account/push-templates.js';
export type { SmsTemplatePush, SmsTemplatePushOptions } from './account/push-templates.js';
export type { SmsReviewState } from './account/review-state.js';
export { parsePhone } from './recipients/parse-phone.js';
export type { SmsPhone } from './recipients/parse-phone.js';
export type { SmsMarket } from './recipients/normalize-recipients.js';
export { SmsExceptionFilter } from './filters/sms-exception.filter.js';
export { AxiosTransport } from './http/axios.transport.js';
export type { SmsAxios } from './http/axios.transport.js';
export type { ConnectionOptions as SmsConnectionOptions } from './http/connector.js';
export { UndiciTransport } from './http/undici.transport.js';
export type { SmsRetryOptions } from './client/retry-policy.js';
export type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './http/transport.js';
export type { SmsCall, SmsCredentials, SmsSignedCall, SmsSigner } from './signing/signer.js';
export { Tc3Signer } from './signing/tc3.signer.js';
export { signTc3 } from './signing/tc3-signature.js';
export type { SmsTc3Input, SmsTc3Signature } from './signing/tc3-signature.js';
export { V1Signer } from './signing/v1.signer.js';
export { signV1 } from './signing/v1-signature.js';
export type { SmsV1Input, SmsV1Signature, SmsV1SignatureMethod } from './signing/v1-signature.js';
export type { SmsModuleExtras, SmsOptionsFactory } from './sms.module-definition.js';
export { SmsAccepted, SmsRejected, SmsUnknown } from './sending/outcome.js';
export type { SmsOutcome, SmsOutcomeRow, SmsReceipt, SmsUnknownReason } from './sending/outcome.js';
export type { SmsSendLimits } from './sending/send-limits.js';
export type { SmsRecentOutcomes } from './sending/outcome-rates.js';
export type { SmsRowSource } from './sending/page-reader.js';
export type { SmsSendSettings } from './sending/prepare-text.js';
export type { SmsEachOutcome, SmsSendEach, SmsSendEachOptions } from './sending/send-each.js';
export type { SmsSendTrace } from './sending/send-channel.js';
export type { SmsSendManyResult } from './sending/send-many.js';
export type { SmsSendSummary } from './sending/send-summary.js';
export type { SmsSendInput, SmsSendManyInput, SmsSendRow } from './sending/sms.sender.js';
export { SmsAccounts } from './sms.accounts.js';
export { SmsModule } from './sms.module.js';
export type { SmsModuleAsyncOptions } from './sms.module.js';
export type { SmsModuleOptions, SmsPaceOptions } from './sms.options.js';
export { SmsService } from './sms.service.js';
export { createSmsService } from './sms.standalone.js';
export type { SmsStandalone } from './sms.standalone.js';
export { InjectSms, SMS_SIGNER, SMS_TRANSPORT, getSmsServiceToken } from './sms.tokens.js';
export type { SmsSegmentCount } from './templates/count-segments.js';
export type { SmsPreview, SmsPreviewOptions } from './templates/preview.js';
export { smsTemplate } from './templates/sms-template.js';
export type {
  SmsAnyTemplate,
  SmsMarketParams,
  SmsMarketTemplate,
  SmsPreviewArguments,
  SmsRawTemplate,
  SmsTemplate,
  SmsTemplateDefinition,
  SmsTemplateInput,
  SmsTemplateParams,
} from './templates/sms-template.js';
export type { SmsSignName, SmsSignNames } from './templates/sign-name.js';
export type { SmsTemplateContent, SmsTemplateKind } from './templates/template-content.js';
export type { SmsLooseParams, SmsParamValue, SmsTextParams } from './templates/text-params.js';
