import { MAX_LISTED_PACKAGES } from '../api/limits.js';
import type { SmsPackagesStatistics } from '../api/statistics.js';
import { SmsApiError } from '../errors/api.errors.js';
import type { SmsService } from '../sms.service.js';
import { toChinaHour } from '../time/china-time.js';

/** Ten thousand packages: more than any account has. Bounds the loop if the offset is ignored. */
const MAX_PAGES = 20;
/** No package is sold for longer than this, so an older one has expired. */
const YEARS = 5;
const HOUR_MS = 3_600_000;

/**
 * The account's packages; `undefined` where none are offered, as on the international site.
 *
 * @param nowMs milliseconds since 1970
 * @throws SmsError when no usable answer came.
 */
export async function listPackages(
  sms: SmsService,
  timeoutMs: number,
  nowMs: number,
): Promise<SmsPackagesStatistics[] | undefined> {
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
      return undefined;
    }
    throw error;
  }
  return all;
}

/** The packages that are in effect at a moment. */
export function inEffect(
  packages: readonly SmsPackagesStatistics[],
  nowMs: number,
): SmsPackagesStatistics[] {
  const now = nowMs / 1000;
  return packages.filter(
    ({ PackageEffectiveTime, PackageExpiredTime }) =>
      PackageEffectiveTime <= now && now <= PackageExpiredTime,
  );
}

/** How many texts are left in them. */
export function sumRemaining(packages: readonly SmsPackagesStatistics[]): number {
  return packages.reduce(
    (sum, { PackageAmount, CurrentUsage }) => sum + Math.max(0, PackageAmount - CurrentUsage),
    0,
  );
}

/** The international site has no such action. */
function isNotOffered(code: string): boolean {
  return code === 'InvalidAction' || code.split('.', 1)[0] === 'UnsupportedOperation';
}
