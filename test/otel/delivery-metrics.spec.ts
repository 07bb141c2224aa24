import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsReceipt, SmsUnknown } from 'nestjs-tencentcloud-sms';
import {
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type { SmsDeliveryModuleOptions, SmsDeliveryTrace } from 'nestjs-tencentcloud-sms/delivery';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';

const PHONE = '+8613711112222';

/** Of so many whole seconds after the send, and what is left of the second of the send. */
const report = (
  { serialNo, signedAt = Date.now() }: Partial<SmsReceipt>,
  seconds: number,
  more: object = {},
) => ({
  user_receive_time: new Date((Math.ceil(signedAt / 1000) + seconds) * 1000 + 8 * 3_600_000)
    .toISOString()
    .replace('T', ' ')
    .slice(0, 19),
  nationcode: '86',
  mobile: PHONE.slice(3),
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  sid: serialNo,
  ...more,
});
const FAILED = { report_status: 'FAIL', errmsg: 'MK:0001' };

const labels = (state: string, code: string) => ({
  'sms.delivery.state': state,
  'sms.delivery.code': code,
  'sms.delivery.source': 'callback',
});

describe('the metrics of deliveries', () => {
  let numbers: InMemoryMetricExporter;
  let reader: PeriodicExportingMetricReader;
  let meterProvider: MeterProvider;
  let kit: SmsTestKit;
  let stop: () => void;
  const modules: TestingModule[] = [];

  beforeEach(async () => {
    numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    reader = new PeriodicExportingMetricReader({ exporter: numbers });
    meterProvider = new MeterProvider({ readers: [reader] });
    stop = instrumentSms({ meterProvider });
    kit = await createSmsTestKit({ delivery: 'never' });
  });

  afterEach(async () => {
    stop();
    await Promise.all(modules.splice(0).map(async (module) => module.close()));
    kit.close();
    await meterProvider.shutdown();
  });

  async function start(options: SmsDeliveryModuleOptions = {}): Promise<{
    sms: SmsService;
    delivery: SmsDelivery;
  }> {
    const module = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest({ kit }), SmsDeliveryModule.forRoot(options)],
    }).compile();
    module.useLogger(false);
    await module.init();
    modules.push(module);
    return { sms: module.get(SmsService), delivery: module.get(SmsDelivery) };
  }

  async function points(name: string): Promise<[object, unknown][]> {
    await reader.forceFlush();
    const metrics = numbers
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics);
    const metric = metrics?.find(({ descriptor }) => descriptor.name === name);
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => {
      const { count, sum } = Object(value) as { count?: number; sum?: number };
      return [attributes, count === undefined ? value : { count, sum: Math.floor(sum ?? NaN) }];
    });
  }

  it('count every report, and have the time from the send of a text to its end once', async () => {
    const { sms, delivery } = await start();
    const receipt = await sms.send({ templateId: '11' }, { to: PHONE });
    await delivery.accept([report(receipt, 12), report(receipt, 12)]);
    await delivery.accept([report(receipt, 12), report(receipt, 40, FAILED)]);
    expect(await points('sms.delivery.reports')).toEqual([
      [labels('delivered', 'DELIVRD'), 3],
      [labels('failed', 'MK:0001'), 1],
    ]);
    expect(await points('sms.delivery.duration')).toEqual([
      [labels('delivered', 'DELIVRD'), { count: 1, sum: 12 }],
    ]);
  });

  it('count each verdict on a text whose answer was lost, and the channel tells it once', async () => {
    const { sms, delivery } = await start();
    const heard: unknown[] = [];
    const hear = (message: unknown): void => {
      heard.push(message);
    };
    subscribe('tencentcloud-sms:settled', hear);
    kit.loseNextResponse({ action: 'SendSms' });
    const outcome = await sms.trySend({ templateId: '11' }, { to: PHONE });
    await delivery.settle(outcome as SmsUnknown);
    await delivery.settle(outcome as SmsUnknown);
    unsubscribe('tencentcloud-sms:settled', hear);
    expect(await points('sms.delivery.settlements')).toEqual([
      [
        {
          'sms.delivery.verdict': 'accepted',
          'sms.delivery.certainty': 'matched',
          'sms.delivery.corrected': false,
        },
        1,
      ],
    ]);
    expect(heard).toEqual([
      {
        verdict: 'accepted',
        certainty: 'matched',
        source: 'record',
        account: undefined,
        corrected: false,
      },
    ]);
  });

  it('have both ends of a text that failed first and was delivered then', async () => {
    const { sms, delivery } = await start();
    const receipt = await sms.send({ templateId: '11' }, { to: PHONE });
    const heard: SmsDeliveryTrace[] = [];
    const hear = (message: unknown): void => {
      heard.push(message as SmsDeliveryTrace);
    };
    subscribe('tencentcloud-sms:delivery', hear);
    await delivery.accept([report(receipt, 3, FAILED)]);
    await delivery.accept([report(receipt, 90)]);
    unsubscribe('tencentcloud-sms:delivery', hear);
    expect(await points('sms.delivery.duration')).toEqual([
      [labels('failed', 'MK:0001'), { count: 1, sum: 3 }],
      [labels('delivered', 'DELIVRD'), { count: 1, sum: 90 }],
    ]);
    const members = { source: 'callback', account: undefined };
    expect(heard).toEqual([
      {
        ...members,
        state: 'failed',
        code: 'MK:0001',
        corrected: false,
        sinceSentMs: expect.any(Number),
      },
      {
        ...members,
        state: 'delivered',
        code: 'DELIVRD',
        corrected: true,
        sinceSentMs: expect.any(Number),
      },
    ]);
  });

  it('take a report of the second of the send, which lies before it, for no time', async () => {
    const { sms, delivery } = await start();
    const receipt = await sms.send({ templateId: '11' }, { to: PHONE });
    await delivery.accept([report(receipt, -1)]);
    expect(await points('sms.delivery.duration')).toMatchObject([[{}, { count: 1, sum: 0 }]]);
  });

  it('count a text once that two instances on one store hear of', async () => {
    const store = memoryDeliveryStore();
    const [one, two] = [await start({ store }), await start({ store })];
    const receipt = await one.sms.send({ templateId: '11' }, { to: PHONE });
    await Promise.all(
      [one, two].map(async ({ delivery }) => delivery.accept([report(receipt, 7)])),
    );
    expect(await points('sms.delivery.duration')).toMatchObject([[{}, { count: 1, sum: 7 }]]);
  });

  it('have the time of a report that came before the answer of its send', async () => {
    const store = memoryDeliveryStore();
    const { sms, delivery } = await start({ store });
    const put = store.put.bind(store);
    store.put = async (texts) => {
      await delivery.accept(
        texts.flatMap((text) => (text.serialNo === undefined ? [] : [report(text, 5)])),
      );
      return put(texts);
    };
    await sms.send({ templateId: '11' }, { to: PHONE });
    expect(await points('sms.delivery.duration')).toMatchObject([[{}, { count: 1, sum: 5 }]]);
  });

  it('have no time of foreign reports, of those without one, and where nothing is kept', async () => {
    const { sms, delivery } = await start();
    const receipt = await sms.send({ templateId: '11' }, { to: PHONE });
    await delivery.accept([report(receipt, 7, { user_receive_time: '' })]);
    await delivery.accept([report({ serialNo: 'foreign' }, 7)]);
    const direct = await start({ store: false });
    await direct.delivery.accept([report({ serialNo: 'foreign' }, 7)]);
    expect(await points('sms.delivery.reports')).toMatchObject([[{}, 3]]);
    expect(await points('sms.delivery.duration')).toEqual([]);
  });

  it('have no number, no serial number and no code that is not documented', async () => {
    const { sms, delivery } = await start();
    const receipt = await sms.send({ templateId: '11' }, { to: PHONE });
    const errmsg = `canary ${PHONE}`;
    await delivery.accept([report(receipt, 7, { ...FAILED, errmsg })]);
    expect(await points('sms.delivery.duration')).toMatchObject([[labels('failed', '_OTHER'), {}]]);
    await reader.forceFlush();
    const exported = JSON.stringify(numbers.getMetrics());
    expect(exported).not.toMatch(/canary|13711112222/);
    expect(exported).not.toContain(receipt.serialNo);
  });

  it('are counted no more once they are stopped', async () => {
    const { delivery } = await start();
    stop();
    await delivery.accept([report({ serialNo: 'foreign' }, 7)]);
    expect(await points('sms.delivery.reports')).toEqual([]);
  });
});
