import { spawn } from 'node:child_process';
import { tracingChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Logger, Module, Param } from '@nestjs/common';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { APP_FILTER, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TerminusModule } from '@nestjs/terminus';
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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SmsExceptionFilter,
  SmsModule,
  SmsService,
  assumeRoleCredentials,
  cvmRoleCredentials,
  webIdentityCredentials,
} from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { smsConfig, smsEnvSchema } from 'nestjs-tencentcloud-sms/config';
import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { RawServer, httpResponse } from '../support/raw-server.js';
import type { RawResponse } from '../support/raw-server.js';
import { assertBuilt } from './built-package.js';
import {
  CODE,
  CREDENTIALS,
  FOREIGN_PHONE,
  LoginCode,
  PERSONAL,
  PHONE,
  PROXY_PASSWORD,
  PROXY_USER,
  SECRETS,
  params,
} from './canaries.js';
import { EverythingShown } from './everything-shown.js';

const rawSend = {
  PhoneNumberSet: [PHONE],
  SignName: '腾讯云',
  TemplateId: '449739',
  TemplateParamSet: [CODE, '5'],
};

/** Every way to call that may fail with an error. */
const CALLS: Record<string, (sms: SmsService) => Promise<unknown>> = {
  sendSms: async (sms) => sms.sendSms(rawSend),
  send: async (sms) => sms.send(LoginCode, { to: PHONE, params }),
  request: async (sms) => sms.request('DescribePhoneNumberInfo', { PhoneNumberSet: [PHONE] }),
  read: async (sms) =>
    sms.pullSmsSendStatusByPhoneNumber({
      BeginTime: 1,
      Offset: 0,
      Limit: 1,
      PhoneNumber: PHONE,
    }),
  probe: async (sms) => sms.probe(200),
  validation: async (sms) => sms.sendSms({ ...rawSend, PhoneNumberSet: PHONE } as never),
  badCode: async (sms) =>
    sms.send(LoginCode, { to: PHONE, params: { ...params, code: `x${CODE}` } }),
  badPhone: async (sms) => sms.send(LoginCode, { to: `${PHONE}99`, params }),
};

/** All that a request held, as a server that wants to embarrass us would repeat it. */
function echoOf({ headers, body, target }: Parameters<RawResponse>[1]): string {
  const own = `http://${PROXY_USER}:${PROXY_PASSWORD}@proxy ${PHONE} ${CODE} ${SECRETS.join(' ')}`;
  return `${own} ${body} ${target} ${JSON.stringify(headers)}`;
}

function apiAnswer(response: object): string {
  return httpResponse(JSON.stringify({ Response: { RequestId: 'r-1', ...response } }));
}

const FAULTS: Record<string, RawResponse> = {
  'a connection that is dropped': (socket) => socket.destroy(),
  'a connection that is reset': (socket) => socket.resetAndDestroy(),
  'no answer in time': () => undefined,
  'a page of HTML': (socket, request) =>
    socket.write(httpResponse(`<h1>${echoOf(request)}</h1>`, { type: 'text/html' })),
  'a server error': (socket, request) =>
    socket.write(httpResponse(echoOf(request), { status: 502 })),
  'JSON that is cut short': (socket, request) =>
    socket.write(httpResponse(JSON.stringify({ Response: echoOf(request) }).slice(0, -5))),
  'an answer that breaks off': (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n${echoOf(request)}`),
  'something that is not HTTP': (socket, request) => socket.end(`${echoOf(request)}\r\n\r\n`),
  'a header that is none': (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\n${echoOf(request)}\r\n\r\n`),
  'a refusal that repeats the values': (socket, request) =>
    socket.write(
      apiAnswer({ Error: { Code: 'InvalidParameterValue.New', Message: echoOf(request) } }),
    ),
  'a refused signature that repeats the values': (socket, request) =>
    socket.write(
      apiAnswer({ Error: { Code: 'AuthFailure.SignatureFailure', Message: echoOf(request) } }),
    ),
  'a refused number that repeats the values': (socket, request) =>
    socket.write(
      apiAnswer({
        SendStatusSet: [
          { PhoneNumber: PHONE, Code: 'FailedOperation.New', Message: echoOf(request) },
        ],
      }),
    ),
};

