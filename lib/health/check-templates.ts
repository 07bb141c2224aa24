import { checkSmsTemplates } from '../account/check-templates.js';
import type { SmsDeclaredTemplates } from '../account/declared-templates.js';
import type { SmsService } from '../sms.service.js';
import type { CheckResult } from './check-result.js';

/**
 * Compares the templates of the code with those of the account. The result has ids and what is wrong with
 * them, and no text: health endpoints are often open.
 *
 * @throws SmsError when the account could not be read.
 */
export async function checkTemplates(
  sms: SmsService,
  templates: SmsDeclaredTemplates,
  timeoutMs: number,
): Promise<CheckResult> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { checked, drift } = await checkSmsTemplates(sms, templates, { signal });
  if (drift.length === 0) {
    return { state: 'up', details: { checked } };
  }
  const wrong = drift.map(({ name, id, what }) => ({ name, id, what }));
  const message = 'Templates of the code differ from those of the account.';
  return { state: 'down', details: { checked, drift: wrong, message } };
}
