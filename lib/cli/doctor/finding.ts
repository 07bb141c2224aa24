import type { SmsError } from '../../errors/sms.error.js';
import { describeSmsError } from '../../errors/error-catalogue.js';
import { say } from '../language.js';
import type { CliText } from '../language.js';

/** How a check ended: `warn` where something may be wrong, or could not be looked at. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** What a check found. */
export interface Finding {
  readonly status: CheckStatus;
  /** What was seen; never a secret, never a whole number. */
  readonly seen: CliText;
  /** What to do next, where there is something to do. */
  readonly next?: CliText | undefined;
}

export function ok(seen: CliText, next?: CliText): Finding {
  return { status: 'ok', seen, next };
}

export function warn(seen: CliText, next?: CliText): Finding {
  return { status: 'warn', seen, next };
}

export function fail(seen: CliText, next?: CliText): Finding {
  return { status: 'fail', seen, next };
}

/** What stands in the way is told by the check that found it. */
export function notChecked(because: CliText): Finding {
  return warn(say(`not checked: ${because.en}`, `未检查：${because.zh}`));
}

/** What a failed call means, in the words of the catalogue. */
export function explain({ code }: SmsError): CliText {
  const { en, zh } = describeSmsError(code);
  return say(`${en} (${code})`, `${zh}（${code}）`);
}
