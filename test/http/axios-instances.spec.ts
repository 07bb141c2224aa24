import { once } from 'node:events';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance, CreateAxiosDefaults, InternalAxiosRequestConfig } from 'axios';
import { AxiosTransport, UndiciTransport, signTc3 } from 'nestjs-tencentcloud-sms';
import type { SmsAxios, SmsHttpRequest, SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { RawServer, answering, httpResponse } from '../support/raw-server.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { AUTHORITY, TlsServer } from '../support/tls-server.js';

const TEXT = { PhoneNumberSet: ['+8613711112222'], SignName: '腾讯云', TemplateId: '449739' };

/** Whatever a gateway team may have put into an instance that the whole app shares. */
const BURDENED: CreateAxiosDefaults = {
  baseURL: 'http://127.0.0.1:1/api',
  allowAbsoluteUrls: false,
  params: { tenant: 'a b' },
  auth: { username: 'u', password: 'p' },
  headers: { common: { 'X-App': 'shop' }, post: { 'Content-Type': 'text/plain' } },
  timeout: 1,
  maxRedirects: 5,
  responseType: 'arraybuffer',
  transformRequest: [() => 'changed'],
  transformResponse: [() => 'changed'],
  validateStatus: () => false,
  maxBodyLength: 1,
  decompress: false,
  responseEncoding: 'latin1',
};

/** Both ways in which bytes can be moved. */
const WAYS: [name: string, more: CreateAxiosDefaults][] = [
  ['undici', {}],
  ['the adapter of axios', { httpAgent: new Agent(), proxy: false }],
];

describe.each(WAYS)('an axios instance over %s', (_name, more) => {
  let server: RawServer;
  let started: SmsTestCase | undefined;
  let instance: AxiosInstance;

  beforeEach(async () => {
    server = await RawServer.start(answering({ SendStatusSet: [] }));
    instance = axios.create({ ...more });
  });

  afterEach(async () => {
    await started?.module.close();
    await server.stop();
  });

  async function sms(http: SmsAxios = instance, options: Partial<SmsModuleOptions> = {}) {
    started = await startSms({ endpoint: server.url, http, ...options });
    return started.sms;
  }

  it('sees every request and answer, and may add headers', async () => {
    const seen: unknown[] = [];
    instance.interceptors.request.use((config) => {
      seen.push(config.method, config.url, config.data);
      config.headers.set('X-Trace', 't-1');
      return config;
    });
    instance.interceptors.response.use((response) => {
      seen.push(response.status, response.headers['content-type'], response.data);
      return response;
    });
    await (await sms()).sendSms(TEXT);
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({ 'x-trace': 't-1', 'x-tc-action': 'SendSms' });
    expect(seen).toEqual([
      'post',
      `${server.url}/`,
      request?.body,
      200,
      'application/json',
      expect.stringContaining('SendStatusSet'),
    ]);
  });

  it.each(['POST', 'GET'] as const)(
    'changes no signed byte of a %s with its defaults',
    async (method) => {
      await (await sms(axios.create({ ...BURDENED, ...more }), { method })).sendSms(TEXT);
      const { target, headers, body } = server.requests[0] ?? { target: '', headers: {}, body: '' };
      const sent = new Map(Object.entries(headers));
      const { authorization } = signTc3({
        method,
        host: `127.0.0.1:${server.port}`,
        action: 'SendSms',
        timestamp: Number(sent.get('x-tc-timestamp')),
        ...CREDENTIALS,
        contentType: sent.get('content-type') ?? '',
        queryString: target.slice('/?'.length),
        body,
      });
      expect(sent.get('authorization')).toBe(authorization);
      expect(sent.get('x-app')).toBe('shop');
    },
  );

  it('may unwrap its answers for others', async () => {
    instance.interceptors.response.use(({ data }) => data as never);
    await expect((await sms()).sendSms(TEXT)).resolves.toMatchObject({ RequestId: 'r-1' });
  });

  it('counts as "maybe sent" when a response interceptor throws, and leaks nothing', async () => {
    instance.interceptors.response.use((response) => {
      throw Object.assign(new Error('Audit of +8613711112222 failed'), { response });
    });
    const error: unknown = await (await sms()).sendSms(TEXT).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'SmsTransportError', phase: 'read', maybeSent: true });
    const shown = inspect(error, { depth: 9 });
    expect(shown).toContain('Audit of');
    expect(shown).not.toContain('13711112222');
    expect(shown).not.toContain(CREDENTIALS.secretId);
    expect(server.requests).toHaveLength(1);
  });

  it('sends nothing when a request interceptor throws', async () => {
    instance.interceptors.request.use(() => {
      throw new Error('no token');
    });
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
      message: 'The HTTP client failed: no token',
    });
    expect(server.requests).toHaveLength(0);
  });

  it('is bound by the time-out while an interceptor holds a request up', async () => {
    instance.interceptors.request.use(async () => new Promise(() => undefined));
    await expect(
      (await sms(instance, { retry: false })).sendSms(TEXT, { timeoutMs: 50 }),
    ).rejects.toMatchObject({ name: 'SmsTimeoutError', phase: 'connect', maybeSent: false });
  });

  it('is bound by the time-out while an interceptor holds an answer up', async () => {
    instance.interceptors.response.use(async () => new Promise(() => undefined));
    await expect((await sms()).sendSms(TEXT, { timeoutMs: 300 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      phase: 'read',
      maybeSent: true,
    });
  });

  it('tells a time-out from the end of the signal', async () => {
    server.respondWith(() => undefined);
    const service = await sms();
    await expect(service.sendSms(TEXT, { timeoutMs: 100 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      phase: 'write',
      maybeSent: true,
    });
    const abort = new AbortController();
    server.respondWith(() => {
      abort.abort();
    });
    await expect(service.sendSms(TEXT, { signal: abort.signal })).rejects.toMatchObject({
      name: 'SmsAbortError',
      phase: 'write',
      maybeSent: true,
    });
    expect(server.requests).toHaveLength(2);
  });

  it('cannot repeat a request that may have been executed', async () => {
    let last: InternalAxiosRequestConfig | undefined;
    instance.interceptors.request.use((config) => {
      last ??= config;
      return config;
    });
    let repeated = 0;
    instance.interceptors.response.use(undefined, async (error: Error) => {
      repeated += 1;
      if (repeated === 1 && last !== undefined) {
        return instance.request(last);
      }
      throw error;
    });
    server.respondWith((socket) => socket.destroy());
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({
      phase: 'write',
      maybeSent: true,
    });
    expect(server.requests).toHaveLength(1);
    expect(repeated).toBe(2);
  });

  /** As axios-retry does, which takes the transforms off before it repeats a request. */
  async function again({ ...config }: InternalAxiosRequestConfig): Promise<unknown> {
    return instance.request({ ...config, transformRequest: [(data: unknown) => data] });
  }

  it('cannot repeat it without the transforms either, nor for its status', async () => {
    let last: InternalAxiosRequestConfig | undefined;
    let repeated = 0;
    instance.interceptors.request.use((config) => {
      last ??= config;
      return config;
    });
    instance.interceptors.response.use(
      async (response) => {
        repeated += 1;
        return again(response.config) as Promise<never>;
      },
      async (error: Error) => {
        repeated += 1;
        if (repeated < 4 && last !== undefined) {
          return again(last);
        }
        throw error;
      },
    );
    const service = await sms();
    server.respondWith((socket) => socket.destroy());
    await expect(service.sendSms(TEXT)).rejects.toMatchObject({ phase: 'write', maybeSent: true });
    expect([server.requests.length, repeated]).toEqual([1, 4]);
    repeated = 0;
    server.respondWith((socket) => socket.write(httpResponse('<html>', { status: 502 })));
    await expect(service.sendSms(TEXT)).rejects.toMatchObject({ phase: 'read', maybeSent: true });
    expect(server.requests).toHaveLength(2);
    expect(repeated).toBeGreaterThan(0);
  });

  it('cannot repeat it through an adapter that an interceptor chose either', async () => {
    let last: InternalAxiosRequestConfig | undefined;
    instance.interceptors.request.use((config) => {
      if (last === undefined) {
        config.adapter = axios.getAdapter('http');
        last = config;
      }
      return config;
    });
    let repeated = 0;
    instance.interceptors.response.use(undefined, async (error: Error) => {
      repeated += 1;
      if (repeated < 3 && last !== undefined) {
        return again(last);
      }
      throw error;
    });
    const service = await sms();
    server.respondWith((socket) => socket.destroy());
    await expect(service.sendSms(TEXT)).rejects.toMatchObject({ maybeSent: true });
    expect([server.requests.length, repeated]).toEqual([1, 3]);
  });

  it('ends with the signal though an interceptor keeps the failure to itself', async () => {
    instance.interceptors.response.use(undefined, async () => new Promise(() => undefined));
    const abort = new AbortController();
    server.respondWith(() => {
      abort.abort();
    });
    const service = await sms();
    await expect(service.sendSms(TEXT, { signal: abort.signal })).rejects.toMatchObject({
      name: 'SmsAbortError',
      maybeSent: true,
    });
  });

  it('may repeat a refused connection, and still reports that nothing was sent', async () => {
    let last: InternalAxiosRequestConfig | undefined;
    let repeated = 0;
    instance.interceptors.request.use((config) => {
      last ??= config;
      return config;
    });
    instance.interceptors.response.use(undefined, async () => {
      repeated += 1;
      // The pause before the third one outlasts the time.
      return repeated === 1 && last !== undefined ? again(last) : new Promise(() => undefined);
    });
    const service = await sms(instance, { retry: false });
    await server.stop();
    await expect(service.sendSms(TEXT, { timeoutMs: 200 })).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
    });
    expect(repeated).toBe(2);
  });

  it('sends nothing after an abort, however an interceptor held the request up', async () => {
    const held: (() => void)[] = [];
    const made: Promise<unknown>[] = [];
    let holding = false;
    instance.interceptors.request.use(async (config) => {
      if (holding) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
        });
      }
      // An interceptor that sets its own signal replaces ours.
      return { ...config, signal: new AbortController().signal };
    });
    const request = instance.request.bind(instance);
    instance.request = async (config) => {
      const one = request(config);
      made.push(one);
      return one as never;
    };
    const service = await sms();
    // Leaves a connection behind, over which late requests would go at once.
    await service.sendSms(TEXT);
    holding = true;
    await expect(service.sendSms(TEXT, { timeoutMs: 50 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      maybeSent: false,
    });
    expect(held).toHaveLength(3);
    holding = false;
    held.forEach((release) => {
      release();
    });
    await Promise.allSettled(made);
    await service.sendSms(TEXT);
    expect(server.requests).toHaveLength(2);
  });

  it('reads an answer that was asked for compressed', async () => {
    const answer = JSON.stringify({ Response: { SendStatusSet: [], RequestId: 'r-zip' } });
    server.respondWith((socket, { headers }) => {
      if (headers['accept-encoding']?.includes('gzip') !== true) {
        socket.write(httpResponse(answer));
        return;
      }
      const body = gzipSync(answer);
      const head = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 X\r\n${head}`), body]));
    });
    const http = { ...more, headers: { 'Accept-Encoding': 'gzip, br' }, decompress: false };
    await expect((await sms(http)).sendSms(TEXT)).resolves.toMatchObject({ RequestId: 'r-zip' });
  });

  it('cannot turn a failure into an answer', async () => {
    instance.interceptors.response.use(undefined, () => undefined);
    server.respondWith((socket) => socket.destroy());
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({
      phase: 'write',
      maybeSent: true,
    });
  });

  it('does not pass a failure of its own calls off as one of the request', async () => {
    instance.interceptors.response.use(async () =>
      Promise.reject(Object.assign(new Error('audit log down'), { code: 'ECONNREFUSED' })),
    );
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({ maybeSent: true });
    expect(server.requests).toHaveLength(1);
  });

  it('says that nothing was sent when the connection is refused', async () => {
    const service = await sms(instance, { retry: false });
    await server.stop();
    await expect(service.sendSms(TEXT)).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
      message: 'No connection: nothing listens there (ECONNREFUSED).',
    });
  });
});

describe.each([
  ['undici', {}],
  ['"http"', { adapter: 'http' }],
  ['"fetch"', { adapter: 'fetch' }],
] as [string, CreateAxiosDefaults][])(
  'an adapter of an interceptor that runs the one over %s',
  (_name, defaults) => {
    let server: RawServer;
    let started: SmsTestCase | undefined;

    beforeEach(async () => {
      server = await RawServer.start(answering({ SendStatusSet: [] }));
    });

    afterEach(async () => {
      jest.restoreAllMocks();
      await started?.module.close();
      await server.stop();
    });

    async function sms(beforeAdapter: () => void) {
      const http = axios.create(defaults);
      http.interceptors.request.use((config) => {
        const inner = axios.getAdapter(config.adapter);
        config.adapter = async (given) => {
          beforeAdapter();
          return inner(given);
        };
        return config;
      });
      started = await startSms({ endpoint: server.url, http, timeoutMs: 600_000, retry: false });
      return started.sms;
    }

    it('sends nothing after notAfter, which passes before it runs', async () => {
      const [day, monotonic] = [Date.now(), performance.now()];
      const service = await sms(() => {
        jest.spyOn(Date, 'now').mockReturnValue(day + 61_000);
        jest.spyOn(performance, 'now').mockReturnValue(monotonic + 61_000);
      });
      await expect(service.sendSms(TEXT, { notAfter: day + 60_000 })).rejects.toMatchObject({
        name: 'SmsTransportError',
      });
      expect(server.requests).toHaveLength(0);
    });

    it('does not use a connection again after what is not the answer of the API', async () => {
      server.respondWith((socket) => socket.write(httpResponse('<html>', { status: 502 })));
      const service = await sms(() => undefined);
      await expect(service.sendSms(TEXT)).rejects.toThrow('HTTP status 502');
      await expect(service.sendSms(TEXT)).rejects.toThrow('HTTP status 502');
      expect([server.requests.length, server.connections]).toEqual([2, 2]);
    });
  },
);

describe('an axios instance with a way of its own', () => {
  const post: SmsHttpRequest = {
    method: 'POST',
    url: 'https://sms.tencentcloudapi.com/',
    headers: { 'X-TC-Action': 'SendSms' },
    body: '{}',
    timeoutMs: 5000,
  };

  it('keeps its adapter, also one that is set later, as a mock is', async () => {
    const instance = axios.create();
    const transport = new AxiosTransport(instance, new UndiciTransport({ proxy: false }));
    const urls: unknown[] = [];
    instance.defaults.adapter = async (config) => {
      urls.push(config.url);
      return Promise.resolve({
        status: 200,
        statusText: 'OK',
        headers: { 'X-Double': '1' },
        data: { Response: {} },
        config,
      });
    };
    await expect(transport.send(post)).resolves.toEqual({
      status: 200,
      headers: { 'x-double': '1' },
      body: '{"Response":{}}',
    });
    expect(urls).toEqual([post.url]);
    await transport.close();
  });

  it('keeps its proxy', async () => {
    const proxy = await RawServer.start((socket) => socket.write(httpResponse('{}')));
    const http = { proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port } };
    const transport = new AxiosTransport(http, new UndiciTransport());
    await transport.send({ ...post, url: 'http://sms.example/' });
    expect(proxy.requests[0]?.target).toBe('http://sms.example/');
    await transport.close();
    await proxy.stop();
  });

  it('says that nothing was sent when its agent trusts the certificate not', async () => {
    const server = await TlsServer.start();
    const http = { httpAgent: new Agent(), proxy: false as const };
    // The authority is for undici, which does not move these bytes.
    const transport = new AxiosTransport(http, new UndiciTransport({ ca: AUTHORITY }));
    await expect(transport.send({ ...post, url: `${server.url}/` })).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
      message: expect.stringContaining('the certificate is not trusted'),
    });
    await transport.close();
    await server.stop();
  });

  it('counts a time-out as "maybe sent", since it is unknown how far the request came', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const http = { httpAgent: new Agent(), proxy: false as const };
    const transport = new AxiosTransport(http, new UndiciTransport());
    await expect(transport.send({ ...post, url, timeoutMs: 50 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      maybeSent: true,
    });
    await transport.close();
    silent.close();
  });
});

describe('the global axios instance', () => {
  it('changes nothing for a transport that was given no instance', async () => {
    const server = await RawServer.start((socket) => socket.write(httpResponse('{}')));
    const transport = new UndiciTransport({ proxy: false });
    const { adapter, baseURL } = axios.defaults;
    axios.defaults.baseURL = 'http://127.0.0.1:1';
    axios.defaults.headers.common['X-Global'] = '1';
    axios.defaults.adapter = async () => Promise.reject(new Error('the shared adapter'));
    const interceptor = axios.interceptors.request.use(() => {
      throw new Error('the shared interceptor');
    });
    try {
      const url = `${server.url}/`;
      await transport.send({ method: 'POST', url, headers: {}, body: '{}', timeoutMs: 5000 });
    } finally {
      axios.interceptors.request.eject(interceptor);
      delete axios.defaults.headers.common['X-Global'];
      Object.assign(axios.defaults, { adapter, baseURL });
      await transport.close();
      await server.stop();
    }
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-global');
  });
});
