import { inEffect, listPackages, sumRemaining } from '../../../account/list-packages.js';
import { SmsApiError } from '../../../errors/api.errors.js';
import { toChinaTime } from '../../../time/china-time.js';
import { say } from '../../language.js';
import { explain, fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';

const CONSOLE = 'https://console.cloud.tencent.com/smsv2/package';
const CALL_MS = 10_000;
const DAY_SECONDS = 86_400;
/** Long enough to buy more. */
const SOON_DAYS = 14;

/** How many texts are left, and until when. */
export const packages: DoctorCheck = {
  name: 'packages',
  title: say('Packages', '套餐包'),
  timeoutMs: 15_000,
  async run(examination) {
    const obstacle = examination.appObstacle();
    if (obstacle !== undefined) {
      return obstacle;
    }
    const now = Date.now();
    let all;
    try {
      all = await listPackages(examination.sms, CALL_MS, now);
    } catch (error) {
      if (error instanceof SmsApiError) {
        return notChecked(explain(error));
      }
      throw error;
    }
    if (all === undefined || all.length === 0) {
      return warn(
        say('no package is known', '没有查到套餐包'),
        say(
          'Fine where texts are paid by use, and on the international site; else buy one.',
          '若按量计费或使用国际站则正常；否则请购买套餐包。',
        ),
      );
    }
    const current = inEffect(all, now);
    const left = sumRemaining(current);
    if (left === 0) {
      examination.found.cannotSend = true;
      return fail(
        say('nothing is left in the packages', '套餐包余量为 0'),
        say(`Buy one: ${CONSOLE}`, `请购买：${CONSOLE}`),
      );
    }
    const unused = current.filter((one) => one.PackageAmount > one.CurrentUsage);
    const end = Math.max(...unused.map(({ PackageExpiredTime }) => PackageExpiredTime));
    const [date = ''] = toChinaTime(end * 1000).split(' ');
    const seen = say(
      `${left} texts left in ${unused.length === 1 ? 'one package' : `${unused.length} packages`}, the last until ${date}`,
      `${unused.length} 个套餐包共剩余 ${left} 条，最晚 ${date} 到期`,
    );
    return end - now / 1000 < SOON_DAYS * DAY_SECONDS
      ? warn(seen, say(`They end soon: ${CONSOLE}`, `即将到期：${CONSOLE}`))
      : ok(seen);
  },
};
