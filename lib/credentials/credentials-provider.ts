import { SmsCredentialsError } from '../errors/credentials.error.js';
import { toSafeCause } from '../errors/safe-cause.js';
import type { SmsCredentials } from '../signing/signer.js';

/** What a provider is told about the keys that are needed. */
export interface SmsCredentialsAsk {
  /**
   * The credentials that Tencent has just refused as expired or revoked. A provider that caches
   * credentials returns newer ones than these; one that does not may ignore it.
   */
  refused?: SmsCredentials | undefined;
}

/**
 * Gives the key pair for the next request; asked before each one.
 *
 * Any function without parameters is one. After `AuthFailure.TokenFailure` it is asked once more,
 * with the credentials that were refused.
 */
export type SmsCredentialsProvider = (
  ask?: SmsCredentialsAsk,
) => SmsCredentials | Promise<SmsCredentials>;

/**
 * Makes a provider of a fixed key pair. The pair lives in a closure, where nothing prints it.
 */
export function staticCredentials({
  secretId,
  secretKey,
  token,
}: SmsCredentials): SmsCredentialsProvider {
  const credentials = Object.freeze({ secretId, secretKey, token });
  return () => credentials;
}

/**
 * Asks a provider; at once when it answers at once.
 *
 * @throws SmsCredentialsError when it fails, or gives something that can't sign.
 */
export function obtainCredentials(
  provider: SmsCredentialsProvider,
  ask?: SmsCredentialsAsk,
): SmsCredentials | Promise<SmsCredentials> {
  try {
    const given = provider(ask);
    return isPromise(given) ? checkLater(given) : check(given);
  } catch (error) {
    throw toFailure(error);
  }
}

async function checkLater(given: PromiseLike<SmsCredentials>): Promise<SmsCredentials> {
  try {
    return check(await given);
  } catch (error) {
    throw toFailure(error);
  }
}

function check(credentials: unknown): SmsCredentials {
  assertCredentials('The credentials provider', credentials);
  return credentials;
}

function toFailure(error: unknown): SmsCredentialsError {
  return error instanceof SmsCredentialsError
    ? error
    : new SmsCredentialsError('The credentials provider failed.', toSafeCause(error));
}

function isPromise(value: unknown): value is PromiseLike<SmsCredentials> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}

/**
 * Checks that a value can sign.
 *
 * @throws SmsCredentialsError naming who gave it and the bad field, never its value.
 */
export function assertCredentials(giver: string, value: unknown): asserts value is SmsCredentials {
  for (const field of ['secretId', 'secretKey', 'token'] as const) {
    const key = (value as Partial<SmsCredentials> | null | undefined)?.[field];
    if (!isKey(key) && !(field === 'token' && key === undefined)) {
      throw new SmsCredentialsError(
        `${giver} gave no usable ${field}: expected text without blanks.`,
      );
    }
  }
}

/** Whether a value can be a key or a token: text, not empty, no blank or line break anywhere. */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7E]+$/.test(value);
}
