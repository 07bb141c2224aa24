// The entry point for the wire types of the twenty actions, in Tencent's own names. Types only.
export type { SmsActionMap } from './actions.js';
export type {
  MultiSmsInfo,
  SendMultiGlobalSmsRequest,
  SendMultiGlobalSmsResponse,
  SendMultiStatus,
  SendSmsRequest,
  SendSmsResponse,
  SendStatus,
} from './sending.js';
export type {
  DescribeSendRecordListRequest,
  DescribeSendRecordListResponse,
  PullSmsSendStatus,
  PullSmsSendStatusByPhoneNumberRequest,
  PullSmsSendStatusByPhoneNumberResponse,
  PullSmsSendStatusRequest,
  PullSmsSendStatusResponse,
  ReportConversionRequest,
  ReportConversionResponse,
  ReportConversionStatus,
  SendRecord,
} from './statuses.js';
export type {
  PullSmsReplyStatus,
  PullSmsReplyStatusByPhoneNumberRequest,
  PullSmsReplyStatusByPhoneNumberResponse,
  PullSmsReplyStatusRequest,
  PullSmsReplyStatusResponse,
} from './replies.js';
export type {
  AddSignStatus,
  AddSmsSignRequest,
  AddSmsSignResponse,
  DeleteSignStatus,
  DeleteSmsSignRequest,
  DeleteSmsSignResponse,
  DescribeSignListStatus,
  DescribeSmsSignListRequest,
  DescribeSmsSignListResponse,
  ModifySignStatus,
  ModifySmsSignRequest,
  ModifySmsSignResponse,
} from './signs.js';
export type {
  AddSmsTemplateRequest,
  AddSmsTemplateResponse,
  AddTemplateStatus,
  DeleteSmsTemplateRequest,
  DeleteSmsTemplateResponse,
  DeleteTemplateStatus,
  DescribeSmsTemplateListRequest,
  DescribeSmsTemplateListResponse,
  DescribeTemplateListStatus,
  ModifySmsTemplateRequest,
  ModifySmsTemplateResponse,
  ModifyTemplateStatus,
} from './templates.js';
export type {
  CallbackStatusStatistics,
  CallbackStatusStatisticsRequest,
  CallbackStatusStatisticsResponse,
  SendStatusStatistics,
  SendStatusStatisticsRequest,
  SendStatusStatisticsResponse,
  SmsPackagesStatistics,
  SmsPackagesStatisticsRequest,
  SmsPackagesStatisticsResponse,
} from './statistics.js';
export type {
  DescribePhoneNumberInfoRequest,
  DescribePhoneNumberInfoResponse,
  PhoneNumberInfo,
} from './numbers.js';
