import { inspect } from 'node:util';
import { keyVariablesOf } from '../credentials/environment.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { resolveSmsOptions } from '../sms.options.js';
import type { SmsModuleOptions } from '../sms.options.js';

/** Variables of an environment. */
export type SmsEnv = Readonly<Record<string, unknown>>;

/** Variable → the option that it sets, but for the keys. */
const VARIABLES = new Map([
  ['TENCENTCLOUD_REGION', 'region'],
  ['SMS_SDK_APP_ID', 'sdkAppId'],
  ['SMS_SIGN_NAME', 'signName'],
  ['SMS_ENDPOINT', 'endpoint'],
  ['SMS_LANGUAGE', 'language'],
  ['SMS_TIMEOUT_MS', 'timeoutMs'],
  ['SMS_PROXY', 'proxy'],
]);

/**
 * Reads the options of one account from an environment.
 *
 * @throws SmsOptionsError naming every variable that is missing or can't be used, without its value.
 */
export function readSmsEnv(env: SmsEnv): SmsModuleOptions {
  const options = toOptions(env);
  const issues = findIssues(env, options);
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
  return options;
}

/** What is wrong with an environment, by variable. */
export function findEnvIssues(env: SmsEnv): SmsFieldIssue[] {
  return findIssues(env, toOptions(env));
}

function toOptions(env: SmsEnv): SmsModuleOptions {
  const names = keyVariablesOf(env);
  const token = textOf(env, names.token);
  const timeout = textOf(env, 'SMS_TIMEOUT_MS');
  const proxy = textOf(env, 'SMS_PROXY');
  return {
    credentials: masked({
      secretId: textOf(env, names.id) as string,
      secretKey: textOf(env, names.key) as string,
      ...(token === undefined ? {} : { token }),
    }),
    sdkAppId: textOf(env, 'SMS_SDK_APP_ID') as string,
    // An empty one would be found only when the first text is sent.
    signName: env['SMS_SIGN_NAME'] === '' ? '' : textOf(env, 'SMS_SIGN_NAME'),
    region: textOf(env, 'TENCENTCLOUD_REGION'),
    endpoint: textOf(env, 'SMS_ENDPOINT'),
    language: textOf(env, 'SMS_LANGUAGE') as SmsModuleOptions['language'],
    timeoutMs: timeout === undefined ? undefined : Number(timeout),
    proxy: proxy === 'false' ? false : proxy,
  };
}

/** `ConfigService` keeps the object as it is and may be printed: printing must not show the keys. */
function masked<T extends object>(credentials: T): T {
  return Object.defineProperties(credentials, {
    [inspect.custom]: { value: () => '****' },
    toJSON: { value: () => '****' },
  });
}

/** An empty variable is one that was not set: compose files and CI leave such behind. */
function textOf(env: SmsEnv, name: string): string | undefined {
  const value = env[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function findIssues(env: SmsEnv, options: SmsModuleOptions): SmsFieldIssue[] {
  try {
    resolveSmsOptions(options);
    return [];
  } catch (error) {
    if (error instanceof SmsOptionsError) {
      const variables = variablesOf(env);
      return error.issues.map((issue) => toVariable(issue, variables));
    }
    throw error;
  }
}

function variablesOf(env: SmsEnv): ReadonlyMap<string, string> {
  const { id, key, token } = keyVariablesOf(env);
  return new Map([
    [id, 'credentials.secretId'],
    [key, 'credentials.secretKey'],
    [token, 'credentials.token'],
    ...VARIABLES,
  ]);
}

function toVariable(
  { field, message }: SmsFieldIssue,
  variables: ReadonlyMap<string, string>,
): SmsFieldIssue {
  for (const [variable, option] of variables) {
    if (option === field) {
      return { field: variable, message: message.replace(field, variable) };
    }
  }
  return { field, message };
}
