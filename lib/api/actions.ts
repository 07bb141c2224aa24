// The twenty actions of the API, by name. Everything that must exist once an action is keyed by this map.
import { numbersShapes } from './numbers.js';
import type { DescribePhoneNumberInfoRequest, DescribePhoneNumberInfoResponse } from './numbers.js';
import { repliesShapes } from './replies.js';
import type {
  PullSmsReplyStatusByPhoneNumberRequest,
  PullSmsReplyStatusByPhoneNumberResponse,
  PullSmsReplyStatusRequest,
  PullSmsReplyStatusResponse,
} from './replies.js';
import { sendingShapes } from './sending.js';
import type {
  SendMultiGlobalSmsRequest,
  SendMultiGlobalSmsResponse,
  SendSmsRequest,
  SendSmsResponse,
} from './sending.js';
import { parseShape } from './shapes.js';
import type { ActionShape, Members } from './shapes.js';
import { signsShapes } from './signs.js';
import type {
  AddSmsSignRequest,
  AddSmsSignResponse,
  DeleteSmsSignRequest,
  DeleteSmsSignResponse,
  DescribeSmsSignListRequest,
  DescribeSmsSignListResponse,
  ModifySmsSignRequest,
  ModifySmsSignResponse,
} from './signs.js';
import { statisticsShapes } from './statistics.js';
import type {
  CallbackStatusStatisticsRequest,
  CallbackStatusStatisticsResponse,
  SendStatusStatisticsRequest,
  SendStatusStatisticsResponse,
  SmsPackagesStatisticsRequest,
  SmsPackagesStatisticsResponse,
} from './statistics.js';
import { statusesShapes } from './statuses.js';
import type {
  DescribeSendRecordListRequest,
  DescribeSendRecordListResponse,
  PullSmsSendStatusByPhoneNumberRequest,
  PullSmsSendStatusByPhoneNumberResponse,
  PullSmsSendStatusRequest,
  PullSmsSendStatusResponse,
  ReportConversionRequest,
  ReportConversionResponse,
} from './statuses.js';
import { templatesShapes } from './templates.js';
import type {
  AddSmsTemplateRequest,
  AddSmsTemplateResponse,
  DeleteSmsTemplateRequest,
  DeleteSmsTemplateResponse,
  DescribeSmsTemplateListRequest,
  DescribeSmsTemplateListResponse,
  ModifySmsTemplateRequest,
  ModifySmsTemplateResponse,
} from './templates.js';

/**
 * Action name → its request and its answer (without the envelope).
 *
 * @see https://cloud.tencent.com/document/api/382/52077
 */
export interface SmsActionMap {
  SendSms: { request: SendSmsRequest; response: SendSmsResponse };
  SendMultiGlobalSms: {
    request: SendMultiGlobalSmsRequest;
    response: SendMultiGlobalSmsResponse;
  };
  PullSmsSendStatus: { request: PullSmsSendStatusRequest; response: PullSmsSendStatusResponse };
  PullSmsSendStatusByPhoneNumber: {
    request: PullSmsSendStatusByPhoneNumberRequest;
    response: PullSmsSendStatusByPhoneNumberResponse;
  };
  DescribeSendRecordList: {
    request: DescribeSendRecordListRequest;
    response: DescribeSendRecordListResponse;
  };
  ReportConversion: { request: ReportConversionRequest; response: ReportConversionResponse };
  PullSmsReplyStatus: { request: PullSmsReplyStatusRequest; response: PullSmsReplyStatusResponse };
  PullSmsReplyStatusByPhoneNumber: {
    request: PullSmsReplyStatusByPhoneNumberRequest;
    response: PullSmsReplyStatusByPhoneNumberResponse;
  };
  AddSmsSign: { request: AddSmsSignRequest; response: AddSmsSignResponse };
  ModifySmsSign: { request: ModifySmsSignRequest; response: ModifySmsSignResponse };
  DeleteSmsSign: { request: DeleteSmsSignRequest; response: DeleteSmsSignResponse };
  DescribeSmsSignList: {
    request: DescribeSmsSignListRequest;
    response: DescribeSmsSignListResponse;
  };
  AddSmsTemplate: { request: AddSmsTemplateRequest; response: AddSmsTemplateResponse };
  ModifySmsTemplate: { request: ModifySmsTemplateRequest; response: ModifySmsTemplateResponse };
  DeleteSmsTemplate: { request: DeleteSmsTemplateRequest; response: DeleteSmsTemplateResponse };
  DescribeSmsTemplateList: {
    request: DescribeSmsTemplateListRequest;
    response: DescribeSmsTemplateListResponse;
  };
  SendStatusStatistics: {
    request: SendStatusStatisticsRequest;
    response: SendStatusStatisticsResponse;
  };
  CallbackStatusStatistics: {
    request: CallbackStatusStatisticsRequest;
    response: CallbackStatusStatisticsResponse;
  };
  SmsPackagesStatistics: {
    request: SmsPackagesStatisticsRequest;
    response: SmsPackagesStatisticsResponse;
  };
  DescribePhoneNumberInfo: {
    request: DescribePhoneNumberInfoRequest;
    response: DescribePhoneNumberInfoResponse;
  };
}

/** Name of an action, as it goes into `X-TC-Action`. */
export type SmsAction = keyof SmsActionMap;

/** Request of an action. */
export type SmsRequest<A extends SmsAction> = SmsActionMap[A]['request'];

/** Answer of an action, without the envelope. */
export type SmsResponse<A extends SmsAction> = SmsActionMap[A]['response'];

/** Every action's members, for checking what comes in from outside. */
export const ACTION_SHAPES: {
  readonly [A in SmsAction]: ActionShape<SmsRequest<A>, SmsResponse<A>>;
} = {
  ...sendingShapes,
  ...statusesShapes,
  ...repliesShapes,
  ...signsShapes,
  ...templatesShapes,
  ...statisticsShapes,
  ...numbersShapes,
};

/** All twenty actions, in the order of the documentation. */
export const SMS_ACTIONS = Object.freeze(Object.keys(ACTION_SHAPES)) as readonly SmsAction[];

/** Tells whether a word from outside names an action. */
export function isSmsAction(word: unknown): word is SmsAction {
  return typeof word === 'string' && Object.hasOwn(ACTION_SHAPES, word);
}

// All others change something, cost something, or hand each item out once.
const READS: ReadonlySet<SmsAction> = new Set<SmsAction>([
  'PullSmsSendStatusByPhoneNumber',
  'DescribeSendRecordList',
  'PullSmsReplyStatusByPhoneNumber',
  'DescribeSmsSignList',
  'DescribeSmsTemplateList',
  'SendStatusStatistics',
  'CallbackStatusStatistics',
  'SmsPackagesStatistics',
  'DescribePhoneNumberInfo',
]);

/** Whether an action only looks, so that doing it twice does no harm. */
export function isRead(action: SmsAction): boolean {
  return READS.has(action);
}

const MEMBERS = Object.fromEntries(
  SMS_ACTIONS.map((action) => {
    const { request, response } = ACTION_SHAPES[action];
    return [action, { request: parseShape(request), response: parseShape(response) }];
  }),
) as Readonly<Record<SmsAction, Readonly<Record<'request' | 'response', Members>>>>;

/** The members of an action's request, or of its response without the envelope. */
export function membersOf(action: SmsAction, part: 'request' | 'response'): Members {
  return MEMBERS[action][part];
}
