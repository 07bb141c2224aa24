// Totals and packages.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Totals of submitted messages. At most 10 calls a second.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SendStatusStatistics
 */
export interface SendStatusStatisticsRequest {
  /** First hour, inclusive (the whole hour counts). Format: yyyymmddhh. */
  BeginTime: string;
  /** Last hour, inclusive; must be >= BeginTime. Rule: EndTime >= BeginTime. Format: yyyymmddhh. */
  EndTime: string;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** Must be sent, and changes nothing: 0 in the reference, 10 in Tencent's samples. */
  Limit: number;
  /** Must be sent, and changes nothing: 0. */
  Offset: number;
}

/** Answer of `SendStatusStatistics`. */
export interface SendStatusStatisticsResponse extends ResponseEnvelope {
  /** Totals. */
  SendStatusStatistics: SendStatusStatistics;
}

/**
 * Totals of delivery receipts. At most 10 calls a second.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=CallbackStatusStatistics
 */
export interface CallbackStatusStatisticsRequest {
  /** First hour, inclusive. Format: yyyymmddhh. */
  BeginTime: string;
  /**
   * Last hour; must be >= BeginTime. Rule: EndTime >= BeginTime, span at most 32 days. Format:
   * yyyymmddhh.
   */
  EndTime: string;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** Must be sent, and changes nothing: 0 in the reference, 10 in Tencent's samples. */
  Limit: number;
  /** Must be sent, and changes nothing: 0. */
  Offset: number;
}

/** Answer of `CallbackStatusStatistics`. */
export interface CallbackStatusStatisticsResponse extends ResponseEnvelope {
  /** Totals. */
  CallbackStatusStatistics: CallbackStatusStatistics;
}

/**
 * Packages bought or gifted and their use. At most 10 calls a second. Not on the international
 * site.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SmsPackagesStatistics
 */
export interface SmsPackagesStatisticsRequest {
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** Page size. From 0 to 500. */
  Limit: number;
  /** Offset. */
  Offset: number;
  /** Packages CREATED from this hour on. Format: yyyymmddhh. */
  BeginTime: string;
  /**
   * Packages created until this hour. Rule: EndTime > BeginTime and EndTime earlier than now.
   * Format: yyyymmddhh.
   */
  EndTime: string;
}

/** Answer of `SmsPackagesStatistics`. */
export interface SmsPackagesStatisticsResponse extends ResponseEnvelope {
  /** Packages created in the window. */
  SmsPackagesStatisticsSet: SmsPackagesStatistics[];
}

/** `SendStatusStatistics` of the answer. */
export interface SendStatusStatistics {
  /** Billed segments. */
  FeeCount: number;
  /** Messages submitted. */
  RequestCount: number;
  /** Messages accepted. */
  RequestSuccessCount: number;
}

/** `CallbackStatusStatistics` of the answer. */
export interface CallbackStatusStatistics {
  /** Receipts received. */
  CallbackCount: number;
  /** Messages accepted. */
  RequestSuccessCount: number;
  /** Receipts reporting failure. */
  CallbackFailCount: number;
  /** Receipts reporting success. */
  CallbackSuccessCount: number;
  /** Carrier-internal errors. */
  InternalErrorCount: number;
  /** Invalid or unassigned numbers. */
  InvalidNumberCount: number;
  /** Phone off, out of service etc. */
  ShutdownErrorCount: number;
  /** Numbers on a do-not-disturb list. */
  BlackListCount: number;
  /** Carrier frequency limits. */
  FrequencyLimitCount: number;
}

/** An item of `SmsPackagesStatisticsSet`. */
export interface SmsPackagesStatistics {
  /** UNIX seconds. */
  PackageCreateTime: number;
  /** UNIX seconds. */
  PackageEffectiveTime: number;
  /** UNIX seconds. */
  PackageExpiredTime: number;
  /** Messages in the package. */
  PackageAmount: number;
  /** Kind. `0` gifted; `1` bought. */
  PackageType: 0 | 1;
  /** Package id. */
  PackageId: number;
  /** Messages already used. Remaining = PackageAmount - CurrentUsage. */
  CurrentUsage: number;
}

/** The members of these actions, for checking at run time. */
export const statisticsShapes = {
  SendStatusStatistics: {
    request: {
      BeginTime: 'string',
      EndTime: 'string',
      SmsSdkAppId: 'string',
      Limit: 'integer',
      Offset: 'integer',
    },
    response: {
      SendStatusStatistics: {
        FeeCount: 'integer',
        RequestCount: 'integer',
        RequestSuccessCount: 'integer',
      },
    },
  },
  CallbackStatusStatistics: {
    request: {
      BeginTime: 'string',
      EndTime: 'string',
      SmsSdkAppId: 'string',
      Limit: 'integer',
      Offset: 'integer',
    },
    response: {
      CallbackStatusStatistics: {
        CallbackCount: 'integer',
        RequestSuccessCount: 'integer',
        CallbackFailCount: 'integer',
        CallbackSuccessCount: 'integer',
        InternalErrorCount: 'integer',
        InvalidNumberCount: 'integer',
        ShutdownErrorCount: 'integer',
        BlackListCount: 'integer',
        FrequencyLimitCount: 'integer',
      },
    },
  },
  SmsPackagesStatistics: {
    request: {
      SmsSdkAppId: 'string',
      Limit: 'integer',
      Offset: 'integer',
      BeginTime: 'string',
      EndTime: 'string',
    },
    response: {
      SmsPackagesStatisticsSet: [
        {
          PackageCreateTime: 'integer',
          PackageEffectiveTime: 'integer',
          PackageExpiredTime: 'integer',
          PackageAmount: 'integer',
          PackageType: 'integer',
          PackageId: 'integer',
          CurrentUsage: 'integer',
        },
      ],
    },
  },
} as const satisfies {
  SendStatusStatistics: ActionShape<SendStatusStatisticsRequest, SendStatusStatisticsResponse>;
  CallbackStatusStatistics: ActionShape<
    CallbackStatusStatisticsRequest,
    CallbackStatusStatisticsResponse
  >;
  SmsPackagesStatistics: ActionShape<SmsPackagesStatisticsRequest, SmsPackagesStatisticsResponse>;
};
