import { MAX_LISTED_PACKAGES } from '../api/limits.js';
import type { SmsPackagesStatistics } from '../api/statistics.js';
import { SmsApiError } from '../errors/api.errors.js';
import type { SmsService } from '../sms.service.js';
import { toChinaHour } from '../time/china-time.js';

/** What is left to send. */
export interface PackageCount {
  /** Texts left in all packages that are in effect. */
  readonly remaining: number;
  /** Packages in effect. */
  readonly packages: number;
}

/** Ten thousand packages: more than any account has. Bounds the loop if the offset is ignored. */
const MAX_PAGES = 20;
/** No package is sold for longer than this, so an older one has expired. */
const YEARS = 5;
const HOUR_MS = 3_600_000;

/**
 * Adds up what is left in the account's packages. A text, instead, when the packages do not decide
 * whether the account can send.
 *
 * @param nowMs milliseconds since 1970
 * @throws SmsError when no usable answer came.
 */
export async function countPackages(
  sms: SmsService,
  timeoutMs: number,
  nowMs: number,
): Promise<PackageCount | string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const window = {
    BeginTime: toChinaHour(nowMs - YEARS * 365 * 24 * HOUR_MS),
    EndTime: toChinaHour(nowMs),
  };
  const all: SmsPackagesStatistics[] = [];
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      // oxlint-disable-next-line no-await-in-loop -- whether there is a next page is seen in this one
      const { SmsPackagesStatisticsSet: packages } = await sms.smsPackagesStatistics(
        { ...window, Limit: MAX_LISTED_PACKAGES, Offset: all.length },
        { timeoutMs, signal },
      );
      all.push(...packages);
      if (packages.length < MAX_LISTED_PACKAGES) {
        break;
      }
    }
  } catch (error) {
    if (error instanceof SmsApiError && isNotOffered(error.code)) {
      return 'packages are not offered here, as on the international site';
    }
    throw error;
  }
  return all.length === 0 ? 'this account has no packages' : sum(all, nowMs / 1000);
}

function sum(packages: readonly SmsPackagesStatistics[], nowSeconds: number): PackageCount {
  const inEffect = packages.filter(
    ({ PackageEffectiveTime, PackageExpiredTime }) =>
      PackageEffectiveTime <= nowSeconds && nowSeconds <= PackageExpiredTime,
  );
  let remaining = 0;
  for (const { PackageAmount, CurrentUsage } of inEffect) {
    remaining += Math.max(0, PackageAmount - CurrentUsage);
  }
  return { remaining, packages: inEffect.length };
}

/** The international site has no such action. */
function isNotOffered(code: string): boolean {
  return code === 'InvalidAction' || code.split('.', 1)[0] === 'UnsupportedOperation';
}