/** All members that may come out, with all that was sent in each. */
FAULTS['an answer that repeats the values in every member'] = (socket, request) => {
  const all = echoOf(request);
  const statuses = [PHONE, FOREIGN_PHONE].map((PhoneNumber) => ({ PhoneNumber, Code: all }));
  const sent = { SendStatusSet: statuses, SendMultiStatusSet: statuses };
  const refused = { Error: { Code: all, Message: all } };
  const isSend = request.headers['x-tc-action']?.startsWith('Send') ?? true;
  socket.write(apiAnswer({ ...(isSend ? sent : refused), RequestId: all }));
};

/** What is wrong with the way to the server; the server itself would answer well. */
const DETOURS: Record<
  string,
  (servers: { url: string; port: number; tlsPort: number }) => Partial<SmsModuleOptions>
> = {
  'an endpoint without a listener': () => ({ endpoint: 'http://127.0.0.1:1' }),
  'a certificate that is not trusted': ({ tlsPort }) => ({
    endpoint: `https://localhost:${tlsPort}`,
  }),
  'a server without TLS': ({ port }) => ({ endpoint: `https://127.0.0.1:${port}` }),
  'a proxy that wants another password': ({ port }) => ({
    endpoint: 'https://sms.tencentcloudapi.com',
    proxy: `http://${PROXY_USER}:${PROXY_PASSWORD}@127.0.0.1:${port}`,
  }),
  'a proxy that does not run': () => ({
    endpoint: 'https://sms.tencentcloudapi.com',
    proxy: `http://${PROXY_USER}:${PROXY_PASSWORD}@127.0.0.1:1`,
  }),
  'an unusable proxy in the environment': () => {
    process.env['HTTPS_PROXY'] = `http://${PROXY_USER}:${PROXY_PASSWORD}@bad host:port`;
    return { endpoint: 'https://127.0.0.1:1' };
  },
  'a role that can’t be assumed': ({ url }) => ({
    credentials: assumeRoleCredentials({
      roleArn: 'qcs::cam::uin/1:roleName/x',
      source: CREDENTIALS,
      endpoint: url,
    }),
  }),
  'a machine without a role': ({ url }) => ({
    credentials: cvmRoleCredentials({ roleName: 'x', endpoint: url }),
  }),
  'an identity that is refused': ({ url }) => ({
    credentials: webIdentityCredentials({
      roleArn: 'qcs::cam::uin/1:roleName/x',
      providerId: 'p',
      tokenFile: 'package.json',
      endpoint: url,
    }),
  }),
};

/** The two platforms, and with them the two ways to ask and to sign. */
const VARIANTS: [() => ExpressAdapter | FastifyAdapter, Partial<SmsModuleOptions>][] = [
  [() => new ExpressAdapter(), {}],
  [() => new FastifyAdapter(), { method: 'GET', signMethod: 'HmacSHA1', http: { timeout: 0 } }],
];

/** What Nest puts into every module: the container, with the whole app in it. */
const NESTS_OWN = new Set(['ModuleRef', 'ApplicationConfig']);

function nameOf(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token);
}

