import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { SmsClient } from './client/sms.client.js';
import { AxiosTransport } from './http/axios.transport.js';
import type { SmsTransport } from './http/transport.js';
import { Tc3Signer } from './signing/tc3.signer.js';
import { V1Signer } from './signing/v1.signer.js';
import type { SmsSigner } from './signing/signer.js';
import { BatchSender } from './sending/batch.sender.js';
import { SmsSender } from './sending/sms.sender.js';
import { ConfigurableModuleClass } from './sms.module-definition.js';
import type { ASYNC_OPTIONS_TYPE, SmsModuleExtras } from './sms.module-definition.js';
import type { ResolvedSmsOptions, SmsModuleOptions } from './sms.options.js';
import { SMS_OPTIONS, SMS_SIGNER, SMS_TRANSPORT } from './sms.tokens.js';

/** What `SmsModule.forRootAsync` takes: `imports`, `inject` and one of the three `use…`. */
export type SmsModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/**
 * Registers {@link SmsService} for one Tencent Cloud account.
 *
 * @example
 * `@Module({ imports: [SmsModule.forRoot({ credentials: { secretId, secretKey }, sdkAppId })] })`
 *
 * @publicApi
 */
@Module({
  providers: [
    {
      provide: SMS_SIGNER,
      inject: [SMS_OPTIONS],
      useFactory: ({ signer, signMethod }: ResolvedSmsOptions): SmsSigner =>
        signer ?? (signMethod === 'TC3-HMAC-SHA256' ? new Tc3Signer() : new V1Signer(signMethod)),
    },
    {
      provide: SMS_TRANSPORT,
      inject: [SMS_OPTIONS],
      useFactory: ({ transport, connection }: ResolvedSmsOptions): SmsTransport =>
        transport ?? new AxiosTransport(connection()),
    },
    {
      provide: SmsClient,
      inject: [SMS_OPTIONS, SMS_SIGNER, SMS_TRANSPORT],
      useFactory: (options: ResolvedSmsOptions, signer: SmsSigner, transport: SmsTransport) =>
        new SmsClient(options, signer, transport),
    },
    {
      provide: SmsSender,
      inject: [SmsClient, SMS_OPTIONS],
      useFactory: (client: SmsClient, { signName, now }: ResolvedSmsOptions) =>
        new SmsSender(new BatchSender(client), { signName, now }),
    },
  ],
})
export class SmsModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(SMS_TRANSPORT) private readonly transport: SmsTransport) {
    super();
  }

  /**
   * Registers the module with options at hand.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRoot(options: SmsModuleOptions & SmsModuleExtras): DynamicModule {
    return super.forRoot(options ?? {});
  }

  /**
   * Registers the module with options that come from other providers, such as `ConfigService`.
   *
   * @throws SmsOptionsError while the app starts, listing every bad field.
   */
  static override forRootAsync(options: SmsModuleAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }

  /** Runs after the HTTP server has closed: requests under way may still send until then. */
  async onApplicationShutdown(): Promise<void> {
    await this.transport.close?.();
  }
}
