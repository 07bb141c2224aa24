import { registerAs } from '@nestjs/config';
import type { ConfigFactoryKeyHost } from '@nestjs/config';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import type { SmsModuleOptions } from '../sms.options.js';
import { readSmsEnv } from './read-sms-env.js';

/** Where the variables of an account beside the first are. */
export interface SmsAccountConfigOptions {
  /** Stands before each name: with `MARKETING_` it is `MARKETING_SMS_SDK_APP_ID`. */
  prefix: string;
}

/** The options of a named account, read from the environment; as `registerAs` makes it. */
export interface SmsAccountConfig {
  (): SmsModuleOptions;
  /** Token of the options, for `@Inject`. */
  KEY: string | symbol;
  /** What `SmsModule.forRootAsync` takes, the name of the account included. */
  asProvider(): ReturnType<ConfigFactoryKeyHost<SmsModuleOptions>['asProvider']> & { name: string };
}

/**
 * The options of one account, read from the environment.
 *
 * Checks what it reads by itself: every variable that is missing or can't be used stops the boot
 * with its name, all of them at once.
 *
 * @example
 * `@Module({ imports: [ConfigModule.forRoot(), SmsModule.forRootAsync(smsConfig.asProvider())] })`
 *
 * @throws SmsOptionsError
 */
export const smsConfig = Object.assign(
  registerAs('sms', (): SmsModuleOptions => readSmsEnv(process.env)),
  { forAccount },
);

/**
 * The options of an account beside the first, read from the same variables with a prefix. Where it has
 * none of its own, the keys (as a set), region, endpoint, language, time-out and proxy are those
 * without the prefix; `sdkAppId` and `signName` never are.
 *
 * @param name as in `@InjectSms(name)`
 * @throws SmsOptionsError when name or prefix can't be used; the factory, as `smsConfig` does.
 */
function forAccount(name: string, options: SmsAccountConfigOptions): SmsAccountConfig {
  const { prefix } = Object(options) as Partial<SmsAccountConfigOptions>;
  assertAccount(name, prefix);
  const config = registerAs(`sms:${name}`, () => readSmsEnv(process.env, prefix));
  // What registerAs defines can't be redefined: a copy knows the name, so that the account is no
  // second plain SmsService.
  const { asProvider: _, ...own } = Object.getOwnPropertyDescriptors(config);
  return Object.defineProperties(() => config(), {
    ...own,
    asProvider: { value: () => ({ ...config.asProvider(), name }) },
  }) as unknown as SmsAccountConfig;
}

function assertAccount(name: unknown, prefix: unknown): asserts prefix is string {
  const issues: SmsFieldIssue[] = [];
  if (typeof name !== 'string' || name === '') {
    issues.push({ field: 'name', message: 'name must be the name of the account, as text.' });
  }
  if (typeof prefix !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
    issues.push({
      field: 'prefix',
      message: "prefix must be the beginning of names of variables, such as 'MARKETING_'.",
    });
  }
  if (issues.length > 0) {
    throw new SmsOptionsError(issues);
  }
}
