import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, Provider, ValueProvider } from '@nestjs/common';
import { resolveSmsOptions } from './sms.options.js';
import type { SmsModuleOptions } from './sms.options.js';
import { SMS_OPTIONS } from './sms.tokens.js';

/** What a class given as `useClass` or `useExisting` must have. */
export interface SmsOptionsFactory {
  createSmsOptions(): SmsModuleOptions | Promise<SmsModuleOptions>;
}

/** What concerns the module and not the account. */
export interface SmsModuleExtras {
  /**
   * Makes `SmsService` injectable everywhere without importing the module again.
   * @default false
   */
  isGlobal?: boolean | undefined;
}

export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SmsModuleOptions>({
    moduleName: 'Sms',
    optionsInjectionToken: SMS_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSmsOptions')
    .setExtras<SmsModuleExtras>({ isGlobal: false }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
      providers: definition.providers?.map(resolvingOptions),
    }))
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