describe('nothing confidential comes out', () => {
  let shown = new EverythingShown();
  let server: RawServer;
  let tls: TlsServer;
  let emulator: SmsEmulator;
  let app: INestApplication | undefined;
  let spans: InMemorySpanExporter;
  let numbers: InMemoryMetricExporter;
  let meterProvider: MeterProvider;
  let stopTracing: () => void;
  const channels = ['request', 'send'].map((name) =>
    tracingChannel<unknown, object>(`tencentcloud-sms:${name}`),
  );
  const subscribers = Object.fromEntries(
    ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => [
      event,
      (trace: object) => {
        shown.add(`channel ${event}`, trace);
      },
    ]),
  ) as Record<'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error', (trace: object) => void>;
  const logger: LoggerService = Object.fromEntries(
    ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'].map((level) => [
      level,
      (...said: unknown[]) => {
        shown.add(`log ${level}`, said);
      },
    ]),
  ) as unknown as LoggerService;
  const environment = { ...process.env };
  const hearWarning = (warning: unknown) => {
    shown.add('warning', warning);
  };
  const hearRejection = (reason: unknown) => {
    shown.add('unhandled rejection', reason);
  };

  beforeAll(() => {
    assertBuilt();
    for (const channel of channels) {
      channel.subscribe(subscribers);
    }
    process.on('warning', hearWarning).on('unhandledRejection', hearRejection);
  });

  afterAll(() => {
    for (const channel of channels) {
      channel.unsubscribe(subscribers);
    }
    process.off('warning', hearWarning).off('unhandledRejection', hearRejection);
    Logger.overrideLogger(['log', 'error', 'warn']);
  });

  beforeEach(async () => {
    spans = new InMemorySpanExporter();
    numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    meterProvider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter: numbers })],
    });
    stopTracing = instrumentSms({
      tracerProvider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
      meterProvider,
    });
    shown = new EverythingShown();
    server = await RawServer.start((socket, request) => {
      socket.end(
        `HTTP/1.1 407 No\r\nContent-Length: 10\r\nX-Echo: ${PROXY_PASSWORD}\r\n\r\n${echoOf(request)}`,
      );
    });
    emulator = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
    tls = createServer(
      {
        key: readFileSync('test/support/tls/server-key.pem'),
        cert: readFileSync('test/support/tls/server.pem'),
      },
      (socket) => socket.end(),
    );
    tls.on('tlsClientError', () => undefined);
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
  });

  afterEach(async () => {
    stopTracing();
    await meterProvider.shutdown();
    process.env = { ...environment };
    await app?.close();
    app = undefined;
    await emulator.stop();
    await server.stop();
    tls.close();
    await once(tls, 'close');
  });

  async function drive(what: string, more: Partial<SmsModuleOptions>): Promise<void> {
    for (const [createAdapter, variant] of VARIANTS) {
      const options = {
        credentials: CREDENTIALS,
        sdkAppId: '1400006666',
        signName: '腾讯云',
        endpoint: emulator.url,
        timeoutMs: 60,
        retry: { attempts: 2, baseDelayMs: 1 },
        ...variant,
        ...more,
      };

      @Controller()
      class CallsController {
        constructor(private readonly sms: SmsService) {}

        @Get(':call')
        async call(@Param('call') call: string): Promise<string> {
          await CALLS[call]?.(this.sms);
          return 'done';
        }
      }

      @Module({
        imports: [TerminusModule.forRoot({ logger: false }), SmsModule.forRoot(options)],
        controllers: [CallsController],
        providers: [SmsHealthIndicator, { provide: APP_FILTER, useClass: SmsExceptionFilter }],
      })
      class App {}

      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      app = await NestFactory.create(App, createAdapter(), { logger });
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      await app.listen(0, '127.0.0.1');
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      await driveApp(what, app);
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      await app.close();
    }
  }

  async function driveApp(what: string, started: INestApplication): Promise<void> {
    const sms = started.get(SmsService);
    const url = await started.getUrl();
    const calls = Object.entries(CALLS).map(async ([name, call]) => {
      try {
        await call(sms);
      } catch (error) {
        shown.add(`${name} after ${what}`, error);
      }
      const answer = await fetch(`${url}/${name}`);
      const headers = JSON.stringify([...answer.headers]);
      shown.add(`filter, ${name} after ${what}`, `${headers} ${await answer.text()}`);
    });
    await Promise.all([...calls, driveSends(what, sms), driveHealth(what, started)]);
    const modules = [...started.get(ModulesContainer).values()];
    const ours = modules.find(({ metatype }) => metatype === SmsModule);
    for (const { name, instance } of ours?.providers.values() ?? []) {
      if (!NESTS_OWN.has(nameOf(name))) {
        shown.add(`provider ${nameOf(name)} after ${what}`, instance);
      }
    }
  }

  async function driveSends(what: string, sms: SmsService): Promise<void> {
    const settings = { sessionContext: 'mine' };
    const outcome = await sms.trySend(LoginCode, { to: PHONE, params, ...settings });
    shown.addOutcome(`outcome of trySend after ${what}`, outcome);
    const input = { to: [PHONE, FOREIGN_PHONE, '12'], params };
    const many = await sms.sendMany(LoginCode, input);
    shown.addOutcome(`outcomes of sendMany after ${what}`, many);
    shown.add(`summary of sendMany after ${what}`, many.summary());
    const each = sms.sendEach(LoginCode, [
      { to: PHONE, params },
      { to: PHONE, params: { ...params, code: `x${CODE}` } },
      { to: FOREIGN_PHONE, params },
      { to: '+85261234568', params: { ...params, code: '1' } },
    ]);
    for await (const row of each) {
      shown.addOutcome(`outcome of sendEach after ${what}`, row);
    }
    shown.add(`run of sendEach after ${what}`, each.summary());
  }

  async function driveHealth(what: string, started: INestApplication): Promise<void> {
    const health = started.get(SmsHealthIndicator);
    const results = await Promise.all([
      health.reachability('a', { timeoutMs: 60 }),
      health.credentials('b', { timeoutMs: 100 }),
      health.quota('c', { timeoutMs: 100 }),
    ]);
    shown.add(`health after ${what}`, [...results, await health.outcomes('d')]);
  }

  async function expectClean(): Promise<void> {
    await meterProvider.forceFlush();
    shown.add(
      'metrics',
      JSON.stringify(numbers.getMetrics().map(({ scopeMetrics }) => scopeMetrics)),
    );
    for (const { name, attributes, events, status } of spans.getFinishedSpans()) {
      shown.add('span', { name, attributes, events, status });
    }
    expect(shown.find(SECRETS, { inData: true })).toEqual([]);
    expect(shown.find(PERSONAL, { inData: false })).toEqual([]);
  }

  // The first: all that is loaded only when needed is loaded now.
  it('when all goes well', async () => {
    await drive('success', {});
    await expectClean();
    expect(shown.count(/^channel asyncEnd/)).toBeGreaterThan(10);
    expect(shown.count(/^provider SmsModule/)).toBeGreaterThan(0);
    expect(shown.count(/^span/)).toBeGreaterThan(10);
    expect(shown.textsOf(/^metrics/).join('')).toContain('sms.client.outcomes');
  }, 30_000);

  it.each(Object.entries(FAULTS))('after %s', async (what, answer) => {
    server.respondWith(answer);
    await drive(what, { endpoint: server.url });
    await expectClean();
    expect(shown.count(new RegExp(`^send after ${what}`))).toBeGreaterThan(0);
    expect(shown.count(new RegExp(`^filter, send after ${what}`))).toBeGreaterThan(0);
  });

  it.each(Object.entries(DETOURS))('behind %s', async (what, detour) => {
    const { url, port } = server;
    const { port: tlsPort } = tls.address() as AddressInfo;
    await drive(what, detour({ url, port, tlsPort }));
    await expectClean();
    expect(shown.count(new RegExp(`^send after ${what}`))).toBeGreaterThan(0);
  });

  it('in errors of the options', async () => {
    const bad = {
      credentials: { secretId: ` ${CREDENTIALS.secretId}`, secretKey: ` ${CREDENTIALS.secretKey}` },
      sdkAppId: CREDENTIALS.secretKey,
      signName: `【${CREDENTIALS.secretKey}】`,
      region: CREDENTIALS.secretKey,
      endpoint: `https://${PROXY_USER}:${PROXY_PASSWORD}@host/`,
      proxy: `ftp://${PROXY_USER}:${PROXY_PASSWORD}@host`,
      ca: CREDENTIALS.secretKey,
      language: CREDENTIALS.token,
      timeoutMs: PHONE,
    };
    @Module({ imports: [SmsModule.forRoot(bad as never)] })
    class App {}
    const started = NestFactory.createApplicationContext(App, { logger, abortOnError: false });
    const error: unknown = await started.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SmsOptionsError' });
    shown.add('options', error);
    process.env = {
      TENCENTCLOUD_SECRET_ID: ` ${CREDENTIALS.secretId}`,
      TENCENTCLOUD_SECRET_KEY: ` ${CREDENTIALS.secretKey}`,
      SMS_SDK_APP_ID: CREDENTIALS.token,
      SMS_PROXY: `ftp://${PROXY_USER}:${PROXY_PASSWORD}@host`,
      SMS_TIMEOUT_MS: PHONE,
    };
    const { issues } = await smsEnvSchema['~standard'].validate(process.env);
    shown.add('environment', issues);
    expect(issues).toHaveLength(5);
    expect(() => {
      try {
        smsConfig();
      } catch (reason) {
        shown.add('config', reason);
        throw reason;
      }
    }).toThrow('TENCENTCLOUD_SECRET_ID');
    await expectClean();
  });

  it('on the terminal of the emulator', async () => {
    const args = ['emulator', '--port', '0', '--secret-key', CREDENTIALS.secretKey];
    const child = spawn(process.execPath, ['dist/cli/emulator.cli.js', ...args]);
    let said = '';
    const url = await new Promise<string>((resolve) => {
      const hear = (data: Buffer) => {
        said += data.toString();
        const found = /listening on (\S+)/.exec(said)?.[1];
        if (found !== undefined) {
          resolve(found);
        }
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
    });
    await drive('the command', { endpoint: url });
    await drive('the command, refused', {
      endpoint: url,
      credentials: { ...CREDENTIALS, secretKey: 'canary-wrong-key' },
    });
    child.kill();
    await once(child, 'close');
    shown.add('emulator', said);
    await expectClean();
    expect(shown.find(['canary-wrong-key'], { inData: true })).toEqual([]);
  });
});
