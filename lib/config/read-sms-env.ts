import { inspect } from 'node:util';
import { keyVariablesOf } from '../credentials/environment.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { resolveSmsOptions } from '../sms.options.js';
import type { SmsModuleOptions } from '../sms.options.js';

/** Variables of an environment. */
export type SmsEnv = Readonly<Record<string, unknown>>;

/** Option → the variable that sets it. The one list of names. */
const VARIABLES = {
  'credentials.secretId': 'TENCENTCLOUD_SECRET_ID',
  'credentials.secretKey': 'TENCENTCLOUD_SECRET_KEY',
  'credentials.token': 'TENCENTCLOUD_SESSION_TOKEN',
  region: 'TENCENTCLOUD_REGION',
  sdkAppId: 'SMS_SDK_APP_ID',
  signName: 'SMS_SIGN_NAME',
  endpoint: 'SMS_ENDPOINT',
  language: 'SMS_LANGUAGE',
  timeoutMs: 'SMS_TIMEOUT_MS',
  proxy: 'SMS_PROXY',
} as const;

type EnvOption = keyof typeof VARIABLES;

// An application and a signature are of one account. The rest describes where the app runs: with an
// emulator as endpoint, no account must reach Tencent for want of a variable.
const OF_ACCOUNT: ReadonlySet<EnvOption> = new Set(['sdkAppId', 'signName']);
const KEYS: ReadonlySet<EnvOption> = new Set([
  'credentials.secretId',
  'credentials.secretKey',
  'credentials.token',
]);

/**
 * Reads the options of one account from an environment.
 *
 * @param prefix of the variables of an account beside the first
 * @throws SmsOptionsError naming every variable that is missing or can't be used, without its value.
 */
export function readSmsEnv(env: SmsEnv, prefix = ''): SmsModuleOptions {
  const account = new AccountEnv(env, prefix);
  const options = toOptions(account);
  const issues = findIssues(options, account);
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
  return options;
}

/** What is wrong with an environment, by variable. */
export function findEnvIssues(env: SmsEnv): SmsFieldIssue[] {
  const account = new AccountEnv(env, '');
  return findIssues(toOptions(account), account);
}

/** What an environment is good for, however incomplete it is. */
export interface UsableEnv {
  /** Without what is missing or can't be used. */
  readonly options: Partial<SmsModuleOptions>;
  /** What is wrong, by variable, without a value. */
  readonly issues: readonly SmsFieldIssue[];
  /** Names of the variables that are set. */
  readonly variables: readonly string[];
}

/** Reads as much as can be used. Never throws: what is wrong is in `issues`. */
export function readUsableEnv(env: SmsEnv): UsableEnv {
  const account = new AccountEnv(env, '');
  const options = toOptions(account);
  const faults = findFaults(options);
  const bad = new Set(faults.map(({ field }) => field.split('.', 1)[0]));
  const usable = Object.entries(options).filter(([name]) => !bad.has(name));
  const names = Object.keys(VARIABLES) as EnvOption[];
  return {
    options: Object.fromEntries(usable),
    issues: faults.map((issue) => toVariable(issue, account)),
    variables: names
      .filter((name) => account.textOf(name) !== undefined)
      .map((name) => account.variableOf(name)),
  };
}

/** The variables of one account: those with its prefix, or else the plain ones that it may share. */
class AccountEnv {
  private readonly hasOwnKeys: boolean;

  constructor(
    private readonly env: SmsEnv,
    private readonly prefix: string,
  ) {
    this.hasOwnKeys = [...KEYS].some((option) => this.valueOf(prefix + VARIABLES[option]));
  }

  /** The variable that an option is read from, or would be. */
  variableOf(option: EnvOption): string {
    const plain = this.plainOf(option);
    if (this.prefix === '') {
      return plain;
    }
    const own = this.prefix + VARIABLES[option];
    // An id with the key of another account would be refused by Tencent, with the first send.
    const isShared = KEYS.has(option) ? !this.hasOwnKeys : !OF_ACCOUNT.has(option);
    const isTaken = isShared && this.valueOf(own) === undefined && this.valueOf(plain);
    return isTaken ? plain : own;
  }

  textOf(option: EnvOption): string | undefined {
    return this.valueOf(this.variableOf(option));
  }

  /** The signature: an empty one is kept, since it would be found only when the first text is sent. */
  signName(): string | undefined {
    const variable = this.variableOf('signName');
    return this.env[variable] === '' ? '' : this.valueOf(variable);
  }

  private plainOf(option: EnvOption): string {
    const { id, key, token } = keyVariablesOf(this.env);
    const keys: Partial<Record<EnvOption, string>> = {
      'credentials.secretId': id,
      'credentials.secretKey': key,
      'credentials.token': token,
    };
    return keys[option] ?? VARIABLES[option];
  }

  /** An empty variable is one that was not set: compose files and CI leave such behind. */
  private valueOf(variable: string): string | undefined {
    const value = this.env[variable];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }
}

function toOptions(env: AccountEnv): SmsModuleOptions {
  const token = env.textOf('credentials.token');
  const timeout = env.textOf('timeoutMs');
  const proxy = env.textOf('proxy');
  return {
    credentials: masked({
      secretId: env.textOf('credentials.secretId') as string,
      secretKey: env.textOf('credentials.secretKey') as string,
      ...(token === undefined ? {} : { token }),
    }),
    sdkAppId: env.textOf('sdkAppId') as string,
    signName: env.signName(),
    region: env.textOf('region'),
    endpoint: env.textOf('endpoint'),
    language: env.textOf('language') as SmsModuleOptions['language'],
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

function findIssues(options: SmsModuleOptions, env: AccountEnv): SmsFieldIssue[] {
  return findFaults(options).map((issue) => toVariable(issue, env));
}

/** What is wrong, by option. */
function findFaults(options: SmsModuleOptions): readonly SmsFieldIssue[] {
  try {
    resolveSmsOptions(options);
    return [];
  } catch (error) {
    if (error instanceof SmsOptionsError) {
      return error.issues;
    }
    throw error;
  }
}

function toVariable({ field, message }: SmsFieldIssue, env: AccountEnv): SmsFieldIssue {
  if (!Object.hasOwn(VARIABLES, field)) {
    return { field, message };
  }
  const variable = env.variableOf(field as EnvOption);
  return { field: variable, message: message.replace(field, variable) };
}
