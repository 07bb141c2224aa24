import type { CataloguePart } from './error-description.js';

/**
 * Codes that belong to sends: at the top of an answer or on a recipient.
 *
 * @see https://cloud.tencent.com/document/product/382/59177
 */
export const SEND_CODES: CataloguePart = {
  'FailedOperation.ContainSensitiveWord': {
    facts: ['content', 'caller', 'never'],
    en: 'The message contains a blocked word; change the wording.',
    zh: '短信内容含有敏感词，请修改内容后再发送。',
  },
  'FailedOperation.FailResolvePacket': {
    facts: ['request', 'developer', 'never'],
    en: 'The request does not follow the definition of the API; check names and types of its members.',
    zh: '请求无法按接口定义解析，请检查参数名称和类型。',
  },
  'FailedOperation.InsufficientBalanceInSmsPackage': {
    facts: ['quota', 'operator', 'never'],
    en: 'The prepaid SMS package is used up; buy another one.',
    zh: '短信套餐包余量不足，请购买套餐包。',
  },
  'FailedOperation.JsonParseFail': {
    facts: ['request', 'developer', 'never'],
    en: 'The body of the request is not valid JSON; check how it is written.',
    zh: '请求体不是有效的 JSON，请检查序列化方式。',
  },
  'FailedOperation.MarketingSendTimeConstraint': {
    facts: ['quota', 'caller', 'safe-later'],
    en: 'Marketing messages are accepted from 08:00 to 22:00 China time only; send it within these hours.',
    zh: '营销短信仅可在北京时间 8:00 至 22:00 发送，请在该时段内发送。',
  },
  'FailedOperation.PhoneNumberInBlacklist': {
    facts: ['recipient', 'caller', 'never'],
    en: 'The phone number is on a do-not-disturb list, because its owner opted out or a carrier blocks it; stop sending to it.',
    zh: '该手机号在免打扰名单中（用户已退订或被运营商屏蔽），请停止向其发送。',
  },
  'FailedOperation.PhoneNumberParseFail': {
    facts: ['recipient', 'caller', 'never'],
    en: 'The phone number is not in E.164 format; write it with plus sign and country code.',
    zh: '手机号不符合 E.164 格式，请使用“+国家或地区码+号码”的写法。',
  },
  'FailedOperation.SignatureIncorrectOrUnapproved': {
    facts: ['sign', 'operator', 'never'],
    en: 'The signature is not approved or is written wrongly; give the content of an approved one, not its id.',
    zh: '签名未通过审核或书写有误，请填写已通过审核的签名内容（不是签名 ID）。',
  },
  'FailedOperation.TemplateIncorrectOrUnapproved': {
    facts: ['template', 'operator', 'never'],
    en: 'The template is not approved, or the message differs from what was approved; check the template in the console.',
    zh: '模板未通过审核，或内容与已审核的模板不一致，请在控制台核对模板。',
  },
  'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': {
    facts: ['template', 'developer', 'never'],
    en: 'The number of values differs from the number of variables in the approved template; pass one for each variable.',
    zh: '模板参数个数与已审核模板的变量个数不一致，请为每个变量各传一个值。',
  },
  'FailedOperation.TemplateUnapprovedOrNotExist': {
    facts: ['template', 'operator', 'never'],
    en: 'The template does not exist or is not approved; check its id and its review in the console.',
    zh: '模板不存在或未通过审核，请在控制台核对模板 ID 和审核状态。',
  },
  'InternalError.JsonParseFail': {
    facts: ['internal', 'developer', 'never'],
    en: "Tencent could not read the parameters; check the body, then ask Tencent's support.",
    zh: '腾讯云服务端无法解析请求参数，请检查请求体；若无误，请联系腾讯云技术支持。',
  },
  'InternalError.OtherError': {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'Something failed at Tencent, and the message may have been sent; look for it before sending again.',
    zh: '腾讯云内部错误，短信可能已发出，重发前请先查询发送记录。',
  },
  'InternalError.RequestTimeException': {
    facts: ['authentication', 'operator', 'safe-now'],
    en: 'The time of the request is too far from the time at Tencent; correct the clock of this machine.',
    zh: '请求时间与腾讯云服务器时间相差过大，请校准本机时钟。',
  },
  'InternalError.RestApiInterfaceNotExist': {
    facts: ['unsupported', 'developer', 'never'],
    en: 'There is no such interface behind the API; check the action and the version.',
    zh: '后端接口不存在，请检查接口名称和版本号。',
  },
  'InternalError.SendAndRecvFail': {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'An exchange inside Tencent broke or timed out, and the message may have been sent; look for it before sending again.',
    zh: '腾讯云内部收发失败或超时，短信可能已发出，重发前请先查询发送记录。',
  },
  'InternalError.SigFieldMissing': {
    facts: ['internal', 'tencent', 'safe-now'],
    en: 'A packet inside Tencent lacked its signature; try again.',
    zh: '腾讯云内部数据包缺少 sig 字段，请重试。',
  },
  'InternalError.SigVerificationFail': {
    facts: ['internal', 'tencent', 'safe-now'],
    en: 'A packet inside Tencent failed its signature check, which is not the signature of this request; try again.',
    zh: '腾讯云内部数据包的 sig 校验失败（与本请求的签名无关），请重试。',
  },
  'InternalError.Timeout': {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'Sending timed out inside Tencent, and the message may have been sent; look for it before sending again.',
    zh: '腾讯云内部下发超时，短信可能已发出，重发前请先查询发送记录。',
  },
  'InternalError.UnknownError': {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'Tencent met an unknown error, and the message may have been sent; look for it before sending again.',
    zh: '腾讯云出现未知错误，短信可能已发出，重发前请先查询发送记录。',
  },
  'InvalidParameterValue.ContentLengthLimit': {
    facts: ['content', 'caller', 'never'],
    en: 'The message is too long; mainland messages hold 500 characters, signature and values included.',
    zh: '短信内容过长，请缩短；国内短信连同签名和变量最多 500 字。',
  },
  'InvalidParameterValue.IncorrectPhoneNumber': {
    facts: ['recipient', 'caller', 'never'],
    en: 'The phone number is not a valid one; correct it.',
    zh: '手机号格式错误，请更正。',
  },
  'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter': {
    facts: ['content', 'caller', 'never'],
    en: 'A value of the template contains a URL, which is forbidden; take it out.',
    zh: '模板参数中不得包含网址，请删除。',
  },
  'InvalidParameterValue.SdkAppIdNotExist': {
    facts: ['request', 'operator', 'never'],
    en: 'There is no application with this SdkAppId; copy the id from the console.',
    zh: 'SdkAppId 不存在，请从控制台复制正确的应用 ID。',
  },
  'InvalidParameterValue.TemplateParameterFormatError': {
    facts: ['content', 'caller', 'never'],
    en: 'A value of a verification template must be digits only, at most six; shorten or correct it.',
    zh: '验证码模板的参数只能是不超过 6 位的数字，请更正。',
  },
  'InvalidParameterValue.TemplateParameterLengthLimit': {
    facts: ['content', 'caller', 'never'],
    en: 'A value of the template is longer than the account may send, often 6 characters; shorten it.',
    zh: '模板参数的长度超出账号限制（通常为 6 个字符），请缩短。',
  },
  'LimitExceeded.AppCountryOrRegionDailyLimit': {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'The daily volume of the application for this country or region is used up; wait for the next day in China, or raise it in the console.',
    zh: '应用对该国家或地区的当日发送量已达上限，请等到次日（北京时间），或在控制台提高上限。',
  },
  'LimitExceeded.AppCountryOrRegionInBlacklist': {
    facts: ['recipient', 'caller', 'never'],
    en: 'The application does not send to this country or region; use another number, or allow the country in the console.',
    zh: '应用未开放向该国家或地区发送短信，请更换号码，或在控制台开放该国家或地区。',
  },
  'LimitExceeded.AppDailyLimit': {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'The daily volume of the application is used up; wait for the next day in China, or raise it in the console.',
    zh: '应用的当日发送量已达上限，请等到次日（北京时间），或在控制台提高上限。',
  },
  'LimitExceeded.AppGlobalDailyLimit': {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'The daily volume of the application outside mainland China is used up; wait for the next day in China, or raise it in the console.',
    zh: '应用的国际/港澳台短信当日发送量已达上限，请等到次日（北京时间），或在控制台提高上限。',
  },
  'LimitExceeded.AppMainlandChinaDailyLimit': {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'The daily volume of the application for mainland China is used up; wait for the next day in China, or raise it in the console.',
    zh: '应用的国内短信当日发送量已达上限，请等到次日（北京时间），或在控制台提高上限。',
  },
  'LimitExceeded.DailyLimit': {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'The daily volume of the account outside mainland China is used up; wait for the next day in China, or ask Tencent to raise it.',
    zh: '账号的国际/港澳台短信当日发送量已达上限，请等到次日（北京时间），或联系腾讯云提高上限。',
  },
  'LimitExceeded.DeliveryFrequencyLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'Messages are being sent too often; wait a while before the next one.',
    zh: '短信发送过于频繁，请稍后再试。',
  },
  'LimitExceeded.GlobalSmsSendingRateLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'Messages outside mainland China are being sent too fast; wait a moment and send more slowly.',
    zh: '国际/港澳台短信发送速度过快，请稍候并放慢发送速度。',
  },
  'LimitExceeded.PhoneNumberCountLimit': {
    facts: ['recipient', 'caller', 'never'],
    en: 'One call takes at most 200 phone numbers; split the list.',
    zh: '单次请求最多 200 个手机号，请拆分后提交。',
  },
  'LimitExceeded.PhoneNumberDailyLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'This phone number has got as many messages as a day allows; wait for the next day in China.',
    zh: '该手机号当日接收的短信条数已达上限，请次日（北京时间）再试。',
  },
  'LimitExceeded.PhoneNumberOneHourLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'This phone number has got as many messages as an hour allows; wait an hour.',
    zh: '该手机号 1 小时内接收的短信条数已达上限，请 1 小时后再试。',
  },
  'LimitExceeded.PhoneNumberSameContentDailyLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'This phone number has got the same text as often as a day allows; wait for the next day in China, or send another text.',
    zh: '该手机号当日接收相同内容的短信条数已达上限，请次日（北京时间）再试，或更换内容。',
  },
  'LimitExceeded.PhoneNumberThirtySecondLimit': {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'This phone number got a message within the last 30 seconds; wait half a minute.',
    zh: '该手机号 30 秒内接收的短信条数已达上限，请 30 秒后再试。',
  },
  'MissingParameter.EmptyPhoneNumberSet': {
    facts: ['recipient', 'caller', 'never'],
    en: 'The list of phone numbers is empty; give at least one.',
    zh: '手机号列表为空，请至少填写一个手机号。',
  },
  'UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny': {
    facts: ['permission', 'operator', 'never'],
    en: 'Accounts verified as individuals may not send marketing messages; verify the account as an enterprise.',
    zh: '个人认证账号不能发送营销短信，请升级为企业认证。',
  },
  'UnauthorizedOperation.RequestIpNotInWhitelist': {
    facts: ['permission', 'operator', 'never'],
    en: 'The address of this server is not on the allow-list of the application; add it in the console.',
    zh: '本服务器的出口 IP 不在应用的白名单中，请在控制台添加。',
  },
  'UnauthorizedOperation.RequestPermissionDeny': {
    facts: ['permission', 'operator', 'never'],
    en: 'The account has no permission for something in the request, such as an extend code; have Tencent enable it.',
    zh: '账号未开通请求所需的权限（例如扩展码），请联系腾讯云开通。',
  },
  'UnauthorizedOperation.SdkAppIdIsDisabled': {
    facts: ['permission', 'operator', 'never'],
    en: 'The application is disabled; enable it in the console.',
    zh: '该 SdkAppId 对应的应用已停用，请在控制台启用。',
  },
  'UnauthorizedOperation.ServiceSuspendDueToArrears': {
    facts: ['quota', 'operator', 'never'],
    en: 'The service is suspended because of unpaid bills; pay them.',
    zh: '账号欠费，短信服务已停用，请充值结清欠费。',
  },
  'UnauthorizedOperation.SmsSdkAppIdVerifyFail': {
    facts: ['permission', 'operator', 'never'],
    en: 'The SdkAppId does not belong to the account of the key; use an id and a key of the same account.',
    zh: 'SdkAppId 与密钥不属于同一账号，请使用同一账号的应用 ID 和密钥。',
  },
  'UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone': {
    facts: ['template', 'caller', 'never'],
    en: "A template for mainland China can't go to a number elsewhere; use an international template or a mainland number.",
    zh: '国内短信模板不能发往国际/港澳台号码，请改用国际/港澳台短信模板或国内号码。',
  },
  'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber': {
    facts: ['recipient', 'caller', 'never'],
    en: "Mainland and other numbers can't share a call, nor use each other's template and signature; send them apart.",
    zh: '同一请求不能混用国内号码与国际/港澳台号码，也不能混用其签名和模板，请分开发送。',
  },
  'UnsupportedOperation.ContainDomesticPhoneNumber': {
    facts: ['recipient', 'caller', 'never'],
    en: 'This action takes no numbers of mainland China; send to them with SendSms.',
    zh: '该接口不支持国内号码，国内号码请使用 SendSms 发送。',
  },
  'UnsupportedOperation.GlobalTemplateToChineseMainlandPhone': {
    facts: ['template', 'caller', 'never'],
    en: "An international template can't go to a number of mainland China; use a mainland template or another number.",
    zh: '国际/港澳台短信模板不能发往国内号码，请改用国内短信模板或国际/港澳台号码。',
  },
  'UnsupportedOperation.UnsupportedRegion': {
    facts: ['recipient', 'caller', 'never'],
    en: "Messages can't be sent to this country or region; use another number.",
    zh: '不支持向该国家或地区发送短信，请更换号码。',
  },
};
