import { Inject, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
} from '@nestjs/common';
import {
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
  ModuleRef,
  Reflector,
} from '@nestjs/core';
import { SMS_DELIVERY_HEALTH } from './delivery-health.js';
import type { DeliveryHealth } from './delivery-health.js';
import { ConfigurableModuleClass } from './delivery.module-definition.js';
import type { ASYNC_OPTIONS_TYPE, SmsDeliveryModuleExtras } from './delivery.module-definition.js';
import type { ResolvedDeliveryOptions, SmsDeliveryModuleOptions } from './delivery.options.js';
import { DeliveryRuntime } from './delivery.runtime.js';
import { SMS_DELIVERY_OPTIONS } from './delivery.tokens.js';
import { HandlerExplorer } from './handlers/handler.explorer.js';
import { SmsDelivery } from './sms-delivery.js';

/** What `SmsDeliveryModule.forRootAsync` takes: `imports`, `inject` and one of the three `use…`. */
export type SmsDeliveryModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Follows texts to their end: takes Tencent's callbacks, keeps what became of each text, and calls
 * handlers once for each change.
 *
 * @example
 * `@Module({ imports: [SmsModule.forRoot(options), SmsDeliveryModule.forRoot({ callback: { secret } })] })`
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: HandlerExplorer,
      inject: [DiscoveryService, Reflector],
      useFactory: (discovery: DiscoveryService, reflector: Reflector) =>
        new HandlerExplorer(discovery, reflector),
    },
    {
      provide: DeliveryRuntime,
      inject: [SMS_DELIVERY_OPTIONS, ModuleRef, HttpAdapterHost],
      useFactory: (options: ResolvedDeliveryOptions, modules: ModuleRef, host: HttpAdapterHost) =>
        new DeliveryRuntime(options, modules, host),
    },
    {
      provide: SmsDelivery,
      inject: [DeliveryRuntime],
      useFactory: ({ context }: DeliveryRuntime) => new SmsDelivery(context),
    },
    {
      provide: SMS_DELIVERY_HEALTH,
      inject: [DeliveryRuntime],
      useFactory: (runtime: DeliveryRuntime): DeliveryHealth => ({
        probe: async () => runtime.probe(),
      }),
    },
  ],
  exports: [SmsDelivery],
})
export class SmsDeliveryModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  constructor(
    @Inject(DeliveryRuntime) private readonly runtime: DeliveryRuntime,
    @Inject(HandlerExplorer) private readonly explorer: HandlerExplorer,
  ) {
    super();
  }

  /**
   * Registers the module with options at hand.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRoot(
    options: SmsDeliveryModuleOptions & SmsDeliveryModuleExtras = {},
  ): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Registers the module with options that come from other providers, such as `ConfigService`.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRootAsync(options: SmsDeliveryModuleAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }

  /** @throws SmsOptionsError for an account that is not there, and for handlers of requests. */
  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start(this.explorer.explore());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runtime.stop();
  }
}
