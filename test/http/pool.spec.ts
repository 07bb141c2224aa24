import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';

const LIMIT = 128;

describe('the connections of a transport', () => {
  let server: RawServer;
  let transport: UndiciTransport;
  let held: Socket[];

  beforeEach(async () => {
    held = [];
    server = await RawServer.start((socket) => socket.write(httpResponse('{}')));
    transport = new UndiciTransport({ proxy: false });
  });

  afterEach(async () => {
    await transport.close();
    await server.stop();
  });

  function post(more: Partial<SmsHttpRequest> = {}): SmsHttpRequest {
    const url = `${server.url}/`;
    return { method: 'POST', url, headers: {}, body: '{}', timeoutMs: 10_000, ...more };
  }

  /** Keeps every answer back; resolves once so many requests have arrived. */
  async function hold(count: number): Promise<void> {
    return new Promise((resolve) => {
      server.respondWith((socket) => {
        held.push(socket);
        if (held.length === count) {
          resolve();
        }
      });
    });
  }

  function answerHeld(): void {
    server.respondWith((socket) => socket.write(httpResponse('{}')));
    for (const socket of held) {
      socket.write(httpResponse('{}'));
    }
  }

  it(`are at most ${LIMIT}, and every one of 200 requests is answered`, async () => {
    const full = hold(LIMIT);
    const sent = Array.from({ length: 200 }, async () => transport.send(post()));
    await full;
    answerHeld();
    const answers = await Promise.all(sent);
    expect(answers).toHaveLength(200);
    expect(server.requests).toHaveLength(200);
    expect(server.connections).toBe(LIMIT);
  });

  it('may be waited for longer than connecting may take', async () => {
    await transport.close();
    transport = new UndiciTransport({ proxy: false, connectTimeoutMs: 1000 });
    const full = hold(LIMIT);
    const sent = Array.from({ length: LIMIT }, async () => transport.send(post()));
    await full;
    const late = transport.send(post());
    const impatient = transport.send(post({ timeoutMs: 1100 }));
    await expect(impatient).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      phase: 'connect',
      maybeSent: false,
      message: 'No free connection within 1100 ms: too many requests are under way.',
    });
    answerHeld();
    await expect(late).resolves.toMatchObject({ status: 200 });
    await Promise.all(sent);
    expect(server.requests).toHaveLength(LIMIT + 1);
  });

  it('are not taken by requests that were aborted while waiting', async () => {
    const full = hold(LIMIT);
    const sent = Array.from({ length: LIMIT }, async () => transport.send(post()));
    await full;
    const abort = new AbortController();
    const waiting = transport.send(post({ signal: abort.signal, body: '"given up"' }));
    // A macrotask later at the latest it stands in line.
    await new Promise(setImmediate);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'SmsAbortError', phase: 'connect' });
    answerHeld();
    await Promise.all(sent);
    await transport.send(post({ body: '"next"' }));
    expect(server.requests.map(({ body }) => body)).not.toContain('"given up"');
  });

  it('end the wait of thousands when the transport closes', async () => {
    const full = hold(LIMIT);
    const sent = Array.from({ length: 5000 }, async () => transport.send(post()));
    const settled = Promise.allSettled(sent);
    await full;
    await transport.close();
    const phases = (await settled).map(
      (one) => (one as { reason: { phase: string } }).reason.phase,
    );
    expect(phases.filter((phase) => phase === 'write')).toHaveLength(LIMIT);
    expect(phases.filter((phase) => phase === 'connect')).toHaveLength(5000 - LIMIT);
  });

  it('are freed by requests that fail', async () => {
    server.respondWith((socket) => socket.destroy());
    const failed = await Promise.allSettled(
      Array.from({ length: 3 * LIMIT }, async () => transport.send(post())),
    );
    expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
    expect(server.requests).toHaveLength(3 * LIMIT);
    server.respondWith((socket) => socket.write(httpResponse('{}')));
    await expect(transport.send(post())).resolves.toMatchObject({ status: 200 });
  });

  it('are freed by requests whose connection was refused', async () => {
    const { url } = server;
    await server.stop();
    const failed = await Promise.allSettled(
      Array.from({ length: 3 * LIMIT }, async () => transport.send(post({ url: `${url}/` }))),
    );
    expect(failed.map((one) => (one as { reason: unknown }).reason)).toEqual(
      failed.map(() => expect.objectContaining({ phase: 'connect', maybeSent: false })),
    );
  });

  it('are not written to once the server has closed them, however shortly before', async () => {
    for (let i = 0; i < 10; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each needs a connection that idles
      await transport.send(post());
      // oxlint-disable-next-line no-await-in-loop -- lets the client put it back
      await new Promise(setImmediate);
      // Closed now, and the client has had no chance yet to hear of it.
      server.dropConnections();
      // oxlint-disable-next-line no-await-in-loop -- each needs a connection that idles
      await expect(transport.send(post())).resolves.toMatchObject({ status: 200 });
    }
    expect(server.requests).toHaveLength(20);
  });

  it('are given up before the server does it, when it says how long it keeps them', async () => {
    const closing = new Promise<void>((resolve) => {
      server.respondWith((socket) => {
        socket.once('end', resolve);
        socket.write('HTTP/1.1 200 X\r\nKeep-Alive: timeout=3\r\nContent-Length: 2\r\n\r\n{}');
      });
    });
    await transport.send(post());
    const started = performance.now();
    await closing;
    expect(performance.now() - started).toBeLessThan(2900);
  });

  it('carry an answer of 1 MB, and are closed by one that is larger', async () => {
    const megabyte = 1024 * 1024;
    const body = 'x'.repeat(megabyte);
    server.respondWith((socket) => socket.write(httpResponse(body)));
    await expect(transport.send(post())).resolves.toMatchObject({ body });
    const closed = new Promise<string>((resolve) => {
      server.respondWith((socket) => {
        socket.once('close', () => {
          resolve('closed');
        });
        // A byte too many, and then no end to it.
        socket.write('HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n');
        socket.write(`100001\r\n${body}x\r\n`);
      });
    });
    await expect(transport.send(post())).rejects.toMatchObject({
      name: 'SmsProtocolError',
      message: "The answer is larger than 1 MB, so it is not the API's.",
    });
    await expect(closed).resolves.toBe('closed');
  });

  it('are not used again when the server says that it closes', async () => {
    server.respondWith((socket) =>
      socket.write('HTTP/1.1 200 X\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}'),
    );
    await transport.send(post());
    await transport.send(post());
    expect(server.connections).toBe(2);
  });
});
