import type { Socket } from 'node:net';
import type { Connect } from './connector.js';
import { keepContext } from './keep-context.js';
import type { SmsHttpRequest } from './transport.js';

/**
 * Milliseconds that a connection may be idle. Tencent's own SDKs keep theirs 20 to 30 seconds, its
 * servers close them at about 60.
 */
const KEEP_ALIVE_MS = 20_000;

/** What a server's `Keep-Alive: timeout` is shortened by, so that the client is first to close. */
const KEEP_ALIVE_MARGIN_MS = 2000;

/** However long a server keeps a connection: firewalls on the way may forget it sooner. */
const MAX_KEEP_ALIVE_MS = 60_000;

/** What becomes of a request; undici calls more of it where there is more. */
export interface RequestHandler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  onResponseError(controller: unknown, error: Error): void;
}

/** A client of undici, which has at most one connection. */
export interface ConnectionClient {
  dispatch(request: ClientRequest, handler: RequestHandler): unknown;
  destroy(): Promise<void>;
  on(event: 'disconnect', listener: () => void): unknown;
}

interface ClientRequest extends Pick<SmsHttpRequest, 'method' | 'headers'> {
  path: string;
  body: string | null;
}

/** Options of a client of undici; all times are milliseconds. */
interface ClientOptions {
  connect: Connect;
  headersTimeout: number;
  bodyTimeout: number;
  keepAliveTimeout: number;
  keepAliveTimeoutThreshold: number;
  keepAliveMaxTimeout: number;
}

export type CreateClient = (options: ClientOptions) => ConnectionClient;
type RequestToDispatch = Pick<SmsHttpRequest, 'method' | 'url' | 'headers' | 'body'>;

/**
 * The connections to one origin: each serves one request at a time, and those that idle are kept
 * for the next one.
 *
 * Not undici's own pool, which gives a connection to the next request whatever came over it and
 * however late its timers were.
 */
export class ConnectionPool {
  private readonly all = new Set<Connection>();
  /** The one used last at the end, so that those not needed grow old. */
  private readonly idle: Connection[] = [];
  /** Free, but used a moment ago. */
  private readonly settling = new Set<Connection>();

  /**
   * @param most connections, as many as there are takers at a time
   * @param onEmpty called whenever the last connection has been closed
   */
  constructor(
    private readonly most: number,
    private readonly createClient: CreateClient,
    private readonly connect: Connect,
    private readonly onEmpty: () => void = () => undefined,
  ) {}

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  /** One that idles and is fresh, or else a new one. */
  take(): Connection {
    for (let found = this.idle.pop(); found !== undefined; found = this.idle.pop()) {
      if (!found.isStale) {
        return found;
      }
      void found.destroy();
    }
    const [settling] = this.settling;
    if (settling !== undefined && this.all.size >= this.most) {
      this.settling.delete(settling);
      return settling;
    }
    const connection = new Connection(this.createClient, this.connect, this);
    this.all.add(connection);
    return connection;
  }

  /** A connection is free, and ready for the next request after a turn of the event loop. */
  onFree(connection: Connection): void {
    this.settling.add(connection);
  }

  onSettled(connection: Connection): void {
    if (this.settling.delete(connection)) {
      this.idle.push(connection);
    }
  }

  /** A connection has been closed, whatever it was doing. */
  onClosed(connection: Connection): void {
    const isNews = this.all.delete(connection);
    this.settling.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) {
      this.idle.splice(at, 1);
    }
    if (isNews && this.isEmpty) {
      this.onEmpty();
    }
  }

  /** Closes those that are free, and each of the others as soon as its request has ended. */
  async closeIdle(): Promise<void> {
    const free = [...this.idle, ...this.settling];
    const ended = free.map(async (connection) => connection.destroy());
    for (const connection of this.all) {
      connection.isLast = true;
    }
    await Promise.all(ended);
  }

  /** Closes all of them, and fails the requests that use them. */
  async destroy(): Promise<void> {
    await Promise.all([...this.all].map(async (connection) => connection.destroy()));
  }
}

