import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import type { Provider } from '@nestjs/common';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import {
  SmsDelivery,
  SmsDeliveryModule,
  memoryQueueStore,
  SmsSendGuard,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsDeliveryModuleOptions,
  SmsGuardJob,
  SmsQueueStore,
  SmsSendGuardOptions,
} from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsEmulatorBehavior, SmsTestKit } from 'nestjs-tencentcloud-sms/testing';

export const PHONE = '+8613711112222';
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const Notice = smsTemplate({
  id: '11',
  kind: 'notification',
  text: '您的订单{no:1}已经发货了。',
});
export const Code = smsTemplate({
  id: '12',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
});
export const Promo = smsTemplate({
  id: '13',
  kind: 'marketing',
  text: '双十一全场八折，回复TD退订。',
});

/** An app with a kit, deliveries, and any number of guards on one store. */
export interface GuardTestCase {
  readonly kit: SmsTestKit;
  readonly module: TestingModule;
  readonly sms: SmsService;
  readonly delivery: SmsDelivery;
  readonly store: SmsQueueStore;
  guard(options?: Partial<SmsSendGuardOptions>): SmsSendGuard;
  /** One whose process dies at a step: it is not waited for. */
  doomed(methods: (store: SmsQueueStore) => Partial<SmsQueueStore>): SmsSendGuard;
  close(): Promise<void>;
}

/** Starts one; its clock goes on from ten in the morning. */
export async function startGuards({
  behavior = {},
  delivery = {},
  providers = [],
}: {
  behavior?: SmsEmulatorBehavior;
  delivery?: SmsDeliveryModuleOptions;
  providers?: Provider[];
} = {}): Promise<GuardTestCase> {
  const kit = await createSmsTestKit({
    delivery: 'never',
    templates: [Notice, Code, Promo],
    limits: 'off',
    ...behavior,
  });
  kit.clock.advance(msUntilChinaTime(kit, 10));
  const module = await Test.createTestingModule({
    imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot(delivery)],
    providers,
  }).compile();
  await module.init();
  const sms = module.get(SmsService);
  const service = module.get(SmsDelivery);
  const store = memoryQueueStore({ clock: () => kit.clock.now().getTime() });
  const guards: SmsSendGuard[] = [];
  return {
    kit,
    module,
    sms,
    delivery: service,
    store,
    guard: (options = {}) => {
      const guard = new SmsSendGuard({ sms, delivery: service, store, ...options });
      guards.push(guard);
      return guard;
    },
    doomed: (methods) => {
      const own = Object.assign(Object.create(store) as SmsQueueStore, methods(store));
      const guard = new SmsSendGuard({ sms, delivery: service, store: own });
      // With its process its handlers are gone.
      (guard as unknown as { leave(): void }).leave();
      return guard;
    },
    close: async () => {
      await Promise.all(guards.map(async (guard) => guard.close()));
      await module.close();
      kit.close();
    },
  };
}

/** Milliseconds until the clock of a kit next shows a time in China. */
export function msUntilChinaTime(kit: SmsTestKit, hour: number, minute = 0): number {
  const time = (kit.clock.now().getTime() + 8 * HOUR_MS) % DAY_MS;
  return (hour * HOUR_MS + minute * MINUTE_MS - time + DAY_MS) % DAY_MS;
}

/** A job of a notice. */
export function noticeJob(
  key: string,
  more: Partial<SmsGuardJob<typeof Notice>> = {},
  to = PHONE,
): SmsGuardJob<typeof Notice> {
  return { key, template: Notice, input: { to, params: { no: '7' } }, ...more };
}

/** What never comes: its process has died. */
export async function never(): Promise<never> {
  return new Promise(() => undefined);
}
