import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import axios from 'axios';
import { RawServer, httpAnswer } from '../support/raw-server.js';
import { smsOptions, startSms } from '../support/sms-test-case.js';
import { assertBuilt, outputOf } from './built-package.js';

const PHONE = '+8613711112222';
const Code = smsTemplate({ id: '1', kind: 'verification', text: '验证码{code:1}' });
const input = { to: PHONE, params: { code: '042137' } };

/** Answers a SendSms well. */
function accept(socket: Socket, body: string): void {
  const { PhoneNumberSet } = JSON.parse(body) as { PhoneNumberSet: string[] };
  const SendStatusSet = PhoneNumberSet.map((PhoneNumber) => ({
    PhoneNumber,
    Code: 'Ok',
    SerialNo: '1',
    Fee: 1,
    IsoCode: 'CN',
    Message: '',
    SessionContext: '',
  }));
  socket.write(httpAnswer(JSON.stringify({ Response: { SendStatusSet, RequestId: 'r' } })));
}

describe('a shutdown', () => {
  let server: RawServer;
  let close: () => Promise<void>;
  let sms: SmsService;
  /** Requests that wait for their answer, and whom to tell of the next one. */
  const held: (() => void)[] = [];
  let onHeld: () => void;

  beforeEach(async () => {
    held.length = 0;
    onHeld = () => undefined;
    close = async () => Promise.resolve();
    server = await RawServer.start((socket, { body }) => {
      held.push(() => {
        accept(socket, body);
      });
      onHeld();
    });
  });

  afterEach(async () => {
    await close();
    await server.stop();
  });

  async function start(more: Partial<SmsModuleOptions> = {}): Promise<void> {
    const { module, sms: service } = await startSms({ endpoint: server.url, ...more });
    module.useLogger(false);
    close = async () => module.close();
    sms = service;
  }

  async function untilHeld(count: number): Promise<void> {
    while (held.length < count) {
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      await new Promise<void>((resolve) => {
        onHeld = resolve;
      });
    }
  }

  it('waits for what is under way', async () => {
    await start();
    const sent = sms.trySend(Code, input);
    await untilHeld(1);
    const closed = jest.fn();
    const closing = close().then(closed);
    await new Promise(setImmediate);
    expect(closed).not.toHaveBeenCalled();
    held[0]?.();
    expect(await sent).toMatchObject({ status: 'accepted' });
    await closing;
  });

  it('lets a send to many end with all the calls that it takes', async () => {
    await start();
    const to = Array.from({ length: 401 }, (_, i) => `+861370000${String(i).padStart(4, '0')}`);
    const sent = sms.sendMany(Code, { ...input, to, concurrency: 1 });
    await untilHeld(1);
    const closing = close();
    for (const call of [0, 1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other
      await untilHeld(call + 1);
      held[call]?.();
    }
    expect((await sent).summary()).toMatchObject({ accepted: 401, rejected: 0 });
    await closing;
  });

  it('waits no longer than its limit, and then tells what nobody knows', async () => {
    await start({ shutdownTimeoutMs: 20 });
    const sent = sms.trySend(Code, input);
    await untilHeld(1);
    await close();
    expect(await sent).toMatchObject({ status: 'unknown', code: 'SMS_CONNECTION_LOST' });
  });

  it('sends nothing more once its limit is past: no repetition, no next call', async () => {
    server.answerWith((socket) => {
      socket.write(
        httpAnswer('{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":""}}}'),
      );
      onHeld();
    });
    // With a transport of its own, which no module closes.
    const instance = axios.create({ adapter: 'http', proxy: false });
    await start({ shutdownTimeoutMs: 0, http: instance, retry: { attempts: 9, baseDelayMs: 50 } });
    const asked = new Promise<void>((resolve) => {
      onHeld = resolve;
    });
    const repeated = sms.trySend(Code, input);
    await asked;
    await close();
    const shut = { code: 'SMS_SHUT_DOWN', retryable: true };
    const asks = server.requests.length;
    expect(await repeated).toMatchObject({ status: 'rejected', error: shut });
    expect(server.requests).toHaveLength(asks);

    server.answerWith((socket, { body }) => {
      held.push(() => {
        accept(socket, body);
      });
      onHeld();
    });
    await start({ shutdownTimeoutMs: 0 });
    const to = Array.from({ length: 401 }, (_, i) => `+861370000${String(i).padStart(4, '0')}`);
    const many = sms.sendMany(Code, { ...input, to, concurrency: 1 });
    await untilHeld(1);
    await close();
    const result = await many;
    expect(result.summary()).toMatchObject({
      unknown: 200,
      rejected: 201,
      byCode: { SMS_SHUT_DOWN: 201 },
    });
    expect(result.retryable()).toHaveLength(201);
    expect(server.requests).toHaveLength(asks + 1);
  });

  it('ends a probe under way, and lets none begin', async () => {
    const silent = createServer();
    const sockets: Socket[] = [];
    const connected = new Promise<void>((resolve) => {
      silent.on('connection', (socket) => {
        sockets.push(socket.on('error', () => undefined));
        resolve();
      });
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await start({ endpoint: `https://127.0.0.1:${port}`, shutdownTimeoutMs: 0 });
    const failed = sms.probe(60_000).catch((error: unknown) => error);
    await connected;
    const gone = once(sockets[0] as Socket, 'close');
    await close();
    expect(await failed).toMatchObject({ name: 'SmsTransportError' });
    await gone;
    await expect(sms.probe(60_000)).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(sockets).toHaveLength(1);
    silent.close();
  });

  it('waits for nobody when told so, and not at all when nothing is under way', async () => {
    await start({ shutdownTimeoutMs: 0 });
    const sent = sms.trySend(Code, input);
    await untilHeld(1);
    await close();
    expect(await sent).toMatchObject({ status: 'unknown' });
    await start();
    const begun = performance.now();
    await close();
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('refuses what begins after it, in words that say so', async () => {
    await start();
    await close();
    const refused = { code: 'SMS_SHUT_DOWN', retryable: true };
    await expect(sms.pullSmsSendStatus({ Limit: 1 })).rejects.toMatchObject({
      ...refused,
      name: 'SmsError',
      message: 'The app is shutting down. Nothing was sent.',
    });
    await expect(sms.send(Code, input)).rejects.toMatchObject({
      ...refused,
      name: 'SmsRejectedError',
    });
    expect(await sms.trySend(Code, input)).toMatchObject({
      status: 'rejected',
      error: refused,
    });
    const many = await sms.sendMany(Code, { ...input, to: [PHONE, '12'] });
    expect(many.summary()).toMatchObject({ rejected: 2, byCode: { SMS_SHUT_DOWN: 1 } });
    expect(many.retryable().map(({ to }) => to)).toEqual([PHONE]);
    expect(server.requests).toEqual([]);
  });

  it('gives the rows of a list their outcomes, and reads no further in a stream', async () => {
    await start();
    const row = { to: PHONE, params: { code: '1' } };
    await close();
    const codes = [];
    for await (const outcome of sms.sendEach(Code, [row])) {
      codes.push('code' in outcome ? outcome.code : outcome.status);
    }
    expect(codes).toEqual(['SMS_SHUT_DOWN']);

    const next = jest.fn<() => Promise<IteratorResult<typeof row>>>();
    for (let rows = 0; rows < 3000; rows += 1) {
      next.mockResolvedValueOnce({ done: false, value: row });
    }
    next.mockResolvedValue({ done: true, value: undefined });
    const stream = { [Symbol.asyncIterator]: () => ({ next }) };
    const read = async () => {
      for await (const outcome of sms.sendEach(Code, stream)) {
        codes.push(outcome.status);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(next).not.toHaveBeenCalled();
  });

  it('comes last, so that whoever ends before may still send', async () => {
    const outcomes: string[] = [];

    @Injectable()
    class Worker {
      constructor(private readonly service: SmsService) {}

      async onModuleDestroy(): Promise<void> {
        await this.flush();
      }

      async beforeApplicationShutdown(): Promise<void> {
        await this.flush();
      }

      private async flush(): Promise<void> {
        outcomes.push((await this.service.trySend(Code, input)).status);
      }
    }

    server.answerWith((socket, { body }) => {
      accept(socket, body);
    });
    const module = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ endpoint: server.url }))],
      providers: [Worker],
    }).compile();
    await module.init();
    await module.close();
    expect(outcomes).toEqual(['accepted', 'accepted']);
  });
});

describe('a thousand apps, started and stopped', () => {
  beforeAll(assertBuilt);

  it.each([
    ['apps', 1000],
    ['kits', 200],
    ['emulators', 100],
  ])(
    '%s leave no listener, timer, handle or subscriber behind, and the process ends',
    async (what, times) => {
      const node = ['--expose-gc', '--no-warnings', '--input-type=module'];
      const figures = JSON.parse(
        await outputOf(process.execPath, ...node, '-e', CYCLES, what, String(times)),
      ) as { before: Figures; after: Figures; alive: number; counted: number };
      const { open: openBefore, ...before } = figures.before;
      const { open, ...after } = figures.after;
      expect(after).toEqual({ ...before, subscribers: [] });
      // Node's own caches keep one or another; what an app left behind would be there many times.
      expect(open.slice(openBefore.length + 5)).toEqual([]);
      // Nothing counted proves nothing.
      expect(figures.counted).toBeGreaterThan(times / 10);
      expect(figures.alive).toBeLessThan(5);
    },
    90_000,
  );
});

interface Figures {
  open: string[];
}

/** Sends with each tenth: loading, connecting and closing are part of it. */
const CYCLES = `
  import 'reflect-metadata';
  import { createHook } from 'node:async_hooks';
  import { channel } from 'node:diagnostics_channel';
  import { createServer } from 'node:http';
  import { once } from 'node:events';
  import { NestFactory } from '@nestjs/core';
  import { TerminusModule } from '@nestjs/terminus';
  import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
  import { SmsHealthIndicator } from 'nestjs-tencentcloud-sms/health';
  import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
  import { SmsEmulator, SmsTestingModule } from 'nestjs-tencentcloud-sms/testing';

  const [what, times] = process.argv.slice(1);

  // Timers and handles that keep no process alive are in no list of Node's: each is counted from its
  // birth to its end.
  const KINDS = /^(Timeout|TCP|PIPE|TLS|GETADDRINFO|HTTP)/;
  const open = new Map();
  let counted = 0;
  createHook({
    init(id, kind) {
      if (KINDS.test(kind)) {
        open.set(id, kind);
        counted += 1;
      }
    },
    destroy(id) {
      open.delete(id);
    },
  }).enable();

  const status = (PhoneNumber) => ({ PhoneNumber, Code: 'Ok', SerialNo: '1', Fee: 1 });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.end(JSON.stringify({
        Response: { PullSmsSendStatusSet: [], SendStatusSet: [status('+8613711112222')], RequestId: 'r' },
      }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  let alive = 0;
  const registry = new FinalizationRegistry(() => {
    alive -= 1;
  });
  function watch(object) {
    alive += 1;
    registry.register(object);
    return object;
  }

  const forAll = new AbortController().signal;
  const row = { to: '+8613711112222' };

  async function cycleApp(send, more = [], options = {}) {
    class App {}
    const account = {
      credentials: { secretId: 'a', secretKey: 'b' },
      sdkAppId: '1400006666',
      signName: 'x',
      endpoint: 'http://127.0.0.1:' + server.address().port,
      ...options,
    };
    const sms = options.kit ? SmsTestingModule.forTest({ delivery: 'slow' }) : SmsModule.forRoot(account);
    const module = {
      module: App,
      imports: [sms, TerminusModule.forRoot({ logger: false }), ...more],
      providers: [SmsHealthIndicator],
    };
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    app.enableShutdownHooks();
    const service = watch(app.get(SmsService));
    if (send) {
      const outcome = await service.trySend({ templateId: '449739', params: ['1', '5'] }, { ...row, signal: forAll });
      if (outcome.status !== 'accepted') {
        throw new Error(outcome.code + ': ' + outcome.error.message);
      }
      for await (const { status } of service.sendEach({ templateId: '449739', params: ['1', '5'] }, [row], { signal: forAll })) {
        if (status !== 'accepted') {
          throw new Error(status);
        }
      }
      await app.get(SmsHealthIndicator).reachability('a');
    }
    await app.close();
  }

  const cycles = {
    apps: async (send) => {
      const stop = instrumentSms();
      await cycleApp(send);
      stop();
    },
    kits: async () => cycleApp(true, [], { kit: true }),
    emulators: async (send) => {
      const emulator = watch(await SmsEmulator.start({ delivery: 'slow' }));
      emulator.waitForMessage({ to: '+8613700000000' }).catch(() => undefined);
      const events = await fetch(emulator.url + '/_emulator/events');
      await cycleApp(send, [], {
        endpoint: emulator.url,
        credentials: { secretId: 'a', secretKey: emulator.secretKey },
      });
      await emulator.stop();
      await events.text().catch(() => undefined);
    },
  };

  async function figures() {
    server.closeAllConnections();
    // Sockets tell of their end in a later turn, and some only when they are collected.
    for (let turn = 0; turn < 20; turn += 1) {
      globalThis.gc();
      await new Promise(setImmediate);
    }
    const listened = (channelName) => ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].filter((event) =>
      channel('tracing:tencentcloud-sms:' + channelName + ':' + event).hasSubscribers);
    return {
      resources: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').sort(),
      open: [...open.values()].sort(),
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      subscribers: [...listened('request'), ...listened('send')],
    };
  }

  for (let n = 0; n < 3; n += 1) {
    await cycles[what](true);
  }
  const before = await figures();
  counted = 0;
  for (let n = 0; n < Number(times); n += 1) {
    await cycles[what](n % 10 === 0);
  }
  const after = await figures();
  console.log(JSON.stringify({ before, after, alive, counted }));
  server.close();
`;
