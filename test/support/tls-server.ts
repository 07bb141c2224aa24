import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A file of the folder of certificates. */
export function pem(name: string): string {
  return readFileSync(new URL(`./tls/${name}.pem`, import.meta.url), 'utf8');
}

/** The authority that signed the certificates of the tests. */
export const AUTHORITY = pem('ca');

/** A good certificate for `localhost` and `127.0.0.1`, and its key. */
export const LOCALHOST = { cert: pem('server'), key: pem('server-key') };

/** An HTTPS server that answers every request alike and remembers its handshakes. */
export class TlsServer {
  port = 0;
  requests = 0;
  /** For each connection whether it resumed a session of an earlier one. */
  readonly resumed: boolean[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server;

  private constructor(options: ServerOptions) {
    this.server = createServer(options, (_request, response) => {
      this.requests += 1;
      response.end('{}');
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.on('secureConnection', (socket: TLSSocket) => {
      this.resumed.push(socket.isSessionReused());
    });
    this.server.on('tlsClientError', () => undefined);
  }

  static async start(options: ServerOptions = LOCALHOST): Promise<TlsServer> {
    const tls = new TlsServer(options);
    tls.server.listen(0, '127.0.0.1');
    await once(tls.server, 'listening');
    tls.port = (tls.server.address() as AddressInfo).port;
    return tls;
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  dropConnections(): void {
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}
