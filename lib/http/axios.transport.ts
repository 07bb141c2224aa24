import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { SmsError } from '../errors/sms.error.js';
import { SmsTransportError } from '../errors/transport.errors.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';
import { UndiciAdapter } from './undici.adapter.js';
import type { ConnectionOptions } from './undici.adapter.js';

/** Options of {@link AxiosTransport}. */
export type AxiosTransportOptions = ConnectionOptions;

/** Carries our own request through axios, which would copy a plain object. */
class Carrier {
  constructor(readonly request: SmsHttpRequest) {}
}

interface CarryingConfig extends InternalAxiosRequestConfig {
  smsCarrier?: Carrier;
}

/**
 * The default transport: axios as the face, undici to move the bytes.
 *
 * axios is loaded with the first request.
 *
 * @publicApi
 */
export class AxiosTransport implements SmsTransport {
  private readonly adapter: UndiciAdapter;
  private instance: AxiosInstance | undefined;
  private loading: Promise<AxiosInstance> | undefined;

  constructor(options: AxiosTransportOptions = {}) {
    this.adapter = new UndiciAdapter(options);
  }

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const axios = this.instance ?? (await (this.loading ??= this.load()));
    try {
      const { status, headers, data } = await axios.request<string>({
        url: request.url,
        method: request.method,
        headers: request.headers,
        data: request.body === '' ? undefined : request.body,
        timeout: request.timeoutMs,
        smsCarrier: new Carrier(request),
      } as object);
      return { status, headers: headers as SmsHttpResponse['headers'], body: data };
    } catch (error) {
      throw toTransportError(error);
    }
  }

  async probe(request: SmsProbeRequest): Promise<void> {
    await this.adapter.probe(request);
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }

  private async load(): Promise<AxiosInstance> {
    const { default: axios } = await import('axios');
    this.instance = axios.create({
      adapter: (config) => this.exchange(config),
      // The body is signed text and the answer is read strictly: nothing to transform or judge.
      transformRequest: [],
      transformResponse: [],
      validateStatus: null,
    });
    return this.instance;
  }

  private async exchange(config: CarryingConfig): Promise<AxiosResponse<string>> {
    const { method, url, body, timeoutMs, signal } = (config.smsCarrier as Carrier).request;
    const headers = config.headers.toJSON() as Record<string, string>;
    // `signal` stays out of axios: it would replace our error, and with it the phase, by its own.
    const answer = await this.adapter.send({ method, url, headers, body, timeoutMs, signal });
    return {
      status: answer.status,
      statusText: '',
      headers: answer.headers as AxiosResponse['headers'],
      data: answer.body,
      config,
    };
  }
}

// An interceptor may throw what it likes, and an axios error holds the request with its headers:
// only its words are kept.
function toTransportError(error: unknown): SmsError {
  if (error instanceof SmsError) {
    return error;
  }
  const { message } = error as { message?: unknown };
  return new SmsTransportError(
    `The HTTP client failed: ${typeof message === 'string' ? message : 'no reason given'}`,
    'write',
  );
}
