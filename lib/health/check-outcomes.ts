import type { SmsRecentOutcomes } from '../sending/outcome-rates.js';
import type { CheckResult } from './check-result.js';

/** From which share on outcomes are no longer fine. */
export interface OutcomeLimits {
  readonly unknownAbove: number;
  readonly rejectedAbove: number;
  readonly minimum: number;
}

/** Classifies the texts of the last minutes: too few to be conclusive are up. */
export function checkOutcomes(
  { accepted, rejected, unknown }: SmsRecentOutcomes,
  { unknownAbove, rejectedAbove, minimum }: OutcomeLimits,
): CheckResult {
  const all = accepted + rejected + unknown;
  const details = { accepted, rejected, unknown };
  if (all === 0) {
    return { state: 'up', details: { ...details, note: 'nothing was sent' } };
  }
  if (all < minimum) {
    return { state: 'up', details: { ...details, note: 'too few were sent to tell' } };
  }
  if (accepted === 0) {
    return { state: 'down', details: { ...details, message: 'No text was accepted.' } };
  }
  const messages = [
    ...(unknown / all > unknownAbove ? ['Too many texts are unknown.'] : []),
    ...(rejected / all > rejectedAbove ? ['Too many texts are rejected.'] : []),
  ];
  return messages.length === 0
    ? { state: 'up', details }
    : { state: 'degraded', details: { ...details, message: messages.join(' ') } };
}
