import type {
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
   * Repeaters such as axios-retry repeat only what was surely not sent, unless an interceptor puts an
   * adapter of its own into each of their requests, too: that is past our sight.
   *
   * undici moves its bytes, too, unless the instance has an adapter, agents or a proxy of its own:
   * then that does, `proxy`, `ca` and `connectTimeoutMs` do not apply, and a time-out counts as
   * "maybe sent" even while it connects.
   * @default none: requests go straight to undici
   */
  http?: SmsAxios | undefined;
}

type GetAdapter = AxiosStatic['getAdapter'];
type Send = (request: SmsHttpRequest) => Promise<SmsHttpResponse>;

/**
 * The default transport: axios as the face, undici to move the bytes.
 *
 * axios is there for whoever configures it by `http`, and loaded with the first request. Where nobody
 * did, nobody would see anything of it, and each text would pay a sixth of its CPU time for that: then
 * the request goes straight to undici.
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

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const http = this.http();
    if (http === undefined) {
      return this.adapter.send(request);
    }
    const send = this.sendThrough ?? (await (this.loading ??= this.load(http)));
    return send(request);
  }

  async probe(request: SmsProbeRequest): Promise<void> {
    await this.adapter.probe(request);
  }

  /** Closes the connections that no request uses; a later `send` opens new ones. */
  async closeIdle(): Promise<void> {
    await this.adapter.closeIdle();
  }

  /** Closes all connections for good. */
  async close(): Promise<void> {
    await this.adapter.close();
  }

  private async load(http: SmsAxios): Promise<Send> {
    const { default: axios } = await import('axios');
    const instance = typeof http === 'function' ? http : axios.create(http);
    this.sendThrough = this.throughInstance(instance, axios.getAdapter);
    return this.sendThrough;
  }

  /** Everything stands where interceptors look. */
  private throughInstance(axios: AxiosInstance, getAdapter: GetAdapter): Send {
    return async (request) => {
      const passage = new InstancePassage(request);
      const ours = !hasOwnWay(axios);
      const move = ours ? this.exchange(passage) : getAdapter(axios.defaults.adapter);
      const adapter: AxiosAdapter = async (config) => passage.move(ours, async () => move(config));
      return passage.run(async () =>
        axios.request({
          adapter,
          url: request.url,
          method: request.method,
          headers: request.headers,
          data: request.body === '' ? undefined : request.body,
          timeout: request.timeoutMs,
          signal: passage.signal,
          ...AS_SIGNED,
          // The body is signed text and the answer is read strictly: these only look. The last to see
          // the request before its adapter, which an interceptor may have changed.
          transformRequest(this: InternalAxiosRequestConfig, data: unknown) {
            passage.onDispatch();
            const { adapter: theirs } = this;
            if (theirs !== adapter) {
              this.adapter = async (config) =>
                passage.move(false, async () => getAdapter(theirs)(config));
            }
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
