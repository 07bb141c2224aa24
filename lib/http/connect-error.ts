import { SmsTransportError } from '../errors/transport.errors.js';

/** Says in a sentence why no connection came about. Nothing was sent. */
export function toConnectError(cause: Error & { code?: string }): SmsTransportError {
  const { code = '' } = cause;
  return new SmsTransportError(`No connection: ${reasonOf(code, cause.message)}`, 'connect', {
    cause,
  });
}

function reasonOf(code: string, message: string): string {
  const proxyStatus = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
  if (proxyStatus === '407') {
    return 'the proxy wants a user and a password, or other ones (407).';
  }
  if (proxyStatus !== undefined) {
    return `the proxy refused to connect (${proxyStatus}).`;
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name could not be resolved (${code}).`;
    case 'ECONNREFUSED':
      return 'nobody listens there (ECONNREFUSED).';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate is not trusted (${code}). If a proxy of your own signs it, give its authority with the option ca or with NODE_EXTRA_CA_CERTS.`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `the certificate is out of date (${code}); check the clock of this machine, too.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'UND_ERR_PRX_TLS':
      return `the certificate belongs to another host (${code}).`;
    default:
      return code === '' ? 'no reason was given.' : `${code}.`;
  }
}
