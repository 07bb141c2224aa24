import { toOneLine } from '../privacy/redact.js';
import type { SmsMarket } from '../recipients/normalize-recipients.js';
import type { SmsService } from '../sms.service.js';
import { listAll } from './list-templates.js';
import { toReviewState } from './review-state.js';
import type { SmsReviewState } from './review-state.js';

/** A signature as Tencent has it. */
export interface AccountSign {
  /** Digits. */
  readonly id: string;
  /** Its content, which is what a send names. */
  readonly name: string;
  readonly market: SmsMarket;
  readonly state: SmsReviewState;
  /** The reviewer's words; may be empty. */
  readonly reviewReply: string;
}

/**
 * Reads the signatures of the account, of both markets.
 *
 * @throws SmsError when no usable answer came.
 */
export async function listSigns(sms: SmsService, signal?: AbortSignal): Promise<AccountSign[]> {
  const signs: AccountSign[] = [];
  for (const [International, market] of [
    [0, 'mainland'],
    [1, 'international'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- an action of few calls a second
    const items = await listAll(async (page) => {
      const answer = await sms.describeSmsSignList({ International, ...page }, { signal });
      return answer.DescribeSignListStatusSet;
    });
    for (const { SignId, SignName, StatusCode, ReviewReply } of items) {
      const state = toReviewState(StatusCode);
      const reviewReply = toOneLine(ReviewReply);
      signs.push({ id: String(SignId), name: toOneLine(SignName), market, state, reviewReply });
    }
  }
  return signs;
}
