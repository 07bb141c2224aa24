import { BlockList, isIP } from 'node:net';
import { ProxyFailure } from './proxy-failure.js';

/** A proxy to connect through. */
export interface Proxy {
  secure: boolean;
  hostname: string;
  port: number;
  /** Value of `Proxy-Authorization`, where the URL has a user or a password. */
  authorization: string | undefined;
}

/** Where a connection shall lead. */
export interface ProxyTarget {
  /** `http:` or `https:` */
  protocol: string;
  hostname: string;
  port: number;
}

/** Variables of the environment. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Chooses the proxy for a target: the one given, none for `false`, else that of the environment.
 *
 * @throws ProxyFailure when the environment names something that is no proxy we can use.
 */
export function chooseProxy(
  target: ProxyTarget,
  given: string | false | undefined,
  env: ProxyEnvironment,
): Proxy | undefined {
  if (given === false) {
    return undefined;
  }
  if (given !== undefined) {
    return parseProxy(given, 'the option proxy');
  }
  // Machines with one proxy for all often set only the older variable.
  const names = target.protocol === 'https:' ? ['https_proxy', 'http_proxy'] : ['http_proxy'];
  const name = names.find((one) => variable(env, one) !== undefined);
  const url = name === undefined ? undefined : variable(env, name);
  if (name === undefined || url === undefined || isExcepted(target, variable(env, 'no_proxy'))) {
    return undefined;
  }
  return parseProxy(url, name.toUpperCase());
}

/** The lower case wins, as with curl; an empty variable is none. */
function variable(env: ProxyEnvironment, name: string): string | undefined {
  return env[name]?.trim() || env[name.toUpperCase()]?.trim() || undefined;
}

function parseProxy(text: string, source: string): Proxy {
  // Variables often hold a bare host and port.
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    // Without the value: a password may be in it.
    const reason = `No connection: ${source} is not the URL of an http or https proxy.`;
    throw new ProxyFailure(reason, 'PROXY_INVALID');
  }
  const { hostname, port, username, password } = new URL(url);
  const secure = protocol === 'https:';
  const userAndPassword = `${decode(username)}:${decode(password)}`;
  return {
    secure,
    hostname: withoutBrackets(hostname),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    authorization:
      userAndPassword === ':'
        ? undefined
        : `Basic ${Buffer.from(userAndPassword, 'utf8').toString('base64')}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign, which only its owner can have meant as it stands.
    return text;
  }
}

/** Whether NO_PROXY names the target: `*`, a host with all below it, `.suffix`, `host:port`, a CIDR. */
function isExcepted({ hostname, port }: ProxyTarget, list = ''): boolean {
  const host = withoutBrackets(hostname).toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, withPort, wantedPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      if (wantedPort !== undefined && Number(wantedPort) !== port) {
        return false;
      }
      const name = withoutBrackets(withPort ?? entry).replace(/^\*?\./, '');
      return name === '*' || host === name || host.endsWith(`.${name}`) || isInRange(host, name);
    });
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(host);
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(bits)) {
    return false;
  }
  if (Number(bits) > (family === 4 ? 32 : 128)) {
    return false;
  }
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, Number(bits), type);
  return block.check(host, type);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