/** A connection to one origin; opened with its first request. */
export class Connection {
  /** Whether the request under way is the last one. */
  isLast = false;
  private readonly client: ConnectionClient;
  /** On its way to become a connection. */
  private connecting: Socket | undefined;
  private isFree = false;
  private isSettling = false;
  /** Writes the request that waits until it has settled. */
  private next: (() => void) | undefined;
  private keepAliveMs = KEEP_ALIVE_MS;
  /** When the last request ended, by a clock that is never set, and by one that no sleep stops. */
  private idleSince: { monotonic: number; wall: number } | undefined;

  constructor(
    createClient: CreateClient,
    connect: Connect,
    private readonly pool: ConnectionPool,
  ) {
    this.client = createClient({
      connect: (destination, callback) => {
        let connected = false;
        const socket = connect(destination, (...result) => {
          connected = true;
          this.connecting = undefined;
          callback(...result);
        });
        if (!connected) {
          this.connecting = socket;
        }
        return socket;
      },
      // The exchange keeps the time.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
    });
    this.client.on('disconnect', () => {
      if (this.isFree) {
        void this.destroy();
      }
    });
  }

  /**
   * Whether it has been idle for too long. undici closes it by a timer, which is late where the
   * process was frozen, its loop blocked or the machine asleep: until then the server, or something
   * on the way, has closed it or forgotten it.
   */
  get isStale(): boolean {
    const { idleSince, keepAliveMs } = this;
    return (
      idleSince !== undefined &&
      (performance.now() - idleSince.monotonic >= keepAliveMs ||
        Date.now() - idleSince.wall >= keepAliveMs)
    );
  }

  /** Whatever goes wrong is told to the handler. */
  dispatch(request: RequestToDispatch, handler: RequestHandler): void {
    this.isFree = false;
    if (this.isSettling) {
      // Written in the context of the request, not in that of the one before.
      this.next = keepContext(() => {
        this.write(request, handler);
      });
    } else {
      this.write(request, handler);
    }
  }

  /**
   * The request has ended well: the connection is free for the next one.
   *
   * @param keepAlive the header of that name, with which a server says how long it keeps it
   */
  release(keepAlive: string | string[] | undefined): void {
    if (this.isLast) {
      void this.destroy();
      return;
    }
    this.keepAliveMs = toKeepAliveMs(keepAlive);
    this.idleSince = { monotonic: performance.now(), wall: Date.now() };
    this.isFree = true;
    // Servers that close after an answer, against their word, have a turn of the event loop for it.
    this.isSettling = true;
    setImmediate(this.onSettled);
    this.pool.onFree(this);
  }

  /** Ends it at once: nothing more is written to it, and nothing more is read. */
  async destroy(): Promise<void> {
    this.pool.onClosed(this);
    const closed = this.client.destroy();
    // undici lets go of a socket that still connects; it would hold on until its time is up.
    this.connecting?.destroy();
    await closed;
  }

  private write(request: RequestToDispatch, handler: RequestHandler): void {
    const { method, url, headers, body } = request;
    const path = url.slice(url.indexOf('/', 'https://'.length));
    this.client.dispatch({ path, method, headers, body: body === '' ? null : body }, handler);
  }

  private readonly onSettled = (): void => {
    const { next } = this;
    this.isSettling = false;
    this.next = undefined;
    this.pool.onSettled(this);
    next?.();
  };
}

function toKeepAliveMs(header: string | string[] | undefined): number {
  const seconds = header === undefined ? null : /timeout=(\d+)/.exec(String(header));
  return seconds === null
    ? KEEP_ALIVE_MS
    : Math.min(Number(seconds[1]) * 1000 - KEEP_ALIVE_MARGIN_MS, MAX_KEEP_ALIVE_MS);
}
