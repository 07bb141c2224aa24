import { randomUUID } from 'node:crypto';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, Provider, ValueProvider } from '@nestjs/common';
import { resolveDeliveryOptions } from './delivery.options.js';
import type { SmsDeliveryModuleOptions } from './delivery.options.js';
import { SMS_DELIVERY_OPTIONS } from './delivery.tokens.js';

/** What a class given as `useClass` or `useExisting` must have. */
export interface SmsDeliveryOptionsFactory {
  /** Called once, while the app starts; what it throws stops the start. */
  createSmsDeliveryOptions(): SmsDeliveryModuleOptions | Promise<SmsDeliveryModuleOptions>;
}

/** What concerns the module and not its texts. */
export interface SmsDeliveryModuleExtras {
  /**
   * Makes `SmsDelivery` injectable everywhere without importing the module again.
   * @default false
   */
  isGlobal?: boolean | undefined;
}

export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SmsDeliveryModuleOptions>({
    moduleName: 'SmsDelivery',
    optionsInjectionToken: SMS_DELIVERY_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSmsDeliveryOptions')
    .setExtras<SmsDeliveryModuleExtras>({ isGlobal: false }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
      providers: [
        ...(definition.providers ?? []).map(resolvingOptions),
        // As in SmsModule: modules that look alike are told apart by an id.
        { provide: 'SMS_DELIVERY_MODULE_ID', useValue: randomUUID() },
      ],
    }))
    .build();

/** Checks the options inside the provider, so that the container keeps no secret that is printed. */
function resolvingOptions(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== SMS_DELIVERY_OPTIONS) {
    return provider;
  }
  if ('useValue' in provider) {
    const { useValue } = provider as ValueProvider<SmsDeliveryModuleOptions>;
    return {
      provide: SMS_DELIVERY_OPTIONS,
      useFactory: () => resolveDeliveryOptions(useValue ?? {}),
    };
  }
  const { useFactory, ...rest } = provider as FactoryProvider<SmsDeliveryModuleOptions>;
  return {
    ...rest,
    useFactory: async (...injected: unknown[]) =>
      resolveDeliveryOptions(await useFactory(...injected)),
  };
}
