import { SmsApiError } from '../../../errors/api.errors.js';
import { SmsError } from '../../../errors/sms.error.js';
import type { SmsService } from '../../../sms.service.js';
import { toChinaHour } from '../../../time/china-time.js';
import { say } from '../../language.js';
import { explain, fail, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';

const ANY_NUMBER = '+8613800138000';
const HOUR_MS = 3_600_000;
const NOT_A_COMPANY = 'FailedOperation.NotEnterpriseCertification';

/** The actions that read and change nothing, the pulls from queues not among them. */
const READS: Readonly<Record<string, (sms: SmsService) => Promise<unknown>>> = {
  DescribePhoneNumberInfo: async (sms) =>
    sms.describePhoneNumberInfo({ PhoneNumberSet: [ANY_NUMBER] }),
  DescribeSmsSignList: async (sms) => sms.describeSmsSignList({ International: 0, Limit: 1 }),
  DescribeSmsTemplateList: async (sms) =>
    sms.describeSmsTemplateList({ International: 0, Limit: 1 }),
  SmsPackagesStatistics: async (sms) =>
    sms.smsPackagesStatistics({ ...lastHour(), Limit: 1, Offset: 0 }),
  SendStatusStatistics: async (sms) =>
    sms.sendStatusStatistics({ ...lastHour(), Limit: 0, Offset: 0 }),
  CallbackStatusStatistics: async (sms) =>
    sms.callbackStatusStatistics({ ...lastHour(), Limit: 0, Offset: 0 }),
  PullSmsSendStatusByPhoneNumber: async (sms) =>
    sms.pullSmsSendStatusByPhoneNumber({ ...ofAnyNumber(), Offset: 0, Limit: 1 }),
  PullSmsReplyStatusByPhoneNumber: async (sms) =>
    sms.pullSmsReplyStatusByPhoneNumber({ ...ofAnyNumber(), Offset: 0, Limit: 1 }),
  DescribeSendRecordList: async (sms) => sms.describeSendRecordList({ ...ofAnyNumber(), Limit: 1 }),
};

/** What the key may do, by what each action that reads is answered with. */
export const permissions: DoctorCheck = {
  name: 'permissions',
  title: say('Permissions', '权限'),
  timeoutMs: 15_000,
  async run(examination) {
    const obstacle = examination.obstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    const { sms } = examination;
    const names = Object.keys(READS);
    const answers = await Promise.all(names.map(async (name) => refusalOf(READS[name], sms)));
    const denied = names.filter((_, index) => isDenied(answers[index]));
    const first = answers.find(isDenied);
    if (first !== undefined) {
      const list =
        denied.length === names.length
          ? say('no action at all', '全部接口')
          : say(denied.join(', '), denied.join('、'));
      const why = explain(first);
      return fail(
        say(
          `${list.en === 'no action at all' ? 'the key may call no action' : `refused: ${list.en}`}. ${why.en}`,
          `被拒绝：${list.zh}。${why.zh}`,
        ),
        say(
          'Give the user of the key the policy QcloudSMSFullAccess, or QcloudSMSReadOnlyAccess and sms:SendSms, in https://console.cloud.tencent.com/cam.',
          '请在 https://console.cloud.tencent.com/cam 为该密钥的用户授权 QcloudSMSFullAccess，或 QcloudSMSReadOnlyAccess 加 sms:SendSms。',
        ),
      );
    }
    if (answers.some((answer) => answer?.code === NOT_A_COMPANY)) {
      return warn(
        say(
          'signatures and templates can be read by verified companies only',
          '仅企业认证账号可以通过接口读取签名和模板',
        ),
        say('Look at both in the SMS console.', '请在短信控制台查看签名和模板。'),
      );
    }
    const silent = answers.filter((answer) => answer !== undefined && !isAnswered(answer));
    return silent.length > 0
      ? warn(
          say(
            `${silent.length} of ${names.length} reading actions gave no answer that tells`,
            `${names.length} 个读取接口中有 ${silent.length} 个没有可以判断的响应`,
          ),
          say('Try again in a moment.', '请稍后重试。'),
        )
      : ok(
          say(
            `all ${names.length} reading actions; sending is not tried`,
            `${names.length} 个读取接口均可调用；未尝试发送`,
          ),
        );
  },
};

async function refusalOf(
  read: ((sms: SmsService) => Promise<unknown>) | undefined,
  sms: SmsService,
): Promise<SmsError | undefined> {
  try {
    await read?.(sms);
    return undefined;
  } catch (error) {
    if (error instanceof SmsError) {
      return error;
    }
    throw error;
  }
}

function isAnswered(error: SmsError): boolean {
  return error instanceof SmsApiError && error.family !== 'internal';
}

/** Refused for who asks, and not for the application or the bill. */
function isDenied(error: SmsError | undefined): error is SmsApiError {
  return (
    error instanceof SmsApiError &&
    error.family === 'permission' &&
    !/SdkAppId|Arrears|Enterprise|Individual/i.test(error.code)
  );
}

function lastHour(): { BeginTime: string; EndTime: string } {
  const now = Date.now();
  return { BeginTime: toChinaHour(now - HOUR_MS), EndTime: toChinaHour(now) };
}

function ofAnyNumber(): { PhoneNumber: string; BeginTime: number } {
  return { PhoneNumber: ANY_NUMBER, BeginTime: Math.floor((Date.now() - HOUR_MS) / 1000) };
}
