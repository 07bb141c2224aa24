import { SmsError } from '../../errors/sms.error.js';
import { redactUntrusted } from '../../privacy/redact.js';
import { withDeadline } from '../../time/with-deadline.js';
import { say } from '../language.js';
import { problemOf } from '../usage.js';
import { explain, fail } from './finding.js';
import type { DoctorCheck } from './check.js';
import type { Finding } from './finding.js';
import type { Examination } from './examination.js';

/** A check with what it found. */
export interface CheckResult extends Finding {
  readonly check: DoctorCheck;
}

/** Runs one check after the other and goes on after each, whatever it found. */
export async function* runChecks(
  checks: readonly DoctorCheck[],
  examination: Examination,
): AsyncGenerator<CheckResult> {
  for (const check of checks) {
    // oxlint-disable-next-line no-await-in-loop -- later checks build on what earlier ones found
    const finding = await runBounded(check, examination);
    if (finding !== undefined) {
      yield { ...finding, check };
    }
  }
}

async function runBounded(
  check: DoctorCheck,
  examination: Examination,
): Promise<Finding | undefined> {
  const { timeoutMs } = check;
  try {
    return await withDeadline<Finding | undefined>(async () => check.run(examination), {
      timeoutMs,
      onTimeout: () =>
        fail(
          say(`no answer within ${timeoutMs / 1000} s`, `${timeoutMs / 1000} 秒内没有响应`),
          say('Try again; look at the network if it stays.', '请重试；若仍如此，请检查网络。'),
        ),
    });
  } catch (error) {
    if (error instanceof SmsError) {
      return fail(explain(error));
    }
    // What was not foreseen hides neither what was found nor what comes after it.
    const reason = redactUntrusted(problemOf(error));
    return fail(say(`the check itself failed: ${reason}`, `检查本身失败：${reason}`));
  }
}
