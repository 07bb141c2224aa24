import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import type { SmsCredentials } from '../signing/signer.js';
import { isKey } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import type { SmsEnvironment } from './environment.js';
import { parseIni } from './parse-ini.js';
import { assertOptions, CLOCK, ENVIRONMENT, text } from './provider-options.js';
import { refreshingCredentials } from './refreshing.js';

/** Options of {@link profileCredentials}. */
export interface SmsProfileCredentialsOptions {
  /**
   * The file.
   * @default `TENCENTCLOUD_CREDENTIALS_FILE`, else `~/.tencentcloud/credentials`, else
   * `/etc/tencentcloud/credentials`
   */
  path?: string | undefined;
  /**
   * The section of the file.
   * @default 'default'
   */
  profile?: string | undefined;
  /**
   * Where `TENCENTCLOUD_CREDENTIALS_FILE` and the home directory are looked up.
   * @default process.env
   */
  env?: SmsEnvironment | undefined;
  /**
   * The clock: milliseconds since 1970. For tests.
   * @default Date.now
   */
  now?: (() => number) | undefined;
}

/** Keys are rotated by hand: a minute is soon enough, and no text waits for the disk. */
const REREAD_MS = 60_000;

/**
 * Takes the keys from the file that Tencent's own SDKs and tools share:
 *
 * ```ini
 * [default]
 * secret_id = …
 * secret_key = …
 * ; token = … with temporary keys
 * ```
 *
 * The file is read again about every half minute while it is used, and whenever Tencent refused its
 * keys.
 *
 * @throws SmsOptionsError when an option is not usable.
 */
export function profileCredentials(
  options: SmsProfileCredentialsOptions = {},
): SmsCredentialsProvider {
  assertOptions('profileCredentials', options, {
    path: text(/\S/, 'the path of a file'),
    profile: text(/\S/, 'the name of a section'),
    env: ENVIRONMENT,
    now: CLOCK,
  });
  const { path, profile = 'default', env, now = () => Date.now() } = options;
  return refreshingCredentials(
    async () => {
      const file = await readFirst(path === undefined ? usualPaths(env ?? process.env) : [path]);
      const credentials = readProfile(file.text, profile, file.path);
      return { credentials, expiresAt: new Date(now() + REREAD_MS) };
    },
    { now },
  );
}

function usualPaths(env: SmsEnvironment): string[] {
  const named = env['TENCENTCLOUD_CREDENTIALS_FILE'];
  if (named) {
    return [named];
  }
  const home = env['HOME'] || env['USERPROFILE'] || homedir();
  return [join(home, '.tencentcloud', 'credentials'), '/etc/tencentcloud/credentials'];
}

async function readFirst(paths: readonly string[]): Promise<{ path: string; text: string }> {
  for (const path of paths) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the second place counts only without the first
      return { path, text: await readFile(path, 'utf8') };
    } catch (cause) {
      const { code } = cause as { code?: unknown };
      if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        throw new SmsCredentialsError(
          `Profile: ${path} can't be read (${String(code)}). Let the user of this process read it.`,
          cause,
          { retryable: false },
        );
      }
    }
  }
  throw notFound(`Profile: there is no file ${paths.join(' and no ')}.`);
}

function readProfile(ini: string, profile: string, path: string): SmsCredentials {
  const settings = parseIni(ini).get(profile);
  if (settings === undefined) {
    throw notFound(`Profile: ${path} has no section [${profile}].`);
  }
  const secretId = settings.get('secret_id');
  const secretKey = settings.get('secret_key');
  const token = settings.get('token') || undefined;
  for (const [name, value] of [
    ['secret_id', secretId],
    ['secret_key', secretKey],
    ['token', token],
  ] as const) {
    if (!isKey(value) && !(name === 'token' && value === undefined)) {
      const problem = value ? 'holds blanks or letters that no key has' : 'is missing';
      throw new SmsCredentialsError(
        `Profile: ${name} ${problem} in [${profile}] of ${path}.`,
        undefined,
        { retryable: false },
      );
    }
  }
  return { secretId: secretId as string, secretKey: secretKey as string, token };
}

function notFound(message: string): SmsCredentialsError {
  return new SmsCredentialsError(message, undefined, { code: 'SMS_CREDENTIALS_NOT_FOUND' });
}
