import { SmsTransportError } from '../errors/transport.errors.js';
import { toNetworkCause } from './network-cause.js';
import { ProxyFailure } from './proxy-failure.js';

/** Says in a sentence why no connection came about. Nothing was sent. */
export function toConnectError(cause: Error & { code?: string }): SmsTransportError {
  const sentence =
    cause instanceof ProxyFailure ? cause.reason : `No connection: ${reasonOf(cause.code ?? '')}`;
  return new SmsTransportError(sentence, 'connect', { cause: toNetworkCause(cause) });
}

/**
 * What a code of Node means.
 *
 * @param certificate whose certificate it was about
 */
export function reasonOf(code: string, certificate = 'certificate'): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name could not be resolved (${code}).`;
    case 'ECONNREFUSED':
      return 'nothing listens there (ECONNREFUSED).';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the ${certificate} is not trusted (${code}). If a proxy of your own signs it, give its authority with the option ca or with NODE_EXTRA_CA_CERTS.`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `the ${certificate} is out of date (${code}); check the clock of this machine, too.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the ${certificate} belongs to another host (${code}).`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `what answers there speaks no TLS (${code}). If it is meant to be plain, write http:// before its host.`;
    case 'UND_MOCK_ERR_MOCK_NOT_MATCHED':
      return 'no interceptor of the global MockAgent matches, and it lets nothing else out.';
    default:
      return code === '' ? 'no reason was given.' : `${code}.`;
  }
}
