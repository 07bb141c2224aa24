import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationShutdown,
  OnModuleDestroy,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SmsModule, SmsService, UndiciTransport, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsOutcome, SmsTransport } from 'nestjs-tencentcloud-sms';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import axios from 'axios';
import { RawServer, httpResponse } from '../support/raw-server.js';
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
  socket.write(httpResponse(JSON.stringify({ Response: { SendStatusSet, RequestId: 'r' } })));
}

/** A module that holds what it is given. */
@Module({})
class Holder {}

/** A transport that accepts every text. */
function accepting(): SmsTransport {
  const SendStatusSet = [{ PhoneNumber: PHONE, Code: 'Ok', SerialNo: '1', Fee: 1 }];
  const body = JSON.stringify({ Response: { SendStatusSet, RequestId: 'r' } });
  return { send: async () => Promise.resolve({ status: 200, headers: {}, body }) };
}

describe('a shutdown', () => {
  let server: RawServer;
  let close: () => Promise<void>;
  /** Nest gets there after the hooks of other modules. */
  let beginShutdown: () => Promise<void>;
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
    beginShutdown = async () => module.get(SmsModule, { strict: false }).onApplicationShutdown();
    sms = service;
  }

  function answerAtOnce(): void {
    server.respondWith((socket, { body }) => {
      accept(socket, body);
    });
  }

  async function untilHeld(count: number): Promise<void> {
    while (held.length < count) {
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      await new Promise<void>((resolve) => {
        onHeld = resolve;
      });
    }
  }

  it('waits for sends in flight', async () => {
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

  it('waits no longer than its limit, and then reports outcomes as unknown', async () => {
    await start({ shutdownTimeoutMs: 20 });
    const sent = sms.trySend(Code, input);
    await untilHeld(1);
    await close();
    expect(await sent).toMatchObject({ status: 'unknown', code: 'SMS_CONNECTION_LOST' });
  });

  it('sends nothing more once its limit is past: no repetition, no next call', async () => {
    server.respondWith((socket) => {
      socket.write(
        httpResponse('{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":""}}}'),
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

    server.respondWith((socket, { body }) => {
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

  it.each([0, 10_000])(
    'ends a probe in flight, whatever the limit: %d ms',
    async (shutdownTimeoutMs) => {
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
      await start({ endpoint: `https://127.0.0.1:${port}`, shutdownTimeoutMs });
      const failed = sms.probe(60_000).catch((error: unknown) => error);
      await connected;
      const gone = once(sockets[0] as Socket, 'close');
      await close();
      expect(await failed).toMatchObject({ name: 'SmsTransportError' });
      await gone;
      expect(sockets).toHaveLength(1);
      silent.close();
    },
  );

  it('does not wait with a limit of 0, nor when nothing is in flight', async () => {
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

  it('refuses what begins after its limit, in words that say so', async () => {
    await start({ shutdownTimeoutMs: 0 });
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
    await expect(sms.probe(1000)).rejects.toMatchObject(refused);
    expect(server.connections).toBe(0);
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
    await start({ shutdownTimeoutMs: 0 });
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

  it('waits for what is in flight when it begins, and for nothing that begins later', async () => {
    await start();
    const first = sms.trySend(Code, input);
    await untilHeld(1);
    const closing = beginShutdown();
    const second = sms.trySend(Code, input);
    await untilHeld(2);
    held[0]?.();
    await closing;
    expect(await first).toMatchObject({ status: 'accepted' });
    held[1]?.();
    expect(await second).toMatchObject({ status: 'accepted' });
  });

  it('takes what is sent after it, and refuses it when its limit is past once more', async () => {
    answerAtOnce();
    await start({ shutdownTimeoutMs: 5000 });
    await close();
    const closedAt = performance.now();
    const now = jest.spyOn(performance, 'now');
    now.mockReturnValue(closedAt + 4000);
    expect(await sms.trySend(Code, input)).toMatchObject({ status: 'accepted' });
    expect(await sms.probe(1000)).toBe(true);
    now.mockReturnValue(closedAt + 5001);
    expect(await sms.trySend(Code, input)).toMatchObject({
      status: 'rejected',
      code: 'SMS_SHUT_DOWN',
    });
    await expect(sms.probe(1000)).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(server.requests).toHaveLength(1);
  });

  it('closes connections whenever nothing is in flight, also those of a send that came after it', async () => {
    const gone: Promise<unknown>[] = [];
    server.respondWith((socket, { body }) => {
      gone.push(once(socket, 'close'));
      accept(socket, body);
    });
    await start();
    await sms.send(Code, input);
    await close();
    await gone[0];
    await sms.send(Code, input);
    await gone[1];
    await Promise.all([sms.send(Code, input), sms.send(Code, input)]);
    await Promise.all(gone);
    expect(gone).toHaveLength(4);
  });

  it('ends a send that came after it and is in flight when the limit is past', async () => {
    await start({ shutdownTimeoutMs: 50 });
    await close();
    const sent = sms.trySend(Code, input);
    await untilHeld(1);
    expect(await sent).toMatchObject({ status: 'unknown', code: 'SMS_CONNECTION_LOST' });
  });

  it('sends what a live source still gives, and stops reading when the limit is past', async () => {
    answerAtOnce();
    await start({ shutdownTimeoutMs: 300 });
    let give: ((row: typeof input) => void) | undefined;
    let asked: () => void;
    const returned = jest.fn(async () =>
      Promise.resolve({ done: true as const, value: undefined }),
    );
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () =>
          new Promise<IteratorResult<typeof input>>((resolve) => {
            give = (value) => {
              resolve({ done: false, value });
            };
            asked();
          }),
        return: returned,
      }),
    };
    const untilAsked = async () =>
      new Promise<void>((resolve) => {
        asked = resolve;
      });
    const stream = sms.sendEach(Code, source)[Symbol.asyncIterator]();
    const ready = untilAsked();
    const first = stream.next();
    await ready;
    await close();
    expect(returned).not.toHaveBeenCalled();
    give?.(input);
    expect(await first).toMatchObject({ value: { status: 'accepted' } });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'SMS_SHUT_DOWN',
      message: 'The app is shutting down. 1 rows were read and have their outcomes.',
    });
    expect(returned).toHaveBeenCalledTimes(1);
  });

  it('does the same once, however often the app is closed', async () => {
    const transport = { ...accepting(), close: jest.fn<() => void>() };
    await start({ transport });
    await Promise.all([close(), close()]);
    await close();
    expect(transport.close).toHaveBeenCalledTimes(1);
    expect(await sms.trySend(Code, input)).toMatchObject({ status: 'accepted' });
  });

  it('closes a transport with closeIdle whenever idle, and wholly when the limit is past', async () => {
    const transport = {
      ...accepting(),
      closeIdle: jest.fn<() => void>(),
      close: jest.fn<() => void>(),
    };
    await start({ transport, shutdownTimeoutMs: 5000 });
    await sms.send(Code, input);
    expect(transport.closeIdle).not.toHaveBeenCalled();
    await close();
    expect(transport.closeIdle).toHaveBeenCalledTimes(1);
    await sms.send(Code, input);
    expect(transport.closeIdle).toHaveBeenCalledTimes(2);
    expect(transport.close).not.toHaveBeenCalled();
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5001);
    expect(await sms.trySend(Code, input)).toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(await sms.trySend(Code, input)).toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(transport.close).toHaveBeenCalledTimes(1);
  });

  it('closes a transport without closeIdle once, and once more after a later send', async () => {
    const transport = { ...accepting(), close: jest.fn<() => Promise<void>>() };
    await start({ transport, shutdownTimeoutMs: 5000 });
    await sms.send(Code, input);
    await close();
    expect(transport.close).toHaveBeenCalledTimes(1);
    // No caller could be told; and a rejection that is left alone ends the process.
    transport.close.mockRejectedValue(new Error('is closed already'));
    await sms.send(Code, input);
    expect(transport.close).toHaveBeenCalledTimes(2);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5001);
    expect(await sms.trySend(Code, input)).toMatchObject({ code: 'SMS_SHUT_DOWN' });
    expect(transport.close).toHaveBeenCalledTimes(2);
  });

  it('leaves alone what another account has in flight over the same transport', async () => {
    const transport = new UndiciTransport();
    await start({ transport });
    const [other, closeOther] = [sms, close];
    const sent = other.trySend(Code, input);
    await untilHeld(1);
    await start({ transport });
    await close();
    held[0]?.();
    expect(await sent).toMatchObject({ status: 'accepted' });
    await closeOther();
  });

  it.each([
    ['before', 'imports it'],
    ['after', 'imports it'],
    ['before', 'has it as a global one'],
    ['after', 'has it as a global one'],
    ['before', 'is global and imports it'],
    ['after', 'is global and imports it'],
  ])(
    'sends the last texts of every hook, where SmsModule stands %s the module that sends, which %s',
    async (place, relation) => {
      const outcomes: string[] = [];

      @Injectable()
      class Sender implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
        constructor(private readonly service: SmsService) {}

        async onModuleDestroy(): Promise<void> {
          await this.flush('onModuleDestroy');
        }

        async beforeApplicationShutdown(): Promise<void> {
          await this.flush('beforeApplicationShutdown');
        }

        async onApplicationShutdown(): Promise<void> {
          await this.flush('onApplicationShutdown');
        }

        private async flush(hook: string): Promise<void> {
          outcomes.push(`${hook}: ${(await this.service.trySend(Code, input)).status}`);
        }
      }

      answerAtOnce();
      const isGlobal = relation === 'has it as a global one';
      const account = SmsModule.forRoot({ ...smsOptions({ endpoint: server.url }), isGlobal });
      const sender = {
        module: Holder,
        global: relation === 'is global and imports it',
        imports: isGlobal ? [] : [account],
        providers: [Sender],
      };
      const imports = [account, sender];
      const module = await Test.createTestingModule({
        imports: place === 'before' ? imports : imports.toReversed(),
      }).compile();
      await module.init();
      await module.close();
      expect(outcomes).toEqual([
        'onModuleDestroy: accepted',
        'beforeApplicationShutdown: accepted',
        'onApplicationShutdown: accepted',
      ]);
    },
  );

  it('sends what a producer still sends while other modules close', async () => {
    const outcomes: Promise<SmsOutcome>[] = [];
    let stop: () => void;

    /** Ends in the last hook, and produces until then. */
    @Injectable()
    class Producer implements OnApplicationShutdown {
      private readonly timer: NodeJS.Timeout;

      constructor(service: SmsService) {
        this.timer = setInterval(() => {
          outcomes.push(service.trySend(Code, input));
          if (outcomes.length === 30) {
            stop();
          }
        }, 2);
      }

      async onApplicationShutdown(): Promise<void> {
        await new Promise<void>((resolve) => {
          stop = resolve;
        });
        clearInterval(this.timer);
      }
    }

    answerAtOnce();
    const account = SmsModule.forRoot(smsOptions({ endpoint: server.url }));
    const producer = {
      module: Holder,
      global: true,
      imports: [account],
      providers: [Producer],
    };
    const module = await Test.createTestingModule({ imports: [producer] }).compile();
    await module.init();
    await module.close();
    const statuses = (await Promise.all(outcomes)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: outcomes.length }, () => 'accepted'));
    expect(outcomes.length).toBeGreaterThanOrEqual(30);
  });
});

describe('a process that closes its app and does nothing else', () => {
  beforeAll(assertBuilt);

  it.each([
    ['sent before', 'before', ['accepted'], 1000],
    ['sends once more afterwards', 'after', ['accepted', 'accepted'], 1000],
    ['reads a source that gives nothing', 'stream', ['accepted'], 1000],
    ['waits for an answer that never comes', 'hanging', ['accepted', 'unknown'], 2000],
  ])('ends by itself soon, also when it %s', async (_, what, statuses, limitMs) => {
    const server = await RawServer.start((socket, { body }, count) => {
      if (what !== 'hanging' || count === 1) {
        accept(socket, body);
      }
    });
    try {
      const node = ['--no-warnings', '--input-type=module'];
      const said = await outputOf(process.execPath, ...node, '-e', ENDING, server.url, what);
      const { statuses: seen, openMs } = JSON.parse(said) as { statuses: string[]; openMs: number };
      expect(seen).toEqual(statuses);
      expect(openMs).toBeLessThan(limitMs);
    } finally {
      await server.stop();
    }
  });
});

/** Says at its very end for how long it was there after its app was closed. */
const ENDING = `
  import 'reflect-metadata';
  import { NestFactory } from '@nestjs/core';
  import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';

  const [endpoint, what] = process.argv.slice(1);
  class App {}
  const account = {
    credentials: { secretId: 'a', secretKey: 'b' },
    sdkAppId: '1400006666',
    signName: '腾讯云',
    endpoint,
    ...(what === 'hanging' ? { shutdownTimeoutMs: 300 } : {}),
  };
  const module = { module: App, imports: [SmsModule.forRoot(account)] };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  const sms = app.get(SmsService);
  const statuses = [];
  const row = { to: '+8613711112222' };
  const text = { templateId: '449739', params: ['1', '5'] };
  const send = async () => {
    statuses.push((await sms.trySend(text, row)).status);
  };
  async function* wait() {
    yield row;
    await new Promise(() => undefined);
  }
  async function stream() {
    for await (const { status } of sms.sendEach(text, wait())) {
      statuses.push(status);
      streaming();
    }
  }
  let streaming;
  if (what === 'stream') {
    const read = new Promise((resolve) => {
      streaming = resolve;
    });
    stream();
    await read;
  } else {
    await send();
  }
  if (what === 'hanging') {
    send();
  }
  await app.close();
  const closedAt = performance.now();
  if (what === 'after') {
    await send();
  }
  process.on('exit', () => {
    console.log(JSON.stringify({ statuses, openMs: performance.now() - closedAt }));
  });
`;

/** What one in a hundred leaves behind shows in the long form (SMS_LONG_TESTS=1) only. */
const IS_LONG = process.env['SMS_LONG_TESTS'] === '1';

describe('apps, started and stopped over and over', () => {
  beforeAll(assertBuilt);

  it.each([
    ['apps', IS_LONG ? 1000 : 200],
    ['kits', IS_LONG ? 200 : 50],
    ['emulators', IS_LONG ? 100 : 40],
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
      signName: '腾讯云',
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
