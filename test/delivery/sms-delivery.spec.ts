/* oxlint-disable no-await-in-loop -- calls that follow each other */
import { inspect } from 'node:util';
import { Injectable, Logger, Module, Scope } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReport,
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type {
  SmsDeliveryModuleOptions,
  SmsDeliveryStore,
  SmsReport,
} from 'nestjs-tencentcloud-sms/delivery';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { closeModule } from '../support/close-module.js';
import { until } from '../support/until.js';

const PHONE = '+8613711112222';
const Notice = smsTemplate({ id: '11', kind: 'notification', text: '您的订单{no:1}已发货。' });
const Promo = smsTemplate({ id: '12', kind: 'marketing', text: '今日{what:1}特价，拒收请回复R' });

const heard: SmsReport[] = [];
const failures: SmsReport[] = [];
let throwing = 0;

@Injectable()
class Handlers {
  @OnSmsReport()
  onReport(report: SmsReport): void {
    if (throwing > 0) {
      throwing -= 1;
      throw new Error('the database is down');
    }
    heard.push(report);
  }

  @OnSmsReport({ state: 'failed', kind: 'invalid' })
  async onDeadNumber(report: SmsReport): Promise<void> {
    failures.push(report);
    return Promise.resolve();
  }
}

let kit: SmsTestKit;
let module: TestingModule;
let sms: SmsService;
let delivery: SmsDelivery;
const said: string[] = [];

beforeEach(async () => {
  kit = await createSmsTestKit({ delivery: 'never' });
  said.length = 0;
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((sentence: unknown) => {
      said.push(String(sentence));
    });
  }
});
afterEach(async () => {
  await closeModule(module);
  kit.close();
  heard.length = 0;
  failures.length = 0;
  throwing = 0;
});

async function begin(
  more: SmsDeliveryModuleOptions = {},
  providers: (new () => object)[] = [Handlers],
): Promise<void> {
  module = await Test.createTestingModule({
    imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot(more)],
    providers,
  }).compile();
  await module.init();
  sms = module.get(SmsService);
  delivery = module.get(SmsDelivery);
}

const report = (serialNo: string, more: object = {}) => ({
  user_receive_time: '2026-03-14 09:26:53',
  nationcode: '86',
  mobile: PHONE.slice(3),
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  description: '',
  sid: serialNo,
  ...more,
});
const FAILED = { report_status: 'FAIL', errmsg: 'MK:0001' };

describe('a text', () => {
  it('is accepted at first, and delivered once its report came', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' }, ref: 'order-7' });
    await expect(delivery.state(receipt)).resolves.toMatchObject({
      state: 'accepted',
      to: PHONE,
      serialNo: receipt.serialNo,
      ref: 'order-7',
      template: '11',
    });
    const waiting = delivery.delivered(receipt);
    await delivery.accept([report(receipt.serialNo)]);
    await expect(waiting).resolves.toMatchObject({
      state: 'delivered',
      code: 'DELIVRD',
      source: 'callback',
      at: Date.parse('2026-03-14T09:26:53+08:00'),
    });
    await expect(delivery.state({ ref: 'order-7', to: PHONE })).resolves.toMatchObject({
      state: 'delivered',
    });
    await until(() => heard.length > 0);
    expect(JSON.stringify(heard)).toContain(PHONE);
    expect(inspect(heard, { depth: 9 })).not.toMatch(/13711112222|order-7/);
    expect(heard).toEqual([
      expect.objectContaining({ state: 'delivered', known: true, ref: 'order-7', template: '11' }),
    ]);
  });

  it('that was never sent is undefined, and so is one that is not tracked', async () => {
    await begin();
    await expect(delivery.state({ serialNo: '2640:1', to: PHONE })).resolves.toBeUndefined();
    await expect(delivery.delivered({ ref: 'none', to: PHONE })).resolves.toBeUndefined();
    jest.spyOn(kit.clock, 'now').mockReturnValue(new Date('2026-03-14T02:00:00Z'));
    const [outcome] = (await sms.sendMany(Promo, { to: [PHONE], params: { what: '苹果' } }))
      .outcomes;
    await expect(delivery.state(outcome as never)).resolves.toBeUndefined();
    await expect(
      sms
        .send(Notice, { to: PHONE, params: { no: '8' }, track: false })
        .then(async (receipt) => delivery.state(receipt)),
    ).resolves.toBeUndefined();
  });

  it('that is refused is rejected with its code at once', async () => {
    await begin();
    kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist', { times: 1 });
    const outcome = await sms.trySend(Notice, { to: PHONE, params: { no: '7' } });
    await expect(delivery.delivered(outcome)).resolves.toMatchObject({
      state: 'rejected',
      code: 'FailedOperation.PhoneNumberInBlacklist',
    });
  });

  it('whose answer was lost is unknown, also at the deadline', async () => {
    await begin();
    kit.loseNextResponse();
    const outcome = await sms.trySend(Notice, { to: PHONE, params: { no: '7' } });
    await expect(delivery.delivered(outcome, { within: 20 })).resolves.toMatchObject({
      state: 'unknown',
    });
  });

  it('shows its states one after the other while it is watched, and completes', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    const states: string[] = [];
    const completed = new Promise<void>((resolve, reject) => {
      delivery.watch(receipt).subscribe({
        next: ({ state }) => states.push(state),
        complete: resolve,
        error: reject,
      });
    });
    await until(() => states.length === 1);
    await delivery.accept([report(receipt.serialNo, FAILED)]);
    await completed;
    expect(states).toEqual(['accepted', 'failed']);
  });

  it('that no report came of within 72 hours is unreported, and a late report still wins', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    kit.clock.advance(72 * 3_600_000 + 1000);
    await until(async () => (await delivery.state(receipt))?.state === 'unreported');
    await delivery.accept([report(receipt.serialNo)]);
    await expect(delivery.state(receipt)).resolves.toMatchObject({
      state: 'delivered',
      corrected: true,
    });
  });

  it('is whole in JSON and masked where it is printed', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' }, ref: PHONE });
    const state = await delivery.state(receipt);
    expect(JSON.stringify(state)).toContain(PHONE);
    expect(inspect(state)).not.toContain('13711112222');
  });
});

