import { readFile } from 'node:fs/promises';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { isKey } from './credentials-provider.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import type { SmsEnvironment } from './environment.js';
import { assertOptions, ENVIRONMENT, text } from './provider-options.js';
import { refreshingCredentials } from './refreshing.js';
import { requestSts } from './request-sts.js';
import { REGION, resolveStsOptions, ROLE_ARN, STS_CHECKS } from './sts-options.js';
import type { SmsStsOptions } from './sts-options.js';

/** Options of {@link webIdentityCredentials}: all of them come from the pod when left out. */
export interface SmsWebIdentityCredentialsOptions extends SmsStsOptions {
  /**
   * The role.
   * @default the variable TKE_ROLE_ARN
   */
  roleArn?: string | undefined;
  /**
   * Name of the identity provider.
   * @default the variable TKE_PROVIDER_ID
   */
  providerId?: string | undefined;
  /**
   * The file that holds the pod's token.
   * @default the variable TKE_WEB_IDENTITY_TOKEN_FILE
   */
  tokenFile?: string | undefined;
  /**
   * Region, sent as `X-TC-Region`.
   * @default the variable TKE_REGION, else 'ap-guangzhou'
   */
  region?: string | undefined;
  /**
   * Where the variables are looked up.
   * @default process.env
   */
  env?: SmsEnvironment | undefined;
}

/**
 * Exchanges the OIDC token of a pod on Tencent Kubernetes Engine for the credentials of a role.
 *
 * Kubernetes renews the token file, so it is read anew for every exchange.
 *
 * @throws SmsOptionsError when an option is not usable.
 * @see https://cloud.tencent.com/document/api/1312/73070
 */
export function webIdentityCredentials(
  options: SmsWebIdentityCredentialsOptions = {},
): SmsCredentialsProvider {
  const name = text(/\S/, 'text');
  assertOptions('webIdentityCredentials', options, {
    ...STS_CHECKS,
    roleArn: ROLE_ARN,
    providerId: name,
    tokenFile: name,
    region: REGION,
    env: ENVIRONMENT,
  });
  const { roleSessionName, durationSeconds, transport, ...sts } = resolveStsOptions(options);
  return refreshingCredentials(
    async () => {
      const pod = readPod(options);
      const params = {
        ProviderId: pod.providerId,
        WebIdentityToken: await readToken(pod.tokenFile),
        RoleArn: pod.roleArn,
        RoleSessionName: roleSessionName,
        DurationSeconds: durationSeconds,
      };
      return requestSts(
        {
          action: 'AssumeRoleWithWebIdentity',
          params,
          endpoint: sts.endpoint,
          region: pod.region,
          timeoutMs: sts.timeoutMs,
          clock: sts.clock,
          advice:
            "Check that the role's trust policy names the identity provider and the pod's service account.",
        },
        transport,
      );
    },
    { refreshBeforeSeconds: options.refreshBeforeSeconds, now: sts.now },
  );
}

interface Pod {
  roleArn: string;
  providerId: string;
  tokenFile: string;
  region: string;
}

function readPod(options: SmsWebIdentityCredentialsOptions): Pod {
  const env = options.env ?? process.env;
  const found = [
    ['TKE_ROLE_ARN', options.roleArn ?? env['TKE_ROLE_ARN']],
    ['TKE_PROVIDER_ID', options.providerId ?? env['TKE_PROVIDER_ID']],
    ['TKE_WEB_IDENTITY_TOKEN_FILE', options.tokenFile ?? env['TKE_WEB_IDENTITY_TOKEN_FILE']],
  ] as const;
  const missing = found.flatMap(([variable, value]) => (value ? [] : [variable]));
  if (missing.length === found.length) {
    throw new SmsCredentialsError(
      `Web identity: ${missing.join(', ')} are not set, so this is no pod with a role.`,
      undefined,
      { code: 'SMS_CREDENTIALS_NOT_FOUND' },
    );
  }
  if (missing.length > 0) {
    throw new SmsCredentialsError(
      `Web identity: ${missing.join(' and ')} not set, but the rest is. Check the pod's service account.`,
      undefined,
      { retryable: false },
    );
  }
  const [roleArn = '', providerId = '', tokenFile = ''] = found.map(([, value]) => value);
  const region = options.region ?? (env['TKE_REGION'] || 'ap-guangzhou');
  return { roleArn, providerId, tokenFile, region };
}

async function readToken(path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    throw new SmsCredentialsError(
      `Web identity: the token file ${path} can't be read (${String(code)}). Check that it is mounted into the pod.`,
      cause,
    );
  }
  if (!isKey(token)) {
    throw new SmsCredentialsError(`Web identity: the token file ${path} holds no token.`);
  }
  return token;
}
