import { SmsCredentialsError } from '../errors/credentials.error.js';
import type { SmsCredentials } from '../signing/signer.js';

/** Gives the key pair for the next request; asked before each one. */
export type SmsCredentialsProvider = () => SmsCredentials | Promise<SmsCredentials>;

/** Makes a provider of a fixed key pair. The pair lives in a closure, where nothing prints it. */
export function staticCredentials({
  secretId,
  secretKey,
  token,
}: SmsCredentials): SmsCredentialsProvider {
  const credentials = Object.freeze({ secretId, secretKey, token });
  return () => credentials;
}

/**
 * Asks a provider.
 *
 * @throws SmsCredentialsError when it fails, or gives something that can't sign.
 */
export async function obtainCredentials(provider: SmsCredentialsProvider): Promise<SmsCredentials> {
  let credentials: unknown;
  try {
    credentials = await provider();
  } catch (cause) {
    throw cause instanceof SmsCredentialsError
      ? cause
      : new SmsCredentialsError('The credentials provider failed.', cause);
  }
  for (const field of ['secretId', 'secretKey', 'token'] as const) {
    const value = (credentials as Partial<SmsCredentials> | null | undefined)?.[field];
    if (!isKey(value) && !(field === 'token' && value === undefined)) {
      throw new SmsCredentialsError(
        `The credentials provider gave no usable ${field}: expected text without blanks.`,
      );
    }
  }
  return credentials as SmsCredentials;
}

/** Whether a value can be a key or a token: text, not empty, no blank or line break anywhere. */
export function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7E]+$/.test(value);
}
