import { SmsCredentialsError } from '../errors/credentials.error.js';
import type { SmsCredentials } from '../signing/signer.js';
import { isKey } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { assertOptions, ENVIRONMENT } from './provider-options.js';

/** Environment variables by name, as in `process.env`. */
export type SmsEnvironment = Readonly<Record<string, string | undefined>>;

/** Options of {@link environmentCredentials}. */
export interface SmsEnvironmentCredentialsOptions {
  /**
   * Where the variables are looked up.
   * @default process.env
   */
  env?: SmsEnvironment | undefined;
}

const ID = 'TENCENTCLOUD_SECRET_ID';
const KEY = 'TENCENTCLOUD_SECRET_KEY';
const TOKEN = 'TENCENTCLOUD_SESSION_TOKEN';

/**
 * Takes the keys from `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY` and, for temporary ones,
 * `TENCENTCLOUD_SESSION_TOKEN`: the names of Tencent's own SDK. Read anew for every request.
 *
 * An empty variable counts as not set. Half a pair, or a key with blanks, is a failure.
 *
 * @throws SmsOptionsError when an option is not usable.
 */
export function environmentCredentials(
  options: SmsEnvironmentCredentialsOptions = {},
): SmsCredentialsProvider {
  assertOptions('environmentCredentials', options, { env: ENVIRONMENT });
  return () => readEnvironment(options.env ?? process.env);
}

function readEnvironment(env: SmsEnvironment): SmsCredentials {
  const secretId = env[ID] || undefined;
  const secretKey = env[KEY] || undefined;
  const token = env[TOKEN] || undefined;
  if (secretId === undefined && secretKey === undefined) {
    throw new SmsCredentialsError(`Environment: ${ID} and ${KEY} are not set.`, undefined, {
      code: 'SMS_CREDENTIALS_NOT_FOUND',
    });
  }
  for (const [name, value] of [
    [ID, secretId],
    [KEY, secretKey],
  ] as const) {
    if (value === undefined) {
      throw new SmsCredentialsError(
        `Environment: ${name} is not set, but the other half of the pair is. Set both or none.`,
        undefined,
        { retryable: false },
      );
    }
  }
  for (const [name, value] of [
    [ID, secretId],
    [KEY, secretKey],
    [TOKEN, token],
  ] as const) {
    if (value !== undefined && !isKey(value)) {
      throw new SmsCredentialsError(
        `Environment: ${name} holds blanks, line breaks or letters that no key has. Set it again without them.`,
        undefined,
        { retryable: false },
      );
    }
  }
  return { secretId: secretId as string, secretKey: secretKey as string, token };
}
