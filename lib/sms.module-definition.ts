import { randomUUID } from 'node:crypto';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, InjectionToken, Provider, ValueProvider } from '@nestjs/common';
import { SmsClient } from './client/sms.client.js';
import { OutcomeRates } from './sending/outcome-rates.js';
import { SmsSender } from './sending/sms.sender.js';
import { SmsAccountsModule } from './sms.accounts.module.js';
import { BootChecks, toBootError } from './sms.boot-checks.js';
import { resolveSmsOptions } from './sms.options.js';
import type { SmsModuleOptions } from './sms.options.js';
import { SmsService } from './sms.service.js';
import { SMS_ACCOUNT, SMS_OPTIONS, getSmsServiceToken } from './sms.tokens.js';

/** What a class given as `useClass` or `useExisting` must have. */
export interface SmsOptionsFactory {
  /** Called once, while the app starts; what it throws stops the start. */
  createSmsOptions(): SmsModuleOptions | Promise<SmsModuleOptions>;
}

/** What concerns the module and not the account. */
export interface SmsModuleExtras {
  /**
   * Makes `SmsService` injectable everywhere without importing the module again. Without it, only the
   * modules that import this one, or a module that exports it, can inject it.
   * @default false
   */
  isGlobal?: boolean | undefined;
  /**
   * Name of the account, for an app with several: its service is injected with `@InjectSms(name)`.
   * One account may go without; it is the plain `SmsService`.
   * @default none: the plain `SmsService`
   */
  name?: string | undefined;
}

