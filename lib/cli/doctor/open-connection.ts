import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Proxy } from '../../http/choose-proxy.js';
import { openTunnel } from '../../http/open-tunnel.js';

/** Where a connection shall lead. */
export interface Target {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
}

/**
 * Connects to a target as the library does, through the proxy that is right for it, and says of TLS what
 * it would refuse: the connection stands all the same, so that its certificate can be looked at.
 *
 * @throws ProxyFailure, or the error of the socket.
 */
export async function openConnection(
  target: Target,
  proxy: Proxy | undefined,
  signal: AbortSignal,
): Promise<Socket | TLSSocket> {
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket =
    proxy === undefined
      ? await connected(connectPlain({ host, port: target.port }), 'connect', signal)
      : await throughProxy(proxy, `${target.hostname}:${target.port}`, signal);
  if (target.protocol !== 'https:') {
    return socket;
  }
  const secure = connectTls({
    socket,
    // Nothing is sent over it but an empty request: what is not trusted is told.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  return connected(secure, 'secureConnect', signal);
}

async function throughProxy(proxy: Proxy, authority: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openTunnel(proxy, authority, createSecureContext(), (failure, tunnel) => {
      if (failure === undefined) {
        resolve(tunnel);
      } else {
        tunnel.destroy();
        reject(failure);
      }
    });
    socket.on('error', reject);
    signal.addEventListener('abort', () => socket.destroy(toTimeout()), { once: true });
  });
}

async function connected<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy(toTimeout());
    };
    socket.once(event, () => {
      // What comes next keeps the time: a connection cut below TLS would pass for one that was reset.
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    socket.on('error', reject);
    socket.once('close', () => {
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function toTimeout(): Error {
  return Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
}

/** What an unsigned request is answered with; it asks for nothing and so changes nothing. */
export async function ask(
  socket: Socket,
  { hostname, port }: Target,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        method: 'POST',
        path: '/',
        signal,
        headers: { Host: `${hostname}:${port}`, 'Content-Type': 'application/json' },
        createConnection: () => socket,
      },
      (response) => {
        response.resume();
        response.on('error', () => undefined);
        resolve(response);
      },
    );
    asked.on('error', reject);
    asked.end('{}');
  });
}
