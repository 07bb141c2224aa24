import { Inject, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { ConfigurableModuleClass, OWN_RUNTIME } from './queue.module-definition.js';
import type { ASYNC_OPTIONS_TYPE, SmsQueueModuleExtras } from './queue.module-definition.js';
import type { SmsQueueModuleOptions } from './queue.options.js';
import type { QueueRuntime } from './queue.runtime.js';

/** What `SmsQueueModule.forRootAsync` takes: `imports`, `inject` and one of the three `use…`. */
export type SmsQueueModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Registers `SmsQueue`, and the workers that send what it queues, over BullMQ.
 *
 * @example
 * `@Module({ imports: [BullModule.forRoot({ connection }), SmsModule.forRoot(options), SmsQueueModule.forRoot({ redis: client })] })`
 */
@Module({})
export class SmsQueueModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(@Inject(OWN_RUNTIME) private readonly runtime: QueueRuntime) {
    super();
    runtime.takePlace();
  }

  /**
   * Registers the module with options at hand.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRoot(options: SmsQueueModuleOptions & SmsQueueModuleExtras): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Registers the module with options that come from other providers, such as `ConfigService`. Names and
   * places stand beside `useFactory`: queues are registered before it is called.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRootAsync(options: SmsQueueModuleAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }

  /** @throws SmsOptionsError when the account, BullMQ's connection or a store of deliveries is not there. */
  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runtime.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.close();
  }
}
