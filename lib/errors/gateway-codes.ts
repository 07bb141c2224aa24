import type { CataloguePart } from './error-description.js';

/**
 * Codes that every product of Tencent Cloud API 3.0 shares; most come from the gateway.
 *
 * @see https://cloud.tencent.com/document/product/382/52075
 */
export const GATEWAY_CODES: CataloguePart = {
  ActionOffline: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'Tencent has taken this action out of service; use what replaced it.',
    zh: '该接口已下线，请改用替代接口。',
  },
  'AuthFailure.InvalidAuthorization': {
    facts: ['authentication', 'developer', 'never'],
    en: 'The Authorization header is malformed; check the signer and anything in between that rewrites headers.',
    zh: 'Authorization 请求头格式错误，请检查签名实现以及会改写请求头的中间环节。',
  },
  'AuthFailure.InvalidSecretId': {
    facts: ['authentication', 'operator', 'never'],
    en: 'The SecretId is not one of an API key; use a key of the Tencent Cloud API.',
    zh: 'SecretId 不是云 API 密钥，请使用云 API 密钥。',
  },
  'AuthFailure.MFAFailure': {
    facts: ['authentication', 'operator', 'never'],
    en: 'The multi-factor check failed; use a key that needs none.',
    zh: '多因素认证（MFA）校验失败，请使用无需 MFA 的密钥。',
  },
  'AuthFailure.SecretIdNotFound': {
    facts: ['authentication', 'operator', 'never'],
    en: 'The SecretId is unknown, deleted or disabled; check the key, and that it belongs to this site of Tencent Cloud.',
    zh: 'SecretId 不存在、已删除或已禁用，请检查密钥及其所属站点。',
  },
  'AuthFailure.SignatureExpire': {
    facts: ['authentication', 'operator', 'safe-now'],
    en: 'The time of the request is more than five minutes off; correct the clock of this machine.',
    zh: '签名已过期，请求时间与服务器时间相差超过 5 分钟，请校准本机时钟。',
  },
  'AuthFailure.SignatureFailure': {
    facts: ['authentication', 'operator', 'never'],
    en: 'The signature does not verify; check the SecretKey, and that nothing in between changes the request.',
    zh: '签名校验失败，请检查 SecretKey，并确认请求未被中间环节改写。',
  },
  'AuthFailure.TokenFailure': {
    facts: ['authentication', 'operator', 'safe-now'],
    en: 'The temporary token is wrong or has expired; fetch fresh credentials.',
    zh: '临时密钥的 Token 错误或已过期，请重新获取临时密钥。',
  },
  'AuthFailure.UnauthorizedOperation': {
    facts: ['permission', 'operator', 'never'],
    en: 'The key has no permission for this action; grant it in Cloud Access Management (CAM).',
    zh: '密钥没有调用该接口的权限，请在访问管理（CAM）中授权。',
  },
  DryRunOperation: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'This was a trial run, which would have gone well; leave out the DryRun parameter.',
    zh: '本次为试运行（DryRun），正式请求会成功，请去掉 DryRun 参数。',
  },
  FailedOperation: {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'The operation failed and may have been carried out in part; look before doing it again.',
    zh: '操作失败，但可能已部分执行，重试前请先核实结果。',
  },
  InternalError: {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'Something failed at Tencent, and the request may have been carried out; look before doing it again.',
    zh: '腾讯云内部错误，请求可能已执行，重试前请先核实结果。',
  },
  InvalidAction: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'There is no such action; check its name and the endpoint.',
    zh: '接口不存在，请检查接口名称和接入域名。',
  },
  InvalidParameterValue: {
    facts: ['request', 'developer', 'never'],
    en: 'A parameter has a value that is not allowed; compare the request with the documentation of the action.',
    zh: '参数取值错误，请对照接口文档检查请求。',
  },
  InvalidRequest: {
    facts: ['request', 'developer', 'never'],
    en: 'The body is not well-formed multipart data; send JSON.',
    zh: '请求体的 multipart 格式错误，请改用 JSON。',
  },
  IpInBlacklist: {
    facts: ['permission', 'operator', 'never'],
    en: 'The address of this server is on a block-list; take it off there.',
    zh: '本服务器的出口 IP 在黑名单中，请将其移除。',
  },
  IpNotInWhitelist: {
    facts: ['permission', 'operator', 'never'],
    en: 'The address of this server is not on the allow-list of the key; add it there.',
    zh: '本服务器的出口 IP 不在密钥的白名单中，请添加。',
  },
  LimitExceeded: {
    facts: ['quota', 'operator', 'safe-later'],
    en: 'A quota of the account is used up; wait, or have it raised.',
    zh: '超过账号的配额限制，请稍后再试或申请提高配额。',
  },
  NoSuchProduct: {
    facts: ['unsupported', 'operator', 'never'],
    en: 'There is no such product at this host; check the endpoint.',
    zh: '产品不存在，请检查接入域名。',
  },
  NoSuchVersion: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'The API has no such version; check the version and the endpoint.',
    zh: '接口版本不存在，请检查版本号和接入域名。',
  },
  RequestLimitExceeded: {
    facts: ['rate-limit', 'developer', 'safe-now'],
    en: 'This action is called more often than the API allows; try again after a moment and spread the calls.',
    zh: '接口调用频率超过限制，请稍候重试并分散调用。',
  },
  'RequestLimitExceeded.GlobalRegionUinLimitExceeded': {
    facts: ['rate-limit', 'developer', 'safe-now'],
    en: 'The main account calls the API more often than it may in all regions; try again after a moment and spread the calls.',
    zh: '主账号在全部地域的调用频率超过限制，请稍候重试并分散调用。',
  },
  'RequestLimitExceeded.IPLimitExceeded': {
    facts: ['rate-limit', 'developer', 'safe-now'],
    en: 'The address of this server calls the API more often than it may; try again after a moment and spread the calls.',
    zh: '本服务器 IP 的调用频率超过限制，请稍候重试并分散调用。',
  },
  'RequestLimitExceeded.UinLimitExceeded': {
    facts: ['rate-limit', 'developer', 'safe-now'],
    en: 'The main account calls the API more often than it may; try again after a moment and spread the calls.',
    zh: '主账号的调用频率超过限制，请稍候重试并分散调用。',
  },
  RequestSizeLimitExceeded: {
    facts: ['request', 'developer', 'never'],
    en: 'The request is larger than the API takes; split it.',
    zh: '请求大小超过限制，请拆分请求。',
  },
  ResourceInUse: {
    facts: ['internal', 'tencent', 'safe-later'],
    en: 'Something that the request needs is in use; try again later.',
    zh: '请求所需的资源正被占用，请稍后再试。',
  },
  ResourceInsufficient: {
    facts: ['internal', 'tencent', 'safe-later'],
    en: 'Tencent has not enough resources for the request; try again later.',
    zh: '腾讯云资源不足，请稍后再试。',
  },
  ResourceNotFound: {
    facts: ['request', 'caller', 'never'],
    en: 'What the request names does not exist; check its ids.',
    zh: '请求的资源不存在，请检查各项 ID。',
  },
  ResourceUnavailable: {
    facts: ['internal', 'tencent', 'safe-later'],
    en: 'Something that the request needs is not available; try again later.',
    zh: '请求所需的资源暂不可用，请稍后再试。',
  },
  ResponseSizeLimitExceeded: {
    facts: ['internal', 'developer', 'unsafe'],
    en: 'The answer would be larger than the API gives, and the request may have been carried out; ask for less at a time.',
    zh: '返回内容超过大小限制，请求可能已执行，请减少单次请求的数据量。',
  },
  ServiceUnavailable: {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'The service is not available at the moment, and the request may have been carried out; look before doing it again.',
    zh: '服务暂时不可用，请求可能已执行，重试前请先核实结果。',
  },
  UnauthorizedOperation: {
    facts: ['permission', 'operator', 'never'],
    en: 'The account or the key may not do this; grant the permission in the console.',
    zh: '账号或密钥无权执行该操作，请在控制台授权。',
  },
  UnknownParameter: {
    facts: ['request', 'developer', 'never'],
    en: 'The request holds a parameter that the action does not know; take it out.',
    zh: '请求含有接口未定义的参数，请将其删除。',
  },
  UnsupportedProtocol: {
    facts: ['unsupported', 'developer', 'never'],
    en: 'The API takes GET and POST over HTTPS only; check method and endpoint.',
    zh: '接口仅支持通过 HTTPS 的 GET 和 POST 请求，请检查请求方法和接入地址。',
  },
  UnsupportedRegion: {
    facts: ['unsupported', 'operator', 'never'],
    en: 'The action is not offered in the region of the request; check the region option.',
    zh: '接口不支持请求所指定的地域，请检查 region 配置。',
  },
};
