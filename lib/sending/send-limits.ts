import type { Deadline } from '../client/deadline.js';

/** What ends a call, or all calls, early. */
export interface SmsSendLimits {
  /**
   * Ends the send: what was not written by then is rejected, what was is unknown; `null`
   * for none.
   * @default none
   */
  signal?: AbortSignal | null | undefined;
  /**
   * Milliseconds for each attempt.
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * A `Date` or milliseconds since 1970, by Tencent's clock as far as it is known: what was not handed
   * over by then is rejected with `SMS_TOO_LATE`. Holds for all calls of the send together.
   * @default 60 seconds for each call, once its turn has come
   */
  notAfter?: Date | number | undefined;
}

/** {@link SmsSendLimits} of one call. */
export interface BatchLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  /** `notAfter` of the whole send. */
  readonly deadline: Deadline | undefined;
  /** Whether refusals of the rate are repeated as long as there is time. */
  readonly outlastsRateRefusals: boolean;
  /** Our id of the request, where it was given leave under it. @default made anew */
  readonly callRef?: string | undefined;
  /** Whether what gave the leave keeps its rows. @default false */
  readonly isKept?: boolean | undefined;
}

/** An attempt that was given leave before: it goes out under its id, and only once it is written down. */
export interface SendLeave {
  readonly callRef: string;
  /**
   * Whether what gave the leave keeps its rows, and looks for them where their outcome stays open.
   * @default false: observers write the attempt down before it leaves
   */
  readonly isKept?: boolean | undefined;
  /** Began before the leave was asked for. */
  readonly deadline: Deadline;
}
