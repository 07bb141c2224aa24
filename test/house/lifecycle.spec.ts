import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import type { Socket } from 'node:net';
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
    next.mockResolvedValue({ done: false, value: row });
    const endless = { [Symbol.asyncIterator]: () => ({ next }) };
    const read = async () => {
      for await (const outcome of sms.sendEach(Code, endless)) {
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

  it('leave no listener, timer, handle or subscriber behind, and the process ends', async () => {
    const figures = JSON.parse(
      await outputOf(process.execPath, '--input-type=module', '-e', CYCLES),
    ) as { before: object; after: object };
    expect(figures.after).toEqual(figures.before);
  }, 60_000);
});

/** Sends with each tenth: loading, connecting and closing are part of it. */
const CYCLES = `
  import 'reflect-metadata';
  import { channel } from 'node:diagnostics_channel';
  import { createServer } from 'node:http';
  import { once } from 'node:events';
  import { NestFactory } from '@nestjs/core';
  import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';

  const server = createServer((request, response) => {
    response.end('{"Response":{"PullSmsSendStatusSet":[],"RequestId":"r"}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function cycle(send) {
    class App {}
    const options = {
      credentials: { secretId: 'a', secretKey: 'b' },
      sdkAppId: '1400006666',
      endpoint: 'http://127.0.0.1:' + server.address().port,
    };
    const module = { module: App, imports: [SmsModule.forRoot(options)] };
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    app.enableShutdownHooks();
    if (send) {
      await app.get(SmsService).pullSmsSendStatus({ Limit: 1 });
    }
    await app.close();
  }

  async function figures() {
    server.closeAllConnections();
    // Sockets tell of their end in a later turn.
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise(setImmediate);
    }
    return {
      resources: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').sort(),
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      subscribers: ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].filter((event) =>
        channel('tracing:tencentcloud-sms:request:' + event).hasSubscribers),
    };
  }

  await cycle(true);
  const before = await figures();
  for (let n = 0; n < 1000; n += 1) {
    await cycle(n % 10 === 0);
  }
  const after = await figures();
  console.log(JSON.stringify({ before, after }));
  server.close();
`;
