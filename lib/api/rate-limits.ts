import type { SmsAction } from './actions.js';

/**
 * Requests a second that Tencent takes of each action by default.
 *
 * @see https://cloud.tencent.com/document/api/382/52077
 */
export const RATE_LIMITS: Readonly<Record<SmsAction, number>> = {
  SendSms: 3000,
  SendMultiGlobalSms: 10,
  PullSmsSendStatus: 100,
  PullSmsSendStatusByPhoneNumber: 20,
  DescribeSendRecordList: 10,
  ReportConversion: 1000,
  PullSmsReplyStatus: 100,
  PullSmsReplyStatusByPhoneNumber: 20,
  AddSmsSign: 1,
  ModifySmsSign: 1,
  DeleteSmsSign: 1,
  DescribeSmsSignList: 20,
  AddSmsTemplate: 2,
  ModifySmsTemplate: 20,
  DeleteSmsTemplate: 1,
  DescribeSmsTemplateList: 20,
  SendStatusStatistics: 10,
  CallbackStatusStatistics: 10,
  SmsPackagesStatistics: 10,
  DescribePhoneNumberInfo: 1000,
};
