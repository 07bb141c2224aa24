import type { CataloguePart } from './error-description.js';

/**
 * Codes of the actions about signatures, templates, reports and statistics, and of requests as
 * such.
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 */
export const MANAGEMENT_CODES: CataloguePart = {
  'FailedOperation.ForbidAddMarketingTemplates': {
    facts: ['permission', 'operator', 'never'],
    en: 'Accounts verified as individuals may not apply for marketing templates; verify the account as an enterprise.',
    zh: '个人认证账号不能申请营销短信模板，请升级为企业认证。',
  },
  'FailedOperation.MissingSignature': {
    facts: ['sign', 'caller', 'never'],
    en: 'A template needs a signature first; apply for a signature.',
    zh: '尚未申请签名，请先申请签名再申请模板。',
  },
  'FailedOperation.MissingSignatureList': {
    facts: ['sign', 'caller', 'never'],
    en: 'The signature is not recognised, mostly because it is not approved yet; check its review.',
    zh: '签名无法识别，通常是尚未通过审核，请检查审核状态。',
  },
  'FailedOperation.MissingSignatureToModify': {
    facts: ['sign', 'caller', 'never'],
    en: 'There is no signature with this id to change; check the SignId.',
    zh: '要修改的签名不存在或未提交申请，请检查 SignId。',
  },
  'FailedOperation.MissingTemplateList': {
    facts: ['template', 'caller', 'never'],
    en: 'The template is not recognised, mostly because it is not approved yet; check its review.',
    zh: '模板无法识别，通常是尚未通过审核，请检查审核状态。',
  },
  'FailedOperation.MissingTemplateToModify': {
    facts: ['template', 'caller', 'never'],
    en: 'There is no template with this id to change; check the TemplateId.',
    zh: '要修改的模板不存在或未提交申请，请检查 TemplateId。',
  },
  'FailedOperation.NotEnterpriseCertification': {
    facts: ['permission', 'operator', 'never'],
    en: 'Signatures and templates can be managed through the API by accounts verified as enterprises only; verify the account and wait about an hour.',
    zh: '仅企业认证账号可通过接口管理签名和模板，请完成企业认证，约一小时后生效。',
  },
  'FailedOperation.OtherError': {
    facts: ['internal', 'developer', 'never'],
    en: 'The request failed, mostly because a parameter breaks a rule; compare it with the documentation of the action.',
    zh: '请求失败，多为参数不合要求，请对照接口文档检查参数。',
  },
  'FailedOperation.ParametersOtherError': {
    facts: ['internal', 'developer', 'never'],
    en: 'A parameter failed for a reason that Tencent does not name; compare all with the documentation of the action.',
    zh: '参数出现未知错误，请对照接口文档检查各项参数。',
  },
  'FailedOperation.ProhibitSubAccountUse': {
    facts: ['permission', 'operator', 'never'],
    en: 'The key of a sub-account may not list all templates; name the ids in TemplateIdSet or use a key of the main account.',
    zh: '子账号密钥不能拉取全部模板，请传入 TemplateIdSet 或改用主账号密钥。',
  },
  'FailedOperation.QualificationIdNotApproved': {
    facts: ['sign', 'caller', 'never'],
    en: 'The qualification is not approved yet; wait for its review.',
    zh: '资质尚未通过审核，请等待审核完成。',
  },
  'FailedOperation.SignIdNotExist': {
    facts: ['sign', 'caller', 'never'],
    en: 'There is no signature with this id; check the SignId.',
    zh: '签名不存在，请检查 SignId。',
  },
  'FailedOperation.SignNumberLimit': {
    facts: ['quota', 'caller', 'never'],
    en: 'The account has as many signatures as it may have; delete one first.',
    zh: '签名数量已达上限，请先删除不用的签名。',
  },
  'FailedOperation.TemplateAlreadyPassedCheck': {
    facts: ['template', 'caller', 'never'],
    en: "An approved template can't be changed; apply for a new one.",
    zh: '模板已通过审核，不能修改，请新建模板。',
  },
  'FailedOperation.TemplateIdNotExist': {
    facts: ['template', 'caller', 'never'],
    en: 'There is no template with this id; check the TemplateId.',
    zh: '模板不存在，请检查 TemplateId。',
  },
  'FailedOperation.TemplateNumberLimit': {
    facts: ['quota', 'caller', 'never'],
    en: 'The account has as many templates as it may have; delete one first.',
    zh: '模板数量已达上限，请先删除不用的模板。',
  },
  'InternalError.ParseBackendResponseFail': {
    facts: ['internal', 'tencent', 'safe-now'],
    en: 'Tencent could not read the answer of its own statistics; try again.',
    zh: '腾讯云解析统计后端的返回失败，请重试。',
  },
  InvalidParameter: {
    facts: ['request', 'developer', 'never'],
    en: 'A parameter is wrong; compare the request with the documentation of the action.',
    zh: '参数错误，请对照接口文档检查请求。',
  },
  'InvalidParameter.AppidAndBizId': {
    facts: ['request', 'operator', 'never'],
    en: "The account and the application id don't belong together; use an id and a key of the same account.",
    zh: '账号与应用 ID 不匹配，请使用同一账号的应用 ID 和密钥。',
  },
  'InvalidParameter.DirtyWordFound': {
    facts: ['content', 'caller', 'never'],
    en: 'The text contains a blocked word; change the wording.',
    zh: '内容含有敏感词，请修改后再提交。',
  },
  'InvalidParameter.InvalidParameters': {
    facts: ['request', 'developer', 'never'],
    en: 'Some parameters are wrong; compare the request with the documentation of the action.',
    zh: '部分参数有误，请对照接口文档检查请求。',
  },
  'InvalidParameterValue.BeginTimeVerifyFail': {
    facts: ['request', 'caller', 'never'],
    en: 'BeginTime is not valid; check its format and range.',
    zh: 'BeginTime 无效，请检查其格式和范围。',
  },
  'InvalidParameterValue.EndTimeVerifyFail': {
    facts: ['request', 'caller', 'never'],
    en: 'EndTime is not valid; check its format and range.',
    zh: 'EndTime 无效，请检查其格式和范围。',
  },
  'InvalidParameterValue.ImageInvalid': {
    facts: ['request', 'caller', 'never'],
    en: 'The image is not valid base64; leave out the "data:" prefix.',
    zh: '图片不是有效的 base64 内容，请去掉“data:”前缀。',
  },
  'InvalidParameterValue.InvalidDocumentType': {
    facts: ['request', 'caller', 'never'],
    en: 'DocumentType is not valid or does not fit SignType; correct it.',
    zh: 'DocumentType 无效或与 SignType 不匹配，请更正。',
  },
  'InvalidParameterValue.InvalidInternational': {
    facts: ['request', 'caller', 'never'],
    en: 'International must be 0 or 1, and the same as when it was created; correct it.',
    zh: 'International 只能为 0 或 1，且须与创建时一致，请更正。',
  },
  'InvalidParameterValue.InvalidSignPurpose': {
    facts: ['request', 'caller', 'never'],
    en: 'SignPurpose is not valid; correct it.',
    zh: 'SignPurpose 无效，请更正。',
  },
  'InvalidParameterValue.InvalidSmsType': {
    facts: ['request', 'caller', 'never'],
    en: 'SmsType is not valid; correct it.',
    zh: 'SmsType 无效，请更正。',
  },
  'InvalidParameterValue.InvalidStartTime': {
    facts: ['request', 'caller', 'never'],
    en: 'The time window is not valid; its start must lie before its end.',
    zh: '起止时间无效，开始时间须早于结束时间。',
  },
  'InvalidParameterValue.InvalidTemplateFormat': {
    facts: ['template', 'caller', 'never'],
    en: 'The text of the template has a wrong format; check its variables.',
    zh: '模板内容格式错误，请检查其中的变量写法。',
  },
  'InvalidParameterValue.InvalidUsedMethod': {
    facts: ['request', 'caller', 'never'],
    en: 'UsedMethod, now called SignPurpose, is not valid; correct it.',
    zh: 'UsedMethod（现名 SignPurpose）无效，请更正。',
  },
  'InvalidParameterValue.LimitVerifyFail': {
    facts: ['request', 'caller', 'never'],
    en: 'Limit is not valid; check the range that the action allows.',
    zh: 'Limit 无效，请检查接口允许的范围。',
  },
  'InvalidParameterValue.MarketingTemplateWithoutUnsubscribe': {
    facts: ['content', 'caller', 'never'],
    en: 'A marketing template must end with the opt-out text that Tencent prescribes; add it.',
    zh: '营销短信模板缺少退订提示，请在末尾加上“拒收请回复R”。',
  },
  'InvalidParameterValue.MultiSmsInfoSetEmpty': {
    facts: ['request', 'caller', 'never'],
    en: 'MultiSmsInfoSet is empty; give at least one message.',
    zh: 'MultiSmsInfoSet 为空，请至少填写一条短信。',
  },
  'InvalidParameterValue.OffsetVerifyFail': {
    facts: ['request', 'caller', 'never'],
    en: 'Offset is not valid; check the range that the action allows.',
    zh: 'Offset 无效，请检查接口允许的范围。',
  },
  'InvalidParameterValue.QualificationIdNotFound': {
    facts: ['sign', 'caller', 'never'],
    en: 'There is no qualification with this id; check the QualificationId.',
    zh: '资质不存在，请检查 QualificationId。',
  },
  'InvalidParameterValue.SignAlreadyPassedCheck': {
    facts: ['sign', 'caller', 'never'],
    en: "An approved signature can't be changed; apply for a new one.",
    zh: '签名已通过审核，不能修改，请申请新的签名。',
  },
  'InvalidParameterValue.SignExistAndUnapproved': {
    facts: ['sign', 'caller', 'never'],
    en: 'The same signature is already waiting for its review; wait for the result.',
    zh: '相同的签名正在审核中，请等待审核结果。',
  },
  'InvalidParameterValue.SignNameLengthTooLong': {
    facts: ['sign', 'caller', 'never'],
    en: 'The signature is too long; shorten it.',
    zh: '签名过长，请缩短。',
  },
  'InvalidParameterValue.TemplateWithDirtyWords': {
    facts: ['content', 'caller', 'never'],
    en: 'The template contains a blocked word; change the wording.',
    zh: '模板内容含有敏感词，请修改后再提交。',
  },
  'InvalidParameterValue.UnsupportedTemplateVariable': {
    facts: ['content', 'caller', 'never'],
    en: 'Mainland notification and marketing templates of this account may hold no variables; write the text out.',
    zh: '该账号的国内通知和营销短信模板不支持变量，请改用不含变量的内容。',
  },
  MissingParameter: {
    facts: ['request', 'developer', 'never'],
    en: 'A required parameter is missing; compare the request with the documentation of the action.',
    zh: '缺少必填参数，请对照接口文档检查请求。',
  },
  UnsupportedOperation: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'The operation is not supported; check what the action allows.',
    zh: '不支持该操作，请检查接口允许的操作。',
  },
};
