import type { CataloguePart } from './error-description.js';

/** Our own codes, for what fails before or beside the API. */
export const LOCAL_CODES: CataloguePart = {
  SMS_ABSENT: {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'No record of the text was found by the last look, so it was most likely not sent; sending it again may text twice all the same.',
    zh: '最后一次查询仍未找到发送记录，短信很可能未发送；再次发送仍有可能重复。',
  },
  SMS_ABORTED: {
    facts: ['internal', 'caller', 'unsafe'],
    en: 'The call was aborted and may have been carried out; look before doing it again.',
    zh: '调用已被中止，请求可能已执行，重试前请先核实结果。',
  },
  SMS_CONNECT_FAILED: {
    facts: ['internal', 'operator', 'safe-now'],
    en: 'No connection to Tencent Cloud could be made; check network, proxy and endpoint.',
    zh: '无法连接腾讯云，请检查网络、代理和接入域名。',
  },
  SMS_CAMPAIGN_CHANGED: {
    facts: ['request', 'developer', 'never'],
    en: 'The campaign was begun with another template or other rows; give it the same ones, or another name.',
    zh: '活动开始时的模板或数据行与现在不同，请提供相同的内容，或换一个名称。',
  },
  SMS_CONNECTION_LOST: {
    facts: ['internal', 'operator', 'unsafe'],
    en: 'The connection broke after the request had left, which may have been carried out; look before doing it again.',
    zh: '请求发出后连接中断，请求可能已执行，重试前请先核实结果。',
  },
  SMS_CREDENTIALS_NOT_FOUND: {
    facts: ['authentication', 'operator', 'never'],
    en: 'No credentials are set up here, so nothing was sent; set them up where this app runs.',
    zh: '未配置密钥，请求未发送，请在应用运行环境中配置密钥。',
  },
  SMS_CREDENTIALS_UNAVAILABLE: {
    facts: ['authentication', 'operator', 'safe-later'],
    en: 'No usable credentials could be had; check where they come from.',
    zh: '无法获取可用的密钥，请检查密钥来源。',
  },
  SMS_DELIVERY_STORE_UNAVAILABLE: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'The store of deliveries is out of reach, so nothing was sent; look at it.',
    zh: '送达记录存储不可用，未发送短信，请检查存储。',
  },
  SMS_KEY_REUSED: {
    facts: ['request', 'developer', 'never'],
    en: 'The key stands for another text already, so nothing was sent; give each text a key of its own.',
    zh: '该键已用于另一条短信，未发送；请为每条短信使用各自的键。',
  },
  SMS_OPTIONS_INVALID: {
    facts: ['request', 'operator', 'never'],
    en: 'The options of SmsModule are not usable; correct the fields that the error lists.',
    zh: 'SmsModule 的配置不可用，请更正错误所列的字段。',
  },
  SMS_PARAMETER_INVALID: {
    facts: ['request', 'caller', 'never'],
    en: "What was asked for can't be sent as it is; correct the values.",
    zh: '参数不合要求，无法发送，请更正。',
  },
  SMS_PROTOCOL: {
    facts: ['internal', 'operator', 'unsafe'],
    en: 'Something other than the API answered, and the request may have been carried out; check proxy and endpoint.',
    zh: '应答不是接口约定的格式，请求可能已执行，请检查代理和接入域名。',
  },
  SMS_REDIS_UNAVAILABLE: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'Redis refused or did not answer in time; look at it, then try again.',
    zh: 'Redis 拒绝请求或未及时应答，请检查后重试。',
  },
  SMS_SHUT_DOWN: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'The app was shutting down, or the account was closed, so nothing was sent; another instance may send it.',
    zh: '应用正在停止或账号已关闭，请求未发送，可由其他实例发送。',
  },
  SMS_SIGNING_FAILED: {
    facts: ['authentication', 'developer', 'never'],
    en: 'The signer failed, so nothing was sent; look at the cause of the error.',
    zh: '签名器出错，请求未发出，请查看错误的 cause。',
  },
  SMS_UNFORESEEN: {
    facts: ['internal', 'developer', 'never'],
    en: 'Something unforeseen failed before the request was sent, so nothing was sent; look at the cause of the error.',
    zh: '请求发出前出现意外错误，请求未发送，请查看错误的 cause。',
  },
  SMS_TIMEOUT: {
    facts: ['internal', 'tencent', 'unsafe'],
    en: 'No answer came in time, and the request may have been carried out; look before doing it again.',
    zh: '未在限定时间内收到应答，请求可能已执行，重试前请先核实结果。',
  },
  SMS_TOO_LATE: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'The time to send it (notAfter) was over, so nothing was sent; send it again with a later time if it is still wanted.',
    zh: '已超过允许发送的时间（notAfter），请求未发送；如仍需发送，请设置更晚的时间后重试。',
  },
  SMS_VERIFICATION_CHALLENGE: {
    facts: ['permission', 'caller', 'never'],
    en: 'Pass the challenge first, then ask for a code again.',
    zh: '请先完成人机验证，再获取验证码。',
  },
  SMS_VERIFICATION_DENIED: {
    facts: ['request', 'caller', 'never'],
    en: 'The code is wrong, or does not hold any more; ask for a new one.',
    zh: '验证码错误或已失效，请重新获取。',
  },
  SMS_VERIFICATION_LOCKED: {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'Too many wrong codes; try again later.',
    zh: '验证码错误次数过多，请稍后再试。',
  },
  SMS_VERIFICATION_REFUSED: {
    facts: ['recipient', 'caller', 'never'],
    en: 'No code can be sent to this number; use another one.',
    zh: '无法向该号码发送验证码，请更换号码。',
  },
  SMS_VERIFICATION_STORE_FULL: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'The memory store of verifications is full, so nothing was sent; use a store on Redis, or a larger one.',
    zh: '验证码内存存储已满，未发送短信，请改用 Redis 存储或调大容量。',
  },
  SMS_VERIFICATION_THROTTLED: {
    facts: ['rate-limit', 'caller', 'safe-later'],
    en: 'Codes were asked for too often; try again later.',
    zh: '获取验证码过于频繁，请稍后再试。',
  },
  SMS_VERIFICATION_UNAVAILABLE: {
    facts: ['internal', 'operator', 'safe-later'],
    en: 'The store of verifications is out of reach, so nothing was sent and no code approved; look at it.',
    zh: '验证码存储不可用，未发送短信，也未通过任何验证码，请检查存储。',
  },
};
