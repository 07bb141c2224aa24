import { request } from 'node:http';
import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Proxy } from './choose-proxy.js';
import { toNetworkCause } from './network-cause.js';
import { reasonOf } from './connect-error.js';
import { ProxyFailure } from './proxy-failure.js';

/**
 * Connects to a proxy and has it connect to the target, for plain HTTP as well: so it can neither
 * read nor change what goes through, and needs no other rules.
 *
 * @param authority host and port of the target
 * @param done called once: with the tunnel, or with a {@link ProxyFailure}
 * @returns the socket to the proxy; destroying it gives up, and then `done` may stay uncalled
 */
export function openTunnel(
  proxy: Proxy,
  authority: string,
  secureContext: SecureContext,
  done: (failure: ProxyFailure | undefined, socket: Socket) => void,
): Socket {
  const { hostname: host, port } = proxy;
  const socket = proxy.secure
    ? connectTls({
        host,
        port,
        secureContext,
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) === 0 ? { servername: host } : {}),
      })
    : connectPlain({ host, port });
  const onFailure = (error: Error & { code?: string }) => {
    const reason = reasonOf(error.code ?? '', 'certificate of the proxy');
    const sentence = `No connection to the proxy: ${reason}`;
    done(
      new ProxyFailure(sentence, error.code ?? 'PROXY', { cause: toNetworkCause(error) }),
      socket,
    );
  };
  socket.setNoDelay(true);
  socket.once('error', onFailure);
  socket.once(proxy.secure ? 'secureConnect' : 'connect', () => {
    socket.off('error', onFailure);
    askToConnect(socket, proxy, authority, done);
  });
  return socket;
}

function askToConnect(
  socket: Socket,
  { authorization }: Proxy,
  authority: string,
  done: (failure: ProxyFailure | undefined, socket: Socket) => void,
): void {
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: {
      Host: authority,
      'Proxy-Connection': 'keep-alive',
      ...(authorization === undefined ? {} : { 'Proxy-Authorization': authorization }),
    },
    createConnection: () => socket,
  });
  asked.once('connect', ({ statusCode = 0 }, _socket, head: Buffer) => {
    if (statusCode < 200 || statusCode > 299) {
      done(ProxyFailure.refused(statusCode), socket);
      return;
    }
    if (head.length > 0) {
      // Servers of HTTP and TLS never send first: these bytes belong to no response, and undici would
      // drop the connection because of them and open another one in a loop.
      done(ProxyFailure.talkative(), socket);
      return;
    }
    done(undefined, socket);
  });
  asked.once('error', (error: Error & { code?: string }) => {
    const { code = 'PROXY' } = error;
    const what = code.startsWith('HPE_') ? 'answered no HTTP' : 'closed the connection';
    const sentence = `No connection: the proxy ${what} when asked to connect (${code}).`;
    done(new ProxyFailure(sentence, code, { cause: toNetworkCause(error) }), socket);
  });
  asked.end();
}
