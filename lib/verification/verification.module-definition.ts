import { randomUUID } from 'node:crypto';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { FactoryProvider, Provider, ValueProvider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { SmsOptionsError } from '../errors/options.error.js';
import { createVerificationService } from './create-verification.service.js';
import { getVerificationHealthToken } from './verification-health.js';
import type { VerificationHealth } from './verification-health.js';
import type { SmsVerificationService } from './verification.service.js';
import { resolveVerificationOptions } from './verification.options.js';
import type {
  ResolvedVerificationOptions,
  SmsVerificationModuleOptions,
} from './verification.options.js';
import { SMS_VERIFICATION_OPTIONS, getSmsVerificationToken } from './verification.tokens.js';

/** What a class given as `useClass` or `useExisting` must have. */
export interface SmsVerificationOptionsFactory {
  /** Called once, while the app starts; what it throws stops the start. */
  createSmsVerificationOptions():
    SmsVerificationModuleOptions | Promise<SmsVerificationModuleOptions>;
}

/** What concerns the module and not its verifications. */
export interface SmsVerificationModuleExtras {
  /**
   * Makes `SmsVerificationService` injectable everywhere without importing the module again.
   * @default false
   */
  isGlobal?: boolean | undefined;
  /**
   * Name of the module, for an app with several: its service is injected with
   * `@InjectSmsVerification(name)`.
   * @default none: the plain `SmsVerificationService`
   */
  name?: string | undefined;
}

/** Token of the service inside the module, whatever its name is. */
export const OWN_SERVICE = Symbol('nestjs-tencentcloud-sms:verification-service');

export const { ConfigurableModuleClass, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<SmsVerificationModuleOptions>({
    moduleName: 'SmsVerification',
    optionsInjectionToken: SMS_VERIFICATION_OPTIONS,
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createSmsVerificationOptions')
    .setExtras<SmsVerificationModuleExtras>(
      { isGlobal: false, name: undefined },
      (definition, { isGlobal, name }) => {
        assertName(name);
        const token = getSmsVerificationToken(name);
        const own: Provider = {
          provide: OWN_SERVICE,
          inject: [SMS_VERIFICATION_OPTIONS, ModuleRef],
          useFactory: (options: ResolvedVerificationOptions, modules: ModuleRef) =>
            createVerificationService(options, modules, name),
        };
        const service: Provider = {
          provide: token,
          inject: [OWN_SERVICE],
          useFactory: (made: SmsVerificationService) => made,
        };
        const health: Provider = {
          provide: getVerificationHealthToken(name),
          inject: [OWN_SERVICE],
          useFactory: (made: VerificationHealth) => made,
        };
        // As in SmsModule: modules that look alike are told apart by an id.
        const id: Provider = { provide: 'SMS_VERIFICATION_MODULE_ID', useValue: randomUUID() };
        return {
          ...definition,
          global: isGlobal,
          providers: [
            ...(definition.providers ?? []).map(resolvingOptions),
            id,
            own,
            service,
            health,
          ],
          exports: [token],
        };
      },
    )
    .build();

/** Checks the options inside the provider, so that the container keeps no secret that is printed. */
function resolvingOptions(provider: Provider): Provider {
  if (!('provide' in provider) || provider.provide !== SMS_VERIFICATION_OPTIONS) {
    return provider;
  }
  if ('useValue' in provider) {
    const { useValue } = provider as ValueProvider<SmsVerificationModuleOptions>;
    return {
      provide: SMS_VERIFICATION_OPTIONS,
      useFactory: () => resolveVerificationOptions(useValue),
    };
  }
  const { useFactory, ...rest } = provider as FactoryProvider<SmsVerificationModuleOptions>;
  return {
    ...rest,
    useFactory: async (...injected: unknown[]) =>
      resolveVerificationOptions(await useFactory(...injected)),
  };
}

function assertName(name: unknown): void {
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) {
    throw new SmsOptionsError([
      { field: 'name', message: 'name is not usable: expected text, such as "shop".' },
    ]);
  }
}
