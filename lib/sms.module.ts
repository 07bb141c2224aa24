import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { InFlight } from './client/in-flight.js';
import { SmsClient } from './client/sms.client.js';
import type { SmsTransport } from './http/transport.js';
import type { SmsSigner } from './signing/signer.js';
import { OutcomeRates } from './sending/outcome-rates.js';
import { SmsSender } from './sending/sms.sender.js';
import { createSender, createSigner, createTransport } from './sms.account.js';
import { SmsLogger } from './sms.logger.js';
import { assertNotTested, checkScope, throwUnregistered } from './sms.boot-checks.js';
import {
  ConfigurableModuleClass,
  assertOptionsAtHand,
  checkAsyncOptions,
} from './sms.module-definition.js';
import type { ASYNC_OPTIONS_TYPE, SmsModuleExtras } from './sms.module-definition.js';
import { findDoubts } from './sms.options.js';
import type { ResolvedSmsOptions, SmsModuleOptions } from './sms.options.js';
import { ofOneAccount } from './sms.replaced-parts.js';
import { closeWithApp, shutDownLast } from './sms.shutdown.js';
import { SMS_ACCOUNT, SMS_OPTIONS, SMS_SIGNER, SMS_TRANSPORT } from './sms.tokens.js';

/** What `SmsModule.forRootAsync` takes: `imports`, `inject` and one of the three `use…`. */
export type SmsModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Registers {@link SmsService} for one Tencent Cloud account.
 *
 * @example
 * `@Module({ imports: [SmsModule.forRoot({ credentials: { secretId, secretKey }, sdkAppId })] })`
 */
@Module({
  providers: [
    // Both are replaced by those of `forRoot` and `forRootAsync`.
    { provide: SMS_OPTIONS, useFactory: throwUnregistered },
    { provide: SMS_ACCOUNT, useValue: undefined },
    {
      provide: SMS_SIGNER,
      inject: [SMS_OPTIONS],
      useFactory: (options: ResolvedSmsOptions) => ofOneAccount(createSigner(options)),
    },
    {
      provide: SMS_TRANSPORT,
      inject: [SMS_OPTIONS, ModulesContainer],
      useFactory: (
        { transport, connection }: ResolvedSmsOptions,
        modules: ModulesContainer,
      ): SmsTransport => {
        if (transport !== undefined) {
          return ofOneAccount(transport);
        }
        assertNotTested(modules);
        return ofOneAccount(createTransport(connection()));
      },
    },
    {
      provide: SmsLogger,
      inject: [SMS_ACCOUNT],
      useFactory: (account: string | undefined) => new SmsLogger(account),
    },
    { provide: InFlight, useFactory: () => new InFlight() },
    { provide: OutcomeRates, useFactory: () => new OutcomeRates() },
    {
      provide: SmsClient,
      inject: [SMS_OPTIONS, SMS_SIGNER, SMS_TRANSPORT, SMS_ACCOUNT, SmsLogger, InFlight],
      useFactory: (
        options: ResolvedSmsOptions,
        signer: SmsSigner,
        transport: SmsTransport,
        account: string | undefined,
        events: SmsLogger,
        inFlight: InFlight,
      ) => new SmsClient(options, signer, transport, { account, events, inFlight }),
    },
    {
      provide: SmsSender,
      inject: [SmsClient, SMS_OPTIONS, SMS_ACCOUNT, SmsLogger, InFlight, OutcomeRates],
      useFactory: (
        client: SmsClient,
        options: ResolvedSmsOptions,
        account: string | undefined,
        events: SmsLogger,
        inFlight: InFlight,
        rates: OutcomeRates,
      ) => createSender(client, options, { account, events, inFlight, rates }),
    },
  ],
})
export class SmsModule
  extends ConfigurableModuleClass
  implements OnModuleInit, OnApplicationShutdown
{
  /** Whether Nest calls the hooks of this module, which it does not where it was loaded lazily. */
  private isListed = false;

  constructor(
    @Inject(SMS_TRANSPORT) private readonly transport: SmsTransport,
    @Inject(SMS_OPTIONS) private readonly options: ResolvedSmsOptions,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(SmsLogger) private readonly logger: SmsLogger,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    super();
    shutDownLast(modules, InFlight, inFlight);
    closeWithApp(
      modules,
      () => this.isListed,
      async () => this.onApplicationShutdown(),
    );
  }

  /**
   * Registers the module with options at hand.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRoot(options: SmsModuleOptions & SmsModuleExtras): DynamicModule {
    assertOptionsAtHand(options);
    return super.forRoot(options ?? {});
  }

  /**
   * Registers the module with options that come from other providers, such as `ConfigService`.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRootAsync(options: SmsModuleAsyncOptions): DynamicModule {
    const definition = super.forRootAsync(checkAsyncOptions(options));
    const { useClass, useExisting } = options;
    const own = useClass === undefined ? [] : [useClass];
    const scope = checkScope(useClass ?? useExisting);
    return { ...definition, providers: [...(definition.providers ?? []), ...own, scope] };
  }

  /** Warns of options that are likely wrong. */
  onModuleInit(): void {
    this.isListed = true;
    for (const doubt of findDoubts(this.options)) {
      this.logger.onDoubt(doubt);
    }
  }

  /**
   * Waits for the sends that are in flight, no longer than `shutdownTimeoutMs`, and closes
   * connections whenever none is.
   *
   * Nest runs this hook module by module, and queue workers may close in the hook of a later one,
   * their jobs with them: new sends are taken, and refused only `shutdownTimeoutMs` after this
   * returned. Waiting for an end of all sends would wait for a queue that is never empty.
   */
  async onApplicationShutdown(): Promise<void> {
    await this.inFlight.shutDown(this.options.shutdownTimeoutMs, this.transport);
  }
}
