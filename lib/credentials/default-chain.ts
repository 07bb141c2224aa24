import { isObject } from '../api/json-values.js';
import { chainCredentials } from './chain.js';
import type { SmsCredentialsProvider } from './credentials-provider.js';
import { cvmRoleCredentials } from './cvm-role.js';
import type { SmsCvmRoleCredentialsOptions } from './cvm-role.js';
import { environmentCredentials } from './environment.js';
import type { SmsEnvironment } from './environment.js';
import { profileCredentials } from './profile.js';
import type { SmsProfileCredentialsOptions } from './profile.js';
import { assertOptions, ENVIRONMENT, option } from './provider-options.js';
import { webIdentityCredentials } from './web-identity.js';
import type { SmsWebIdentityCredentialsOptions } from './web-identity.js';

/** Options of {@link defaultCredentials}: those of its sources. */
export interface SmsDefaultCredentialsOptions {
  /**
   * Where every source looks up its variables.
   * @default process.env
   */
  env?: SmsEnvironment | undefined;
  /**
   * Options of {@link profileCredentials}.
   * @default those of `profileCredentials()`
   */
  profile?: SmsProfileCredentialsOptions | undefined;
  /**
   * Options of {@link cvmRoleCredentials}.
   * @default those of `cvmRoleCredentials()`
   */
  cvmRole?: SmsCvmRoleCredentialsOptions | undefined;
  /**
   * Options of {@link webIdentityCredentials}.
   * @default those of `webIdentityCredentials()`
   */
  webIdentity?: SmsWebIdentityCredentialsOptions | undefined;
}

/**
 * Looks for credentials where Tencent's own SDKs for Node and Python look, in their order: the
 * environment, the profile file, the role of the CVM instance, the web identity of the pod.
 *
 * On a pod that shall use its own role although the node has one too, use
 * `webIdentityCredentials()` itself.
 *
 * @throws SmsOptionsError when an option is not usable.
 */
export function defaultCredentials(
  options: SmsDefaultCredentialsOptions = {},
): SmsCredentialsProvider {
  const source = option(isObject, 'an object');
  assertOptions('defaultCredentials', options, {
    env: ENVIRONMENT,
    profile: source,
    cvmRole: source,
    webIdentity: source,
  });
  const { env, profile, cvmRole, webIdentity } = options;
  return chainCredentials(
    environmentCredentials({ env }),
    profileCredentials({ env, ...profile }),
    cvmRoleCredentials(cvmRole),
    webIdentityCredentials({ env, ...webIdentity }),
  );
}
