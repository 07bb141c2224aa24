import { globalAgent } from 'node:http';
import type { Agent } from 'node:http';
import { globalAgent as globalTlsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type {
  AxiosInstance,
  AxiosResponse,
  AxiosStatic,
  InternalAxiosRequestConfig as Config,
} from 'axios';
import { toAdapterFailure } from './adapter-failure.js';
import type { Move } from './axios-exchange.js';
import { MAX_RESPONSE_BYTES } from './exchange.js';
import { FetchWrites } from './fetch-writes.js';
import { isNodeAgent } from './node-agent.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/** An adapter of the app, of its defaults or of an interceptor, as a config names it. */
export type OwnAdapter = Config['adapter'];

/**
 * What neither defaults of an instance nor its interceptors may change: the address, the signature,
 * the one attempt, and how the answer is read.
 */
export const AS_SIGNED = {
  allowAbsoluteUrls: true,
  params: null,
  auth: null,
  responseType: 'text',
  responseEncoding: 'utf8',
  decompress: true,
  validateStatus: null,
  maxRedirects: 0,
  beforeRedirect: null,
  maxBodyLength: -1,
  maxContentLength: MAX_RESPONSE_BYTES,
} as object;

/** Whether an instance has its own way to move bytes, which must stay in use. */
export function hasOwnWay({ defaults }: AxiosInstance): boolean {
  return (
    (defaults.adapter !== undefined && String(defaults.adapter) !== DEFAULT_ADAPTERS) ||
    defaults.httpAgent !== undefined ||
    defaults.httpsAgent !== undefined ||
    (defaults.proxy !== undefined && defaults.proxy !== false) ||
    (defaults.socketPath ?? undefined) !== undefined
  );
}

/** The list in the defaults of axios, which the app did not choose. */
const DEFAULT_ADAPTERS = 'xhr,http,fetch';

/**
 * Has an adapter of the app move a request, with what keeps the request single and as signed set once
 * more: interceptors come after the defaults.
 *
 * @throws AxiosError when there is no such adapter.
 */
export function toOwnMove(
  chosen: OwnAdapter,
  config: Config,
  { timeoutMs, isApiResponse }: SmsHttpRequest,
  getAdapter: AxiosStatic['getAdapter'],
): Move<AxiosResponse> {
  pin(config);
  const { run, proves, discard } = toRun(chosen, config, getAdapter);
  return {
    run: async () => {
      const response = await run();
      const answer = toAnswer(response);
      if (isApiResponse?.(answer) === false) {
        // What the API had to say may come later, and would pass for the answer to the next request.
        discard(response);
      }
      return { response, answer };
    },
    toFailure: (error) => toAdapterFailure(error, timeoutMs, proves()),
  };
}

function pin(config: Config): void {
  const { fetchOptions, transport } = config as { fetchOptions?: object; transport?: Requester };
  // `fetch` takes no number of redirects.
  Object.assign(config, AS_SIGNED, { fetchOptions: { ...fetchOptions, redirect: 'manual' } });
  if (transport) {
    Object.assign(config, { transport: withoutRedirects(transport) });
  }
}

interface Requester {
  request(options: object, onResponse: () => void): unknown;
}

/** axios hands its own limit to its own transports only; follow-redirects would follow 21. */
function withoutRedirects(transport: Requester): Requester {
  return {
    request: (options, onResponse) =>
      transport.request(Object.assign(options, { maxRedirects: 0 }), onResponse),
  };
}

interface Run {
  readonly run: () => Promise<AxiosResponse>;
  /** Whether the code of its failure proves that no connection came about. */
  readonly proves: () => boolean;
  /** Closes the connection that a response came over, where it is known. */
  readonly discard: (response: AxiosResponse) => void;
}

/**
 * A code such as ECONNREFUSED proves that nothing was sent only when it comes from an adapter of axios
 * over connections that Node made: code of the app may have sent the request, and failed later.
 * `lookup`, `socketPath` and `proxy` may stay: none of them gets to see the request before there is a
 * connection.
 */
function toRun(chosen: OwnAdapter, config: Config, getAdapter: AxiosStatic['getAdapter']): Run {
  const adapter = getAdapter(chosen, config);
  const run = async (): Promise<AxiosResponse> => adapter(config);
  if (adapter === getAdapter('http')) {
    return { run, proves: () => hasNodesConnections(config), discard: destroySocket };
  }
  const isFetch = adapter === getAdapter('fetch') || adapter === getAdapter('fetch', config);
  if (isFetch && hasNodesFetch(config)) {
    return throughFetch(run, config);
  }
  return { run, proves: () => false, discard: () => undefined };
}

/** `fetch` tells neither what it wrote nor over which connection: undici does. */
function throughFetch(run: Run['run'], { fetchOptions }: Config): Run {
  const writes = new FetchWrites();
  const { dispatcher } = Object(fetchOptions) as { dispatcher?: unknown };
  return {
    run: async () => writes.run(run),
    proves: () => dispatcher === undefined && !writes.any,
    discard: () => {
      writes.destroy();
    },
  };
}

/** The agent has it back by now, and takes out what is destroyed. */
function destroySocket({ request }: AxiosResponse): void {
  const { socket } = Object(request) as { socket?: Duplex | null };
  socket?.destroy();
}

function hasNodesFetch(config: Config): boolean {
  const env = Object(config.env) as Record<string, unknown>;
  return ['fetch', 'Request', 'Response'].every((name) => env[name] === undefined);
}

/** Whether no code of the app stands between the "http" adapter and the socket. */
function hasNodesConnections({ transport, httpAgent, httpsAgent, http2Options }: Config): boolean {
  return (
    !transport &&
    http2Options?.['createConnection'] === undefined &&
    isNodeAgent((httpAgent ?? globalAgent) as Agent) &&
    isNodeAgent((httpsAgent ?? globalTlsAgent) as Agent)
  );
}

function toAnswer({ status, headers, data }: AxiosResponse): SmsHttpResponse {
  const entries = Object.entries(Object(headers) as SmsHttpResponse['headers']);
  return {
    status,
    headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])),
    body: toText(data),
  };
}

/** Mocked adapters often respond with objects. */
function toText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? '');
}
