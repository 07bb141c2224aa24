import type { VerificationHealth } from '../verification/verification-health.js';
import type { CheckResult } from './check-result.js';

/** From how full a limit is on it is no longer fine. */
const NEARLY_FULL = 0.8;

/** Whether the store of verifications answers, and how much of the limit of all texts is used up. */
export async function checkVerification(health: VerificationHealth): Promise<CheckResult> {
  let used: number;
  try {
    used = (await health.probe()).all;
  } catch {
    // A store's own error may name hosts and keys.
    const message = 'The store of verifications is out of reach.';
    return { state: 'down', details: { code: 'SMS_VERIFICATION_UNAVAILABLE', message } };
  }
  const details = { usedPercent: Math.floor(used * 100) };
  return used < NEARLY_FULL
    ? { state: 'up', details }
    : {
        state: 'degraded',
        details: { ...details, message: 'The limit of all verification texts is nearly used up.' },
      };
}
