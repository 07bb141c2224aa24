import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { toConnectError } from './connect-error.js';
import { createConnector } from './connector.js';
import type { BuildConnector, ConnectionOptions } from './connector.js';
import { Exchange } from './exchange.js';
import { OriginLimiter } from './origin-limiter.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsProbeRequest } from './transport.js';

type Undici = typeof import('undici');

/** Most connections to one origin: far more than any rate limit of the API can keep busy. */
const MAX_CONNECTIONS = 128;

/**
 * Moves bytes with undici and tells how far a request came when it fails.
 *
 * undici itself is loaded with the first request: an app that sends nothing pays nothing.
 */
export class UndiciTransport {
  /** A function, since not even `console.dir` shows what one can reach. */
  private readonly state: () => State;
  private closed = false;

  constructor(options: ConnectionOptions) {
    const state: State = { options, limiters: new Map(), probes: new Set() };
    this.state = () => state;
  }

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const state = this.state();
    const { dispatcher } = state.connections ?? (await (state.loading ??= load(state)));
    this.assertOpen();
    return new Promise((resolve, reject) => {
      const { connectTimeoutMs = 2000 } = state.options;
      new Exchange(
        request,
        connectTimeoutMs,
        limiterOf(state, request.url),
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
    const { options, probes } = this.state();
    const undici = await import('undici');
    this.assertOpen();
    const connections = connectionsOf(undici, options);
    const { dispatcher } = connections;
    probes.add(connections);
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
      probes.delete(connections);
      await destroy(connections);
    }
  }

  /** Requests in flight may be those of another account: they end first, and are not waited for. */
  async closeIdle(): Promise<void> {
    const state = this.state();
    const { connections, probes, limiters } = state;
    const ended = [...probes].map(destroy);
    if (connections !== undefined) {
      // Forgotten: what is sent from now on opens connections of its own.
      state.connections = undefined;
      state.loading = undefined;
      if ([...limiters.values()].every(({ isIdle }) => isIdle)) {
        ended.push(destroy(connections));
      } else {
        void connections.dispatcher.close().then(async () => destroy(connections));
      }
    }
    await Promise.all(ended);
  }

  async close(): Promise<void> {
    this.closed = true;
    const { loading, probes } = this.state();
    const connections = await loading;
    await Promise.all(
      [...probes, ...(connections === undefined ? [] : [connections])].map(destroy),
    );
  }

  private assertOpen(): void {
    if (this.closed) {
      throw new SmsTransportError('The SMS module is shut down.', 'connect', { retryable: false });
    }
  }
}

/** The options hold the proxy's password, and connections what was sent over them. */
interface State {
  readonly options: ConnectionOptions;
  readonly limiters: Map<string, OriginLimiter>;
  /** Connections of probes, so that a shutdown ends them, too. */
  readonly probes: Set<Connections>;
  connections?: Connections | undefined;
  loading?: Promise<Connections> | undefined;
}

/** Connections, and sockets on their way to become some. */
interface Connections {
  readonly dispatcher: Dispatcher;
  readonly connecting: ReadonlySet<Socket>;
}

function limiterOf({ limiters }: State, url: string): OriginLimiter {
  const origin = url.slice(0, pathStart(url));
  let limiter = limiters.get(origin);
  if (limiter === undefined) {
    limiter = new OriginLimiter(MAX_CONNECTIONS);
    limiters.set(origin, limiter);
  }
  return limiter;
}

async function load(state: State): Promise<Connections> {
  state.connections = connectionsOf(await import('undici'), state.options);
  return state.connections;
}

/** undici lets go of a socket that still connects; it would hold on until its time is up. */
async function destroy({ dispatcher, connecting }: Connections): Promise<void> {
  await dispatcher.destroy();
  for (const socket of connecting) {
    socket.destroy();
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

function connectionsOf({ Agent, buildConnector }: Undici, options: ConnectionOptions): Connections {
  const connecting = new Set<Socket>();
  const dispatcher = new Agent({
    connect: createConnector(buildConnector as BuildConnector, options, connecting),
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
  return { dispatcher, connecting };
}
