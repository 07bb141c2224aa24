import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { FakeTencent, accepting, refusing } from '../support/fake-tencent.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
/** Where instrumentations of undici and of Node's own client make their spans. */
const CHANNELS = ['undici:request:create', 'http.client.request.start'];

describe('the spans of an HTTP instrumentation', () => {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  const tracer = tracerProvider.getTracer('test');
  /** As they do: a span below the one that is active when a request is made. */
  const onRequest = (): void => {
    tracer.startSpan('HTTP', {}, context.active()).end();
  };
  let tencent: FakeTencent;
  let started: SmsTestCase;
  let stop: () => void;

  beforeEach(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    stop = instrumentSms({ tracerProvider });
    CHANNELS.forEach((name) => {
      subscribe(name, onRequest);
    });
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    stop();
    CHANNELS.forEach((name) => unsubscribe(name, onRequest));
    context.disable();
    spans.reset();
    await started.module.close();
    await tencent.stop();
  });

  async function start(more: Partial<SmsModuleOptions> = {}) {
    started = await startSms({
      endpoint: tencent.url,
      retry: { attempts: 3, baseDelayMs: 1 },
      ...more,
    });
    started.module.useLogger(false);
    return started.sms;
  }

  async function within<T>(name: string, run: () => Promise<T>): Promise<T> {
    const root = tracer.startSpan(name);
    try {
      return await context.with(trace.setSpan(context.active(), root), run);
    } finally {
      root.end();
    }
  }

  /** Names from a span up to its root. */
  const pathOf = (span: ReadableSpan): string => {
    const above = spans
      .getFinishedSpans()
      .find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
    return above === undefined ? span.name : `${span.name} < ${pathOf(above)}`;
  };
  const httpPaths = (): string[] =>
    spans
      .getFinishedSpans()
      .filter(({ name }) => name === 'HTTP')
      .map(pathOf);

  it.each([
    ['undici', {}],
    ['axios', { http: {} }],
  ] as [string, Partial<SmsModuleOptions>][])(
    'lie below ours for every attempt, over %s',
    async (_, more) => {
      const sms = await start(more);
      tencent.respondWith((call, count) =>
        count < 3 ? refusing('RequestLimitExceeded') : accepting(),
      );
      await within('root', async () => sms.trySend({ templateId: '1' }, { to: PHONE }));
      expect(httpPaths()).toEqual(Array.from({ length: 3 }, () => 'HTTP < sms/SendSms < root'));
    },
  );

  it('lie below the call that they belong to, however long it waited and whose connection it got', async () => {
    const sms = await start();
    for (let round = 0; round < 2; round += 1) {
      spans.reset();
      // More than there are connections, so that some wait for those of others.
      const names = Array.from({ length: 300 }, (__, i) => `root ${i}`);
      // oxlint-disable-next-line no-await-in-loop -- the second round finds open connections
      await Promise.all(
        names.map(async (name) =>
          within(name, async () => sms.trySend({ templateId: '1' }, { to: PHONE })),
        ),
      );
      expect(httpPaths().toSorted()).toEqual(
        names.map((name) => `HTTP < sms/SendSms < ${name}`).toSorted(),
      );
    }
  });

  it('lie below the call of each batch of many, and no call below another', async () => {
    const sms = await start();
    const to = Array.from({ length: 5000 }, (_, i) => `+861371111${String(i).padStart(4, '0')}`);
    await within('root', async () => sms.sendMany({ templateId: '1' }, { to }));
    await within('each', async () => {
      const rows = to.slice(0, 1000).map((phone) => ({ to: phone, params: [] }));
      for await (const { status } of sms.sendEach({ templateId: '1' }, rows)) {
        expect(status).toBe('accepted');
      }
    });
    expect(httpPaths().toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'HTTP < sms/SendSms < each'),
      ...Array.from({ length: 25 }, () => 'HTTP < sms/SendSms < root'),
    ]);
  });

  it('leaves the context of the caller as it was', async () => {
    const sms = await start();
    await within('root', async () => {
      const before = trace.getActiveSpan();
      const sending = sms.trySend({ templateId: '1' }, { to: PHONE });
      expect(trace.getActiveSpan()).toBe(before);
      await sending;
      expect(trace.getActiveSpan()).toBe(before);
    });
  });
});
