import { describeApiCode } from '../../errors/error-catalogue.js';
import type { SmsErrorFamily } from '../../errors/error-description.js';

const OF_TEXTS: ReadonlySet<SmsErrorFamily> = new Set(['template', 'sign', 'content']);
/** Of the family of what is used up, most of which is counted by number. */
const OF_PACKAGE = 'FailedOperation.InsufficientBalanceInSmsPackage';

/**
 * Whether a code is Tencent's verdict on package, template, signature or values: one for all numbers of a
 * call, before it looks at any of them.
 */
export function isVerdictOnText(code: string): boolean {
  return code === OF_PACKAGE || OF_TEXTS.has(describeApiCode(code).family);
}
