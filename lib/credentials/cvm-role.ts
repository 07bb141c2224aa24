import { isObject } from '../api/json-values.js';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import { toOrigin } from '../http/to-origin.js';
import { UndiciTransport } from '../http/undici.transport.js';
import type { SmsHttpResponse } from '../http/transport.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { parseTemporaryKeys } from './parse-temporary-keys.js';
import { assertOptions, ENDPOINT, text, wholeNumber } from './provider-options.js';
import { REFRESH_CHECKS, refreshingCredentials } from './refreshing.js';
import type { SmsRefreshOptions, SmsTemporaryCredentials } from './refreshing.js';

/** Options of {@link cvmRoleCredentials}. */
export interface SmsCvmRoleCredentialsOptions extends SmsRefreshOptions {
  /**
   * The role that is bound to the instance.
   * @default what the metadata service names
   */
  roleName?: string | undefined;
  /**
   * Where the metadata service is: a URL or a bare host.
   * @default 'http://metadata.tencentyun.com'
   */
  endpoint?: string | undefined;
  /**
   * Milliseconds for all that is asked of the metadata service, at most 2000.
   * @default 2000
   */
  timeoutMs?: number | undefined;
}

const PATH = '/latest/meta-data/cam/security-credentials/';
const MAX_TIMEOUT_MS = 2000;
const ROLE_NAME = /^[\w+=,.@-]{1,128}$/;

/**
 * Takes the credentials of the CAM role that is bound to the CVM instance this process runs on.
 *
 * The metadata service is asked directly, never through a proxy.
 *
 * @throws SmsOptionsError when an option is not usable.
 * @see https://cloud.tencent.com/document/product/213/47668
 */
export function cvmRoleCredentials(
  options: SmsCvmRoleCredentialsOptions = {},
): SmsCredentialsProvider {
  assertOptions('cvmRoleCredentials', options, {
    ...REFRESH_CHECKS,
    roleName: text(ROLE_NAME, 'the name of a role, not its ARN'),
    endpoint: ENDPOINT,
    timeoutMs: wholeNumber('milliseconds', 1, MAX_TIMEOUT_MS),
  });
  const { roleName, timeoutMs = MAX_TIMEOUT_MS, refreshBeforeSeconds, now } = options;
  const endpoint = options.endpoint ?? 'http://metadata.tencentyun.com';
  const base = `${toOrigin(endpoint) ?? endpoint}${PATH}`;
  const adapter = new UndiciTransport({ connectTimeoutMs: timeoutMs, proxy: false });
  let gaveKeys = false;

  return refreshingCredentials(
    async () => {
      const deadline = performance.now() + timeoutMs;
      const get = async (url: string) =>
        adapter.send({
          method: 'GET',
          url,
          headers: {},
          body: '',
          timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())),
        });
      try {
        const role = roleName ?? readRoleName(await get(base));
        const keys = readKeys(role, await get(base + encodeURIComponent(role)));
        gaveKeys = true;
        return keys;
      } catch (error) {
        throw toCredentialsError(error, timeoutMs, gaveKeys);
      }
    },
    { refreshBeforeSeconds, now },
  );
}

function readRoleName({ status, body }: SmsHttpResponse): string {
  const role = body.trim();
  if (status === 404 || (status === 200 && role === '')) {
    throw new SmsCredentialsError(
      'CVM role: no role is bound to this instance. Bind one in the CVM console.',
      undefined,
      { code: 'SMS_CREDENTIALS_NOT_FOUND' },
    );
  }
  if (status !== 200 || !ROLE_NAME.test(role)) {
    throw notMetadata(status);
  }
  return role;
}

function readKeys(role: string, { status, body }: SmsHttpResponse): SmsTemporaryCredentials {
  if (status === 404) {
    throw new SmsCredentialsError(
      `CVM role: the role "${role}" is not bound to this instance. Check roleName, or bind the role in the CVM console.`,
      undefined,
      { retryable: false },
    );
  }
  const keys = status === 200 ? parseObject(body) : undefined;
  if (keys === undefined) {
    throw notMetadata(status);
  }
  const { Code, ExpiredTime } = keys;
  if (Code !== 'Success') {
    const code = typeof Code === 'string' && /^[\w.]{1,64}$/.test(Code) ? Code : 'unknown';
    throw new SmsCredentialsError(
      `CVM role: the metadata service gave no keys for the role "${role}" (Code ${code}). Check the role in the CAM console.`,
    );
  }
  return parseTemporaryKeys('CVM role: the metadata service', keys, ExpiredTime);
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    // The parser's own message quotes the body, which may hold keys.
    return undefined;
  }
}

function notMetadata(status: number): SmsCredentialsError {
  const cause = new SmsProtocolError(
    `HTTP status ${status}, and not an answer of the metadata service.`,
    status,
  );
  return new SmsCredentialsError(
    `CVM role: the metadata service did not answer as it should (HTTP status ${status}). Off CVM, leave this source out.`,
    cause,
  );
}

function toCredentialsError(
  cause: unknown,
  timeoutMs: number,
  gaveKeys: boolean,
): SmsCredentialsError {
  if (cause instanceof SmsCredentialsError) {
    return cause;
  }
  if (cause instanceof SmsProtocolError) {
    return notMetadata(cause.httpStatus);
  }
  const neverReached = cause instanceof SmsTransportError && cause.phase === 'connect';
  if (neverReached && gaveKeys) {
    // From here on a failure must end a chain, which would otherwise take the keys of another account.
    return new SmsCredentialsError(
      'CVM role: the metadata service, which gave keys before, can not be reached.',
      cause,
    );
  }
  if (neverReached) {
    return new SmsCredentialsError(
      'CVM role: no metadata service can be reached, so this process does not run on a CVM instance, or its network keeps it away.',
      cause,
      { code: 'SMS_CREDENTIALS_NOT_FOUND' },
    );
  }
  return new SmsCredentialsError(
    cause instanceof SmsTimeoutError
      ? `CVM role: the metadata service did not answer within ${timeoutMs} ms.`
      : 'CVM role: the metadata service closed the connection before it had answered.',
    cause,
  );
}
