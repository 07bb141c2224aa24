import { MAX_LISTED_PACKAGES } from '../../api/limits.js';
import { ApiError } from '../protocol/api.error.js';
import { chinaHourOf } from '../../time/china-time.js';
import { toSeconds } from '../clock/clock.js';
import type { Handlers } from './handler.js';
import { assertLimit, readHours } from './paging.js';

const MAX_SPAN_HOURS = 32 * 24;
const BOUGHT = 1;

/**
 * Handlers of totals and packages. Totals have no pages: the reference fixes `Limit` and `Offset` to 0,
 * while the samples of Tencent's guides send a `Limit` of 10.
 */
export const statisticsHandlers: Handlers<
  'SendStatusStatistics' | 'CallbackStatusStatistics' | 'SmsPackagesStatistics'
> = {
  SendStatusStatistics(request, { account }) {
    const { first, last } = readHours(request);
    const counts = account.appOf(request.SmsSdkAppId).sum(first, last);
    return {
      SendStatusStatistics: {
        FeeCount: counts.FeeCount,
        RequestCount: counts.RequestCount,
        RequestSuccessCount: counts.RequestSuccessCount,
      },
    };
  },

  CallbackStatusStatistics(request, { account }) {
    const { first, last } = readHours(request);
    if (last - first > MAX_SPAN_HOURS) {
      throw new ApiError(
        'InvalidParameterValue.EndTimeVerifyFail',
        '`EndTime` must be at most 32 days after `BeginTime`.',
      );
    }
    const counts = account.appOf(request.SmsSdkAppId).sum(first, last);
    return {
      CallbackStatusStatistics: {
        CallbackCount: counts.CallbackCount,
        RequestSuccessCount: counts.RequestSuccessCount,
        CallbackFailCount: counts.CallbackFailCount,
        CallbackSuccessCount: counts.CallbackSuccessCount,
        InternalErrorCount: counts.InternalErrorCount,
        InvalidNumberCount: counts.InvalidNumberCount,
        ShutdownErrorCount: counts.ShutdownErrorCount,
        BlackListCount: counts.BlackListCount,
        FrequencyLimitCount: counts.FrequencyLimitCount,
      },
    };
  },

  SmsPackagesStatistics(request, { account }) {
    assertLimit(request.Limit, MAX_LISTED_PACKAGES);
    const { first, last } = readHours(request);
    // "Earlier than now" is read by the hour: the one that has begun may be named.
    if (last === first || last > chinaHourOf(account.clock.now())) {
      throw new ApiError(
        'InvalidParameterValue.EndTimeVerifyFail',
        '`EndTime` must be later than `BeginTime` and not in the future.',
      );
    }
    const { smsPackage, packageUsage } = account.appOf(request.SmsSdkAppId);
    const createdIn = chinaHourOf(smsPackage.createdAt);
    const packages = createdIn >= first && createdIn <= last ? [smsPackage] : [];
    return {
      SmsPackagesStatisticsSet: packages
        .slice(request.Offset, request.Offset + request.Limit)
        .map(({ id, amount, createdAt, expiresAt }) => ({
          PackageCreateTime: toSeconds(createdAt),
          PackageEffectiveTime: toSeconds(createdAt),
          PackageExpiredTime: toSeconds(expiresAt),
          PackageAmount: amount,
          PackageType: BOUGHT,
          PackageId: id,
          CurrentUsage: packageUsage,
        })),
    };
  },
};
