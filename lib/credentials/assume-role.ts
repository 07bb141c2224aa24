import { SmsApiError } from '../errors/api.errors.js';
import { AxiosTransport } from '../http/axios.transport.js';
import { toOrigin } from '../http/to-origin.js';
import type { SmsTransport } from '../http/transport.js';
import type { SmsCredentials } from '../signing/signer.js';
import { isKey, obtainCredentials, staticCredentials } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { assertOptions, ENDPOINT, port, required, text, wholeNumber } from './provider-options.js';
import type { OptionChecks } from './provider-options.js';
import { REFRESH_CHECKS, refreshingCredentials } from './refreshing.js';
import type { SmsRefreshOptions } from './refreshing.js';
import { requestSts } from './request-sts.js';

/** Where and how STS is asked. */
export interface SmsStsOptions extends SmsRefreshOptions {
  /**
   * Name of the session, which CloudAudit shows.
   * @default 'nestjs-tencentcloud-sms'
   */
  roleSessionName?: string | undefined;
  /**
   * Seconds that the credentials shall live, at most 43200.
   * @default 7200
   */
  durationSeconds?: number | undefined;
  /**
   * Where STS is: a URL or a bare host.
   * @default 'https://sts.tencentcloudapi.com'
   */
  endpoint?: string | undefined;
  /**
   * Milliseconds for one call of STS.
   * @default 5000
   */
  timeoutMs?: number | undefined;
  /** A transport of your own, in place of axios over undici. */
  transport?: SmsTransport | undefined;
}

/** Options of {@link assumeRoleCredentials}. */
export interface AssumeRoleCredentialsOptions extends SmsStsOptions {
  /** The role, such as `qcs::cam::uin/12345678:roleName/sms-sender`. */
  roleArn: string;
  /** Keys that may assume the role: a pair, or a provider of its own. */
  source: SmsCredentials | SmsCredentialsProvider;
  /**
   * Narrows what the credentials may do: a policy as JSON text. It is URL-encoded here, as STS
   * wants it.
   */
  policy?: string | undefined;
  /** The id that the role's trust policy asks for. */
  externalId?: string | undefined;
  /**
   * Region, sent as `X-TC-Region`.
   * @default 'ap-guangzhou'
   */
  region?: string | undefined;
}

/** Checks of {@link SmsStsOptions}, to be spread into those of a provider. */
export const STS_CHECKS: OptionChecks<SmsStsOptions> = {
  ...REFRESH_CHECKS,
  roleSessionName: text(/^[\w+=,.@-]{2,128}$/, '2 to 128 letters, digits and any of _+=,.@-'),
  durationSeconds: wholeNumber('seconds', 1, 43_200),
  endpoint: ENDPOINT,
  timeoutMs: wholeNumber('milliseconds', 1),
  transport: port('send'),
};

/** An ARN, as far as it is checked here. */
export const ROLE_ARN = text(
  /^qcs::cam::uin\/\d+:role\S+$/,
  'the ARN of a role, such as "qcs::cam::uin/12345678:roleName/sms-sender"',
);

/** A region such as `ap-guangzhou`. */
export const REGION = text(/^[a-z]+(-[a-z0-9]+)+$/, 'a region such as "ap-guangzhou"');

/** {@link SmsStsOptions} with every default filled in. */
export function resolveStsOptions(options: SmsStsOptions) {
  const endpoint = options.endpoint ?? 'https://sts.tencentcloudapi.com';
  return {
    roleSessionName: options.roleSessionName ?? 'nestjs-tencentcloud-sms',
    durationSeconds: options.durationSeconds ?? 7200,
    endpoint: toOrigin(endpoint) ?? endpoint,
    timeoutMs: options.timeoutMs ?? 5000,
    // Neither opens nor loads anything before the first request, and its idle sockets keep no
    // process alive.
    transport: options.transport ?? new AxiosTransport(),
    now: options.now ?? (() => Date.now()),
  };
}

/**
 * Assumes a CAM role through STS, and again some minutes before its credentials expire.
 *
 * @example
 * assumeRoleCredentials({
 *   roleArn: 'qcs::cam::uin/12345678:roleName/sms-sender',
 *   source: environmentCredentials(),
 * });
 *
 * @throws SmsOptionsError when an option is not usable.
 * @see https://cloud.tencent.com/document/api/1312/48197
 * @publicApi
 */
export function assumeRoleCredentials(
  options: AssumeRoleCredentialsOptions,
): SmsCredentialsProvider {
  assertOptions('assumeRoleCredentials', options, {
    ...STS_CHECKS,
    roleArn: required(ROLE_ARN),
    source: required(SOURCE),
    policy: text(/^\s*\{/, 'a policy as JSON text'),
    externalId: text(/^[\w+=,.@:/-]{2,128}$/, '2 to 128 letters, digits and any of _+=,.@:/-'),
    region: REGION,
  });
  const { roleArn, policy, externalId, region = 'ap-guangzhou' } = options;
  const { roleSessionName, durationSeconds, transport, ...sts } = resolveStsOptions(options);
  const source =
    typeof options.source === 'function' ? options.source : staticCredentials(options.source);
  const params = {
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    DurationSeconds: durationSeconds,
    Policy: policy === undefined ? undefined : encodeURIComponent(policy),
    ExternalId: externalId,
  };

  async function assumeRole(credentials: SmsCredentials) {
    const timestamp = Math.floor(sts.now() / 1000);
    const { endpoint, timeoutMs } = sts;
    return requestSts(
      {
        action: 'AssumeRole',
        params,
        credentials,
        endpoint,
        region,
        timeoutMs,
        timestamp,
        advice:
          'Check that the role exists, that its trust policy names the account of the source credentials, and that these may call sts:AssumeRole.',
      },
      transport,
    );
  }

  return refreshingCredentials(
    async () => {
      const credentials = await obtainCredentials(source);
      try {
        return await assumeRole(credentials);
      } catch (error) {
        if (!isTokenRefused(error)) {
          throw error;
        }
        // The source remembers temporary keys too, and these were revoked.
        return assumeRole(await obtainCredentials(source, { refused: credentials }));
      }
    },
    { refreshBeforeSeconds: options.refreshBeforeSeconds, now: sts.now },
  );
}

const SOURCE = {
  fits: (value: unknown) =>
    typeof value === 'function' ||
    (isKey((value as Partial<SmsCredentials> | null)?.secretId) &&
      isKey((value as Partial<SmsCredentials>).secretKey)),
  expected: 'an object { secretId, secretKey, token? } or a function that returns one',
};

function isTokenRefused(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof SmsApiError && cause.code === 'AuthFailure.TokenFailure';
}
