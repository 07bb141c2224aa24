import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { RequestOptions } from 'node:http';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosResponse,
  CreateAxiosDefaults,
  InternalAxiosRequestConfig,
} from 'axios';
import type { SmsAxios, SmsModuleOptions, SmsOutcome } from 'nestjs-tencentcloud-sms';
import { MAX_RESPONSE_BYTES } from '../../lib/http/exchange.js';
import { RawServer, httpResponse } from '../support/raw-server.js';
import type { RawResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';

/** The server that counts, and a port that refuses connections. */
interface Place {
  url: string;
  deadUrl: string;
}

type Config = InternalAxiosRequestConfig;
type Make = (place: Place) => SmsAxios;
type Serve = (place: Place) => RawResponse;
type Row = [
  name: string,
  make: Make,
  serve: Serve,
  expected: [executions: number, status: SmsOutcome['status'], words: string],
];

/** What the API answers to a request with this body. */
function acceptance(body: string | undefined): string {
  const { SessionContext = '' } = JSON.parse(body ?? '{}') as { SessionContext?: string };
  const item = { SerialNo: '2:1', PhoneNumber: PHONE, Fee: 1, SessionContext, Code: 'Ok' };
  const set = [{ ...item, Message: 'send success', IsoCode: 'CN' }];
  return JSON.stringify({ Response: { SendStatusSet: set, RequestId: 'r-1' } });
}

const accepts: Serve =
  () =>
  (socket, { body }) => {
    socket.write(httpResponse(acceptance(body)));
  };
const breaks: Serve = () => (socket) => socket.destroy();
const ends: Serve = () => (socket) => socket.end();
const fails: Serve = () => (socket) => socket.write(httpResponse('<html>', { status: 502 }));
/** `fetch` repeats a request by itself after this one. */
const misdirects: Serve = () => (socket) => socket.write(httpResponse('', { status: 421 }));
const answersTooMuch: Serve = () => (socket) => {
  socket.write(httpResponse(`{"Response":{"RequestId":"${'x'.repeat(MAX_RESPONSE_BYTES)}"}}`));
};

function redirects(status: number, to: keyof Place): Serve {
  return (place) => (socket) =>
    socket.write(
      `HTTP/1.1 ${status} X\r\nLocation: ${place[to]}/again\r\nContent-Length: 0\r\n\r\n`,
    );
}

/** An instance whose interceptor changes every request. */
function changing(
  change: (config: Config, place: Place) => void,
  defaults: CreateAxiosDefaults = {},
): Make {
  return (place) => {
    const instance = axios.create(defaults);
    instance.interceptors.request.use((config) => {
      change(config, place);
      return config;
    });
    return instance;
  };
}

/** Asks every adapter of axios to follow redirects. */
function followRedirects(config: Config): void {
  config.maxRedirects = 5;
  config.beforeRedirect = () => undefined;
  Object.assign(config, { fetchOptions: { redirect: 'follow' } });
}

/** An instance that repeats what ended, up to three times, whether it failed or not. */
function repeating(
  change: (config: Config) => Config,
  onRequest: (config: Config, instance: AxiosInstance) => void = () => undefined,
): Make {
  return () => {
    const instance = axios.create();
    let first: Config | undefined;
    let repeated = 0;
    instance.interceptors.request.use((config) => {
      first ??= { ...config };
      onRequest(config, instance);
      return config;
    });
    const repeat = async (end: AxiosResponse | Error): Promise<AxiosResponse> => {
      repeated += 1;
      const { config = first } = end as { config?: Config };
      if (repeated > 3 || config === undefined) {
        throw end as Error;
      }
      return instance.request(change(config));
    };
    instance.interceptors.response.use(repeat, repeat);
    return instance;
  };
}

/** As axios-retry does. */
const withoutTransforms = (config: Config): Config => ({
  ...config,
  transformRequest: [(data: unknown) => data],
});

/** Sends by itself, past axios. */
async function post(config: Config): Promise<AxiosResponse> {
  const answer = await fetch(config.url ?? '', {
    method: 'POST',
    headers: config.headers.toJSON() as Record<string, string>,
    body: config.data as string,
  });
  return { ...ready(config), status: answer.status, data: await answer.text() };
}

/** An adapter that sends, and then fails with something else. */
function postsThenThrows(failure: Error): AxiosAdapter {
  return async (config) => {
    await post(config);
    throw failure;
  };
}

const answersWithoutHeaders: AxiosAdapter = async ({ data }) =>
  Promise.resolve({ status: 200, data: acceptance(data as string) } as AxiosResponse);

function fetchesThenThrows(cause: Error): typeof fetch {
  return async (...request) => {
    await fetch(...request);
    throw new TypeError('fetch failed', { cause });
  };
}

/** A response that was there before the request. */
function ready(config: Config): AxiosResponse {
  return {
    status: 200,
    statusText: 'OK',
    headers: {},
    data: acceptance(config.data as string),
    config,
  };
}

const REFUSED = Object.assign(new Error('connect ECONNREFUSED'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});
const NOT_FOUND = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
const FAILURES: [name: string, failure: Error][] = [
  ['ECONNREFUSED', REFUSED],
  ['ENOTFOUND', NOT_FOUND],
  ['a cause', new Error('no audit', { cause: REFUSED })],
  ['an AxiosError', new axios.AxiosError('no audit', 'ECONNREFUSED')],
  ['an AxiosError with a cause', axios.AxiosError.from(REFUSED, 'ERR_NETWORK')],
];

/** An agent whose connections say "refused" when they end. */
class LyingAgent extends Agent {
  override createConnection({ host, port }: { host?: string; port?: number }): Socket {
    const socket = connect(Number(port), host);
    const emit = socket.emit.bind(socket);
    socket.emit = (event: string, ...more: unknown[]) =>
      event === 'end' ? socket.destroy(REFUSED).destroyed : emit(event, ...more);
    return socket;
  }
}

/** The transport that follows redirects by itself, as axios has it below its "http" adapter. */
function redirectingTransport(): unknown {
  const { resolve } = createRequire(`${process.cwd()}/package.json`);
  const { http } = createRequire(resolve('axios'))('follow-redirects') as { http: unknown };
  return http;
}

const TRANSPORT = { proxy: false, adapter: 'http' } as const;
const ADAPTERS = ['http', 'fetch'] as const;

const SINGLE: Row[] = [
  ...ADAPTERS.flatMap((adapter) =>
    [301, 302, 303, 307, 308].flatMap((status) =>
      (['url', 'deadUrl'] as const).map((to): Row => {
        const target = to === 'url' ? 'itself' : 'a dead port';
        return [
          `an interceptor of "${adapter}" that follows a ${status} to ${target}`,
          changing(followRedirects, { adapter }),
          redirects(status, to),
          [1, 'unknown', `HTTP status ${status}`],
        ];
      }),
    ),
  ),
  ...ADAPTERS.map((adapter): Row => [
    `an interceptor that chooses "${adapter}" and follows redirects`,
    changing((config) => {
      followRedirects(config);
      config.adapter = adapter;
    }),
    redirects(307, 'url'),
    [1, 'unknown', 'HTTP status 307'],
  ]),
  ...ADAPTERS.map((adapter): Row => [
    `an interceptor that chooses the function of "${adapter}" and follows redirects`,
    changing((config) => {
      followRedirects(config);
      config.adapter = axios.getAdapter(adapter);
    }),
    redirects(307, 'deadUrl'),
    [1, 'unknown', 'HTTP status 307'],
  ]),
  [
    'options with a list of adapters that follow redirects',
    changing(followRedirects, { adapter: ['fetch', 'http'] }),
    redirects(307, 'deadUrl'),
    [1, 'unknown', 'HTTP status 307'],
  ],
  [
    'options for "fetch" that follow redirects',
    () => ({ adapter: 'fetch', maxRedirects: 5, fetchOptions: { redirect: 'follow' } }) as object,
    redirects(307, 'url'),
    [1, 'unknown', 'HTTP status 307'],
  ],
  [
    'an interceptor that has "fetch" fail at redirects',
    changing(
      (config) => {
        Object.assign(config, { maxRedirects: 5, fetchOptions: { redirect: 'error' } });
      },
      { adapter: 'fetch' },
    ),
    redirects(307, 'url'),
    [1, 'unknown', 'HTTP status 307'],
  ],
  [
    '"fetch" at a server that is not the right one',
    () => ({ adapter: 'fetch' }),
    misdirects,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'a transport below "http" that follows redirects',
    () => ({ ...TRANSPORT, transport: redirectingTransport() }) as object,
    redirects(307, 'url'),
    [1, 'unknown', 'redirects'],
  ],
  [
    'an interceptor that lets statuses fail',
    changing(
      (config) => {
        config.validateStatus = (status) => status === 200;
      },
      { adapter: 'http' },
    ),
    fails,
    [1, 'unknown', 'HTTP status 502'],
  ],
  [
    'a repeater that keeps the whole request',
    repeating((config) => config),
    breaks,
    [1, 'unknown', 'connection'],
  ],
  [
    'a repeater that takes the transforms off',
    repeating(withoutTransforms),
    breaks,
    [1, 'unknown', 'connection'],
  ],
  [
    'a repeater that repeats what was answered',
    repeating(withoutTransforms),
    accepts,
    [1, 'unknown', 'again'],
  ],
  ...ADAPTERS.map((adapter): Row => [
    `a repeater that puts "${adapter}" into every request`,
    repeating(withoutTransforms, (config) => {
      config.adapter = axios.getAdapter(adapter);
    }),
    breaks,
    [1, 'unknown', 'HTTP client failed'],
  ]),
  [
    'a repeater that puts an adapter of its own into every request',
    repeating(withoutTransforms, (config) => {
      config.adapter = post;
    }),
    breaks,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'an interceptor that puts in an adapter of its own and takes the transforms off',
    changing((config) => {
      config.transformRequest = [(data: unknown) => data];
      config.adapter = post;
    }),
    breaks,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'an interceptor that hides an answered request from the library',
    changing((config) => {
      config.transformRequest = [(data: unknown) => data];
      config.adapter = post;
    }),
    accepts,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'a request interceptor that sends the request first',
    () => {
      const instance = axios.create();
      let nested = false;
      instance.interceptors.request.use(async (config) => {
        if (!nested) {
          nested = true;
          await instance.request({ ...config });
        }
        return config;
      });
      return instance;
    },
    accepts,
    [1, 'unknown', 'again'],
  ],
  [
    'an adapter of an interceptor that runs the adapter twice',
    changing((config) => {
      const inner = axios.getAdapter(config.adapter);
      config.adapter = async (given) => inner(given).catch(async () => inner(given));
    }),
    breaks,
    [1, 'unknown', 'again'],
  ],
  [
    'an adapter of an interceptor that runs the adapter once',
    changing((config) => {
      const inner = axios.getAdapter(config.adapter);
      config.adapter = async (given) => inner(given);
    }),
    accepts,
    [1, 'accepted', ''],
  ],
  [
    'an interceptor with an adapter of its own that sends',
    changing((config) => {
      config.adapter = post;
    }),
    accepts,
    [1, 'accepted', ''],
  ],
  [
    'a response interceptor that swallows errors',
    () => {
      const instance = axios.create({ adapter: 'http' });
      instance.interceptors.response.use(undefined, () => undefined);
      return instance;
    },
    breaks,
    [1, 'unknown', 'HTTP client failed'],
  ],
];

const NOT_CONNECTED: Row[] = [
  ...FAILURES.flatMap(([name, failure]): Row[] => [
    [
      `an adapter of the options that sends, then throws ${name}`,
      () => ({ adapter: postsThenThrows(failure) }),
      accepts,
      [1, 'unknown', 'HTTP client failed'],
    ],
    [
      `an adapter of an interceptor that sends, then throws ${name}`,
      changing((config) => {
        config.adapter = postsThenThrows(failure);
      }),
      accepts,
      [1, 'unknown', 'HTTP client failed'],
    ],
    [
      `a fetch of the options that sends, then throws ${name}`,
      () => {
        return { adapter: 'fetch', env: { fetch: fetchesThenThrows(failure) } };
      },
      accepts,
      [1, 'unknown', 'HTTP client failed'],
    ],
  ]),
  [
    'a list with an adapter of its own that sends, then throws ECONNREFUSED',
    () => ({ adapter: [postsThenThrows(REFUSED), 'http'] }),
    accepts,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'an adapter around "http" that sends elsewhere, then throws ECONNREFUSED',
    changing((config, { deadUrl }) => {
      config.adapter = async (given) =>
        axios
          .getAdapter('http')({ ...given, url: deadUrl })
          .catch(async (error: unknown) => {
            await post(given);
            throw error;
          });
    }),
    accepts,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'an agent whose connection says "refused" at its end',
    () => ({ httpAgent: new LyingAgent(), proxy: false }),
    ends,
    [1, 'unknown', 'HTTP client failed'],
  ],
  [
    'a transport that says "refused" at its end',
    () => {
      const transport = {
        request: (options: RequestOptions, done: () => void) =>
          httpRequest({ ...options, agent: new LyingAgent() }, done),
      };
      return { ...TRANSPORT, transport } as object;
    },
    ends,
    [1, 'unknown', 'HTTP client failed'],
  ],
];

const NOTHING_SENT: Row[] = [
  ...ADAPTERS.map((adapter): Row => [
    `"${adapter}" at a port that refuses`,
    changing(
      (config, { deadUrl }) => {
        config.url = deadUrl;
      },
      { adapter },
    ),
    accepts,
    [0, 'rejected', 'No connection: nothing listens there (ECONNREFUSED).'],
  ]),
  ...ADAPTERS.map((adapter): Row => [
    `"${adapter}" with a name that does not exist`,
    changing(
      (config) => {
        config.url = 'http://no-such-host.invalid/';
      },
      { adapter, proxy: false },
    ),
    accepts,
    [0, 'rejected', 'the host name could not be resolved'],
  ]),
  [
    'a double of the options that answers without headers',
    () => ({ adapter: answersWithoutHeaders }),
    accepts,
    [0, 'accepted', ''],
  ],
  [
    'an adapter that axios does not know',
    () => ({ adapter: 'nonsense' }) as object,
    accepts,
    [0, 'rejected', 'nonsense'],
  ],
  [
    'an interceptor that chooses an adapter that axios does not know',
    changing((config) => {
      config.adapter = 'nonsense';
    }),
    accepts,
    [0, 'rejected', 'nonsense'],
  ],
  [
    'an interceptor whose transform throws',
    changing((config) => {
      config.transformRequest = () => {
        throw new Error('no transform');
      };
    }),
    accepts,
    [0, 'unknown', 'no transform'],
  ],
  [
    'an interceptor whose adapter answers from a cache',
    changing((config) => {
      config.adapter = async () => Promise.resolve(ready(config));
    }),
    accepts,
    [0, 'rejected', 'interceptor'],
  ],
  [
    'an interceptor whose adapter waits for a cache before it answers',
    () => {
      const instance = axios.create();
      instance.interceptors.request.use(async (config) => {
        const cached = await Promise.resolve(ready(config));
        config.adapter = async () => cached;
        return config;
      });
      return instance;
    },
    accepts,
    [0, 'rejected', 'interceptor'],
  ],
  [
    'an interceptor whose adapter asks a cache before the adapter',
    changing((config) => {
      const inner = axios.getAdapter(config.adapter);
      const cached: AxiosResponse | undefined = ready(config);
      config.adapter = async (given) => cached ?? inner(given);
    }),
    accepts,
    [0, 'rejected', 'interceptor'],
  ],
  [
    'interceptors that pass a cached answer by',
    () => {
      const instance = axios.create();
      instance.interceptors.request.use((config) => {
        throw Object.assign(new Error('cached'), { cached: ready(config) });
      });
      instance.interceptors.response.use(
        undefined,
        (error: { cached: AxiosResponse }) => error.cached,
      );
      return instance;
    },
    accepts,
    [0, 'rejected', 'interceptor'],
  ],
  [
    'an instance whose request function answers from a cache',
    () => {
      const instance = axios.create();
      instance.request = async (config) => Promise.resolve(ready(config as Config)) as never;
      return instance;
    },
    accepts,
    [0, 'rejected', 'interceptor'],
  ],
];

const TOO_LARGE: Row[] = [
  ['undici', () => ({}), answersTooMuch, [1, 'unknown', 'MB, so it is not the API']],
  ...ADAPTERS.map((adapter): Row => [
    `"${adapter}" whose interceptor allows any size`,
    changing(
      (config) => {
        config.maxContentLength = -1;
      },
      { adapter },
    ),
    answersTooMuch,
    [1, 'unknown', 'MB, so it is not the API'],
  ]),
  [
    'an adapter of its own',
    () => ({ adapter: post }),
    answersTooMuch,
    [1, 'unknown', 'MB, so it is not the API'],
  ],
];

let server: RawServer;
let started: SmsTestCase | undefined;

beforeEach(async () => {
  server = await RawServer.start(() => undefined);
});

afterEach(async () => {
  await started?.module.close();
  await server.stop();
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  return port;
}

async function send(make: Make, serve: Serve, more: Partial<SmsModuleOptions> = {}) {
  const place = { url: server.url, deadUrl: `http://127.0.0.1:${await freePort()}` };
  server.respondWith(serve(place));
  const retry = { attempts: 3, baseDelayMs: 1 };
  started = await startSms({ endpoint: server.url, http: make(place), retry, ...more });
  return started.sms.trySend({ templateId: '449739', params: ['666'] }, { to: PHONE });
}

/** Executions, outcome and words, as a row expects them. */
async function result(make: Make, serve: Serve, more?: Partial<SmsModuleOptions>) {
  const outcome = await send(make, serve, more);
  const said = outcome.status === 'accepted' ? '' : outcome.error.message;
  return [server.requests.length, outcome.status, said];
}

function saying([executions, status, words]: Row[3]): unknown[] {
  return [executions, status, expect.stringContaining(words)];
}

describe('at most one execution', () => {
  it.each(SINGLE)('comes of %s', async (_name, make, serve, expected) => {
    expect(await result(make, serve)).toEqual(saying(expected));
  });
});

describe('a GET', () => {
  it.each([301, 302, 303, 307, 308, 421])(
    'over "fetch" is not repeated after a %i',
    async (status) => {
      const serve = status === 421 ? misdirects : redirects(status, 'url');
      const make = changing(followRedirects, { adapter: 'fetch' });
      const [executions, outcome] = await result(make, serve, { method: 'GET' });
      expect([executions, outcome]).toEqual([1, 'unknown']);
    },
  );
});

describe('a failure that is not proof of "not connected"', () => {
  it.each(NOT_CONNECTED)('comes of %s', async (_name, make, serve, expected) => {
    expect(await result(make, serve)).toEqual(saying(expected));
  });
});

describe('no request at all', () => {
  it.each(NOTHING_SENT)('comes of %s', async (_name, make, serve, expected) => {
    expect(await result(make, serve)).toEqual(saying(expected));
  });
});

describe('an answer above the limit', () => {
  it.each(TOO_LARGE)(
    'is not taken for one of the API, over %s',
    async (_name, make, serve, expected) => {
      expect(await result(make, serve)).toEqual(saying(expected));
    },
  );
});
