import type { SmsAction, SmsRequest } from '../api/actions.js';
import type { CallTiming } from './call-timing.js';

/** Options of every call. */
export interface SmsCallOptions {
  /**
   * Ends the call, at whatever point it is; `null` for none.
   * @default none
   */
  signal?: AbortSignal | null | undefined;
  /**
   * Milliseconds for the attempt, the body of the answer included. A provider of credentials or a
   * signer that is not ready at once gets as long before it.
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * A `Date` or milliseconds since 1970, by Tencent's clock as far as it is known: after this moment
   * the call is not signed, not signed again and not handed over, but rejected with `SMS_TOO_LATE`.
   * @default 60 seconds after the call
   */
  notAfter?: Date | number | undefined;
}

/** How a send wants its call made; its own bounds stand in place of the caller's. */
export interface CallTerms {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** From `SmsClient.startTiming`, where the times of the call are wanted. */
  readonly timing?: CallTiming | undefined;
  /**
   * Repeats refusals of the rate as long as there is time, rather than as often as other attempts.
   * @default false
   */
  readonly outlastsRateRefusals?: boolean | undefined;
}

/**
 * Request of an action as it is given here: `SmsSdkAppId` falls back to the account's `sdkAppId`, and
 * `SignName` of `SendSms` to its `signName`.
 */
export type SmsParams<A extends SmsAction> =
  SmsRequest<A> extends { SmsSdkAppId: string }
    ? Omit<SmsRequest<A>, 'SmsSdkAppId'> & { SmsSdkAppId?: string }
    : SmsRequest<A>;
