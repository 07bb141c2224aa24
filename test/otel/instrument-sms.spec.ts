import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService, getSmsServiceToken } from 'nestjs-tencentcloud-sms';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { RawServer, answering, httpResponse } from '../support/raw-server.js';
import { smsOptions } from '../support/sms-test-case.js';

const PHONES = ['+8613711112220', '+8613711112221', '+8613711112222', '+8613711112223'];
/** What becomes of a number, by its last digit. */
const CODES = [
  'Ok',
  'FailedOperation.PhoneNumberInBlacklist',
  'InternalError.Timeout',
  'LimitExceeded.canary8613711112223',
];

function fail(): never {
  throw new Error('the span processor is broken');
}

describe('instrumentSms', () => {
  let spans: InMemorySpanExporter;
  let numbers: InMemoryMetricExporter;
  let reader: PeriodicExportingMetricReader;
  let tracerProvider: BasicTracerProvider;
  let meterProvider: MeterProvider;
  let server: RawServer;
  let module: TestingModule;
  let sms: SmsService;
  let stop: () => void;

  beforeEach(async () => {
    spans = new InMemorySpanExporter();
    numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    reader = new PeriodicExportingMetricReader({ exporter: numbers });
    meterProvider = new MeterProvider({ readers: [reader] });
    stop = instrumentSms({ tracerProvider, meterProvider });
    server = await RawServer.start((socket, { body }) => {
      const { PhoneNumberSet } = JSON.parse(body) as { PhoneNumberSet: string[] };
      const SendStatusSet = PhoneNumberSet.map((PhoneNumber) => ({
        PhoneNumber,
        Code: CODES[Number(PhoneNumber.at(-1))],
        SerialNo: PhoneNumber.endsWith('0') ? 'canary-serial' : '',
        Fee: PhoneNumber.endsWith('0') ? 2 : 0,
      }));
      socket.write(httpResponse(JSON.stringify({ Response: { SendStatusSet, RequestId: 'r-1' } })));
    });
    module = await Test.createTestingModule({
      imports: [
        SmsModule.forRoot({
          ...smsOptions({ endpoint: server.url, retry: { baseDelayMs: 1 } }),
          name: 'main',
        }),
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    sms = module.get<SmsService>(getSmsServiceToken('main'));
  });

  afterEach(async () => {
    stop();
    await module.close();
    await server.stop();
    await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
  });

  /** The points of a metric so far: their labels and values. */
  async function points(name: string): Promise<{ attributes: object; value: unknown }[]> {
    await reader.forceFlush();
    const metrics = numbers
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics);
    const metric = metrics?.find(({ descriptor }) => descriptor.name === name);
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value }));
  }

  const call = () => ({
    'rpc.system': 'tencentcloud',
    'rpc.service': 'sms',
    'rpc.method': 'SendSms',
    'server.address': '127.0.0.1',
    'server.port': server.port,
    'sms.account': 'main',
  });

  it('makes a span of a call, below the active one', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const parent = tracerProvider.getTracer('test').startSpan('request of ours');
    await context.with(trace.setSpan(context.active(), parent), async () =>
      sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' }),
    );
    parent.end();
    context.disable();
    const [span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'sms/SendSms',
      kind: SpanKind.CLIENT,
      attributes: {
        ...call(),
        'tencentcloud.region': 'ap-guangzhou',
        'tencentcloud.attempts': 1,
        'tencentcloud.request_id': 'r-1',
      },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  it('records of a failed call the code and the attempts, but no message', async () => {
    server.respondWith(
      answering({ Error: { Code: 'RequestLimitExceeded', Message: `canary ${PHONES[0]}` } }),
    );
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    const [span] = spans.getFinishedSpans();
    expect(span).toMatchObject({
      attributes: {
        'error.type': 'RequestLimitExceeded',
        'tencentcloud.attempts': 3,
        'tencentcloud.request_id': 'r-1',
      },
      status: { code: SpanStatusCode.ERROR },
      events: [],
    });
    expect(span?.status.message).toBeUndefined();
    expect(await points('rpc.client.call.duration')).toEqual([
      {
        attributes: { ...call(), 'error.type': 'RequestLimitExceeded' },
        value: expect.objectContaining({ count: 1 }),
      },
    ]);
  });

  it('measures calls and counts texts and segments', async () => {
    await sms.sendMany({ templateId: '1' }, { to: PHONES });
    await sms.sendMany({ templateId: '1' }, { to: PHONES.slice(0, 1) });
    const labels = { 'sms.account': 'main', 'sms.market': 'mainland' };
    const outcomes = await points('sms.client.outcomes');
    expect(outcomes).toHaveLength(4);
    expect(outcomes).toEqual(
      expect.arrayContaining([
        { attributes: { ...labels, 'sms.outcome': 'accepted' }, value: 2 },
        {
          attributes: { ...labels, 'sms.outcome': 'rejected', 'error.type': CODES[1] },
          value: 1,
        },
        {
          attributes: { ...labels, 'sms.outcome': 'unknown', 'error.type': CODES[2] },
          value: 1,
        },
        {
          attributes: { ...labels, 'sms.outcome': 'rejected', 'error.type': '_OTHER' },
          value: 1,
        },
      ]),
    );
    expect(await points('sms.client.segments')).toEqual([{ attributes: labels, value: 4 }]);
    expect(await points('rpc.client.call.duration')).toEqual([
      { attributes: call(), value: expect.objectContaining({ count: 2 }) },
    ]);
  });

  it('counts texts by what became of each where one code stands for two outcomes', async () => {
    const code = 'LimitExceeded.PhoneNumberDailyLimit';
    server.respondWith((socket) => {
      const SendStatusSet = PHONES.map((PhoneNumber, i) => ({
        PhoneNumber,
        Code: i === 0 ? ` ${code.toLowerCase()}` : code,
        SerialNo: '',
        Fee: i === 1 ? 1 : 0,
      }));
      socket.write(httpResponse(JSON.stringify({ Response: { SendStatusSet, RequestId: 'r-1' } })));
    });
    await sms.sendMany({ templateId: '1' }, { to: PHONES });
    const outcomes = await points('sms.client.outcomes');
    expect(outcomes).toHaveLength(2);
    const labels = { 'sms.account': 'main', 'sms.market': 'mainland', 'error.type': code };
    expect(outcomes).toEqual(
      expect.arrayContaining([
        { attributes: { ...labels, 'sms.outcome': 'rejected' }, value: 3 },
        { attributes: { ...labels, 'sms.outcome': 'unknown' }, value: 1 },
      ]),
    );
  });

  it('counts a batch that was lost as unknown', async () => {
    server.respondWith((socket) => socket.destroy());
    await sms.sendMany({ templateId: '1' }, { to: PHONES });
    expect(await points('sms.client.outcomes')).toMatchObject([
      { attributes: { 'sms.outcome': 'unknown', 'error.type': 'SMS_CONNECTION_LOST' }, value: 4 },
    ]);
  });

  it('has no number, no serial number and nothing secret in anything', async () => {
    await sms.sendMany({ templateId: '1', params: ['042137'] }, { to: PHONES });
    server.respondWith((socket, { body, headers }) =>
      socket.write(httpResponse(`${body} ${JSON.stringify(headers)}`)),
    );
    await sms.trySend({ templateId: '1', params: ['042137'] }, { to: PHONES[0] ?? '' });
    await reader.forceFlush();
    const exported = JSON.stringify([
      numbers.getMetrics(),
      spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({
        name,
        attributes,
        events,
        status,
      })),
    ]);
    expect(exported).toContain('SMS_PROTOCOL');
    expect(exported).not.toMatch(/canary|1371111|042137|AKID/);
  });

  it('records nothing any more once it is stopped', async () => {
    stop();
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    expect(spans.getFinishedSpans()).toEqual([]);
    expect(await points('sms.client.outcomes')).toEqual([]);
  });

  it('counts once, however often it is called, until each caller has stopped it', async () => {
    const stopAgain = instrumentSms({ tracerProvider, meterProvider });
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    expect(spans.getFinishedSpans()).toHaveLength(1);
    stopAgain();
    stopAgain();
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    expect(spans.getFinishedSpans()).toHaveLength(2);
    expect(await points('sms.client.outcomes')).toMatchObject([{ value: 2 }]);
    stop();
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    expect(spans.getFinishedSpans()).toHaveLength(2);
  });

  it('harms neither the send nor the process when OpenTelemetry fails', async () => {
    const broken = {
      onStart: fail,
      onEnd: fail,
      forceFlush: fail,
      shutdown: async () => Promise.resolve(),
    };
    const stopBroken = instrumentSms({
      tracerProvider: new BasicTracerProvider({ spanProcessors: [broken] }),
    });
    const uncaught: unknown[] = [];
    const hear = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', hear);
    try {
      expect(await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' })).toMatchObject({
        status: 'accepted',
      });
      await new Promise(setImmediate);
    } finally {
      process.off('uncaughtException', hear);
      stopBroken();
    }
    expect(uncaught).toEqual([]);
  });

  it('takes the providers that are registered globally', async () => {
    stop();
    trace.setGlobalTracerProvider(tracerProvider);
    stop = instrumentSms();
    await sms.trySend({ templateId: '1' }, { to: PHONES[0] ?? '' });
    trace.disable();
    expect(spans.getFinishedSpans()).toHaveLength(1);
  });
});
