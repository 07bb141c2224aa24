import type { CataloguePart } from './error-description.js';

/**
 * What the part before the first dot means for a code that is not in the catalogue. Where the part
 * is a code in its own right, it means more there than here, and the other way round.
 */
export const CODE_PREFIXES: CataloguePart = {
  AuthFailure: {
    facts: ['authentication', 'operator', 'never'],
    en: 'Tencent refused the credentials or the signature; check the key.',
    zh: '腾讯云拒绝了密钥或签名，请检查密钥。',
  },
  // The code does not say what was done by then, so the request may have been executed.
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
  InvalidParameter: {
    facts: ['request', 'caller', 'never'],
    en: 'A parameter is wrong; correct it.',
    zh: '参数错误，请更正。',
  },
  InvalidParameterValue: {
    facts: ['request', 'caller', 'never'],
    en: 'A parameter has a value that is not allowed; correct it.',
    zh: '参数取值错误，请更正。',
  },
  LimitExceeded: {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'A limit is reached; wait before trying again.',
    zh: '已达到限制，请稍后再试。',
  },
  MissingParameter: {
    facts: ['request', 'caller', 'never'],
    en: 'A required parameter is missing; add it.',
    zh: '缺少必填参数，请补充。',
  },
  RequestLimitExceeded: {
    facts: ['rate-limit', 'developer', 'safe-now'],
    en: 'The API is called more often than it allows; try again after a moment and spread the calls.',
    zh: '接口调用频率超过限制，请稍候重试并分散调用。',
  },
  UnauthorizedOperation: {
    facts: ['permission', 'operator', 'never'],
    en: 'The account or the key may not do this; check the permissions in the console.',
    zh: '账号或密钥无权执行该操作，请在控制台检查权限。',
  },
  UnsupportedOperation: {
    facts: ['unsupported', 'caller', 'never'],
    en: 'The operation is not supported for these values; change them.',
    zh: '不支持对这些参数执行该操作，请更改参数。',
  },
};
