import { MAX_PULLED_ITEMS } from '../../api/limits.js';
import { isReported } from '../records/message-log.js';
import type { AccountRules } from '../records/account.js';
import type { ReportedRecord, SendRecord } from '../records/message-log.js';
import type { PullSmsSendStatus, SendRecord as SendRecordItem } from '../../api/statuses.js';
import { ApiError } from '../protocol/api.error.js';
import { toSeconds } from '../clock/clock.js';
import type { Handlers } from './handler.js';
import { assertLimit, assertOffset, assertZeroOffset, readPhone, readWindow } from './paging.js';

const MAX_PAGE = 50;
const DEFAULT_PAGE = 20;
const MAX_LISTED = 1000;
const HOUR_SECONDS = 3600;

/** Handlers of what became of a text. */
export const statusesHandlers: Handlers<
  | 'PullSmsSendStatus'
  | 'PullSmsSendStatusByPhoneNumber'
  | 'DescribeSendRecordList'
  | 'ReportConversion'
> = {
  PullSmsSendStatus(request, { account }) {
    assertLimit(request.Limit, MAX_PULLED_ITEMS);
    const app = account.appOf(request.SmsSdkAppId);
    return { PullSmsSendStatusSet: app.reports.take(request.Limit).map(toReportOf(account.rules)) };
  },

  PullSmsSendStatusByPhoneNumber(request, { account }) {
    assertLimit(request.Limit, MAX_PULLED_ITEMS);
    assertZeroOffset(request.Offset);
    const { id } = account.appOf(request.SmsSdkAppId);
    const { e164 } = readPhone(request.PhoneNumber, account);
    const isInside = readWindow(request, account.clock, 7 * 24 * HOUR_SECONDS);
    return {
      PullSmsSendStatusSet: account
        .recordsOf(e164, id)
        .filter(isReported)
        .filter(({ report }) => isInside(report.at))
        .slice(0, request.Limit)
        .map(toReportOf(account.rules)),
    };
  },

  DescribeSendRecordList(request, { account }) {
    const { Limit: limit = DEFAULT_PAGE, Offset: offset = 0 } = request;
    assertLimit(limit, MAX_PAGE, 1);
    assertOffset(offset, MAX_LISTED);
    const { id } = account.appOf(request.SmsSdkAppId);
    const { e164 } = readPhone(request.PhoneNumber, account);
    const isInside = readWindow(request, account.clock, 72 * HOUR_SECONDS);
    const found = account
      .recordsOf(e164, id)
      .filter(({ sentAt }) => isInside(sentAt))
      .slice(0, MAX_LISTED);
    return {
      SendRecordSet: found.slice(offset, offset + limit).map(toSendRecord),
      TotalCount: found.length,
    };
  },

  ReportConversion(request, { account }) {
    const { id } = account.appOf(request.SmsSdkAppId);
    const [known] = account.log.find(
      ({ sdkAppId, serialNo }) => sdkAppId === id && serialNo === request.SerialNo,
    );
    if (known === undefined || request.SerialNo === '') {
      throw new ApiError('InvalidParameterValue', 'No text has this `SerialNo`.');
    }
    return { ReportConversionStatus: { Code: 'ok', Message: 'report success' } };
  },
};

function toReportOf({ echoesContext }: AccountRules) {
  return ({ serialNo, phone, report, sessionContext }: ReportedRecord): PullSmsSendStatus => ({
    UserReceiveTime: toSeconds(report.at),
    CountryCode: phone.countryCode,
    SubscriberNumber: phone.subscriber,
    PhoneNumber: phone.e164,
    SerialNo: serialNo,
    ReportStatus: report.status,
    Description: report.code,
    SessionContext: echoesContext ? sessionContext : '',
  });
}

function toSendRecord(record: SendRecord): SendRecordItem {
  const { phone, code, sentAt, report, serialNo } = record;
  const delivered = report?.status === 'SUCCESS';
  const submitted = serialNo !== '';
  return {
    PhoneNumber: phone.e164,
    SerialNo: serialNo,
    SendStatus: !submitted ? 1 : report === undefined ? 3 : delivered ? 2 : 4,
    RequestCode: code,
    StatusCode: report?.code ?? '',
    IsoCode: phone.isoCode ?? 'DEF',
    Content: record.text.replace(/\d{4,}/g, maskDigits),
    SendTime: toSeconds(sentAt),
    UserReceiveTime: delivered ? toSeconds(report.at) : 0,
  };
}

// As in Tencent's example: a code reads `4****0` here.
function maskDigits(digits: string): string {
  return `${digits.slice(0, 1)}****${digits.slice(-1)}`;
}
