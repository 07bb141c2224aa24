import { SmsApiError } from '../../../errors/api.errors.js';
import { maskNumber } from '../../../privacy/mask-number.js';
import { toChinaHour, toChinaTime } from '../../../time/china-time.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { explain, fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';

/** Whether the SdkAppId is one of the account: the statistics of the day are asked for. */
export const application: DoctorCheck = {
  name: 'application',
  title: say('SdkAppId', 'SdkAppId'),
  timeoutMs: 15_000,
  async run(examination) {
    const obstacle = examination.appObstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    const { found, sms } = examination;
    const { sdkAppId = '' } = examination.environment.options;
    const masked = maskNumber(sdkAppId);
    try {
      const answer = await sms.sendStatusStatistics({ ...today(), Limit: 0, Offset: 0 });
      found.statistics = answer.SendStatusStatistics;
    } catch (error) {
      if (!(error instanceof SmsApiError)) {
        throw error;
      }
      if (/SdkAppId/i.test(error.code)) {
        found.isAppRefused = true;
        found.cannotSend = true;
        return fail(explain(error), adviceFor(sdkAppId));
      }
      if (/Arrears/i.test(error.code)) {
        found.cannotSend = true;
        return fail(explain(error), say('Pay what is due.', '请结清欠费。'));
      }
      return notChecked(explain(error));
    }
    return LOOKS_LIKE_APPID.test(sdkAppId)
      ? warn(say(`${masked} is answered`, `${masked} 有响应`), adviceFor(sdkAppId))
      : ok(say(`${masked} is of this account`, `${masked} 属于该账号`));
  },
};

/** The id of an account, which the console shows as APPID, has as many digits. */
const LOOKS_LIKE_APPID = /^1[23]\d{8}$/;

function adviceFor(sdkAppId: string): CliText {
  return LOOKS_LIKE_APPID.test(sdkAppId)
    ? say(
        'This looks like the APPID of the account: SMS_SDK_APP_ID is the id of an application in the SMS console, such as 1400006666.',
        '这看起来是账号的 APPID：SMS_SDK_APP_ID 应为短信控制台中应用的 ID，如 1400006666。',
      )
    : say(
        'Copy it from https://console.cloud.tencent.com/smsv2/app-manage, and use a key of the same account.',
        '请从 https://console.cloud.tencent.com/smsv2/app-manage 复制，并使用同一账号的密钥。',
      );
}

/** The day that it is in China. */
export function today(): { BeginTime: string; EndTime: string } {
  const now = Date.now();
  const [day = ''] = toChinaTime(now).split(' ');
  return { BeginTime: `${day.replaceAll('-', '')}00`, EndTime: toChinaHour(now) };
}
