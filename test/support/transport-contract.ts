import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsHttpRequest, SmsTransport } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from './raw-server.js';

/** What every `SmsTransport` must do, over real sockets. */
export function describeTransportContract(
  name: string,
  create: (options: { connectTimeoutMs?: number }) => SmsTransport,
): void {
  describe(`${name} as a transport`, () => {
    let server: RawServer;
    let transport: SmsTransport;

    beforeEach(async () => {
      server = await RawServer.start((socket) => socket.write(httpResponse('{"a":"好"}')));
      transport = create({});
    });

    afterEach(async () => {
      await transport.close?.();
      await server.stop();
    });

    function post(more: Partial<SmsHttpRequest> = {}): SmsHttpRequest {
      return {
        method: 'POST',
        url: `${server.url}/`,
        headers: { 'Content-Type': 'application/json', 'X-TC-Action': 'SendSms' },
        body: '{"签名":"\\u817e😀"}',
        timeoutMs: 5000,
        ...more,
      };
    }

    it('sends the bytes as given and gives back status, headers and body', async () => {
      const answer = await transport.send(post());
      expect(answer).toMatchObject({ status: 200, body: '{"a":"好"}' });
      expect(answer.headers['content-type']).toBe('application/json');
      expect(server.requests).toEqual([
        expect.objectContaining({
          method: 'POST',
          target: '/',
          body: '{"签名":"\\u817e😀"}',
          headers: expect.objectContaining({
            host: `127.0.0.1:${server.port}`,
            'content-type': 'application/json',
            'x-tc-action': 'SendSms',
          }),
        }),
      ]);
    });

    it('leaves a query string untouched', async () => {
      const query = 'A=%2B86%20%7E&B.0=a+b&C=%e4%bd%a0';
      await transport.send(post({ method: 'GET', body: '', url: `${server.url}/?${query}` }));
      expect(server.requests[0]).toMatchObject({ method: 'GET', target: `/?${query}`, body: '' });
    });

    it('gives back any status without judging it', async () => {
      server.respondWith((socket) => socket.write(httpResponse('<h1>no</h1>', { status: 502 })));
      await expect(transport.send(post())).resolves.toMatchObject({
        status: 502,
        body: '<h1>no</h1>',
      });
    });

    it('does not follow redirects', async () => {
      server.respondWith((socket) =>
        socket.write('HTTP/1.1 302 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
      );
      await expect(transport.send(post())).resolves.toMatchObject({ status: 302 });
      expect(server.requests).toHaveLength(1);
    });

    it('reuses its connections', async () => {
      for (let i = 0; i < 20; i += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await transport.send(post());
      }
      // A second one may open while the first is being looked over for reuse.
      expect(server.connections).toBeLessThanOrEqual(2);
    });

    it('says that nothing was sent when the connection is refused', async () => {
      const { url } = server;
      await server.stop();
      await expect(transport.send(post({ url: `${url}/` }))).rejects.toMatchObject({
        name: 'SmsTransportError',
        phase: 'connect',
        maybeSent: false,
        retryable: true,
      });
    });

    it('says that nothing was sent when the host does not exist', async () => {
      await expect(
        transport.send(post({ url: 'http://no-such-host.invalid/' })),
      ).rejects.toMatchObject({ name: 'SmsTransportError', phase: 'connect', maybeSent: false });
    });

    it('says that nothing was sent when the TLS handshake fails', async () => {
      // Answers the handshake in plain text, as a proxy with the wrong port does.
      const plain = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(httpResponse('no TLS here', { status: 400 })));
      });
      plain.listen(0, '127.0.0.1');
      await once(plain, 'listening');
      const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
      await expect(transport.send(post({ url }))).rejects.toMatchObject({
        name: 'SmsTransportError',
        phase: 'connect',
        maybeSent: false,
      });
      plain.close();
    });

    it('says that it may have been sent when the connection breaks before an answer', async () => {
      server.respondWith((socket) => socket.destroy());
      await expect(transport.send(post())).rejects.toMatchObject({
        name: 'SmsTransportError',
        phase: 'write',
        maybeSent: true,
        retryable: false,
      });
      expect(server.requests).toHaveLength(1);
    });

    it('says that it was answered when the connection breaks in the answer', async () => {
      server.respondWith((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Resp', () =>
          socket.destroy(),
        );
      });
      await expect(transport.send(post())).rejects.toMatchObject({
        name: 'SmsTransportError',
        phase: 'read',
        maybeSent: true,
      });
      expect(server.requests).toHaveLength(1);
    });

    it('times out when no answer comes', async () => {
      server.respondWith(() => undefined);
      await expect(transport.send(post({ timeoutMs: 50 }))).rejects.toMatchObject({
        name: 'SmsTimeoutError',
        code: 'SMS_TIMEOUT',
        phase: 'write',
        maybeSent: true,
      });
      expect(server.requests).toHaveLength(1);
    });

    it('times out when the body stalls', async () => {
      server.respondWith((socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Resp'),
      );
      await expect(transport.send(post({ timeoutMs: 100 }))).rejects.toMatchObject({
        name: 'SmsTimeoutError',
        phase: 'read',
        maybeSent: true,
      });
    });

    it('aborts before the first byte when the signal has fired already', async () => {
      const reason = new Error('enough');
      await expect(
        transport.send(post({ signal: AbortSignal.abort(reason) })),
      ).rejects.toMatchObject({
        name: 'SmsAbortError',
        phase: 'connect',
        maybeSent: false,
        cause: reason,
      });
      expect(server.requests).toHaveLength(0);
    });

    it('aborts while waiting, and says that the request was written', async () => {
      const abort = new AbortController();
      server.respondWith(() => {
        abort.abort();
      });
      await expect(transport.send(post({ signal: abort.signal }))).rejects.toMatchObject({
        name: 'SmsAbortError',
        phase: 'write',
        maybeSent: true,
      });
    });

    it('never writes a request that was aborted while it connected', async () => {
      const abort = new AbortController();
      const sent = transport.send(post({ signal: abort.signal }));
      abort.abort();
      await expect(sent).rejects.toMatchObject({ name: 'SmsAbortError', phase: 'connect' });
      // The next one proves that the connection works; only it arrives.
      await transport.send(post({ body: '"next"' }));
      expect(server.requests.map(({ body }) => body)).toEqual(['"next"']);
    });

    it('refuses an answer without end', async () => {
      server.respondWith((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const chunk = 'x'.repeat(1 << 20);
        const flood = () => {
          while (!socket.destroyed && socket.write(`100000\r\n${chunk}\r\n`));
        };
        socket.on('drain', flood);
        flood();
      });
      await expect(transport.send(post())).rejects.toMatchObject({ name: 'SmsProtocolError' });
    });

    it('refuses to send after it was closed', async () => {
      await transport.send(post());
      await transport.close?.();
      await expect(transport.send(post())).rejects.toMatchObject({
        name: 'SmsTransportError',
        phase: 'connect',
      });
      expect(server.requests).toHaveLength(1);
    });

    it('keeps many requests apart', async () => {
      server.respondWith((socket, { body }) => socket.write(httpResponse(body)));
      const bodies = Array.from({ length: 50 }, (_, i) => `"number ${i}"`);
      const answers = await Promise.all(bodies.map(async (body) => transport.send(post({ body }))));
      expect(answers.map(({ body }) => body)).toEqual(bodies);
    });
  });
}
