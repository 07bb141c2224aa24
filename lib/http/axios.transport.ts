import type {
  Axios,
  AxiosAdapter,
  AxiosHeaders,
  AxiosInstance,
  AxiosResponse,
  AxiosStatic,
  CreateAxiosDefaults,
  InternalAxiosRequestConfig,
} from 'axios';
import type { ConnectionOptions } from './connector.js';
import { MAX_ANSWER_BYTES } from './exchange.js';
import { InstancePassage } from './instance-passage.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';
import { UndiciAdapter } from './undici.adapter.js';

/** An axios instance of your own, such as `HttpService.axiosRef`, or options to make one with. */
export type SmsAxios = AxiosInstance | CreateAxiosDefaults;

/** Options of {@link AxiosTransport}. */
export interface AxiosTransportOptions extends ConnectionOptions {
  /**
   * An axios instance, such as `HttpService.axiosRef`, or options to make one with. Its interceptors
   * see every request and answer and may add headers; what they make of the answer is for
   * themselves. `baseURL`, `params`, `auth` and `timeout` of the instance do not apply, since the
   * request is signed as it stands and `timeoutMs` bounds it, interceptors included.
   * Repeaters such as axios-retry repeat only what was surely not sent.
   *
   * undici moves its bytes, too, unless the instance has an adapter, agents or a proxy of its own:
   * then that does, `proxy`, `ca` and `connectTimeoutMs` do not apply, and a time-out counts as
   * "maybe sent" even while it connects.
   * @default an axios of our own
   */
  http?: SmsAxios | undefined;
}

/** Carries our own request through axios and the answer back: it would copy plain objects. */
class Carrier {
  response: SmsHttpResponse | undefined = undefined;

  constructor(readonly request: SmsHttpRequest) {}
}

interface CarryingConfig extends InternalAxiosRequestConfig {
  smsCarrier: Carrier;
}

type GetAdapter = AxiosStatic['getAdapter'];
type Send = (request: SmsHttpRequest) => Promise<SmsHttpResponse>;

/**
 * The default transport: axios as the face, undici to move the bytes.
 *
 * axios is loaded with the first request.
 *
 * @publicApi
 */
export class AxiosTransport implements SmsTransport {
  private readonly adapter: UndiciAdapter;
  /** A function, since its headers may hold what is not for people to read. */
  private readonly http: () => SmsAxios | undefined;
  private sendThrough: Send | undefined;
  private loading: Promise<Send> | undefined;

  constructor({ http, ...connection }: AxiosTransportOptions = {}) {
    this.adapter = new UndiciAdapter(connection);
    this.http = () => http;
  }

  // Without a promise of its own where that would only wait for another: this runs for each text.
  send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    return this.sendThrough?.(request) ?? this.sendOnceLoaded(request);
  }

  async probe(request: SmsProbeRequest): Promise<void> {
    await this.adapter.probe(request);
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }

  private async sendOnceLoaded(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const send = await (this.loading ??= this.load());
    return send(request);
  }

  private async load(): Promise<Send> {
    const axios = await import('axios');
    const http = this.http();
    if (http === undefined) {
      this.sendThrough = this.throughBare(new axios.Axios(), new axios.AxiosHeaders());
    } else {
      const instance = typeof http === 'function' ? http : axios.default.create(http);
      this.sendThrough = this.throughInstance(instance, axios.default.getAdapter);
    }
    return this.sendThrough;
  }

  /**
   * Through an axios of our own, which nobody configured: it has no defaults to merge, and headers
   * and answer ride along untouched, since there is nobody to read them on the way.
   */
  private throughBare(axios: Axios, noHeaders: AxiosHeaders): Send {
    const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
      const { smsCarrier: carrier } = config as CarryingConfig;
      carrier.response = await this.adapter.send(carrier.request);
      // Its headers are of axios' own kind, or it would make some for each answer.
      return { data: undefined, status: 0, statusText: '', headers: noHeaders, config };
    };
    return async (request) => {
      const carrier = new Carrier(request);
      await axios.request({ adapter, smsCarrier: carrier } as object);
      return carrier.response as SmsHttpResponse;
    };
  }

  /** Through an instance that somebody configured: everything stands where interceptors look. */
  private throughInstance(axios: AxiosInstance, getAdapter: GetAdapter): Send {
    return async (request) => {
      const passage = new InstancePassage(request);
      const ours = !hasOwnWay(axios);
      const move = ours ? this.exchange(passage) : getAdapter(axios.defaults.adapter);
      return passage.run(async () =>
        axios.request({
          adapter: async (config: InternalAxiosRequestConfig) =>
            passage.move(ours, async () => move(config)),
          url: request.url,
          method: request.method,
          headers: request.headers,
          data: request.body === '' ? undefined : request.body,
          timeout: request.timeoutMs,
          signal: passage.signal,
          ...AS_SIGNED,
          // The body is signed text and the answer is read strictly: these only look.
          transformRequest: (data: unknown) => {
            passage.onDispatch();
            return data;
          },
          transformResponse: (data: unknown, headers: AxiosHeaders, status = 0) => {
            passage.onAnswer({ status, headers: toLowerCase(headers), body: toText(data) });
            return data;
          },
        }),
      );
    };
  }

  private exchange(passage: InstancePassage): AxiosAdapter {
    return async (config) => {
      const { request } = passage;
      const { status, headers, body } = await this.adapter.send({
        ...request,
        url: config.url ?? request.url,
        headers: withoutAcceptEncoding(config.headers.toJSON() as Record<string, string>),
        timeoutMs: passage.leftMs,
      });
      return {
        status,
        statusText: '',
        headers: headers as AxiosResponse['headers'],
        data: body,
        config,
      };
    };
  }
}

/**
 * What defaults of an instance must not change: the address, the signature, the one attempt, and how
 * the answer is read.
 */
const AS_SIGNED = {
  allowAbsoluteUrls: true,
  params: null,
  auth: null,
  responseType: 'text',
  responseEncoding: 'utf8',
  decompress: true,
  validateStatus: null,
  maxRedirects: 0,
  maxBodyLength: -1,
  maxContentLength: MAX_ANSWER_BYTES,
} as object;

/** Whether an instance was told how to move bytes, and must be left to it. */
function hasOwnWay({ defaults }: AxiosInstance): boolean {
  return (
    ['function', 'string'].includes(typeof defaults.adapter) ||
    defaults.httpAgent !== undefined ||
    defaults.httpsAgent !== undefined ||
    (defaults.proxy !== undefined && defaults.proxy !== false) ||
    (defaults.socketPath ?? undefined) !== undefined
  );
}

/** Answers are small, and undici gives them as they come: none may come compressed. */
function withoutAcceptEncoding(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.filter(([name]) => name.toLowerCase() !== 'accept-encoding'));
}

function toLowerCase(headers: AxiosHeaders): SmsHttpResponse['headers'] {
  const entries = Object.entries(headers.toJSON() as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Doubles of tests like to answer with objects. */
function toText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? '');
}
