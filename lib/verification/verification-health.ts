import type { SmsVerificationLoad } from './store/verification.store.js';

/** What health checks ask of a module of verifications. */
export interface VerificationHealth {
  /**
   * How full the wide limits are, by one call of the store.
   *
   * @throws what the store throws.
   */
  probe(): Promise<SmsVerificationLoad>;
}

/** Token of what health checks ask, for a module with or without a name. */
export function getVerificationHealthToken(name: string | undefined): string {
  return name === undefined ? 'SmsVerificationHealth' : `SmsVerificationHealth(${name})`;
}
