import { SmsApiError } from '../errors/api.errors.js';
import type { SmsCredentials } from '../signing/signer.js';
import { isKey, obtainCredentials, staticCredentials } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { assertOptions, option, required, text } from './provider-options.js';
import { refreshingCredentials } from './refreshing.js';
import { requestSts } from './request-sts.js';
import { REGION, resolveStsOptions, ROLE_ARN, STS_CHECKS } from './sts-options.js';
import type { SmsStsOptions } from './sts-options.js';

/** Options of {@link assumeRoleCredentials}. */
export interface SmsAssumeRoleCredentialsOptions extends SmsStsOptions {
  /** The role, such as `qcs::cam::uin/12345678:roleName/sms-sender`. */
  roleArn: string;
  /** Keys that may assume the role: a pair, or a provider of its own. */
  source: SmsCredentials | SmsCredentialsProvider;
  /**
   * Narrows what the credentials may do: a policy as JSON text. It is URL-encoded here, as STS
   * wants it.
   * @default none: all that the role may do
   */
  policy?: string | undefined;
  /**
   * The id that the role's trust policy asks for.
   * @default none
   */
  externalId?: string | undefined;
  /**
   * Region, sent as `X-TC-Region`.
   * @default 'ap-guangzhou'
   */
  region?: string | undefined;
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
 */
export function assumeRoleCredentials(
  options: SmsAssumeRoleCredentialsOptions,
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
    const { endpoint, timeoutMs, clock } = sts;
    return requestSts(
      {
        action: 'AssumeRole',
        params,
        credentials,
        endpoint,
        region,
        timeoutMs,
        clock,
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

const SOURCE = option(
  (value) =>
    typeof value === 'function' ||
    (isKey((value as Partial<SmsCredentials> | null)?.secretId) &&
      isKey((value as Partial<SmsCredentials>).secretKey)),
  'an object { secretId, secretKey, token? } or a function that returns one',
);

function isTokenRefused(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return cause instanceof SmsApiError && cause.code === 'AuthFailure.TokenFailure';
}
