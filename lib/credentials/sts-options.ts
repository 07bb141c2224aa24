import { ServerClock } from '../http/server-clock.js';
import { toOrigin } from '../http/to-origin.js';
import type { SmsTransport } from '../http/transport.js';
import { UndiciTransport } from '../http/undici.transport.js';
import { ENDPOINT, port, text, wholeNumber } from './provider-options.js';
import type { OptionChecks } from './provider-options.js';
import { REFRESH_CHECKS } from './refreshing.js';
import type { SmsRefreshOptions } from './refreshing.js';

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
  /**
   * A transport of your own, in place of undici. The module's `proxy` and `ca` do not
   * reach here, those of the environment do: `new UndiciTransport({ proxy, ca })` where STS needs
   * others.
   * @default undici
   */
  transport?: SmsTransport | undefined;
}

/** @internal Checks of {@link SmsStsOptions}, to be spread into those of a provider. */
export const STS_CHECKS: OptionChecks<SmsStsOptions> = {
  ...REFRESH_CHECKS,
  roleSessionName: text(/^[\w+=,.@-]{2,128}$/, '2 to 128 letters, digits and any of _+=,.@-'),
  durationSeconds: wholeNumber('seconds', 1, 43_200),
  endpoint: ENDPOINT,
  timeoutMs: wholeNumber('milliseconds', 1),
  transport: port('send'),
};

/** @internal An ARN, as far as it is checked here. */
export const ROLE_ARN = text(
  /^qcs::cam::uin\/\d+:role\S+$/,
  'the ARN of a role, such as "qcs::cam::uin/12345678:roleName/sms-sender"',
);

/** @internal A region such as `ap-guangzhou`. */
export const REGION = text(/^[a-z]+(-[a-z0-9]+)+$/, 'a region such as "ap-guangzhou"');

/** {@link SmsStsOptions} with every default filled in. */
export function resolveStsOptions(options: SmsStsOptions) {
  const now = options.now ?? (() => Date.now());
  const endpoint = options.endpoint ?? 'https://sts.tencentcloudapi.com';
  return {
    roleSessionName: options.roleSessionName ?? 'nestjs-tencentcloud-sms',
    durationSeconds: options.durationSeconds ?? 7200,
    endpoint: toOrigin(endpoint) ?? endpoint,
    timeoutMs: options.timeoutMs ?? 5000,
    // It neither opens nor loads anything before the first request, and its idle sockets keep no
    // process alive.
    transport: options.transport ?? new UndiciTransport(),
    now,
    clock: new ServerClock(now),
  };
}
