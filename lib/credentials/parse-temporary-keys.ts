import { isObject } from '../api/json-values.js';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { isKey } from './credentials-provider.js';
import type { SmsTemporaryCredentials } from './refreshing.js';

/**
 * Reads temporary keys in Tencent's spelling: STS and the metadata service share it, and both tell
 * the end of their life as UNIX time in seconds.
 *
 * @throws SmsCredentialsError naming who gave them and the bad member, never its value.
 */
export function parseTemporaryKeys(
  giver: string,
  keys: unknown,
  expiredTime: unknown,
): SmsTemporaryCredentials {
  const { TmpSecretId, TmpSecretKey, Token } = isObject(keys) ? keys : {};
  const credentials = {
    secretId: toKey(giver, 'TmpSecretId', TmpSecretId),
    secretKey: toKey(giver, 'TmpSecretKey', TmpSecretKey),
    token: toKey(giver, 'Token', Token),
  };
  if (!Number.isSafeInteger(expiredTime) || (expiredTime as number) > LAST_SECOND) {
    throw unusable(giver, 'ExpiredTime');
  }
  return { credentials, expiresAt: new Date((expiredTime as number) * 1000) };
}

/** The end of what a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

function toKey(giver: string, member: string, value: unknown): string {
  if (!isKey(value)) {
    throw unusable(giver, member);
  }
  return value;
}

function unusable(giver: string, member: string): SmsCredentialsError {
  return new SmsCredentialsError(
    `${giver} answered without a usable ${member}. If it stays so, something else answers in its place: check the endpoint.`,
  );
}
