import { Agent } from 'node:https';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import {
  AxiosTransport,
  SmsAbortError,
  SmsTimeoutError,
  SmsTransportError,
  UndiciTransport,
} from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from 'nestjs-tencentcloud-sms';
import { describeTransportContract } from '../support/transport-contract.js';

describeTransportContract(
  'AxiosTransport with options for axios',
  (options) => new AxiosTransport({}, new UndiciTransport(options)),
);

describeTransportContract(
  'AxiosTransport with an axios instance',
  (options) => new AxiosTransport(axios.create(), new UndiciTransport(options)),
);

const REQUEST: SmsHttpRequest = {
  method: 'POST',
  url: 'https://sms.tencentcloudapi.com/',
  headers: { 'Content-Type': 'application/json', 'X-TC-Action': 'SendSms' },
  body: '{"签名":"\\u817e😀"}',
  timeoutMs: 5000,
};

const ANSWER: SmsHttpResponse = { status: 200, headers: { 'x-a': ['1', '2'] }, body: '{"a":"好"}' };

const answering = async () => Promise.resolve(ANSWER);

function failing(failure: Error): () => Promise<never> {
  return async () => {
    throw failure;
  };
}

describe('AxiosTransport over another transport', () => {
  let instance: AxiosInstance;
  let sent: SmsHttpRequest[];

  beforeEach(() => {
    instance = axios.create();
    sent = [];
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  function over(
    answer: (request: SmsHttpRequest) => Promise<SmsHttpResponse>,
    more: Omit<SmsTransport, 'send'> = {},
  ): AxiosTransport {
    const send: SmsTransport['send'] = async (request) => {
      sent.push(request);
      return answer(request);
    };
    return new AxiosTransport(instance, { send, ...more });
  }

  it('hands over the signed request with the headers of interceptors, and gives its answer back', async () => {
    instance.interceptors.request.use((config) => {
      config.headers.set('X-Trace', 't-1');
      return config;
    });
    const { signal } = new AbortController();
    const given = { ...REQUEST, signal, beforeWrite: () => undefined, isApiResponse: () => true };
    await expect(over(answering).send(given)).resolves.toEqual(ANSWER);
    expect(sent).toEqual([
      {
        ...given,
        headers: expect.objectContaining({ ...REQUEST.headers, 'X-Trace': 't-1' }),
        timeoutMs: expect.any(Number),
      },
    ]);
    expect(sent[0]?.timeoutMs).toBeLessThanOrEqual(REQUEST.timeoutMs);
  });

  it('hands over only the time that interceptors left', async () => {
    instance.interceptors.request.use((config) => {
      jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1000);
      return config;
    });
    await over(answering).send(REQUEST);
    expect(sent[0]?.timeoutMs).toBeLessThanOrEqual(4000);
    expect(sent[0]?.timeoutMs).toBeGreaterThan(3000);
  });

  it.each([
    ['a refused connection', new SmsTransportError('refused', 'connect')],
    ['a time-out while it connects', new SmsTimeoutError('slow', 'connect')],
    ['a lost connection', new SmsTransportError('lost', 'write')],
  ])('reports the very error of the transport: %s', async (_, error) => {
    instance.interceptors.response.use(undefined, () => {
      throw new Error('of an interceptor');
    });
    await expect(over(failing(error)).send(REQUEST)).rejects.toBe(error);
  });

  it('counts an error that does not say how far the request came as "maybe sent"', async () => {
    const failure = over(failing(new Error('of +8613711112222'))).send(REQUEST);
    await expect(failure).rejects.toMatchObject({
      name: 'SmsTransportError',
      phase: 'write',
      maybeSent: true,
      message: expect.not.stringContaining('13711112222'),
    });
  });

  it('hands a request over once, however often interceptors repeat it', async () => {
    let first: InternalAxiosRequestConfig | undefined;
    let repeated = 0;
    instance.interceptors.request.use((config) => (first ??= config));
    instance.interceptors.response.use(undefined, async (error: Error) => {
      repeated += 1;
      if (repeated > 3 || first === undefined) {
        throw error;
      }
      return instance.request(first);
    });
    const refused = new SmsTransportError('refused', 'connect');
    await expect(over(failing(refused)).send(REQUEST)).rejects.toBe(refused);
    expect([sent.length, repeated]).toEqual([1, 4]);
  });

  it('waits for the transport to say how far it came when the time is up', async () => {
    const slow = new SmsTimeoutError('still connecting', 'connect');
    const transport = over(
      async ({ timeoutMs }) =>
        new Promise((_resolve, reject) => {
          setTimeout(reject, timeoutMs + 5, slow);
        }),
    );
    await expect(transport.send({ ...REQUEST, timeoutMs: 20 })).rejects.toBe(slow);
  });

  it('waits for the transport to say how far it came when the signal fires', async () => {
    const abort = new AbortController();
    const aborted = new SmsAbortError('still connecting', 'connect');
    const transport = over(
      async ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => setImmediate(reject, aborted));
          abort.abort();
        }),
    );
    await expect(transport.send({ ...REQUEST, signal: abort.signal })).rejects.toBe(aborted);
  });

  it('hands nothing over where the instance has an adapter of its own', async () => {
    instance.defaults.adapter = async (config) =>
      Promise.resolve({ status: 200, statusText: '', headers: {}, data: '{}', config });
    await expect(over(answering).send(REQUEST)).resolves.toMatchObject({ body: '{}' });
    expect(sent).toEqual([]);
  });

  it.each([
    ['an agent for https', { httpsAgent: new Agent() }],
    ['a socket path', { socketPath: '/nonexistent/sms.sock' }],
    ['a proxy', { proxy: { protocol: 'http', host: '127.0.0.1', port: 1 } }],
  ])('hands nothing over where the options have %s', async (_, options) => {
    instance = axios.create(options);
    const request = { ...REQUEST, url: 'http://127.0.0.1:1/' };
    await expect(over(answering).send(request)).rejects.toMatchObject({
      name: 'SmsTransportError',
    });
    expect(sent).toEqual([]);
  });

  it('takes the answer of the transport that an adapter of an interceptor runs', async () => {
    instance.interceptors.request.use((config) => {
      const inner = axios.getAdapter(config.adapter);
      config.adapter = async (given) => inner(given);
      return config;
    });
    await expect(over(answering).send(REQUEST)).resolves.toEqual(ANSWER);
  });

  it('hands nothing over after the signal fired while an adapter of an interceptor waits', async () => {
    const abort = new AbortController();
    let adapting: Promise<unknown> | undefined;
    instance.interceptors.request.use((config) => {
      const inner = axios.getAdapter(config.adapter);
      config.adapter = async (given) => {
        abort.abort();
        const sending = new Promise((resolve) => {
          setImmediate(resolve);
        }).then(async () => inner(given));
        adapting = sending;
        return sending;
      };
      return config;
    });
    const sending = over(answering).send({ ...REQUEST, signal: abort.signal });
    await expect(sending).rejects.toMatchObject({ name: 'SmsAbortError', maybeSent: true });
    await expect(adapting).rejects.toThrow('after it was given up');
    expect(sent).toEqual([]);
  });

  it('sends once where an interceptor replaces the cancel token', async () => {
    instance.interceptors.request.use((config) => {
      config.cancelToken = axios.CancelToken.source().token;
      return config;
    });
    await expect(over(answering).send(REQUEST)).resolves.toEqual(ANSWER);
    expect(sent).toHaveLength(1);
  });

  it('lets no interceptor repeat over an adapter of its own what was cancelled', async () => {
    let first: InternalAxiosRequestConfig | undefined;
    let repeated = 0;
    instance.interceptors.request.use((config) => {
      first ??= { ...config };
      return config;
    });
    let failed = 0;
    instance.interceptors.response.use(undefined, async (error: Error) => {
      failed += 1;
      if (failed > 1) {
        throw error;
      }
      return instance.request({
        ...first,
        transformRequest: [],
        adapter: async (config) => {
          repeated += 1;
          return Promise.resolve({ status: 200, statusText: '', headers: {}, data: '{}', config });
        },
      });
    });
    const cancelled = over(failing(new axios.CanceledError('by an interceptor'))).send(REQUEST);
    await expect(cancelled).rejects.toMatchObject({ maybeSent: true });
    expect(repeated).toBe(0);
  });

  it('probes and closes through the transport, and only what that can', async () => {
    const calls: unknown[] = [];
    const transport = over(answering, {
      probe: async ({ url }) => Promise.resolve(calls.push(url)).then(() => undefined),
      closeIdle: () => {
        calls.push('idle');
      },
      close: () => {
        calls.push('closed');
      },
    });
    await transport.probe?.({ url: REQUEST.url, timeoutMs: 1 });
    await transport.closeIdle?.();
    await transport.close();
    expect(calls).toEqual([REQUEST.url, 'idle', 'closed']);
    expect(over(answering)).toMatchObject({ probe: undefined, closeIdle: undefined });
  });

  it('shows no header of its options in util.inspect', () => {
    const http = { headers: { 'X-Gateway-Token': 'secret-token' } };
    const shown = inspect(new AxiosTransport(http, new UndiciTransport()), { depth: 9 });
    expect(shown).not.toContain('secret-token');
  });
});
