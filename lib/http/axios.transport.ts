import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosResponse,
  AxiosStatic,
  CreateAxiosDefaults,
  InternalAxiosRequestConfig as Config,
} from 'axios';
import { SmsError } from '../errors/sms.error.js';
import { toClientFailure } from './adapter-failure.js';
import { AxiosExchange } from './axios-exchange.js';
import type { Move } from './axios-exchange.js';
import { AS_SIGNED, hasOwnWay, toOwnMove } from './axios.adapter.js';
import type { OwnAdapter } from './axios.adapter.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from './transport.js';

/** An axios instance of your own, such as `HttpService.axiosRef`, or options to make one with. */
export type SmsAxios = AxiosInstance | CreateAxiosDefaults;

type Send = (request: SmsHttpRequest) => Promise<SmsHttpResponse>;

/**
 * The transport that the option `http` makes: interceptors of an axios instance see each request and
 * answer, and may add headers; another transport moves the bytes. axios is loaded with the first
 * request.
 *
 * Each request is dispatched once: a repeater such as axios-retry gets an error for each repetition,
 * and redirects are not followed. `baseURL`, `params`, `auth` and `timeout` of the instance do not
 * apply, since the request is signed as it stands and `timeoutMs` bounds it, interceptors included. An
 * interceptor whose adapter answers at once, as from a cache, sends nothing, and the request fails.
 *
 * An instance with an adapter, agents or a proxy of its own moves the bytes itself: then the wrapped
 * transport sends nothing, a time-out counts as "maybe sent" even while it connects, and a failed
 * connection counts as "not sent" only with an adapter of axios over agents of Node. An adapter,
 * `fetch`, `transport` or agent of the app may have sent the request and failed later, so that its
 * failures count as "maybe sent".
 *
 * Without `http` requests go straight to undici, which saves about 17 % of the CPU per message.
 *
 * @example
 * `new AxiosTransport(httpService.axiosRef, new UndiciTransport({ proxy: false }))`
 */
export class AxiosTransport implements SmsTransport {
  /** Held in a closure, so that `util.inspect` cannot print the headers, which may hold secrets. */
  private readonly http: () => SmsAxios;
  private sendThrough: Send | undefined;
  private loading: Promise<Send> | undefined;

  constructor(
    http: SmsAxios,
    /** Moves the bytes, and says how far a request came. */
    private readonly wrapped: SmsTransport,
  ) {
    this.http = () => http;
  }

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const send = this.sendThrough ?? (await (this.loading ??= this.load()));
    return send(request);
  }

  /** Of the wrapped transport, where it has one: axios takes no part. */
  get probe(): SmsTransport['probe'] {
    return this.wrapped.probe?.bind(this.wrapped);
  }

  /** Of the wrapped transport, where it has one. */
  get closeIdle(): SmsTransport['closeIdle'] {
    return this.wrapped.closeIdle?.bind(this.wrapped);
  }

  /** Closes the wrapped transport. */
  async close(): Promise<void> {
    await this.wrapped.close?.();
  }

  private async load(): Promise<Send> {
    const { default: axios } = await import('axios');
    const http = this.http();
    const instance = typeof http === 'function' ? http : axios.create(http);
    this.sendThrough = async (request) => this.sendWith(axios, instance, request);
    return this.sendThrough;
  }

  private async sendWith(
    { getAdapter, isCancel, CancelToken }: AxiosStatic,
    instance: AxiosInstance,
    request: SmsHttpRequest,
  ): Promise<SmsHttpResponse> {
    const exchange = new AxiosExchange(request, isCancel);
    const toOwn =
      (chosen: OwnAdapter, origin: 'app' | 'interceptor'): AxiosAdapter =>
      async (config) =>
        exchange.dispatch(origin, () => toOwnMove(chosen, config, request, getAdapter));
    const toWrapped: AxiosAdapter = async (config) =>
      exchange.dispatch('transport', () => this.toMove(config, exchange));
    const { defaults } = instance;
    const adapter = hasOwnWay(instance) ? toOwn(defaults.adapter, 'app') : toWrapped;
    const cancelToken = new CancelToken(() => undefined);
    cancelToken.throwIfRequested = () => {
      exchange.onCheck();
    };
    return exchange.run(async () =>
      instance.request({
        adapter,
        cancelToken,
        url: request.url,
        method: request.method,
        headers: request.headers,
        data: request.body === '' ? undefined : request.body,
        timeout: request.timeoutMs,
        signal: exchange.signal,
        ...AS_SIGNED,
        // The body is signed text, and stays. The last to see the request before its adapter is taken,
        // which an interceptor may have changed.
        transformRequest(this: Config, data: unknown) {
          if (this.adapter !== adapter) {
            this.adapter = toOwn(this.adapter, originOf(this.adapter, instance));
          }
          return data;
        },
        transformResponse: [],
      }),
    );
  }

  /** The wrapped transport sends what was signed, with the headers that interceptors added. */
  private toMove(
    config: Config,
    { request, leftMs: timeoutMs }: AxiosExchange,
  ): Move<AxiosResponse> {
    return {
      run: async () => {
        const url = config.url ?? request.url;
        const headers = withoutAcceptEncoding(config.headers.toJSON() as Record<string, string>);
        const answer = await this.wrapped.send({ ...request, url, headers, timeoutMs });
        return { answer, response: toAxiosResponse(answer, config) };
      },
      toFailure: (error) => (error instanceof SmsError ? error : toClientFailure(error, 'write')),
    };
  }
}

/** A function of an interceptor may answer from a cache; one in the defaults answers as the API. */
function originOf(adapter: OwnAdapter, { defaults }: AxiosInstance): 'app' | 'interceptor' {
  return typeof adapter === 'function' && adapter !== defaults.adapter ? 'interceptor' : 'app';
}

/** Answers are small, and undici gives them as they come: none may come compressed. */
function withoutAcceptEncoding(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.filter(([name]) => name.toLowerCase() !== 'accept-encoding'));
}

function toAxiosResponse(
  { status, headers, body }: SmsHttpResponse,
  config: Config,
): AxiosResponse {
  return {
    status,
    statusText: '',
    headers,
    data: body,
    config,
  };
}
