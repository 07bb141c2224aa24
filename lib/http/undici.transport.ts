import type { Dispatcher } from 'undici';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { toConnectError } from './connect-error.js';
import type { ConnectionPool } from './connection-pool.js';
import { createConnector } from './connector.js';
import type { BuildConnector, ConnectionOptions } from './connector.js';
import { Exchange } from './exchange.js';
import type { ExchangeConnection } from './exchange.js';
import { MockConnection, globalMockAgent } from './mock-agent.js';
import { Lane, OriginLimiter } from './origin-limiter.js';
import {
  ConnectionUser,
  SharedConnections,
  findSharedConnections,
  toConnectionKey,
} from './shared-connections.js';
import type { SharedOrigin } from './shared-connections.js';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsProbeRequest,
  SmsTransport,
} from './transport.js';

type Undici = typeof import('undici');

/**
 * The default transport: moves bytes with undici and tells how far a request came when it fails.
 *
 * Connections are shared by all transports of the process with the same proxy, authorities and connect
 * time-out, at most 128 to an origin; where requests wait for one, the transport with the fewest in
 * flight is next.
 *
 * undici itself is loaded with the first request: an app that sends nothing pays nothing.
 */
export class UndiciTransport implements SmsTransport {
  /** Held in a closure so that `util.inspect` cannot print the proxy password. */
  private readonly state: () => State;
  private closed = false;

  constructor(options: ConnectionOptions = {}) {
    const state: State = {
      options,
      user: undefined,
      places: new Map(),
      probes: new Set(),
    };
    this.state = () => state;
  }

  /** @internal One of many that are closed together: the user's `leave` closes what it does not. */
  static sharing(options: ConnectionOptions, user: ConnectionUser): UndiciTransport {
    const transport = new UndiciTransport(options);
    Object.assign(transport.state(), { user, isOneOfMany: true });
    return transport;
  }

  /** Goes to the interceptors of a test where it has made a `MockAgent` of undici global. */
  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const state = this.state();
    const mockAgent = globalMockAgent();
    if (mockAgent !== undefined) {
      this.assertOpen();
      const take = () => new MockConnection(mockAgent);
      return this.exchange(request, new Lane(new OriginLimiter(1)), take);
    }
    const undici = state.undici ?? (await load(state));
    this.assertOpen();
    const { origin, lane } = placeOf(state, request.url, undici);
    return this.exchange(request, lane, () => {
      this.assertOpen();
      return origin.pool.take();
    });
  }

  /** Opens a new connection and sends nothing: a pooled one would not prove that the next can connect. */
  async probe({ url, timeoutMs }: SmsProbeRequest): Promise<void> {
    if (globalMockAgent() !== undefined) {
      return;
    }
    const state = this.state();
    const { probes } = state;
    const undici = state.undici ?? (await load(state));
    this.assertOpen();
    const { origin } = new URL(url);
    const pool = connectionsOf(state, undici).createPool(origin);
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

  /**
   * Closes the connections that no request uses, where no other transport does: requests in flight may
   * be those of another account, which end first, and are not waited for.
   */
  async closeIdle(): Promise<void> {
    const { user, isOneOfMany, probes } = this.state();
    await Promise.all([
      ...[...probes].map(async (probe) => probe.destroy()),
      isOneOfMany ? undefined : user?.leave(),
    ]);
  }

  /** Ends the requests of this transport, and closes the connections that no other uses. */
  async close(): Promise<void> {
    this.closed = true;
    const lanes = [...this.state().places.values()].map(({ lane }) => lane);
    const cut = lanes.map(async (lane) => lane.cut(toShutDownError()));
    await Promise.all([...cut, this.closeIdle()]);
  }

  private async exchange(
    request: SmsHttpRequest,
    lane: Lane,
    take: () => ExchangeConnection,
  ): Promise<SmsHttpResponse> {
    const { connectTimeoutMs = 2000 } = this.state().options;
    return new Promise((resolve, reject) => {
      new Exchange(request, connectTimeoutMs, lane, take, resolve, reject).begin();
    });
  }

  private assertOpen(): void {
    if (this.closed) {
      throw toShutDownError();
    }
  }
}

/** The options hold the proxy's password, and connections what was sent over them. */
interface State {
  readonly options: ConnectionOptions;
  /** What the connections are held for; of its own where none was given. */
  user: ConnectionUser | undefined;
  /** Whether what holds the connections is not the transport's own. */
  isOneOfMany?: boolean;
  /** By scheme, host and port. */
  readonly places: Map<string, Place>;
  /** Connections of probes, so that a shutdown ends them, too. */
  readonly probes: Set<ConnectionPool>;
  undici?: Undici;
  /** Of `toConnectionKey`. */
  key?: string;
  connections?: SharedConnections;
}

/** One place to send to, and the lane there. */
interface Place {
  readonly origin: SharedOrigin;
  readonly lane: Lane;
}

function placeOf(state: State, url: string, undici: Undici): Place {
  const name = url.slice(0, url.indexOf('/', 'https://'.length));
  let place = state.places.get(name);
  if (place === undefined || place.origin.isForgotten) {
    const origin = connectionsOf(state, undici).originOf(name);
    place = { origin, lane: new Lane(origin.limiter) };
    state.places.set(name, place);
  }
  place.origin.addUser((state.user ??= new ConnectionUser()));
  return place;
}

/** Those of the process, or else the ones that this transport has made before or makes now. */
function connectionsOf(state: State, { Client, buildConnector }: Undici): SharedConnections {
  const key = (state.key ??= toConnectionKey(state.options));
  state.connections =
    findSharedConnections(key) ??
    state.connections ??
    new SharedConnections(
      key,
      (origin, tuning) => new Client(origin, tuning),
      createConnector(buildConnector as BuildConnector, state.options),
    );
  return state.connections;
}

async function load(state: State): Promise<Undici> {
  state.undici = await import('undici');
  return state.undici;
}

function toShutDownError(): SmsTransportError {
  return new SmsTransportError('The SMS module is shut down.', 'connect', { retryable: false });
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
