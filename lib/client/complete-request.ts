import { isObject } from '../api/json-values.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { findSignFault } from '../templates/sign-name.js';

/**
 * Completes a request that the caller wrote in Tencent's spelling: a `SendSms` without `SignName` takes
 * the account's. An empty one asks for none.
 *
 * @throws SmsValidationError when its signature can be none, by name and without its value.
 */
export function completeRequest<Params>(
  action: string,
  given: Params,
  signName: string | undefined,
): Params {
  if (action !== 'SendSms' || !isObject(given)) {
    return given;
  }
  const own = given['SignName'] ?? undefined;
  const fault = typeof own === 'string' && own !== '' ? findSignFault(own) : undefined;
  if (fault !== undefined) {
    const issue: SmsFieldIssue = {
      field: 'SignName',
      message: `${action}: SignName must be ${fault}.`,
    };
    throw new SmsValidationError([issue]);
  }
  return own === undefined && signName !== undefined ? { ...given, SignName: signName } : given;
}
