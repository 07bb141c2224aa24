import { MAX_PULLED_ITEMS } from '../../api/limits.js';
import type { PullSmsReplyStatus } from '../../api/replies.js';
import { toSeconds } from '../clock/clock.js';
import type { Handlers } from './handler.js';
import { assertLimit, assertZeroOffset, readPhone, readWindow } from './paging.js';
import type { Reply } from '../records/sms-app.js';

const WEEK_SECONDS = 7 * 86_400;

/** Handlers of replies. */
export const repliesHandlers: Handlers<'PullSmsReplyStatus' | 'PullSmsReplyStatusByPhoneNumber'> = {
  PullSmsReplyStatus(request, { account }) {
    assertLimit(request.Limit, MAX_PULLED_ITEMS);
    const app = account.appOf(request.SmsSdkAppId);
    return { PullSmsReplyStatusSet: app.replyQueue.take(request.Limit).map(toReplyStatus) };
  },

  PullSmsReplyStatusByPhoneNumber(request, { account }) {
    assertLimit(request.Limit, MAX_PULLED_ITEMS);
    assertZeroOffset(request.Offset);
    const app = account.appOf(request.SmsSdkAppId);
    const { e164 } = readPhone(request.PhoneNumber, account);
    const isInside = readWindow(request, account.clock, WEEK_SECONDS);
    return {
      PullSmsReplyStatusSet: app.replies
        .newest(({ phone, at }) => phone.e164 === e164 && isInside(at))
        .slice(0, request.Limit)
        .map(toReplyStatus),
    };
  },
};

function toReplyStatus({ phone, signName, extendCode, text, at }: Reply): PullSmsReplyStatus {
  return {
    ExtendCode: extendCode,
    CountryCode: phone.countryCode,
    PhoneNumber: phone.e164,
    SignName: signName,
    ReplyContent: text,
    ReplyTime: toSeconds(at),
    SubscriberNumber: phone.subscriber,
  };
}
