import type { Dispatcher } from 'undici';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { toConnectError } from './connect-error.js';
import { ConnectionPool } from './connection-pool.js';
import { createConnector } from './connector.js';
import type { BuildConnector, ConnectionOptions } from './connector.js';
import { Exchange } from './exchange.js';
import type { ExchangeConnection } from './exchange.js';
import { MockConnection, globalMockAgent } from './mock-agent.js';
import { OriginLimiter } from './origin-limiter.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';

type Undici = typeof import('undici');

/** Most connections to one origin: far more than any rate limit of the API can keep busy. */
const MAX_CONNECTIONS = 128;

/**
 * The default transport: moves bytes with undici and tells how far a request came when it fails.
 *
 * undici itself is loaded with the first request: an app that sends nothing pays nothing.
 */
export class UndiciTransport implements SmsTransport {
  /** Held in a closure so that `util.inspect` cannot print the proxy password. */
  private readonly state: () => State;
  private closed = false;

  constructor(options: ConnectionOptions = {}) {
    const state: State = { options, origins: new Map(), probes: new Set() };
    this.state = () => state;
  }

  /** Goes to the interceptors of a test where it has made a `MockAgent` of undici global. */
  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const state = this.state();
    const mockAgent = globalMockAgent();
    if (mockAgent !== undefined) {
      this.assertOpen();
      const take = () => new MockConnection(mockAgent);
      return this.exchange(request, new OriginLimiter(1), take);
    }
    const makePool = state.makePool ?? (await (state.loading ??= load(state)));
    this.assertOpen();
    const { limiter, pool } = originOf(state, request.url, makePool);
    return this.exchange(request, limiter, () => {
      this.assertOpen();
      return pool.take();
    });
  }

  /** Opens a new connection and sends nothing: a pooled one would not prove that the next can connect. */
  async probe({ url, timeoutMs }: SmsProbeRequest): Promise<void> {
    if (globalMockAgent() !== undefined) {
      return;
    }
    const { options, probes } = this.state();
    const undici = await import('undici');
    this.assertOpen();
    const { origin } = new URL(url);
    const pool = toMakePool(undici, options)(origin);
    probes.add(pool);
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(new SmsTimeoutError(`No connection within ${timeoutMs} ms.`, 'connect'));
        }, timeoutMs);
        const request = { method: 'GET', url: `${origin}/`, headers: {}, body: '' } as const;
        pool.take().dispatch(request, new Probe(resolve, reject));
      });
    } finally {
      clearTimeout(timer);
      probes.delete(pool);
      await pool.destroy();
    }
  }

  /** Requests in flight may be those of another account: they end first, and are not waited for. */
  async closeIdle(): Promise<void> {
    const { origins, probes } = this.state();
    await Promise.all([
      ...[...probes].map(async (probe) => probe.destroy()),
      ...[...origins.values()].map(async ({ pool }) => pool.closeIdle()),
    ]);
  }

  async close(): Promise<void> {
    this.closed = true;
    const { origins, probes } = this.state();
    const pools = [...probes, ...[...origins.values()].map(({ pool }) => pool)];
    await Promise.all(pools.map(async (pool) => pool.destroy()));
  }

  private async exchange(
    request: SmsHttpRequest,
    limiter: OriginLimiter,
    take: () => ExchangeConnection,
  ): Promise<SmsHttpResponse> {
    const { connectTimeoutMs = 2000 } = this.state().options;
    return new Promise((resolve, reject) => {
      new Exchange(request, connectTimeoutMs, limiter, take, resolve, reject).begin();
    });
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
  /** By scheme, host and port. */
  readonly origins: Map<string, Origin>;
  /** Connections of probes, so that a shutdown ends them, too. */
  readonly probes: Set<ConnectionPool>;
  makePool?: MakePool;
  loading?: Promise<MakePool>;
}

/** One place to send to. */
interface Origin {
  readonly limiter: OriginLimiter;
  readonly pool: ConnectionPool;
}

type MakePool = (origin: string) => ConnectionPool;

function originOf({ origins }: State, url: string, makePool: MakePool): Origin {
  const name = url.slice(0, url.indexOf('/', 'https://'.length));
  let origin = origins.get(name);
  if (origin === undefined) {
    origin = { limiter: new OriginLimiter(MAX_CONNECTIONS), pool: makePool(name) };
    origins.set(name, origin);
  }
  return origin;
}

async function load(state: State): Promise<MakePool> {
  state.makePool = toMakePool(await import('undici'), state.options);
  return state.makePool;
}

function toMakePool({ Client, buildConnector }: Undici, options: ConnectionOptions): MakePool {
  const connect = createConnector(buildConnector as BuildConnector, options);
  return (origin) =>
    new ConnectionPool(MAX_CONNECTIONS, (tuning) => new Client(origin, tuning), connect);
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
