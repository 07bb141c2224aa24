import type { SmsService } from '../sms.service.js';
import type { Afterwards } from './afterwards.js';
import { readCaller } from './caller.js';
import type { VerificationKeys } from './keys/verification-keys.js';
import type { SmsVerificationStore } from './store/verification.store.js';
import type { SmsTestHooks } from '../sms.test-hooks.js';
import type { VerificationLogger } from './verification.logger.js';
import type { ResolvedTestNumber, ResolvedVerificationOptions } from './verification.options.js';

/** What starts and checks share. */
export interface VerificationContext {
  readonly options: ResolvedVerificationOptions;
  readonly keys: VerificationKeys;
  /** Replaced at the start by one that a testing kit can break. */
  store: SmsVerificationStore;
  readonly logger: VerificationLogger;
  readonly afterwards: Afterwards;
  /** The account that sends; asked for when it is needed, since it may be made later. */
  readonly sms: () => SmsService;
  readonly testHooks: () => SmsTestHooks | undefined;
}

/** What the store counts a caller by; empty where it is not counted. */
export function indexCaller(
  { keys, logger }: VerificationContext,
  given: string | undefined,
): string[] {
  const caller = readCaller(given);
  if (caller.kind === 'counted') {
    return keys.indexes('caller', caller.name);
  }
  if (caller.kind === 'private') {
    logger.onPrivateCaller();
  } else {
    logger.onNoCaller();
  }
  return [];
}

/** The test number that a phone is for a purpose; `ended` once its date is over. */
export function findTestNumber(
  { options }: VerificationContext,
  to: string,
  purpose: string,
): ResolvedTestNumber | 'ended' | undefined {
  const test = options.testNumbers.get(to);
  if (test === undefined || test.purposes?.has(purpose) === false) {
    return undefined;
  }
  return test.until > Date.now() ? test : 'ended';
}
