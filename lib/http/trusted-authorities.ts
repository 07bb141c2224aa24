import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';

/**
 * The authorities that Node trusts, with some more. Given any, Node would trust only those: neither
 * its own list nor that of `NODE_EXTRA_CA_CERTS`.
 */
export function trustedAuthorities(more: string | readonly string[]): string[] {
  return [...defaultAuthorities(), ...[more].flat()];
}

function defaultAuthorities(): readonly string[] {
  // From Node 22.15 on; includes authorities enabled on the command line.
  const { getCACertificates } = tls as { getCACertificates?: (type: string) => string[] };
  return getCACertificates?.('default') ?? [...tls.rootCertificates, ...extraAuthorities()];
}

function extraAuthorities(): readonly string[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (!file) {
    return [];
  }
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // Node warned about it at its start and went on without it.
    return [];
  }
}
