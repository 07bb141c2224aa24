/* oxlint-disable no-await-in-loop -- calls that follow each other */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
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
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReply,
  OnSmsReport,
  SmsDelivery,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import type { MemoryDeliveryStore, SmsReply, SmsReport } from 'nestjs-tencentcloud-sms/delivery';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { until } from '../support/until.js';

const SECRET = 'canarysecret-0000000000000000000007';
const PHONE = '+8613711112222';
const REF = 'canaryref';
const TEXT = 'canarytext 042137';
/** Anything of it, as it may stand in a sentence: whole, national, in groups. */
const CANARIES = /canary|1371111|137 1111|042137/i;

const heard: unknown[] = [];

function complain(body: SmsReport | SmsReply): never {
  heard.push(body);
  throw new Error(`Refused: ${JSON.stringify(body)}, by ${SECRET}`, { cause: body });
}

@Injectable()
class Handlers {
  @OnSmsReport()
  onKnown(report: SmsReport): void {
    complain(report);
  }

  @OnSmsReport({ known: false })
  onForeign(report: SmsReport): void {
    complain(report);
  }

  @OnSmsReply()
  onReply(reply: SmsReply): void {
    complain(reply);
  }
}

/** What a value shows of itself, by every way that something is printed. */
function shown(value: unknown): string {
  const parts = [inspect(value, { depth: 10, showHidden: false }), String(value)];
  if (value instanceof Error) {
    parts.push(value.message, value.stack ?? '', inspect(value.cause, { depth: 10 }));
    parts.push(JSON.stringify(value, Object.getOwnPropertyNames(value)));
  }
  return parts.join('\n');
}

const report = (sid: string, more: object = {}) => ({
  user_receive_time: '2026-03-14 09:26:53',
  nationcode: '86',
  mobile: PHONE.slice(3),
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  description: TEXT,
  sid,
  ext: TEXT,
  ...more,
});

