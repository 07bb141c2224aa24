import { provesKeys } from '../account/proves-keys.js';
import { SmsApiError } from '../errors/api.errors.js';
import type { SmsService } from '../sms.service.js';
import type { CheckResult } from './check-result.js';

/** Tencent's own example number; the call parses it and sends no text. */
const ANY_NUMBER = '+8613800138000';

/**
 * Makes a cheap call and derives from its answer whether the key pair is valid.
 *
 * @throws SmsError when no answer came, or one that proves nothing about the keys.
 */
export async function checkCredentials(sms: SmsService, timeoutMs: number): Promise<CheckResult> {
  try {
    // A signal, since the time must cover a credentials provider that hangs, too.
    const signal = AbortSignal.timeout(timeoutMs);
    await sms.describePhoneNumberInfo({ PhoneNumberSet: [ANY_NUMBER] }, { timeoutMs, signal });
    return { state: 'up', details: {} };
  } catch (error) {
    if (error instanceof SmsApiError && provesKeys(error.code)) {
      return { state: 'up', details: { code: error.code, note: 'the keys are valid' } };
    }
    throw error;
  }
}
