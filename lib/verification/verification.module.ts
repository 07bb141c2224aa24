import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ConfigurableModuleClass, OWN_SERVICE } from './verification.module-definition.js';
import type {
  ASYNC_OPTIONS_TYPE,
  SmsVerificationModuleExtras,
} from './verification.module-definition.js';
import type { SmsVerificationModuleOptions } from './verification.options.js';
import { SmsVerificationService } from './verification.service.js';

/** What `SmsVerificationModule.forRootAsync` takes: `imports`, `inject` and one of the three `use…`. */
export type SmsVerificationModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Registers {@link SmsVerificationService}: codes by text, over an account of `SmsModule`.
 *
 * @example
 * `@Module({ imports: [SmsModule.forRoot(options), SmsVerificationModule.forRoot({ secret })] })`
 */
@Module({})
export class SmsVerificationModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationShutdown
{
  constructor(@Inject(OWN_SERVICE) private readonly service: SmsVerificationService) {
    super();
  }

  /**
   * Registers the module with options at hand.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRoot(
    options: SmsVerificationModuleOptions & SmsVerificationModuleExtras,
  ): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * Registers the module with options that come from other providers, such as `ConfigService`.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRootAsync(options: SmsVerificationModuleAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }

  /** @throws SmsOptionsError when the account is not there. */
  onModuleInit(): void {
    this.service.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.service.close();
  }
}
