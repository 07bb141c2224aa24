// Every action's members as Tencent's own schema has them, apart from what lib says: the two are compared.

/**
 * Members in the order of the schema. After a name: `#` an integer (without it, a text), `*` a list, `?` may be
 * left out, `( … )` an object and its members. `RequestId` is in every answer and not repeated.
 */
export const SCHEMA: Readonly<Record<string, { request: string; response: string }>> = {
  SendSms: {
    request:
      'PhoneNumberSet* SmsSdkAppId TemplateId SignName? TemplateParamSet*? ExtendCode? SessionContext? SenderId?',
    response: 'SendStatusSet*( SerialNo PhoneNumber Fee# SessionContext Code Message IsoCode )',
  },
  SendMultiGlobalSms: {
    request:
      'SmsSdkAppId MultiSmsInfoSet*( PhoneNumber TemplateId TemplateParamSet*? SenderId? SessionContext? )',
    response:
      'SendMultiStatusSet*( SerialNo PhoneNumber Fee# SessionContext Code Message IsoCode )',
  },
  PullSmsSendStatus: {
    request: 'Limit# SmsSdkAppId',
    response:
      'PullSmsSendStatusSet*( UserReceiveTime# CountryCode SubscriberNumber PhoneNumber SerialNo ReportStatus Description SessionContext )',
  },
  PullSmsSendStatusByPhoneNumber: {
    request: 'BeginTime# Offset# Limit# PhoneNumber SmsSdkAppId EndTime#?',
    response:
      'PullSmsSendStatusSet*( UserReceiveTime# CountryCode SubscriberNumber PhoneNumber SerialNo ReportStatus Description SessionContext )',
  },
  DescribeSendRecordList: {
    request: 'PhoneNumber SmsSdkAppId BeginTime# EndTime#? Limit#? Offset#?',
    response:
      'SendRecordSet*( PhoneNumber SerialNo SendStatus# RequestCode StatusCode IsoCode Content SendTime# UserReceiveTime# ) TotalCount#',
  },
  ReportConversion: {
    request: 'SmsSdkAppId SerialNo ConversionTime#?',
    response: 'ReportConversionStatus( Code Message )',
  },
  PullSmsReplyStatus: {
    request: 'Limit# SmsSdkAppId',
    response:
      'PullSmsReplyStatusSet*( ExtendCode CountryCode PhoneNumber SignName ReplyContent ReplyTime# SubscriberNumber )',
  },
  PullSmsReplyStatusByPhoneNumber: {
    request: 'BeginTime# Offset# Limit# PhoneNumber SmsSdkAppId EndTime#?',
    response:
      'PullSmsReplyStatusSet*( ExtendCode CountryCode PhoneNumber SignName ReplyContent ReplyTime# SubscriberNumber )',
  },
  AddSmsSign: {
    request:
      'SignName SignType# DocumentType# International# SignPurpose# ProofImage CommissionImage? Remark? QualificationId#?',
    response: 'AddSignStatus( SignId# )',
  },
  ModifySmsSign: {
    request:
      'SignId# SignName SignType# DocumentType# International# SignPurpose# ProofImage CommissionImage? Remark? QualificationId#?',
    response: 'ModifySignStatus( SignId# )',
  },
  DeleteSmsSign: { request: 'SignId#', response: 'DeleteSignStatus( DeleteStatus DeleteTime# )' },
  DescribeSmsSignList: {
    request: 'International# SignIdSet#*? Limit#? Offset#?',
    response:
      'DescribeSignListStatusSet*( SignId# International# StatusCode# ReviewReply SignName CreateTime# QualificationId#? QualificationName? QualificationStatusCode#? )',
  },
  AddSmsTemplate: {
    request: 'TemplateName TemplateContent SmsType# International# Remark',
    response: 'AddTemplateStatus( TemplateId )',
  },
  ModifySmsTemplate: {
    request: 'TemplateId# TemplateName TemplateContent SmsType# International# Remark',
    response: 'ModifyTemplateStatus( TemplateId# )',
  },
  DeleteSmsTemplate: {
    request: 'TemplateId#',
    response: 'DeleteTemplateStatus( DeleteStatus DeleteTime# )',
  },
  DescribeSmsTemplateList: {
    request: 'International# TemplateIdSet#*? Limit#? Offset#?',
    response:
      'DescribeTemplateStatusSet*( TemplateId# International# StatusCode# ReviewReply TemplateName CreateTime# TemplateContent )',
  },
  SendStatusStatistics: {
    request: 'BeginTime EndTime SmsSdkAppId Limit# Offset#',
    response: 'SendStatusStatistics( FeeCount# RequestCount# RequestSuccessCount# )',
  },
  CallbackStatusStatistics: {
    request: 'BeginTime EndTime SmsSdkAppId Limit# Offset#',
    response:
      'CallbackStatusStatistics( CallbackCount# RequestSuccessCount# CallbackFailCount# CallbackSuccessCount# InternalErrorCount# InvalidNumberCount# ShutdownErrorCount# BlackListCount# FrequencyLimitCount# )',
  },
  SmsPackagesStatistics: {
    request: 'SmsSdkAppId Limit# Offset# BeginTime EndTime',
    response:
      'SmsPackagesStatisticsSet*( PackageCreateTime# PackageEffectiveTime# PackageExpiredTime# PackageAmount# PackageType# PackageId# CurrentUsage# )',
  },
  DescribePhoneNumberInfo: {
    request: 'PhoneNumberSet*',
    response:
      'PhoneNumberInfoSet*( Code Message NationCode SubscriberNumber PhoneNumber IsoCode IsoName )',
  },
};
