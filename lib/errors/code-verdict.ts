import { LONGEST_CODE } from '../privacy/redact.js';
import { describeApiCode, knownPrefix } from './error-catalogue.js';

/**
 * Whether a code in `Response.Error` leaves open what was done. A code that is in no catalogue does,
 * whatever its prefix: at this place it may come from anything that stands behind the gateway.
 */
export function leavesRequestOpen(code: string): boolean {
  // Of all these the gateway says that nothing was done.
  if (knownPrefix(code) === 'RequestLimitExceeded') {
    return false;
  }
  const { known, retry } = describeApiCode(code);
  return !known || retry === 'unsafe';
}

/**
 * Whether a code of a number leaves open what became of its text.
 *
 * @param isFailureShaped whether the rest of the item is as documented for a failure: then a new
 * code of a known prefix is one more refusal, and a refusal that Tencent adds turns no campaign into
 * texts of which nothing is known
 */
export function leavesTextOpen(code: string, isFailureShaped: boolean): boolean {
  const { known, retry } = describeApiCode(code);
  if (known) {
    return retry === 'unsafe';
  }
  const prefix = knownPrefix(code);
  if (!isFailureShaped || prefix === undefined || !isCodeWithReason(code)) {
    return true;
  }
  // By itself it says nothing; most refusals of single numbers begin with it all the same.
  return prefix !== 'FailedOperation' && retry === 'unsafe';
}

/** Whether a code is a prefix, a dot and a reason, and nothing else. */
function isCodeWithReason(code: string): boolean {
  return code.length <= LONGEST_CODE && /^\w+(?:\.\w+)+$/.test(code.trim());
}
