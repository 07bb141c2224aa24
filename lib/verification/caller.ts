import { BlockList, isIP } from 'node:net';

/** Who asks, as far as it is counted. */
export type Caller =
  /** What is counted: an address, the network of an IPv6 address, or whatever the app names. */
  | { readonly kind: 'counted'; readonly name: string }
  /** An address that many share: a proxy in front of the app, or a network without addresses of its own. */
  | { readonly kind: 'private' }
  | { readonly kind: 'none' };

// RFC 6890: loopback, private, link-local and shared (carrier NAT) addresses.
const SHARED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  SHARED.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  SHARED.addSubnet(network, prefix, 'ipv6');
}

/** Reads who asks: an address as `@Ip()` gives it, or any other text. */
export function readCaller(given: string | undefined): Caller {
  const text = given?.trim() ?? '';
  if (text === '') {
    return { kind: 'none' };
  }
  const plain = text.replace(/%.*$/, '');
  if (isIP(plain) === 6) {
    return readIpv6(plain);
  }
  return isIP(plain) === 4 ? readIpv4(plain) : { kind: 'counted', name: text };
}

function readIpv4(address: string): Caller {
  return SHARED.check(address, 'ipv4') ? { kind: 'private' } : { kind: 'counted', name: address };
}

function readIpv6(address: string): Caller {
  const groups = expand(address);
  const [, , , , , prefix, high, low] = groups;
  // An IPv4 address, as a socket for both kinds shows it.
  if (groups.slice(0, 5).every((group) => group === 0) && prefix === 0xffff) {
    return readIpv4(
      [Number(high) >> 8, Number(high) & 255, Number(low) >> 8, Number(low) & 255].join('.'),
    );
  }
  if (SHARED.check(address, 'ipv6')) {
    return { kind: 'private' };
  }
  // A subscriber has at least a /64, and all addresses in it.
  return {
    kind: 'counted',
    name: `${groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(':')}::/64`,
  };
}

/** The eight groups of an address. */
function expand(address: string): number[] {
  const withoutDots = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) =>
      [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)]
        .map((group) => group.toString(16))
        .join(':'),
  );
  const [head = '', tail] = withoutDots.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: middle }, () => '0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
}
