import type { SmsReviewState } from '../../account/review-state.js';
import type { SmsMarket } from '../../recipients/normalize-recipients.js';
import type { SmsTemplateKind } from '../../templates/template-content.js';
import { join, say } from '../language.js';
import type { CliText } from '../language.js';

const STATES: Readonly<Record<SmsReviewState, CliText>> = {
  approved: say('approved', '已通过审核'),
  waiting: say('still under review', '仍在审核中'),
  pending: say('approved and not in effect yet', '已通过审核但尚未生效'),
  rejected: say('rejected', '未通过审核'),
};
const MARKETS: Readonly<Record<SmsMarket, CliText>> = {
  mainland: say('mainland', '国内短信'),
  international: say('international', '国际/港澳台短信'),
};
const KINDS: Readonly<Record<SmsTemplateKind, CliText>> = {
  verification: say('verification', '验证码'),
  notification: say('notification', '通知'),
  marketing: say('marketing', '营销'),
};

/** How far a review came. */
export function describeState(state: SmsReviewState): CliText {
  return STATES[state];
}

/** Where a text may go. */
export function describeMarkets(markets: readonly SmsMarket[]): CliText {
  return join(
    markets.map((market) => MARKETS[market]),
    say(' and ', '和'),
  );
}

/** What a text is for. */
export function describeKind(kind: SmsTemplateKind): CliText {
  return KINDS[kind];
}