describe.each([
  ['with a store', false],
  ['with store: false', true],
])('deliveries %s', (_what, isDirect) => {
  const logged: unknown[] = [];
  const traced: unknown[] = [];
  const thrown: unknown[] = [];
  const answers: string[] = [];
  const CHANNELS = [
    'tencentcloud-sms:report',
    'tencentcloud-sms:delivery',
    'tracing:tencentcloud-sms:send:asyncEnd',
    'tracing:tencentcloud-sms:request:asyncEnd',
  ];
  let kit: SmsTestKit;
  let app: INestApplication;
  let store: MemoryDeliveryStore;
  let numbers: InMemoryMetricExporter;
  let spans: InMemorySpanExporter;
  let reader: PeriodicExportingMetricReader;
  let stop: () => void;
  let health: unknown;

  const hear = (message: unknown): void => {
    traced.push(message);
  };
  const log = (...values: unknown[]): void => {
    logged.push(...values);
  };
  const logger: LoggerService = {
    log,
    error: log,
    warn: log,
    debug: log,
    verbose: log,
    fatal: log,
  };

  async function push(kind: 'status' | 'reply', body: string, secret = SECRET): Promise<void> {
    const answer = await fetch(`${await app.getUrl()}/hooks/tencent-sms/${secret}/${kind}`, {
      method: 'POST',
      body,
    });
    // An unknown route repeats its path, as Nest does of any; the secret there is a wrong one.
    answers.push(`${answer.status} ${(await answer.text()).replace(/\/hooks\S*/, '')}`);
  }

  beforeAll(async () => {
    numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    spans = new InMemorySpanExporter();
    reader = new PeriodicExportingMetricReader({ exporter: numbers });
    stop = instrumentSms({
      meterProvider: new MeterProvider({ readers: [reader] }),
      tracerProvider: new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(spans)],
      }),
    });
    for (const name of CHANNELS) {
      subscribe(name, hear);
    }
    kit = await createSmsTestKit({ delivery: 'never' });
    store = memoryDeliveryStore();
    const callback = { secret: [SECRET, `${SECRET}more`] };
    const module = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        SmsTestingModule.forTest({ kit }),
        SmsDeliveryModule.forRoot({ callback, store: isDirect ? false : store }),
      ],
      providers: [Handlers, SmsHealthIndicator],
    })
      .setLogger(logger)
      .compile();
    app = module.createNestApplication<NestExpressApplication>({ logger });
    await app.listen(0, '127.0.0.1');
    const sms = app.get(SmsService);
    const delivery = app.get(SmsDelivery);
    const input = { to: PHONE, ref: REF };
    const { serialNo } = await sms.send({ templateId: '11', params: ['042137'] }, input);

    // What comes well, and whose handlers throw all the same.
    await push('status', JSON.stringify([report(serialNo), report(`2640:foreign${PHONE}`)]));
    await push('reply', JSON.stringify({ mobile: PHONE.slice(3), nationcode: '86', text: TEXT }));
    kit.clock.advance(2000);
    await push('status', '[]');
    await until(() => heard.length >= (isDirect ? 3 : 2));
    // What does not.
    await push('status', `{"mobile":"${PHONE}","text":"${TEXT}"`);
    await push('status', JSON.stringify([{ ...report('x'), sid: 7, mobile: `${PHONE} canary` }]));
    await push('status', JSON.stringify([report('x', { errmsg: `canary ${PHONE}` })]));
    await push('status', `"${`${PHONE} ${TEXT} `.repeat(50_000)}"`);
    await push('status', '[]', `${SECRET.slice(0, -1)}8`);
    // A store that says all it knows.
    const fail = async (): Promise<never> =>
      Promise.reject(new Error(`${PHONE} ${SECRET} 042137`, { cause: PHONE }));
    store.merge = fail;
    store.announce = fail;
    store.put = fail;
    await push('status', JSON.stringify([report(serialNo)]));
    await push('reply', JSON.stringify({ mobile: PHONE.slice(3), nationcode: '86', text: 'T' }));
    await sms.trySend({ templateId: '11', params: ['042137'] }, input);
    const asks: (() => Promise<unknown>)[] = [
      async () => delivery.state({ to: PHONE, serialNo }),
      async () => delivery.delivered({ to: PHONE, ref: REF }, { within: 10 }),
      async () => delivery.delivered({ to: PHONE, serialNo }, { within: `${PHONE}s` as never }),
      async () => delivery.state({ to: PHONE } as never),
    ];
    for (const ask of asks) {
      thrown.push(await ask().catch((error: unknown) => error));
    }
    store.stats = fail;
    health = await app.get(SmsHealthIndicator).delivery('sms', { cacheMs: 0 });
  });

  afterAll(async () => {
    await app.close();
    kit.close();
    stop();
    for (const name of CHANNELS) {
      unsubscribe(name, hear);
    }
    await reader.shutdown();
    heard.length = 0;
  });

  it('have taken all of it', () => {
    const taken = isDirect
      ? [500, 500, 200, 200, 200, 500, 413, 404, 500, 500]
      : [200, 200, 200, 200, 200, 200, 413, 404, 500, 200];
    expect(answers.map((answer) => Number(answer.slice(0, 3)))).toEqual(taken);
    expect(logged.length).toBeGreaterThan(5);
    expect(traced.length).toBeGreaterThan(4);
    expect(thrown.some((value) => value instanceof Error)).toBe(true);
  });

  it('log neither secret nor number nor what a phone wrote', () => {
    expect(logged.map(shown).join('\n')).not.toMatch(CANARIES);
  });

  it('answer with none of it', () => {
    expect(answers.join('\n')).not.toMatch(CANARIES);
  });

  it('trace none of it', () => {
    expect(
      traced.map((trace) => `${shown(trace)} ${JSON.stringify(trace)}`).join('\n'),
    ).not.toMatch(CANARIES);
  });

  it('measure and report none of it', async () => {
    await reader.forceFlush();
    const exported = [numbers.getMetrics(), spans.getFinishedSpans(), health];
    expect(exported.map((value) => inspect(value, { depth: 10 })).join('\n')).not.toMatch(CANARIES);
    expect(JSON.stringify([numbers.getMetrics(), health])).not.toMatch(CANARIES);
  });

  it('print none of it in states and errors', () => {
    expect(thrown.map(shown).join('\n')).not.toMatch(CANARIES);
  });

  it('print none of it in what handlers get', () => {
    expect(heard.map(shown).join('\n')).not.toMatch(CANARIES);
    expect(JSON.stringify(heard)).toMatch(CANARIES);
  });

  it('print no secret with the module, its providers and its options', () => {
    const modules = [...app.get(ModulesContainer).values()].filter(({ name }) =>
      name.startsWith('SmsDelivery'),
    );
    expect(modules).toHaveLength(1);
    const instances = modules.flatMap(({ providers }) =>
      [...providers.values()].map(({ instance }): unknown => instance),
    );
    expect(instances.length).toBeGreaterThan(4);
    expect(inspect(app.get(SmsDelivery), { depth: 10 })).not.toMatch(/canarysecret/i);
    expect(inspect(instances, { depth: 6 })).not.toMatch(/canarysecret/i);
    expect(JSON.stringify(modules.map(({ name }) => name))).not.toMatch(/canary/);
  });
});

describe('options of deliveries that are refused', () => {
  it.each([
    { callback: { secret: 'canary' } },
    { callback: { secret: [SECRET, 'canary'] } },
    { callback: { secret: SECRET, path: SECRET } },
    { callback: { secret: SECRET, allow: [SECRET] } },
    { callback: { secret: SECRET, [SECRET]: 1 } },
    { store: { secret: SECRET } },
    { accounts: [SECRET, ''] },
  ])('say no value of theirs (case %#)', async (options) => {
    const error: unknown = await Test.createTestingModule({
      imports: [SmsTestingModule.forTest(), SmsDeliveryModule.forRoot(options as never)],
    })
      .compile()
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ name: 'SmsOptionsError' });
    expect(shown(error)).not.toMatch(CANARIES);
  });
});
