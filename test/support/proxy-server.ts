import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LOCALHOST } from './tls-server.js';

/** What the proxy does when it is asked to connect; the default does as it is asked. */
export type ProxyBehaviour =
  'connect' | 'close' | 'reset' | 'hang' | 'garbage' | 'chatter' | { status: number };

/** Options of {@link ProxyServer}. */
export interface ProxyServerOptions {
  /** Whether clients speak TLS with the proxy itself. */
  secure?: boolean;
  /** `user:password` that clients must show; none are wanted without. */
  credentials?: string;
}

/** A proxy that knows CONNECT only, counts, and misbehaves on demand. */
export class ProxyServer {
  /** Targets that clients asked for, as `host:port`. */
  readonly connects: string[] = [];
  /** Requests of other methods, which a client should never send. */
  readonly others: string[] = [];
  /** Connections accepted so far. */
  connections = 0;
  behaviour: ProxyBehaviour = 'connect';
  port = 0;
  private readonly sockets = new Set<Duplex>();
  private readonly server;

  private constructor(private readonly options: ProxyServerOptions) {
    this.server = options.secure === true ? createTlsServer(LOCALHOST) : createServer();
    this.server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.track(socket);
    });
    this.server.on('request', ({ method, url }, response) => {
      this.others.push(`${method} ${url}`);
      response.writeHead(405).end();
    });
    this.server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      this.answer(request, this.track(socket));
    });
  }

  static async start(options: ProxyServerOptions = {}): Promise<ProxyServer> {
    const proxy = new ProxyServer(options);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.port = (proxy.server.address() as AddressInfo).port;
    return proxy;
  }

  /** @param userinfo what stands before the `@`, as written in a URL */
  url(userinfo = ''): string {
    const scheme = this.options.secure === true ? 'https' : 'http';
    return `${scheme}://${userinfo === '' ? '' : `${userinfo}@`}localhost:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private answer({ url = '', headers }: IncomingMessage, client: Duplex): void {
    this.connects.push(url);
    const { behaviour } = this;
    const { credentials } = this.options;
    const wanted = `Basic ${Buffer.from(credentials ?? '').toString('base64')}`;
    if (credentials !== undefined && headers['proxy-authorization'] !== wanted) {
      refuse(client, 407);
    } else if (typeof behaviour === 'object') {
      refuse(client, behaviour.status);
    } else if (behaviour === 'close') {
      client.end();
    } else if (behaviour === 'reset') {
      client.destroy();
    } else if (behaviour === 'garbage') {
      client.end('SSH-2.0-OpenSSH_9.6\r\n');
    } else if (behaviour === 'chatter') {
      client.write('HTTP/1.1 200 X\r\n\r\nWelcome!\r\n');
    } else if (behaviour === 'connect') {
      this.join(client, url);
    }
  }

  private join(client: Duplex, target: string): void {
    const colon = target.lastIndexOf(':');
    const upstream = connect(Number(target.slice(colon + 1)), target.slice(0, colon));
    this.track(upstream);
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.once('close', () => client.destroy());
    client.once('close', () => upstream.destroy());
  }

  private track<T extends Duplex>(socket: T): T {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }
}

function refuse(client: Duplex, status: number): void {
  client.end(
    `HTTP/1.1 ${status} X\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 2\r\n\r\nno`,
  );
}
