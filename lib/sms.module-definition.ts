import { randomUUID } from 'node:crypto';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, Provider, ValueProvider } from '@nestjs/common';
import { SmsClient } from './client/sms.client.js';
import { SmsOptionsError } from './errors/options.error.js';
import { OutcomeRates } from './sending/outcome-rates.js';
import { SmsSender } from './sending/sms.sender.js';
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
          providers: [...(definition.providers ?? []).map(resolvingOptions), id, account, service],
          exports: [token],
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
    useFactory: async (...injected: unknown[]) => resolveSmsOptions(await useFactory(...injected)),
  };
}

function assertName(name: unknown): void {
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) {
    throw new SmsOptionsError([
      { field: 'name', message: 'name is not usable: expected text, such as "marketing".' },
    ]);
  }
}
