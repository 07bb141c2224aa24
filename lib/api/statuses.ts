// What became of a message after it was accepted.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Take delivery reports from a queue. At most 100 calls a second. Activation: must be enabled by
 * Tencent (SMS helper). Each item is handed out once: if the answer is lost, so are the items in
 * it.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsSendStatus
 */
export interface PullSmsSendStatusRequest {
  /** Maximum number of reports to take from the queue. From 0 to 100. */
  Limit: number;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
}

/** Answer of `PullSmsSendStatus`. */
export interface PullSmsSendStatusResponse extends ResponseEnvelope {
  /** Delivery reports; empty array when the queue is empty. Each report is handed out only once. */
  PullSmsSendStatusSet: PullSmsSendStatus[];
}

/**
 * Delivery reports of one number in a time window. At most 20 calls a second.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsSendStatusByPhoneNumber
 */
export interface PullSmsSendStatusByPhoneNumberRequest {
  /** Start, UNIX seconds. Rule: at most 7 days back. */
  BeginTime: number;
  /** Fixed to 0 for now. */
  Offset: 0;
  /** Maximum number of items. From 0 to 100. */
  Limit: number;
  /**
   * One number. E.164: a plus sign, country/region code, subscriber number, e.g. +8613800138000.
   */
  PhoneNumber: string;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** End, UNIX seconds. */
  EndTime?: number;
}

/** Answer of `PullSmsSendStatusByPhoneNumber`. */
export interface PullSmsSendStatusByPhoneNumberResponse extends ResponseEnvelope {
  /** Delivery reports for that number in the window. */
  PullSmsSendStatusSet: PullSmsSendStatus[];
}

/**
 * Send records of one number, last 72 hours. At most 10 calls a second.
 *
 * @see https://cloud.tencent.com/document/product/382/137245
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribeSendRecordList
 */
export interface DescribeSendRecordListRequest {
  /**
   * One number. E.164: a plus sign, country/region code, subscriber number, e.g. +8613800138000.
   */
  PhoneNumber: string;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** Start by send time, UNIX seconds. Rule: not earlier than 72 hours before now. */
  BeginTime: number;
  /**
   * End by send time, UNIX seconds. Rule: not in the future.
   * @default server time now
   */
  EndTime?: number;
  /**
   * Page size. From 1 to 50.
   * @default 20
   */
  Limit?: number;
  /**
   * Offset; results are sorted by send time, newest first, and are cut off after 1000 records.
   * From 0 to 1000.
   * @default 0
   */
  Offset?: number;
}

/** Answer of `DescribeSendRecordList`. */
export interface DescribeSendRecordListResponse extends ResponseEnvelope {
  /** Records of this page. */
  SendRecordSet: SendRecord[];
  /** Total in the window, at most 1000. */
  TotalCount: number;
}

/**
 * Report that a verification code was used. At most 1000 calls a second. Activation: allow-list,
 * by Tencent (SMS helper).
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ReportConversion
 */
export interface ReportConversionRequest {
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /** SerialNo of the message whose code the user typed in. */
  SerialNo: string;
  /** Moment the user typed it in, UNIX seconds. */
  ConversionTime?: number;
}

/** Answer of `ReportConversion`. */
export interface ReportConversionResponse extends ResponseEnvelope {
  /** Result. */
  ReportConversionStatus: ReportConversionStatus;
}

/** An item of `PullSmsSendStatusSet`. */
export interface PullSmsSendStatus {
  /**
   * Moment the handset received the message, UNIX seconds (integer here; the webhook sends a
   * "yyyy-MM-dd HH:mm:ss" string instead).
   */
  UserReceiveTime: number;
  /** Country/region code without plus, e.g. "86". */
  CountryCode: string;
  /** Number without country code, e.g. "13800138000". */
  SubscriberNumber: string;
  /** E.164 number. */
  PhoneNumber: string;
  /** SerialNo that SendSms returned. */
  SerialNo: string;
  /** Final result. `SUCCESS` delivered; `FAIL` not delivered. */
  ReportStatus: 'SUCCESS' | 'FAIL';
  /** Carrier receipt code such as DELIVRD, or a failure code. */
  Description: string;
  /** SessionContext of the request; EMPTY by default, must be enabled by Tencent. */
  SessionContext: string;
}

