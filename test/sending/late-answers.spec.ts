import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SmsModuleOptions, SmsService } from 'nestjs-tencentcloud-sms';
import { FAULT_PHONE, read, send } from '../support/call-kinds.js';
import { ProxyServer } from '../support/proxy-server.js';
import { RawServer, httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { okStatus, respond } from '../support/fake-tencent.js';
import { AUTHORITY, LOCALHOST } from '../support/tls-server.js';

const ACCEPTED = respond({ SendStatusSet: [okStatus(FAULT_PHONE)] });
const REFUSAL = 'FailedOperation.InsufficientBalanceInSmsPackage';
const REFUSED = respond({
  SendStatusSet: [{ ...okStatus(FAULT_PHONE, REFUSAL), SerialNo: '', Fee: 0 }],
});
const OF_ANOTHER = respond({
  SendStatusSet: [{ ...okStatus(FAULT_PHONE), SessionContext: 'of another request' }],
});
const HTML = '<html><h1>Gateway</h1></html>';

/** What something between the client and the API answers, or the API never does. */
const NOT_THE_API: [name: string, answer: string][] = [
  ['504 with HTML', httpResponse(HTML, { status: 504, type: 'text/html' })],
  ['502 with HTML', httpResponse(HTML, { status: 502, type: 'text/html' })],
  ['429 with JSON', httpResponse('{"message":"slow down"}', { status: 429 })],
  ['204', 'HTTP/1.1 204 X\r\n\r\n'],
  ['302', 'HTTP/1.1 302 X\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n'],
  ['500 with an answer of the API', httpResponse(ACCEPTED, { status: 500 })],
  ['201 with an answer of the API', httpResponse(ACCEPTED, { status: 201 })],
  ['503 in chunks', 'HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n'],
  ['200 with HTML', httpResponse(HTML, { type: 'text/html' })],
  ['200 with nothing', httpResponse('')],
  ['200 with JSON without Response', httpResponse('{"code":0}')],
  ['200 with a list', httpResponse('[{"Response":{}}]')],
  ['200 with Response that is null', httpResponse('{"Response":null}')],
  ['200 with Response deeper down', httpResponse(`{"data":${ACCEPTED}}`)],
  ['200 with a cut answer', httpResponse(ACCEPTED.slice(0, -2))],
  ['200 with two answers in one body', httpResponse(ACCEPTED + ACCEPTED)],
  ['200 with an empty Response', httpResponse('{"Response":{}}')],
  ['200 with the answer of another action', httpResponse(respond({ PullSmsSendStatusSet: [] }))],
  ['200 with an Error without a code', httpResponse(respond({ Error: { Message: 'no' } }))],
  ['200 with the answer of another request', httpResponse(OF_ANOTHER)],
];

const WITH_TRAILING_BYTES: [name: string, answer: string][] = [
  ['a second answer', httpResponse(ACCEPTED).repeat(2)],
  ['a second answer that is no API', httpResponse(ACCEPTED) + httpResponse(HTML, { status: 504 })],
  ['the tail of a longer body', `${httpResponse(ACCEPTED)}}}`],
  ['lines without HTTP', `${httpResponse(ACCEPTED)}hello\r\n\r\n`],
];

type Way =
  | 'plain'
  | 'TLS'
  | 'a proxy'
  | 'TLS through a proxy'
  | 'axios over undici'
  | 'axios over http'
  | 'axios over fetch';
const WAYS: Way[] = [
  'plain',
  'TLS',
  'a proxy',
  'TLS through a proxy',
  'axios over undici',
  'axios over http',
  'axios over fetch',
];
const ADAPTERS: Partial<Record<Way, SmsModuleOptions['http']>> = {
  'axios over undici': {},
  'axios over http': { adapter: 'http' },
  'axios over fetch': { adapter: 'fetch' },
};

describe('a connection', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let started: SmsTestCase | undefined;

  afterEach(async () => {
    await started?.module.close();
    await Promise.all(closing.splice(0).map(async (close) => close()));
  });

  async function listen(): Promise<RawServer> {
    const server = await RawServer.start(() => undefined);
    closing.push(async () => server.stop());
    return server;
  }

  /** Speaks TLS in front of a server: a connection there for each connection here. */
  async function secure(server: RawServer): Promise<string> {
    const sockets = new Set<Socket>();
    const front = createTlsServer(LOCALHOST, (socket) => {
      const inner = connect(server.port, '127.0.0.1');
      for (const one of [socket, inner]) {
        sockets.add(one.on('error', () => undefined));
      }
      socket.pipe(inner).pipe(socket);
      socket.once('close', () => inner.destroy());
      inner.once('close', () => socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    closing.push(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => {
        front.close(resolve);
      });
    });
    return `https://localhost:${(front.address() as AddressInfo).port}`;
  }

  async function reach(server: RawServer, way: Way): Promise<SmsService> {
    const options: Partial<SmsModuleOptions> = { proxy: false, retry: false };
    options.endpoint = way.startsWith('TLS') ? await secure(server) : server.url;
    options.ca = AUTHORITY;
    options.http = ADAPTERS[way];
    if (way.endsWith('a proxy')) {
      const proxy = await ProxyServer.start();
      closing.push(async () => proxy.stop());
      options.proxy = proxy.url();
    }
    started = await startSms(options);
    return started.sms;
  }

  /**
   * Answers the first request of each connection with these bytes, and then with what the API had to
   * say of it; a later request on it would be taken to be answered by that. Refuses what comes on a
   * connection where nothing was answered yet, once it is told to.
   */
  function answerLate(server: RawServer): (early: string, round: number) => void {
    let next: { early: string; round: number } | undefined;
    const used = new WeakSet<Socket>();
    server.respondWith((socket) => {
      if (used.has(socket)) {
        socket.write(httpResponse(ACCEPTED));
        return;
      }
      if (next === undefined) {
        socket.write(httpResponse(REFUSED));
        return;
      }
      const { early, round } = next;
      next = undefined;
      used.add(socket);
      socket.write(early);
      // After 0, 1 or 2 ms; and each fourth time only when a next request comes.
      if (round % 4 < 3) {
        setTimeout(() => socket.writable && socket.write(httpResponse(ACCEPTED)), round % 4);
      }
    });
    return (early, round) => {
      next = { early, round };
    };
  }

  it.each(WAYS)(
    'is closed after a 504, so that 200 late answers are never taken for the next: %s',
    async (way) => {
      const server = await listen();
      const sms = await reach(server, way);
      const answerNext = answerLate(server);
      const [[, early]] = NOT_THE_API as [[string, string]];
      for (let i = 0; i < 200; i += 1) {
        answerNext(early, i);
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await expect(send(sms)).resolves.toMatchObject({ result: 'unknown' });
        if (i % 2 === 1) {
          // Lets the client put the connection back.
          // oxlint-disable-next-line no-await-in-loop -- see above
          await new Promise(setImmediate);
        }
        // oxlint-disable-next-line no-await-in-loop -- see above
        await expect(send(sms)).resolves.toMatchObject({ result: 'not done', code: REFUSAL });
      }
      expect(server.requests).toHaveLength(400);
    },
  );

  it.each(NOT_THE_API)('is not used again after %s', async (_name, early) => {
    const server = await listen();
    const sms = await reach(server, 'plain');
    const answerNext = answerLate(server);
    for (let i = 0; i < 8; i += 1) {
      answerNext(early, i);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await expect(send(sms)).resolves.toMatchObject({ result: 'unknown' });
      // oxlint-disable-next-line no-await-in-loop -- see above
      await expect(send(sms)).resolves.toMatchObject({ result: 'not done', code: REFUSAL });
    }
  });

  it.each(WITH_TRAILING_BYTES)(
    'is not used again after an answer with %s',
    async (_name, early) => {
      const server = await listen();
      const sms = await reach(server, 'plain');
      const answerNext = answerLate(server);
      for (let i = 0; i < 8; i += 1) {
        answerNext(early, i);
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await expect(send(sms)).resolves.toMatchObject({ result: 'done' });
        // oxlint-disable-next-line no-await-in-loop -- see above
        await expect(send(sms)).resolves.toMatchObject({ result: 'not done', code: REFUSAL });
      }
    },
  );

  it('is closed at once after what is not the answer of the API', async () => {
    const server = await listen();
    const sms = await reach(server, 'plain');
    const ended = new Promise<string>((resolve) => {
      server.respondWith((socket) => {
        socket.once('close', () => {
          resolve('closed');
        });
        socket.write(httpResponse(HTML, { status: 504 }));
      });
    });
    await send(sms);
    await expect(ended).resolves.toBe('closed');
  });

  it('is not used again when a gateway answers a call that only reads', async () => {
    const server = await listen();
    const sms = await reach(server, 'plain');
    server.respondWith((socket) => socket.write(httpResponse(HTML, { status: 502 })));
    for (let i = 0; i < 5; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await read(sms);
    }
    expect(server.connections).toBe(server.requests.length);
  });

  it.each([
    ['a success', ACCEPTED],
    ['a refusal of a number', REFUSED],
    [
      'a refusal of the request',
      respond({ Error: { Code: 'AuthFailure.SecretIdNotFound', Message: 'no' } }),
    ],
    ['an answer with new members', `  {"Trace":1,"Response":${ACCEPTED.slice(12, -1)}}\n`],
  ])('is used again after %s', async (_name, body) => {
    const server = await listen();
    const sms = await reach(server, 'plain');
    server.respondWith((socket) => socket.write(httpResponse(body)));
    for (let i = 0; i < 20; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await send(sms);
    }
    expect(server.requests).toHaveLength(20);
    // A second one may open while the first is being looked over for reuse.
    expect(server.connections).toBeLessThanOrEqual(2);
  });
});
