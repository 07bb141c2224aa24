import { SMS_REGIONS } from '../../../api/regions.js';
import { say } from '../../language.js';
import { fail, ok } from '../finding.js';
import type { DoctorCheck } from '../check.js';

/** Whether the product is offered in the region. */
export const region: DoctorCheck = {
  name: 'region',
  title: say('Region', '地域'),
  timeoutMs: 1000,
  async run({ found, region: name }) {
    const isTaken = found.areKeysValid === true && found.isRegionRefused !== true;
    if (found.isRegionRefused === true || (!isTaken && !SMS_REGIONS.has(name))) {
      const known = [...SMS_REGIONS];
      return fail(
        say(`SMS is not offered in ${name}`, `短信服务不支持地域 ${name}`),
        say(
          `Set TENCENTCLOUD_REGION to ${known.slice(0, 3).join(', ')} …, wherever your servers are; it may have been set for another product.`,
          `请将 TENCENTCLOUD_REGION 设为 ${known.slice(0, 3).join('、')} 等，与服务器所在地域无关；该变量可能是为其他产品设置的。`,
        ),
      );
    }
    return ok(say(name, name));
  },
};