/** An item of `SendRecordSet`. */
export interface SendRecord {
  /** E.164 number. */
  PhoneNumber: string;
  /** SerialNo of the send call. */
  SerialNo: string;
  /**
   * State. `1` submission failed; `2` submitted and delivered; `3` submitted, still in progress;
   * `4` submitted, delivery failed.
   */
  SendStatus: 1 | 2 | 3 | 4;
  /** Same vocabulary as SendStatus.Code ("Ok" or an error code). */
  RequestCode: string;
  /** Carrier receipt code (e.g. DELIVRD); filled only for SendStatus 2 and 4, otherwise "". */
  StatusCode: string;
  /**
   * ISO country/region code such as CN or US; DEF when the country could not be recognised; an
   * empty string has been observed on failed items.
   */
  IsoCode: string;
  /** Text with signature; some inserted values are masked (e.g. 0****1). */
  Content: string;
  /** UNIX seconds. */
  SendTime: number;
  /** UNIX seconds; 0 unless SendStatus is 2. */
  UserReceiveTime: number;
}

/** `ReportConversionStatus` of the answer. */
export interface ReportConversionStatus {
  /**
   * Success value written "ok" in the field description and "OK" in the example: compare without
   * case.
   */
  Code: string;
  /** "report success" or "success" on success. */
  Message: string;
}

/** The members of these actions, for checking at run time. */
export const statusesShapes = {
  PullSmsSendStatus: {
    request: {
      Limit: 'integer',
      SmsSdkAppId: 'string',
    },
    response: {
      PullSmsSendStatusSet: [
        {
          UserReceiveTime: 'integer',
          CountryCode: 'string',
          SubscriberNumber: 'string',
          PhoneNumber: 'string',
          SerialNo: 'string',
          ReportStatus: 'string',
          Description: 'string',
          SessionContext: 'string',
        },
      ],
    },
  },
  PullSmsSendStatusByPhoneNumber: {
    request: {
      BeginTime: 'integer',
      Offset: 'integer',
      Limit: 'integer',
      PhoneNumber: 'string',
      SmsSdkAppId: 'string',
      EndTime: 'integer?',
    },
    response: {
      PullSmsSendStatusSet: [
        {
          UserReceiveTime: 'integer',
          CountryCode: 'string',
          SubscriberNumber: 'string',
          PhoneNumber: 'string',
          SerialNo: 'string',
          ReportStatus: 'string',
          Description: 'string',
          SessionContext: 'string',
        },
      ],
    },
  },
  DescribeSendRecordList: {
    request: {
      PhoneNumber: 'string',
      SmsSdkAppId: 'string',
      BeginTime: 'integer',
      EndTime: 'integer?',
      Limit: 'integer?',
      Offset: 'integer?',
    },
    response: {
      SendRecordSet: [
        {
          PhoneNumber: 'string',
          SerialNo: 'string',
          SendStatus: 'integer',
          RequestCode: 'string',
          StatusCode: 'string',
          IsoCode: 'string',
          Content: 'string',
          SendTime: 'integer',
          UserReceiveTime: 'integer',
        },
      ],
      TotalCount: 'integer',
    },
  },
  ReportConversion: {
    request: {
      SmsSdkAppId: 'string',
      SerialNo: 'string',
      ConversionTime: 'integer?',
    },
    response: {
      ReportConversionStatus: {
        Code: 'string',
        Message: 'string',
      },
    },
  },
} as const satisfies {
  PullSmsSendStatus: ActionShape<PullSmsSendStatusRequest, PullSmsSendStatusResponse>;
  PullSmsSendStatusByPhoneNumber: ActionShape<
    PullSmsSendStatusByPhoneNumberRequest,
    PullSmsSendStatusByPhoneNumberResponse
  >;
  DescribeSendRecordList: ActionShape<
    DescribeSendRecordListRequest,
    DescribeSendRecordListResponse
  >;
  ReportConversion: ActionShape<ReportConversionRequest, ReportConversionResponse>;
};
