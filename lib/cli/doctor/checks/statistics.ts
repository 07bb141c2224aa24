import type { CallbackStatusStatistics } from '../../../api/statistics.js';
import { SmsApiError } from '../../../errors/api.errors.js';
import { join, say } from '../../language.js';
import type { CliText } from '../../language.js';
import { explain, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import { today } from './application.js';

/** From this share on it is worth a look. */
const NOTABLE = 0.1;

/** What became of the texts of the day, and why some failed. */
export const statistics: DoctorCheck = {
  name: 'statistics',
  title: say('Today', '今日统计'),
  timeoutMs: 15_000,
  async run(examination) {
    const obstacle = examination.appObstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    const { found, sms } = examination;
    if (found.statistics === undefined) {
      return notChecked(say('the statistics are not readable', '无法读取统计数据'));
    }
    const { RequestCount: asked, RequestSuccessCount: accepted } = found.statistics;
    let reported: CallbackStatusStatistics;
    try {
      const answer = await sms.callbackStatusStatistics({ ...today(), Limit: 0, Offset: 0 });
      reported = answer.CallbackStatusStatistics;
    } catch (error) {
      if (error instanceof SmsApiError) {
        return notChecked(explain(error));
      }
      throw error;
    }
    if (asked === 0) {
      return ok(say('nothing was sent today', '今天没有发送'));
    }
    const { CallbackCount: reports, CallbackFailCount: failed } = reported;
    const seen = say(
      `${asked} submitted, ${accepted} accepted; ${reports} reported, ${failed} failed${reasonsOf(reported).en}`,
      `提交 ${asked}，受理 ${accepted}；回执 ${reports}，失败 ${failed}${reasonsOf(reported).zh}`,
    );
    if ((asked - accepted) / asked > NOTABLE) {
      return warn(
        seen,
        say('See the codes of the refusals in your log.', '请在日志中查看拒绝的错误码。'),
      );
    }
    return failed / Math.max(1, reports) > NOTABLE
      ? warn(
          seen,
          say(
            'Look at the reports by number: describeSendRecordList, or the delivery module.',
            '请按号码查看回执：describeSendRecordList 或 delivery 模块。',
          ),
        )
      : ok(seen);
  },
};

const REASONS: readonly (readonly [keyof CallbackStatusStatistics, CliText])[] = [
  ['InvalidNumberCount', say('numbers that do not exist', '空号')],
  ['ShutdownErrorCount', say('phones off', '关机停机')],
  ['BlackListCount', say('do-not-disturb lists', '黑名单')],
  ['FrequencyLimitCount', say('limits of the carrier', '运营商频控')],
  ['InternalErrorCount', say('errors of the carrier', '运营商内部错误')],
];

/** The share of each reason among the failures. */
function reasonsOf(reported: CallbackStatusStatistics): CliText {
  const { CallbackFailCount: failed } = reported;
  const parts = REASONS.filter(([name]) => reported[name] > 0).map(([name, reason]) => {
    const share = Math.round((reported[name] / Math.max(1, failed)) * 100);
    return say(`${share} % ${reason.en}`, `${reason.zh} ${share}%`);
  });
  const { en, zh } = join(parts, say(', ', '，'));
  return parts.length === 0 ? say('', '') : say(` (${en})`, `（${zh}）`);
}
