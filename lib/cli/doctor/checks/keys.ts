import { provesKeys } from '../../../account/proves-keys.js';
import { SmsApiError } from '../../../errors/api.errors.js';
import { SmsError } from '../../../errors/sms.error.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { explain, fail, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import type { Examination } from '../examination.js';

/** Tencent's own example number; the call parses it and sends no text. */
const ANY_NUMBER = '+8613800138000';

/** Whether Tencent accepts the key pair: one signed call that costs nothing. */
export const keys: DoctorCheck = {
  name: 'keys',
  title: say('Keys', '密钥'),
  timeoutMs: 15_000,
  async run(examination) {
    const obstacle = examination.obstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    try {
      await examination.sms.describePhoneNumberInfo({ PhoneNumberSet: [ANY_NUMBER] });
    } catch (error) {
      if (error instanceof SmsError) {
        return judge(error, examination);
      }
      throw error;
    }
    examination.found.areKeysValid = true;
    return VALID;
  },
};

const VALID = ok(say('Tencent accepts them', '通过校验'));

async function judge(error: SmsError, examination: Examination): Promise<Finding> {
  const { found } = examination;
  if (!(error instanceof SmsApiError)) {
    found.isReachable = false;
    return fail(
      describe(error),
      say(
        'Check SMS_ENDPOINT, and what is between here and Tencent: a proxy, a firewall, a page to log in.',
        '请检查 SMS_ENDPOINT，以及到腾讯云之间的代理、防火墙或登录页面。',
      ),
    );
  }
  const { code } = error;
  if (code === 'UnsupportedRegion') {
    await examination.leaveRegion();
  }
  if (provesKeys(code)) {
    found.areKeysValid = true;
    return VALID;
  }
  if (!code.startsWith('AuthFailure.')) {
    // Tencent was busy: the calls below tell.
    return warn(explain(error), say('Try again in a moment.', '请稍后重试。'));
  }
  found.areKeysValid = false;
  return fail(explain(error), adviceFor(code));
}

/** What the catalogue says of these is about texts; a call that reads may be made again. */
function describe(error: SmsError): CliText {
  switch (error.code) {
    case 'SMS_TIMEOUT':
      return say('no answer came in time (SMS_TIMEOUT)', '未在时限内响应（SMS_TIMEOUT）');
    case 'SMS_PROTOCOL':
      return say(
        'something other than the API of Tencent answers (SMS_PROTOCOL)',
        '应答的不是腾讯云接口（SMS_PROTOCOL）',
      );
    default:
      return explain(error);
  }
}

function adviceFor(code: string): CliText {
  switch (code) {
    case 'AuthFailure.SignatureExpire':
      return say(
        'Set the clock of this machine: see the clock above.',
        '请校准本机时钟：见上面的时钟检查。',
      );
    case 'AuthFailure.TokenFailure':
      return say(
        'TENCENTCLOUD_SESSION_TOKEN has expired or belongs to other keys: fetch all three anew, or leave it out with keys of your own.',
        'TENCENTCLOUD_SESSION_TOKEN 已过期或不属于该密钥：请重新获取三者；使用长期密钥时不要设置它。',
      );
    case 'AuthFailure.SignatureFailure':
      return say(
        'TENCENTCLOUD_SECRET_KEY is not the key of TENCENTCLOUD_SECRET_ID: copy both anew from https://console.cloud.tencent.com/cam/capi.',
        'TENCENTCLOUD_SECRET_KEY 与 TENCENTCLOUD_SECRET_ID 不匹配：请从 https://console.cloud.tencent.com/cam/capi 重新复制两者。',
      );
    default:
      return say(
        'Compare TENCENTCLOUD_SECRET_ID with https://console.cloud.tencent.com/cam/capi: it must be there, enabled, and of this site of Tencent Cloud.',
        '请在 https://console.cloud.tencent.com/cam/capi 核对 TENCENTCLOUD_SECRET_ID：须存在、已启用，且属于同一站点。',
      );
  }
}
