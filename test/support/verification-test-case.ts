import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import {
  SmsVerificationModule,
  SmsVerificationService,
  smsVerification,
} from 'nestjs-tencentcloud-sms/verification';
import type {
  SmsVerificationModuleOptions,
  SmsVerificationSent,
  SmsVerificationStartInput,
  SmsVerificationStart,
} from 'nestjs-tencentcloud-sms/verification';

/** A secret that looks real enough to be found wherever it leaks. */
export const VERIFICATION_SECRET = 'canary-verification-secret-0000000003';

/** The phone that verification specs send to. */
export const PHONE = '+8613711112222';
/** A caller with an address of its own. */
export const CALLER = '203.0.113.7';

const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
});

/** The purpose that verification specs are about. */
export const Login = smsVerification({ purpose: 'login', template: LoginCode, ttl: '5m' });
/** Another purpose with the same text. */
export const Reset = smsVerification({ purpose: 'reset', template: LoginCode, ttl: '5m' });

/** A started Nest module with verifications over the testing kit. */
export interface VerificationTestCase {
  readonly module: TestingModule;
  readonly codes: SmsVerificationService;
  readonly kit: SmsTestKit;
  /** Starts, and gives the id with the code that came, or fails with the whole result. */
  readonly send: (
    more?: Partial<SmsVerificationStartInput<typeof Login>>,
  ) => Promise<{ id: string; code: string; sent: SmsVerificationSent }>;
  readonly close: () => Promise<void>;
}

/** Starts verifications; a spec shows only what it changes. */
export async function startVerification(
  more: Partial<SmsVerificationModuleOptions> = {},
  kit?: SmsTestKit,
): Promise<VerificationTestCase> {
  const own = kit ?? (await createSmsTestKit());
  const module = await Test.createTestingModule({
    imports: [
      SmsTestingModule.forTest({ kit: own }),
      SmsVerificationModule.forRoot({ secret: VERIFICATION_SECRET, ...more }),
    ],
  }).compile();
  module.useLogger(false);
  await module.init();
  const codes = module.get(SmsVerificationService);
  return {
    module,
    codes,
    kit: own,
    send: async (input) => {
      const sent = asSent(await codes.start(Login, { to: PHONE, ...input }));
      const code = own.messages({ to: sent.to }).at(-1)?.verificationCode ?? '';
      return { id: sent.id, code, sent };
    },
    close: async () => {
      await module.close();
      if (kit === undefined) {
        own.close();
      }
    },
  };
}

/** The result of a start that sent; fails with any other. */
export function asSent(result: SmsVerificationStart): SmsVerificationSent {
  if (result.status !== 'sent') {
    throw new Error(`not sent: ${JSON.stringify(result)}`);
  }
  return result;
}

/** A code that is not this one. */
export function otherCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