describe('reports', () => {
  it('that come before the answer of the send are joined with their text', async () => {
    const store = memoryDeliveryStore();
    await begin({ store });
    const put = store.put.bind(store);
    // The report arrives while the outcome is on its way into the store.
    store.put = async (texts) => {
      for (const { serialNo } of texts) {
        if (serialNo !== undefined) {
          await delivery.accept([report(serialNo)]);
        }
      }
      return put(texts);
    };
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await expect(delivery.state(receipt)).resolves.toMatchObject({ state: 'delivered' });
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ known: true });
  });

  it('with the serial number of one text and the number of another touch neither', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await delivery.accept([report(receipt.serialNo, { mobile: '13999999999' })]);
    await expect(delivery.state(receipt)).resolves.toMatchObject({ state: 'accepted' });
  });

  it('pushed ten thousand times are told once', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    const batch = Array.from({ length: 100 }, () => report(receipt.serialNo));
    await Promise.all(Array.from({ length: 100 }, async () => delivery.accept(batch)));
    await until(() => heard.length > 0);
    expect(heard).toHaveLength(1);
  });

  it('that contradict each other end as delivered, told as a correction', async () => {
    await begin();
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await delivery.accept([report(receipt.serialNo, FAILED)]);
    await until(() => heard.length === 1 && failures.length === 1);
    await delivery.accept([report(receipt.serialNo)]);
    await until(() => heard.length === 2);
    await delivery.accept([report(receipt.serialNo, FAILED)]);
    expect(heard.map(({ state, corrected }) => [state, corrected])).toEqual([
      ['failed', false],
      ['delivered', true],
    ]);
    expect(failures).toEqual([expect.objectContaining({ kind: 'invalid' })]);
  });

  it('are told again to a handler that threw, and not to the other one', async () => {
    await begin();
    throwing = 1;
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await delivery.accept([report(receipt.serialNo, FAILED)]);
    await until(() => failures.length === 1);
    kit.clock.advance(1000);
    await until(() => heard.length === 1);
    expect(failures).toHaveLength(1);
    expect(said.join()).toContain('Handlers.onReport threw');
  });

  it('of raw sends are known', async () => {
    await begin();
    const { SendStatusSet } = await sms.sendSms({
      PhoneNumberSet: [PHONE],
      TemplateId: '11',
      TemplateParamSet: ['7'],
    });
    await delivery.accept([report(SendStatusSet[0]?.SerialNo ?? '')]);
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ known: true });
  });
});

const broken = (): SmsDeliveryStore & { isBroken: boolean } => {
  const store = Object.assign(memoryDeliveryStore(), { isBroken: false });
  const put = store.put.bind(store);
  store.put = async (texts) =>
    store.isBroken ? Promise.reject(new Error('ECONNREFUSED')) : put(texts);
  return store;
};

describe('a store that is out of reach', () => {
  it('keeps no text from being sent, and has it later', async () => {
    const store = broken();
    await begin({ store });
    store.isBroken = true;
    const receipt = await sms.send(Notice, { to: PHONE, params: { no: '7' } });
    await expect(delivery.state(receipt)).resolves.toBeUndefined();
    store.isBroken = false;
    await module.close();
    await expect(store.find(receipt)).resolves.toMatchObject({ fact: { state: 'accepted' } });
    await begin();
  });

  it('keeps texts from being sent where it is required', async () => {
    const store = broken();
    await begin({ store, observe: 'required' });
    store.isBroken = true;
    const outcome = await sms.trySend(Notice, { to: PHONE, params: { no: '7' } });
    expect(outcome).toMatchObject({
      status: 'rejected',
      code: 'SMS_DELIVERY_STORE_UNAVAILABLE',
    });
    expect(kit.messages()).toHaveLength(0);
  });
});

