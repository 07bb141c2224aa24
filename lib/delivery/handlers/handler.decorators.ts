import { SetMetadata } from '@nestjs/common';
import type { SmsJobResult } from '../job-outcome.js';
import type { SmsFailureKind } from '../store/delivery.store.js';

/** Which reports a handler hears of. */
export interface SmsReportFilter {
  /** @default both */
  state?: 'delivered' | 'failed' | undefined;
  /** Why it failed. @default any */
  kind?: SmsFailureKind | undefined;
  /** Id of the template. @default any */
  template?: string | undefined;
  /** Name of the account. @default any */
  account?: string | undefined;
  /**
   * `false` hears of reports of texts that this module did not send: another system on the same
   * application, or one whose text is not known yet.
   * @default true
   */
  known?: boolean | undefined;
}

/** Which replies a handler hears of. */
export interface SmsReplyFilter {
  /** Whether the reply opts out. @default any */
  optOut?: boolean | undefined;
}

/** Which ends of queued texts a handler hears of. */
export interface SmsOutcomeFilter {
  /** @default all */
  status?: SmsJobResult['status'] | undefined;
  /** Id of the template. @default any */
  template?: string | undefined;
  /** Name of the account. @default any */
  account?: string | undefined;
}

/** What a method is marked with. */
export type HandlerMark =
  | { readonly kind: 'report'; readonly filter: SmsReportFilter }
  | { readonly kind: 'reply'; readonly filter: SmsReplyFilter }
  | { readonly kind: 'settled' }
  | { readonly kind: 'outcome'; readonly filter: SmsOutcomeFilter };

/** Key of the mark on a method. */
export const HANDLER_MARK = Symbol.for('nestjs-tencentcloud-sms:delivery-handler');

/**
 * Calls the method with each `SmsReport`: once for each change of a text's state, on one instance, and
 * again when it throws. The provider must be a singleton. Class and method are the name of the handler,
 * which no other one may have.
 *
 * @example
 * `@OnSmsReport({ state: 'failed', kind: 'invalid' }) onDeadNumber(report: SmsReport) {}`
 */
export function OnSmsReport(filter: SmsReportFilter = {}): MethodDecorator {
  return SetMetadata(HANDLER_MARK, { kind: 'report', filter } satisfies HandlerMark);
}

/**
 * Calls the method with each `SmsReply`, on one instance, and again when it throws. A reply is not
 * signed: never unlock anything with it.
 */
export function OnSmsReply(filter: SmsReplyFilter = {}): MethodDecorator {
  return SetMetadata(HANDLER_MARK, { kind: 'reply', filter } satisfies HandlerMark);
}

/**
 * Calls the method with each `SmsSettlement`: what was found of a text whose outcome was open, and again
 * with `corrected` where that proved wrong; on one instance, and again when it throws. `absent` is
 * presumed: sending again may reach a phone twice.
 */
export function OnSmsSettled(): MethodDecorator {
  return SetMetadata(HANDLER_MARK, { kind: 'settled' } satisfies HandlerMark);
}

/**
 * Calls the method with each `SmsJobOutcome`: the end of a text that went through a `SmsSendGuard`, once,
 * and again with `corrected` where that proved wrong; on one instance, and again when it throws.
 *
 * @example
 * `@OnSmsOutcome({ status: 'rejected' }) onRejected(outcome: SmsJobOutcome) {}`
 */
export function OnSmsOutcome(filter: SmsOutcomeFilter = {}): MethodDecorator {
  return SetMetadata(HANDLER_MARK, { kind: 'outcome', filter } satisfies HandlerMark);
}
