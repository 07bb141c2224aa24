import type { SmsAction, SmsRequest, SmsResponse } from '../../api/actions.js';
import type { Account } from '../records/account.js';
import type { CallFaults } from '../faults/faults.js';
import type { SendRecord } from '../records/message-log.js';

/** What a handler works with beside its request. */
export interface HandlerContext {
  readonly account: Account;
  readonly requestId: string;
  readonly requestLogId: number;
  /** What is to go wrong with this call. */
  readonly faults: CallFaults;
  /** The texts that this call brings about. */
  readonly records: SendRecord[];
}

/**
 * Does one action. The request has the right shape already; whatever else is wrong with it is thrown
 * as an `ApiError`.
 */
export type Handler<A extends SmsAction> = (
  request: SmsRequest<A>,
  context: HandlerContext,
) => Omit<SmsResponse<A>, 'RequestId'>;

/** Handlers of a family of actions. */
export type Handlers<A extends SmsAction> = { readonly [Action in A]: Handler<Action> };
