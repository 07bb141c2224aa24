import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsConnectionOptions, SmsHttpRequest } from 'nestjs-tencentcloud-sms';
import { ProxyServer } from '../support/proxy-server.js';
import type { ProxyBehaviour, ProxyServerOptions } from '../support/proxy-server.js';
import { RawServer, httpResponse } from '../support/raw-server.js';
import { AUTHORITY, TlsServer } from '../support/tls-server.js';

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

describe('a transport behind a proxy', () => {
  const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));
  const opened: (() => Promise<void>)[] = [];
  let plain: RawServer;
  let secure: TlsServer;

  beforeEach(async () => {
    for (const name of VARIABLES) {
      delete process.env[name];
    }
    plain = await RawServer.start((socket) => socket.write(httpResponse('{}')));
    secure = await TlsServer.start();
    opened.push(
      async () => plain.stop(),
      async () => secure.stop(),
    );
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (close) => close()));
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  });

  async function startProxy(options?: ProxyServerOptions): Promise<ProxyServer> {
    const proxy = await ProxyServer.start(options);
    opened.push(async () => proxy.stop());
    return proxy;
  }

  function createTransport(options: SmsConnectionOptions): UndiciTransport {
    const transport = new UndiciTransport({ ca: AUTHORITY, ...options });
    opened.push(async () => transport.close());
    return transport;
  }

  it.each([
    ['an http proxy', false],
    ['an https proxy', true],
  ])('reaches http and https endpoints through %s', async (_name, tls) => {
    const proxy = await startProxy({ secure: tls });
    const transport = createTransport({ proxy: proxy.url() });
    await expect(transport.send(post(secure.url))).resolves.toMatchObject({ status: 200 });
    await expect(transport.send(post(plain.url))).resolves.toMatchObject({ status: 200 });
    expect(proxy.connects).toEqual([`localhost:${secure.port}`, `127.0.0.1:${plain.port}`]);
    expect(proxy.others).toEqual([]);
    expect(plain.requests[0]).toMatchObject({ target: '/', body: '{}' });
    expect(plain.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each([
    ['user:password', 'user:password'],
    ['us%40er:p%3Aa%2Fss%25', 'us@er:p:a/ss%'],
    ['user', 'user:'],
    [':password', ':password'],
  ])('logs in at the proxy as %s', async (userinfo, credentials) => {
    const proxy = await startProxy({ credentials });
    const transport = createTransport({ proxy: proxy.url(userinfo) });
    await expect(transport.send(post(secure.url))).resolves.toMatchObject({ status: 200 });
  });

  it('sends many requests through one connection of the proxy', async () => {
    const proxy = await startProxy();
    const transport = createTransport({ proxy: proxy.url() });
    for (let i = 0; i < 20; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await transport.send(post(secure.url));
    }
    expect(secure.requests).toBe(20);
    expect(proxy.connects.length).toBeLessThanOrEqual(2);
  });

  it('resumes TLS sessions through the proxy', async () => {
    const proxy = await startProxy();
    const transport = createTransport({ proxy: proxy.url() });
    await transport.send(post(secure.url));
    secure.dropConnections();
    await transport.send(post(secure.url));
    expect(secure.resumed.at(-1)).toBe(true);
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('goes by %s', async (name) => {
    const proxy = await startProxy();
    process.env[name] = proxy.url();
    await createTransport({}).send(post(secure.url));
    expect(proxy.connects).toHaveLength(1);
  });

  it('makes no exception of loopback, except for what NO_PROXY names', async () => {
    const proxy = await startProxy();
    process.env['HTTP_PROXY'] = proxy.url();
    await createTransport({}).send(post(plain.url));
    expect(proxy.connects).toHaveLength(1);
    process.env['no_proxy'] = 'localhost,127.0.0.1';
    await createTransport({}).send(post(plain.url));
    expect(proxy.connects).toHaveLength(1);
  });

  it('uses none with proxy: false, whatever the environment says', async () => {
    const proxy = await startProxy();
    process.env['HTTPS_PROXY'] = proxy.url();
    await createTransport({ proxy: false }).send(post(secure.url));
    expect(proxy.connections).toBe(0);
  });

  it('probes through the proxy', async () => {
    const proxy = await startProxy();
    const transport = createTransport({ proxy: proxy.url() });
    await transport.probe({ url: secure.url, timeoutMs: 5000 });
    expect(proxy.connects).toHaveLength(1);
    proxy.behaviour = { status: 403 };
    await expect(transport.probe({ url: secure.url, timeoutMs: 5000 })).rejects.toMatchObject({
      phase: 'connect',
      message: 'No connection: the proxy refused to connect (403).',
    });
  });

  describe.each([
    ['http', false],
    ['https', true],
  ])('over %s', (_scheme, tls) => {
    it.each<[string, ProxyBehaviour, string]>([
      ['wants other credentials', { status: 407 }, 'the proxy wants a user and a password'],
      ['refuses', { status: 502 }, 'the proxy refused to connect (502).'],
      ['closes', 'close', 'the proxy closed the connection'],
      ['breaks off', 'reset', 'the proxy closed the connection'],
      ['speaks no HTTP', 'garbage', 'the proxy answered no HTTP'],
      ['says more than it was asked', 'chatter', 'the proxy said more than that it connected.'],
      ['stays silent', 'hang', 'No connection within 300 ms.'],
    ])('says that nothing was sent when it %s', async (_name, behaviour, sentence) => {
      const proxy = await startProxy({ secure: tls });
      proxy.behaviour = behaviour;
      const transport = createTransport({
        proxy: proxy.url('user:canary-password'),
        connectTimeoutMs: behaviour === 'hang' ? 300 : 4000,
      });
      await Promise.all(
        [secure.url, plain.url].map(async (url) => {
          const error: unknown = await transport.send(post(url)).catch((e: unknown) => e);
          expect(error).toMatchObject({
            phase: 'connect',
            maybeSent: false,
            retryable: true,
            message: expect.stringContaining(sentence),
          });
          expect(inspect(error, { depth: 9 })).not.toContain('canary');
          expect(inspect(error, { depth: 9 })).not.toContain(btoa('user:canary-password'));
        }),
      );
      // One attempt a request: a proxy that closes is not flooded.
      expect(proxy.connects).toHaveLength(2);
      expect(plain.connections + secure.requests).toBe(0);
    });
  });

  it('says that the proxy refused the connection', async () => {
    const proxy = await startProxy();
    await proxy.stop();
    await expect(
      createTransport({ proxy: proxy.url() }).send(post(secure.url)),
    ).rejects.toMatchObject({
      phase: 'connect',
      message: 'No connection to the proxy: nothing listens there (ECONNREFUSED).',
    });
  });

  it('says that the proxy speaks no TLS', async () => {
    const proxy = await startProxy();
    const url = proxy.url().replace('http:', 'https:');
    await expect(createTransport({ proxy: url }).send(post(secure.url))).rejects.toMatchObject({
      phase: 'connect',
      message: expect.stringMatching(
        /^No connection to the proxy: what answers there speaks no TLS \(.+\)/,
      ),
    });
  });

  it('tells the certificate of the proxy from that of the endpoint', async () => {
    const proxy = await startProxy({ secure: true });
    await expect(
      createTransport({ proxy: proxy.url(), ca: undefined }).send(post(secure.url)),
    ).rejects.toMatchObject({
      phase: 'connect',
      message: expect.stringContaining('the certificate of the proxy is not trusted'),
    });
    const open = await startProxy();
    await expect(
      createTransport({ proxy: open.url(), ca: undefined }).send(post(secure.url)),
    ).rejects.toMatchObject({
      phase: 'connect',
      message: expect.stringContaining('No connection: the certificate is not trusted'),
    });
  });

  it('names the variable that holds no proxy, and not its value', async () => {
    process.env['HTTPS_PROXY'] = 'socks5://user:canary@localhost:1';
    await expect(createTransport({}).send(post(secure.url))).rejects.toMatchObject({
      phase: 'connect',
      message: 'No connection: HTTPS_PROXY is not the URL of an http or https proxy.',
    });
  });

  it('says that the tunnel was closed during the TLS handshake', async () => {
    const rude = createServer((socket) => socket.end());
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const proxy = await startProxy();
    const url = `https://127.0.0.1:${(rude.address() as AddressInfo).port}`;
    await expect(createTransport({ proxy: proxy.url() }).send(post(url))).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
    });
    expect(proxy.connects).toHaveLength(1);
    rude.close();
  });
});

function post(url: string, more: Partial<SmsHttpRequest> = {}): SmsHttpRequest {
  return { method: 'POST', url: `${url}/`, headers: {}, body: '{}', timeoutMs: 5000, ...more };
}