const classNamed = (name: string): new () => object => {
  @Injectable()
  class Named {
    @OnSmsReport()
    onReport(): void {}
  }
  Object.defineProperty(Named, 'name', { value: name });
  return Named;
};
const moduleNamed = (name: string, providers: Provider[]): Type => {
  @Module({ providers, exports: providers })
  class Named {}
  Object.defineProperty(Named, 'name', { value: name });
  return Named;
};

describe('SmsDeliveryModule', () => {
  it('refuses handlers in a request-scoped provider at the start, by name', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      @OnSmsReport()
      onReport(): void {}
    }
    module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot()],
      providers: [Scoped],
    }).compile();
    await expect(module.init()).rejects.toMatchObject({
      name: 'SmsOptionsError',
      issues: [expect.objectContaining({ field: 'Scoped.onReport' })],
    });
  });

  it('refuses handlers in a transient provider, which Nest makes for its users only', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @OnSmsReport()
      onReport(): void {}
    }
    module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot()],
      providers: [Transient],
    }).compile();
    await expect(module.init()).rejects.toMatchObject({
      issues: [expect.objectContaining({ field: 'Transient.onReport' })],
    });
  });

  it.each([
    ['two classes of one name', () => [classNamed('Hooks'), classNamed('Hooks')]],
    [
      'one class that two modules have an instance of each',
      () => {
        const Hooks = classNamed('Hooks');
        return [Hooks, Hooks];
      },
    ],
  ])('refuses %s at the start, and says where they are', async (_what, make) => {
    const [one, two] = make() as [Type, Type];
    module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest({ kit }),
        SmsDeliveryModule.forRoot(),
        moduleNamed('OrdersModule', [one]),
        moduleNamed('BillingModule', [two]),
      ],
    }).compile();
    await expect(module.init()).rejects.toMatchObject({
      name: 'SmsOptionsError',
      issues: [
        {
          field: 'Hooks.onReport',
          message: expect.stringMatching(/OrdersModule and BillingModule/),
        },
      ],
    });
  });

  it('takes one instance under two tokens, or in two modules that share it, for one handler', async () => {
    const Hooks = classNamed('Hooks');
    const Orders = moduleNamed('OrdersModule', [
      Hooks,
      { provide: 'alias', useExisting: Hooks },
      { provide: 'made', inject: [Hooks], useFactory: (hooks: object) => hooks },
    ]);
    module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot(), Orders],
    }).compile();
    await expect(module.init()).resolves.toBe(module);
  });

  it('asks nothing of a store where there is none', async () => {
    await begin({ store: false });
    await expect(delivery.state({ ref: 'a', to: PHONE })).rejects.toMatchObject({
      name: 'SmsOptionsError',
    });
    expect(() => delivery.watch({ ref: 'a', to: PHONE })).toThrow(/store is false/);
  });

  it.each([
    [{ accounts: [] }, 'accounts'],
    [{ callback: {} }, 'callback.secret'],
    [{ callback: { secret: 'too short' } }, 'callback.secret'],
    [{ callback: { secret: 'a b'.repeat(20) } }, 'callback.secret'],
    [{ callback: { secret: 'x'.repeat(32), path: 'hooks' } }, 'callback.path'],
    [{ callback: { secret: 'x'.repeat(32), allow: ['1.2.3.4/40'] } }, 'callback.allow.0'],
    [{ store: true }, 'store'],
    [{ track: ['all'] }, 'track.0'],
    [{ colour: 'red' }, 'colour'],
    [{ store: false, retain: '1d' }, 'retain'],
    [{ store: false, track: ['marketing'] }, 'track'],
    [{ store: false, observe: 'required' }, 'observe'],
  ])('refuses options such as %j by name', async (options, field) => {
    await begin();
    await expect(
      Test.createTestingModule({
        imports: [SmsTestingModule.forTest(), SmsDeliveryModule.forRoot(options as never)],
      }).compile(),
    ).rejects.toMatchObject({ issues: [expect.objectContaining({ field })] });
  });

  it("refuses retain beside a store of one's own, which would not heed it", async () => {
    await begin();
    const options = { store: memoryDeliveryStore({ retain: '2d' }), retain: '1d' } as const;
    await expect(
      Test.createTestingModule({
        imports: [SmsTestingModule.forTest(), SmsDeliveryModule.forRoot(options)],
      }).compile(),
    ).rejects.toMatchObject({ name: 'SmsOptionsError', issues: [{ field: 'retain' }] });
  });

  it('names an account that is not there', async () => {
    module = await Test.createTestingModule({
      imports: [
        SmsTestingModule.forTest({ kit }),
        SmsDeliveryModule.forRoot({ accounts: ['default', 'shop'] }),
      ],
    }).compile();
    await expect(module.init()).rejects.toThrow(/"shop"/);
  });
});
