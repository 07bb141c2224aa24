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

/** The variables of one key pair; the token goes with temporary ones. */
export interface KeyVariables {
  readonly id: string;
  readonly key: string;
  readonly token: string;
}

const OF_SDKS: KeyVariables = {
  id: 'TENCENTCLOUD_SECRET_ID',
  key: 'TENCENTCLOUD_SECRET_KEY',
  token: 'TENCENTCLOUD_SESSION_TOKEN',
};
const OF_RUNTIMES: KeyVariables = {
  id: 'TENCENTCLOUD_SECRETID',
  key: 'TENCENTCLOUD_SECRETKEY',
  token: 'TENCENTCLOUD_SESSIONTOKEN',
};

/**
 * The variables that hold the keys: the names of Tencent's SDKs, or else those that its serverless
 * runtimes set. One or the other as a whole: a token belongs to its own pair.
 */
export function keyVariablesOf(env: Readonly<Record<string, unknown>>): KeyVariables {
  const isSet = ({ id, key }: KeyVariables): boolean => Boolean(env[id]) || Boolean(env[key]);
  return !isSet(OF_SDKS) && isSet(OF_RUNTIMES) ? OF_RUNTIMES : OF_SDKS;
}

/**
 * Takes the keys from `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY` and, for temporary ones,
 * `TENCENTCLOUD_SESSION_TOKEN`: the names of Tencent's own SDK. Where neither of the pair is set, from
 * `TENCENTCLOUD_SECRETID`, `TENCENTCLOUD_SECRETKEY` and `TENCENTCLOUD_SESSIONTOKEN`, which SCF and
 * CloudBase set for the role of a function. Read anew for every request.
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
  const names = keyVariablesOf(env);
  const secretId = env[names.id] || undefined;
  const secretKey = env[names.key] || undefined;
  const token = env[names.token] || undefined;
  if (secretId === undefined && secretKey === undefined) {
    throw new SmsCredentialsError(
      `Environment: ${names.id} and ${names.key} are not set.`,
      undefined,
      {
        code: 'SMS_CREDENTIALS_NOT_FOUND',
      },
    );
  }
  for (const [name, value] of [
    [names.id, secretId],
    [names.key, secretKey],
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
    [names.id, secretId],
    [names.key, secretKey],
    [names.token, token],
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
