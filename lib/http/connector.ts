import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { chooseProxy } from './choose-proxy.js';
import type { Proxy } from './choose-proxy.js';
import { openTunnel } from './open-tunnel.js';
import { ProxyFailure } from './proxy-failure.js';
import { trustedAuthorities } from './trusted-authorities.js';

/** How connections are made. */
export interface ConnectionOptions {
  /**
   * Milliseconds until a connection must stand, proxy and TLS included.
   * @default 2000
   */
  connectTimeoutMs?: number | undefined;
  /**
   * URL of an HTTP proxy that everything goes through, `http://user:password@host:port` or
   * `https://…` (TLS to the proxy), user and password percent-encoded; `false` for none.
   *
   * It is asked to CONNECT, for `http:` endpoints as well. Left out, the environment decides, read
   * with the first request; lower case wins, and an empty variable is none: `HTTPS_PROXY`, or else
   * `HTTP_PROXY`, for an `https:` endpoint, `HTTP_PROXY` for an `http:` one, except for the hosts
   * in `NO_PROXY`: `*`, `host` (with all below it), `.suffix`, `host:port`, `10.0.0.0/8`. Loopback
   * is no exception: list `localhost` and `127.0.0.1` to reach an emulator directly.
   * @default the variables `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case
   */
  proxy?: string | false | undefined;
  /**
   * Certificate authorities to trust beside the usual ones and those of `NODE_EXTRA_CA_CERTS`, as
   * PEM; for a proxy with TLS, too.
   */
  ca?: string | readonly string[] | undefined;
}

/** Where undici wants a connection to. */
interface Destination {
  hostname: string;
  host?: string;
  protocol: string;
  port: string;
  servername?: string;
  httpSocket?: Socket;
}

/** Takes the connection, or what went wrong. */
export type Connected = (...result: [null, Socket] | [Error, null]) => void;
/** Makes a connection; what it gives is a socket on its way, which can be given up. */
export type Connect = (destination: Destination, callback: Connected) => Socket | undefined;

/** undici's `buildConnector`, which keeps TLS sessions for the next connection. */
export type BuildConnector = (options: {
  secureContext: SecureContext;
  timeout: number;
}) => Connect;

/**
 * Makes undici's connections, directly or through the proxy that is right for each.
 *
 * Not undici's `EnvHttpProxyAgent` (measured with 7.30.2): a proxy that closes when it is asked to
 * connect, or says more than that it connected, was connected to 9,070 and 5,432 times in 1.5 s; a
 * proxy that stays silent is not bounded by the connect time-out; a login without a password, a
 * variable with a bare host and port, and address ranges in NO_PROXY are ignored or refused.
 */
export function createConnector(
  build: BuildConnector,
  { connectTimeoutMs = 2000, proxy: given, ca }: ConnectionOptions,
): Connect {
  // Made once: reading all authorities anew for each connection would cost milliseconds.
  const secureContext = createSecureContext(ca === undefined ? {} : { ca: trustedAuthorities(ca) });
  const direct = build({ secureContext, timeout: connectTimeoutMs });
  const overTunnel = build({ secureContext, timeout: 0 });
  const env = { ...process.env };
  return (destination, callback) => {
    let proxy: Proxy | undefined;
    try {
      proxy = chooseProxy(toTarget(destination), given, env);
    } catch (error) {
      callback(error as Error, null);
      return undefined;
    }
    return proxy === undefined
      ? direct(destination, callback)
      : throughProxy({ proxy, destination, secureContext, overTunnel, connectTimeoutMs }, callback);
  };
}

interface ProxiedConnection {
  proxy: Proxy;
  destination: Destination;
  secureContext: SecureContext;
  overTunnel: Connect;
  connectTimeoutMs: number;
}

/** One clock for the whole way: to the proxy, through it, and TLS with the target. */
function throughProxy(
  { proxy, destination, secureContext, overTunnel, connectTimeoutMs }: ProxiedConnection,
  callback: Connected,
): Socket {
  let settled = false;
  const settle = (...result: Parameters<Connected>) => {
    if (!settled) {
      settled = true;
      clearTimeout(timer);
      if (result[0] !== null) {
        toProxy.destroy();
      }
      callback(...result);
    }
  };
  const timer = setTimeout(() => {
    const sentence = `No connection through the proxy within ${connectTimeoutMs} ms.`;
    settle(new ProxyFailure(sentence, 'PROXY_TIMEOUT'), null);
  }, connectTimeoutMs);
  const { hostname, port } = toTarget(destination);
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const toProxy = openTunnel(proxy, authority, secureContext, (failure, socket) => {
    if (failure !== undefined) {
      settle(failure, null);
    } else if (destination.protocol === 'https:') {
      overTunnel({ ...destination, httpSocket: socket }, settle);
    } else {
      settle(null, socket);
    }
  });
  // A socket that ends before the connection stands ends the wait; a failure with a message of its
  // own comes first. undici reconnects in a loop when an error carries one of its own codes
  // (UND_ERR_…), so report ours.
  toProxy.on('error', () => undefined);
  toProxy.once('close', () => {
    settle(new ProxyFailure('No connection: the proxy closed it.', 'PROXY_CLOSED'), null);
  });
  return toProxy;
}

function toTarget({ protocol, hostname, port }: Destination) {
  return { protocol, hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
