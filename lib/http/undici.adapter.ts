import { inspect } from 'node:util';
import type { Dispatcher } from 'undici';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { toConnectError } from './connect-error.js';
import { createConnector } from './connector.js';
import type { ConnectionOptions } from './connector.js';
import { Exchange } from './exchange.js';
import { OriginQueue } from './origin-queue.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsProbeRequest } from './transport.js';

type Undici = typeof import('undici');

/** Most connections to one origin: far more than any rate limit of the API can keep busy. */
const MAX_CONNECTIONS = 128;

/**
 * Moves bytes with undici and tells how far a request came when it fails.
 *
 * undici itself is loaded with the first request: an app that sends nothing pays nothing.
 */
export class UndiciAdapter {
  private dispatcher: Dispatcher | undefined;
  private loading: Promise<Dispatcher> | undefined;
  private closed = false;
  private readonly queues = new Map<string, OriginQueue>();

  constructor(private readonly options: ConnectionOptions) {}

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const dispatcher = this.dispatcher ?? (await (this.loading ??= this.load()));
    if (this.closed) {
      throw new SmsTransportError('The SMS module is shut down.', 'connect', { retryable: false });
    }
    return new Promise((resolve, reject) => {
      const { connectTimeoutMs = 2000 } = this.options;
      const queue = this.queueOf(request.url);
      new Exchange(
        request,
        connectTimeoutMs,
        queue,
        (ready, exchange) => {
          dispatch(dispatcher, ready, exchange);
        },
        resolve,
        reject,
      ).begin();
    });
  }

  /** Connects anew and says no word: a pooled connection would prove nothing about the next one. */
  async probe({ url, timeoutMs }: SmsProbeRequest): Promise<void> {
    const dispatcher = createDispatcher(await import('undici'), this.options);
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(new SmsTimeoutError(`No connection within ${timeoutMs} ms.`, 'connect'));
        }, timeoutMs);
        dispatcher.dispatch(
          { origin: new URL(url).origin, path: '/', method: 'GET' },
          new Probe(resolve, reject),
        );
      });
    } finally {
      clearTimeout(timer);
      await dispatcher.destroy();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const dispatcher = await this.loading;
    await dispatcher?.destroy();
  }

  /** @internal The options hold the proxy's password, and connections what was sent over them. */
  [inspect.custom](): string {
    return 'UndiciAdapter {}';
  }

  /** @internal As little in JSON. */
  toJSON(): object {
    return {};
  }

  private queueOf(url: string): OriginQueue {
    const origin = url.slice(0, pathStart(url));
    let queue = this.queues.get(origin);
    if (queue === undefined) {
      queue = new OriginQueue(MAX_CONNECTIONS);
      this.queues.set(origin, queue);
    }
    return queue;
  }

  private async load(): Promise<Dispatcher> {
    this.dispatcher = createDispatcher(await import('undici'), this.options);
    return this.dispatcher;
  }
}

/** Stops at the moment when a request would be written. */
class Probe implements Dispatcher.DispatchHandler {
  constructor(
    private readonly onConnected: () => void,
    private readonly onFailed: (error: Error) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.onConnected();
    controller.abort(new Error('connected, which was all'));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.onFailed(toConnectError(error));
  }
}

function dispatch(dispatcher: Dispatcher, request: SmsHttpRequest, exchange: Exchange): void {
  const { method, url, headers, body } = request;
  const start = pathStart(url);
  try {
    dispatcher.dispatch(
      {
        origin: url.slice(0, start),
        path: url.slice(start),
        method,
        headers,
        body: body === '' ? null : body,
      },
      exchange,
    );
  } catch (error) {
    exchange.onResponseError(undefined, error as Error);
  }
}

function pathStart(url: string): number {
  return url.indexOf('/', 'https://'.length);
}

function createDispatcher(
  { Agent, buildConnector }: Undici,
  options: ConnectionOptions,
): Dispatcher {
  return new Agent({
    connect: createConnector(buildConnector, options),
    // The exchange keeps the time.
    headersTimeout: 0,
    bodyTimeout: 0,
    connections: MAX_CONNECTIONS,
    // Shorter than servers and firewalls keep an idle connection, unless the server says how long
    // it does; then two seconds less than that, but never long enough for a firewall to forget.
    keepAliveTimeout: 4000,
    keepAliveTimeoutThreshold: 2000,
    keepAliveMaxTimeout: 60_000,
  });
}
