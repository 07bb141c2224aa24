import { BlockList, isIP } from 'node:net';

/** Addresses and ranges that may call back. */
export class AllowList {
  private readonly list = new BlockList();

  /** @param entries addresses or ranges such as `183.192.202.0/25` */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [network = '', prefix] = entry.split('/');
      const type = isIP(network) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) {
        this.list.addAddress(network, type);
      } else {
        this.list.addSubnet(network, Number(prefix), type);
      }
    }
  }

  /** Whether an address is one of them; an IPv4 address counts in its IPv6 form, too. */
  has(address: string | undefined): boolean {
    const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(plain);
    return version !== 0 && this.list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Whether a text is an address or a range. */
export function isAddressRange(given: unknown): boolean {
  if (typeof given !== 'string') {
    return false;
  }
  const [network = '', prefix, ...rest] = given.split('/');
  const bits = isIP(network) === 6 ? 128 : 32;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  return isIP(network) !== 0 && isPrefix && rest.length === 0;
}
