import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { SmsModule } from '../sms.module.js';
import type { SmsModuleOptions } from '../sms.options.js';
import { SMS_TESTING } from '../sms.tokens.js';
import type { SmsEmulatorBehavior } from '../emulator/engine/emulator.options.js';
import { createSmsTestKit, SmsTestKit } from './sms-test-kit.js';

/**
 * Options of {@link SmsTestingModule.forTest}.
 */
export interface SmsTestingOptions extends SmsEmulatorBehavior {
  /** Name of the account, as in `SmsModule.forRoot`; without it, it is the plain `SmsService`. */
  name?: string | undefined;
  /** A kit to share between several accounts, or to keep from test to test. Its own options then count. */
  kit?: SmsTestKit | undefined;
  /** @default '1400006666' */
  sdkAppId?: string | undefined;
  /** @default '腾讯云' */
  signName?: SmsModuleOptions['signName'];
}

/** Whether a kit was given: then its owner closes it. */
const IS_SHARED = Symbol('nestjs-tencentcloud-sms:is-shared-kit');

/**
 * Takes the place of `SmsModule` in a test: `SmsService` everywhere, over the emulator's engine in the
 * same process.
 *
 * @example
 * const module = await Test.createTestingModule({
 *   imports: [SmsTestingModule.forTest()], providers: [LoginService],
 * }).compile();
 * const kit = module.get(SmsTestKit);
 */
@Module({})
export class SmsTestingModule implements OnApplicationShutdown {
  constructor(
    @Inject(SmsTestKit) private readonly kit: SmsTestKit,
    @Inject(IS_SHARED) private readonly isShared: boolean,
  ) {}

  /** Global, so that it reaches the modules that import nothing of it. */
  static forTest({
    name,
    kit,
    sdkAppId = '1400006666',
    signName = '腾讯云',
    ...behavior
  }: SmsTestingOptions = {}): DynamicModule {
    // Of this call alone: SmsTestKit itself is whichever kit Nest finds first.
    const ownKit = Symbol('nestjs-tencentcloud-sms:kit');
    const sms = SmsModule.forRootAsync({
      name,
      isGlobal: true,
      inject: [ownKit],
      useFactory: (own: SmsTestKit): SmsModuleOptions => ({
        credentials: { secretId: 'AKIDtest', secretKey: 'any-key-is-taken' },
        sdkAppId,
        signName,
        transport: own.transport,
        now: () => own.clock.now(),
      }),
    });
    return {
      module: SmsTestingModule,
      global: true,
      providers: [
        { provide: ownKit, useFactory: async () => kit ?? createSmsTestKit(behavior) },
        { provide: SmsTestKit, useExisting: ownKit },
        { provide: IS_SHARED, useValue: kit !== undefined },
        { provide: SMS_TESTING, useValue: true },
      ],
      // The module that imports it gets its own account, as with SmsModule.
      exports: [ownKit, SmsTestKit, sms],
      imports: [sms],
    };
  }

  onApplicationShutdown(): void {
    if (!this.isShared) {
      this.kit.close();
    }
  }
}
