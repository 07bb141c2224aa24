import type {
  Axios,
  AxiosInstance,
  AxiosResponse,
  CreateAxiosDefaults,
  InternalAxiosRequestConfig,
} from 'axios';
import { SmsError } from '../errors/sms.error.js';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';
import { UndiciAdapter } from './undici.adapter.js';
import type { ConnectionOptions } from './undici.adapter.js';

/** An axios instance of your own, such as `HttpService.axiosRef`, or options to make one with. */
export type SmsAxios = AxiosInstance | CreateAxiosDefaults;

/** Options of {@link AxiosTransport}. */
export interface AxiosTransportOptions extends ConnectionOptions {
  /**
   * An axios instance, whose interceptors then see every request, or options to make one with.
   * undici moves its bytes, too, unless the instance has an adapter, agents or a proxy of its own.
   */
  http?: SmsAxios | undefined;
}

/** Carries our own request through axios, which would copy a plain object member by member. */
class Carrier {
  constructor(readonly request: SmsHttpRequest) {}
}

interface CarryingConfig extends InternalAxiosRequestConfig {
  smsCarrier: Carrier;
}

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
  private readonly http: SmsAxios | undefined;
  private sendThrough: Send | undefined;
  private loading: Promise<Send> | undefined;

  constructor({ http, ...connection }: AxiosTransportOptions = {}) {
    this.adapter = new UndiciAdapter(connection);
    this.http = http;
  }

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const send = this.sendThrough ?? (await (this.loading ??= this.load()));
    try {
      return await send(request);
    } catch (error) {
      throw toTransportError(error, request.timeoutMs);
    }
  }

  async probe(request: SmsProbeRequest): Promise<void> {
    await this.adapter.probe(request);
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }

  private async load(): Promise<Send> {
    const axios = await import('axios');
    const { http } = this;
    if (http === undefined) {
      this.sendThrough = this.throughBare(new axios.Axios());
    } else {
      const instance = typeof http === 'function' ? http : axios.default.create(http);
      this.sendThrough = this.throughInstance(instance);
    }
    return this.sendThrough;
  }

  /**
   * Through an axios of our own, which nobody configured: it has no defaults to merge, and headers
   * and answer ride along untouched, since there is nobody to read them on the way.
   */
  private throughBare(axios: Axios): Send {
    const adapter = async (config: InternalAxiosRequestConfig) => ({
      data: await this.adapter.send((config as CarryingConfig).smsCarrier.request),
      status: 0,
      statusText: '',
      headers: NO_HEADERS,
      config,
    });
    return async (request) => {
      const config = { adapter, smsCarrier: new Carrier(request) } as object;
      const { data } = await axios.request<SmsHttpResponse>(config);
      return data;
    };
  }

  /** Through an instance that somebody configured: everything stands where interceptors look. */
  private throughInstance(axios: AxiosInstance): Send {
    const own = hasOwnWay(axios) ? {} : { adapter: this.exchange };
    return async (request) => {
      const { status, headers, data } = await axios.request<string>({
        ...own,
        url: request.url,
        method: request.method,
        headers: request.headers,
        data: request.body === '' ? undefined : request.body,
        timeout: request.timeoutMs,
        // Only for adapters that are not ours: ours keeps the time and tells how far it came.
        ...(own.adapter === undefined ? { signal: request.signal } : {}),
        responseType: 'text',
        // The body is signed text and the answer is read strictly: nothing to transform or judge.
        transformRequest: [],
        transformResponse: [],
        validateStatus: null,
        maxRedirects: 0,
        smsCarrier: new Carrier(request),
      } as object);
      return { status, headers: headers as SmsHttpResponse['headers'], body: data };
    };
  }

  private readonly exchange = async (
    config: InternalAxiosRequestConfig,
  ): Promise<AxiosResponse<string>> => {
    const { request } = (config as CarryingConfig).smsCarrier;
    const answer = await this.adapter.send({
      ...request,
      url: config.url ?? request.url,
      headers: config.headers.toJSON() as Record<string, string>,
    });
    return {
      status: answer.status,
      statusText: '',
      headers: answer.headers as AxiosResponse['headers'],
      data: answer.body,
      config,
    };
  };
}

const NO_HEADERS = Object.freeze({});

/** Whether an instance was told how to move bytes, and must be left to it. */
function hasOwnWay({ defaults }: AxiosInstance): boolean {
  return (
    typeof defaults.adapter === 'function' ||
    defaults.httpAgent !== undefined ||
    defaults.httpsAgent !== undefined ||
    (defaults.proxy !== undefined && defaults.proxy !== false) ||
    (defaults.socketPath ?? undefined) !== undefined
  );
}

/** Codes of Node that come before anything is written. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

// An interceptor may throw what it likes, and an axios error holds the request with its headers and
// numbers: only its words are kept, redacted, and never the error itself.
function toTransportError(error: unknown, timeoutMs: number): SmsError {
  if (error instanceof SmsError) {
    return error;
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && TIMED_OUT.has(code)) {
    return new SmsTimeoutError(`No answer within ${timeoutMs} ms.`, 'write');
  }
  const words = typeof message === 'string' ? message : 'no reason given';
  return new SmsTransportError(
    `The HTTP client failed: ${words}`,
    typeof code === 'string' && NOT_CONNECTED.has(code) ? 'connect' : 'write',
  );
}