export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SmsModuleOptions>({
    moduleName: 'Sms',
    optionsInjectionToken: SMS_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSmsOptions')
    .setExtras<SmsModuleExtras>(
      { isGlobal: false, name: undefined },
      (definition, { isGlobal, name }) => {
        assertName(name);
        const token = getSmsServiceToken(name);
        // Under no other token, so that neither injection nor `app.get` can mix two accounts up.
        const service: Provider = {
          provide: token,
          inject: [SmsClient, SmsSender, OutcomeRates],
          useFactory: (client: SmsClient, sender: SmsSender, rates: OutcomeRates) =>
            new SmsService(client, sender, rates),
        };
        const account: Provider = { provide: SMS_ACCOUNT, useValue: name };
        // Nest's deep-hash takes modules that look alike for one, and two accounts do: what tells them
        // apart is secret or in a closure. With an id, each call makes a module of its own.
        const id: Provider = { provide: 'SMS_MODULE_ID', useValue: randomUUID() };
        return {
          ...definition,
          global: isGlobal,
          providers: [
            ...(definition.providers ?? []).map(resolvingOptions),
            id,
            account,
            service,
            BootChecks,
          ],
          imports: [...(definition.imports ?? []), SmsAccountsModule],
          exports: [token, SmsAccountsModule],
        };
      },
    )
    .build();

/**
 * Checks the options inside the provider, so that both ways in share one check, and what the
 * container keeps has no key pair that could be printed.
 */
function resolvingOptions(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== SMS_OPTIONS) {
    return provider;
  }
  if ('useValue' in provider) {
    const { useValue } = provider as ValueProvider<SmsModuleOptions>;
    return { provide: SMS_OPTIONS, useFactory: () => resolveSmsOptions(useValue) };
  }
  const { useFactory, ...rest } = provider as FactoryProvider<SmsModuleOptions>;
  return {
    ...rest,
    useFactory: async (...injected: unknown[]) => {
      const given = await useFactory(...injected);
      assertGiven(given);
      return resolveSmsOptions(given);
    },
  };
}

/** @throws SmsOptionsError for what beginners return in place of options. */
function assertGiven(given: unknown): void {
  if (given === undefined || given === null) {
    throw toBootError(
      'useFactory',
      'useFactory gave nothing: return the options from it, as in useFactory: () => ({ credentials, sdkAppId }).',
    );
  }
  const extra = ['name', 'isGlobal'].find((member) =>
    Object.hasOwn(Object(given) as object, member),
  );
  if (extra !== undefined) {
    throw toBootError(
      extra,
      `${extra} stands beside useFactory and not in the options that it returns: write SmsModule.forRootAsync({ ${extra}, useFactory }).`,
    );
  }
}

const WAYS = ['useFactory', 'useClass', 'useExisting'] as const;

/** What `forRootAsync` may be given. */
type AsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Checks what `forRootAsync` was given before Nest's builder reads it.
 *
 * @throws SmsOptionsError that says what to write.
 */
export function checkAsyncOptions(given: unknown): AsyncOptions {
  if (typeof given === 'function' && 'asProvider' in given) {
    throw toBootError(
      'options',
      'forRootAsync was given a configuration as it is: write SmsModule.forRootAsync(smsConfig.asProvider()).',
    );
  }
  const options = Object(given) as Partial<Record<keyof AsyncOptions, unknown>>;
  const ways = WAYS.filter((way) => options[way] !== undefined);
  const [way] = ways;
  if (way === undefined) {
    throw toBootError(
      'useFactory',
      'forRootAsync needs one of useFactory, useClass and useExisting: write SmsModule.forRootAsync({ inject: [ConfigService], useFactory: (config) => ({ credentials, sdkAppId }) }), and SmsModule.forRoot({ … }) for options at hand.',
    );
  }
  if (ways.length > 1) {
    throw toBootError(
      way,
      `forRootAsync takes one of ${ways.join(' and ')}, not both: leave one out.`,
    );
  }
  const issue = issueOf(way, options);
  if (issue !== undefined) {
    throw toBootError(...issue);
  }
  return way === 'useFactory' ? (given as AsyncOptions) : callingMethod(given as AsyncOptions);
}

/**
 * Checks that `forRoot` was not given what `forRootAsync` takes.
 *
 * @throws SmsOptionsError that says what to write.
 */
export function assertOptionsAtHand(given: unknown): void {
  const way = WAYS.find(
    (member) => (Object(given) as Record<string, unknown>)[member] !== undefined,
  );
  if (way !== undefined) {
    throw toBootError(
      way,
      `${way} belongs to SmsModule.forRootAsync({ ${way} }): forRoot takes options at hand.`,
    );
  }
}

/** Has the method of a class called here, where its lack can be explained. */
function callingMethod({ useClass, useExisting, ...rest }: AsyncOptions): AsyncOptions {
  const token = useExisting ?? useClass;
  return {
    ...rest,
    inject: [token as InjectionToken],
    useFactory: async (factory: Partial<SmsOptionsFactory> | null | undefined) => {
      if (typeof factory?.createSmsOptions !== 'function') {
        const name = typeof token === 'function' ? token.name : String(token);
        throw toBootError(
          useClass === undefined ? 'useExisting' : 'useClass',
          `${name} has no method createSmsOptions(): write one that returns the options, as the interface SmsOptionsFactory has it.`,
        );
      }
      return factory.createSmsOptions();
    },
  };
}

function issueOf(
  way: (typeof WAYS)[number],
  options: Partial<Record<keyof AsyncOptions, unknown>>,
): [field: string, message: string] | undefined {
  const { inject = [], imports = [] } = options;
  if (typeof options[way] !== 'function' && way !== 'useExisting') {
    const expected =
      way === 'useFactory'
        ? 'a function that returns the options'
        : 'a class with createSmsOptions()';
    return [way, `${way} is not usable: expected ${expected}.`];
  }
  if (!Array.isArray(imports)) {
    return [
      'imports',
      'imports is not usable: expected a list of modules, such as [ConfigModule].',
    ];
  }
  if (!Array.isArray(inject)) {
    return [
      'inject',
      'inject is not usable: expected a list of providers, such as [ConfigService].',
    ];
  }
  if (inject.length > 0 && way !== 'useFactory') {
    return [
      'inject',
      `inject belongs to useFactory: what ${way} names injects by its constructor.`,
    ];
  }
  const missing = inject.findIndex((token) => token === undefined || token === null);
  return missing < 0
    ? undefined
    : [
        `inject[${missing}]`,
        `inject[${missing}] is ${String(inject[missing])}: its name is misspelt, or its file imports this one in a circle.`,
      ];
}

function assertName(name: unknown): void {
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) {
    throw toBootError('name', 'name is not usable: expected text, such as "marketing".');
  }
}
