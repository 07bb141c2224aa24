import { describeSmsError } from '../errors/error-catalogue.js';
import { currentCode } from '../errors/error-catalogue.js';

/**
 * What a rejection of a text is to its job. `final`: it is the end. `passing`: it may go later.
 * `window`: no marketing at this hour. `lane`: the account can't pay for texts of this kind now.
 * `worker`: this process has no right to send; another one may.
 */
export type RejectionKind = 'final' | 'passing' | 'window' | 'lane' | 'worker';

/** Refused to texts of one kind or one application, whatever process sends them. */
const OF_THE_TEXT: ReadonlySet<string> = new Set([
  'UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny',
]);
const OF_THE_APPLICATION: ReadonlySet<string> = new Set([
  'UnauthorizedOperation.SdkAppIdIsDisabled',
  'UnauthorizedOperation.SmsSdkAppIdVerifyFail',
]);

/** @param hasOwnApplication whether the text names an application that is not the account's */
export function rejectionKindOf(code: string, hasOwnApplication: boolean): RejectionKind {
  const { family, owner, retry } = describeSmsError(code);
  const current = currentCode(code);
  if (current === 'FailedOperation.MarketingSendTimeConstraint') {
    return 'window';
  }
  // It was rejected, so that it did not leave.
  if (current === 'SMS_ABORTED') {
    return 'passing';
  }
  if (OF_THE_TEXT.has(current) || (hasOwnApplication && OF_THE_APPLICATION.has(current))) {
    return 'final';
  }
  if (family === 'authentication' || family === 'permission') {
    return 'worker';
  }
  if (family === 'quota' && owner === 'operator' && retry === 'never') {
    return 'lane';
  }
  // What a number may get is used up, or its user asked too often: later it would be another text.
  const isOfNumber = owner === 'caller';
  return (retry === 'safe-now' || retry === 'safe-later') && !isOfNumber ? 'passing' : 'final';
}

/** Milliseconds until a text is tried again; longer from attempt to attempt. */
export function backOffMs(code: string, epoch: number, random: () => number): number {
  const isQuota = describeSmsError(code).family === 'quota';
  const base = isQuota ? 600_000 : Math.min(1000 * 2 ** (epoch - 1), 60_000);
  return Math.round(base * (0.75 + random() / 2));
}
