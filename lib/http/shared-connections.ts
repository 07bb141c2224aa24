import { createHash } from 'node:crypto';
import { ConnectionPool } from './connection-pool.js';
import type { CreateClient } from './connection-pool.js';
import type { Connect, ConnectionOptions } from './connector.js';
import { OriginLimiter } from './origin-limiter.js';

/** Most connections to one origin: far more than any rate limit of the API can keep busy. */
const MAX_CONNECTIONS = 128;

/**
 * All accounts of this process share the connections that are made alike, which is why these are here
 * and not with a transport. Reachable from nowhere else; what is not in use is not in it.
 */
const SHARED = new Map<string, SharedConnections>();

/** Makes a client of undici for an origin. */
type CreateOriginClient = (
  origin: string,
  ...options: Parameters<CreateClient>
) => ReturnType<CreateClient>;

/** The connections of this process under a key, where something uses them. */
export function findSharedConnections(key: string): SharedConnections | undefined {
  return SHARED.get(key);
}

/** Connections that are made alike, to any number of origins. */
export class SharedConnections {
  private readonly origins = new Map<string, SharedOrigin>();

  /** @param key of `toConnectionKey` */
  constructor(
    private readonly key: string,
    private readonly createClient: CreateOriginClient,
    private readonly connect: Connect,
  ) {}

  /**
   * One place to send to; from then on these connections are those of the process.
   *
   * @param name scheme, host and port
   */
  originOf(name: string): SharedOrigin {
    SHARED.set(this.key, this);
    let origin = this.origins.get(name);
    if (origin === undefined) {
      origin = new SharedOrigin(
        (onEmpty) => this.createPool(name, onEmpty),
        () => {
          this.forget(name);
        },
      );
      this.origins.set(name, origin);
    }
    return origin;
  }

  /** A pool of its own, which nothing shares. */
  createPool(name: string, onEmpty?: () => void): ConnectionPool {
    return new ConnectionPool(
      MAX_CONNECTIONS,
      (options) => this.createClient(name, options),
      this.connect,
      onEmpty,
    );
  }

  private forget(name: string): void {
    this.origins.delete(name);
    if (this.origins.size === 0) {
      SHARED.delete(this.key);
    }
  }
}

/** One place to send to. */
export class SharedOrigin {
  readonly limiter: OriginLimiter;
  readonly pool: ConnectionPool;
  /** Whether it is no longer that of the process, since nothing used it for a while. */
  isForgotten = false;
  private readonly users = new Set<ConnectionUser>();

  constructor(
    createPool: (onEmpty: () => void) => ConnectionPool,
    private readonly onUnused: () => void,
  ) {
    const forgetIfUnused = (): void => {
      this.forgetIfUnused();
    };
    this.limiter = new OriginLimiter(MAX_CONNECTIONS, forgetIfUnused);
    this.pool = createPool(forgetIfUnused);
  }

  addUser(user: ConnectionUser): void {
    if (!this.users.has(user)) {
      this.users.add(user);
      user.origins.add(this);
    }
  }

  /** Closes what no request uses where the user was the last one. */
  async removeUser(user: ConnectionUser): Promise<void> {
    this.users.delete(user);
    if (this.users.size === 0) {
      await this.pool.closeIdle();
    }
  }

  private forgetIfUnused(): void {
    if (this.isForgotten || !this.limiter.idle || !this.pool.isEmpty) {
      return;
    }
    this.isForgotten = true;
    for (const user of this.users) {
      user.origins.delete(this);
    }
    this.users.clear();
    this.onUnused();
  }
}

/** One account, or all accounts that are closed together: connections stay open for another user. */
export class ConnectionUser {
  /** Those that it has sent something to and that have connections. */
  readonly origins = new Set<SharedOrigin>();

  /** Closes the connections that no request and no other user needs. */
  async leave(): Promise<void> {
    const left = [...this.origins];
    this.origins.clear();
    await Promise.all(left.map(async (origin) => origin.removeUser(this)));
  }
}

/** The variables that decide how connections are made. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** The same text for connections that are made alike, and nothing confidential in it. */
export function toConnectionKey({ connectTimeoutMs = 2000, proxy, ca }: ConnectionOptions): string {
  const { env } = process;
  const made = {
    connectTimeoutMs,
    proxy: proxy ?? PROXY_VARIABLES.map((name) => env[name] ?? null),
    ca: ca === undefined ? null : [env['NODE_EXTRA_CA_CERTS'], ...[ca].flat()],
  };
  return createHash('sha256').update(JSON.stringify(made)).digest('base64');
}
