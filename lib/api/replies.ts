// What people answered.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Take user replies from a queue. At most 100 calls a second. Activation: must be enabled by
 * Tencent (SMS helper). Each item is handed out once: if the answer is lost, so are the items in
 * it.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsReplyStatus
 */
export interface PullSmsReplyStatusRequest {
  /** Maximum number of replies to take from the queue. From 0 to 100. */
  Limit: number;
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
}

/** Answer of `PullSmsReplyStatus`. */
export interface PullSmsReplyStatusResponse extends ResponseEnvelope {
  /** Replies; each is handed out only once. */
  PullSmsReplyStatusSet: PullSmsReplyStatus[];
}

/**
 * Replies of one number in a time window. At most 20 calls a second.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsReplyStatusByPhoneNumber
 */
export interface PullSmsReplyStatusByPhoneNumberRequest {
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

/** Answer of `PullSmsReplyStatusByPhoneNumber`. */
export interface PullSmsReplyStatusByPhoneNumberResponse extends ResponseEnvelope {
  /** Replies of that number in the window. */
  PullSmsReplyStatusSet: PullSmsReplyStatus[];
}

/** An item of `PullSmsReplyStatusSet`. */
export interface PullSmsReplyStatus {
  /** Extension digits of the port the user answered to. */
  ExtendCode: string;
  /** Country/region code without plus. */
  CountryCode: string;
  /** E.164 number. */
  PhoneNumber: string;
  /** Signature of the message answered to. */
  SignName: string;
  /** Text the user sent. */
  ReplyContent: string;
  /** Moment of the reply, UNIX seconds. */
  ReplyTime: number;
  /** Number without country code. */
  SubscriberNumber: string;
}

/** The members of these actions, for checking at run time. */
export const repliesShapes = {
  PullSmsReplyStatus: {
    request: {
      Limit: 'integer',
      SmsSdkAppId: 'string',
    },
    response: {
      PullSmsReplyStatusSet: [
        {
          ExtendCode: 'string',
          CountryCode: 'string',
          PhoneNumber: 'string',
          SignName: 'string',
          ReplyContent: 'string',
          ReplyTime: 'integer',
          SubscriberNumber: 'string',
        },
      ],
    },
  },
  PullSmsReplyStatusByPhoneNumber: {
    request: {
      BeginTime: 'integer',
      Offset: 'integer',
      Limit: 'integer',
      PhoneNumber: 'string',
      SmsSdkAppId: 'string',
      EndTime: 'integer?',
    },
    response: {
      PullSmsReplyStatusSet: [
        {
          ExtendCode: 'string',
          CountryCode: 'string',
          PhoneNumber: 'string',
          SignName: 'string',
          ReplyContent: 'string',
          ReplyTime: 'integer',
          SubscriberNumber: 'string',
        },
      ],
    },
  },
} as const satisfies {
  PullSmsReplyStatus: ActionShape<PullSmsReplyStatusRequest, PullSmsReplyStatusResponse>;
  PullSmsReplyStatusByPhoneNumber: ActionShape<
    PullSmsReplyStatusByPhoneNumberRequest,
    PullSmsReplyStatusByPhoneNumberResponse
  >;
};
