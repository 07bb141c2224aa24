import { SmsAccount, createTransport } from './sms.account.js';
import { resolveSmsOptions } from './sms.options.js';
import type { SmsModuleOptions } from './sms.options.js';
import type { SmsService } from './sms.service.js';

/** What {@link createSmsService} makes. */
export interface SmsStandalone {
  /** The service of the account. */
  readonly sms: SmsService;
  /**
   * Ends as a shutdown of an app does: waits for the sends in flight, `shutdownTimeoutMs` at most, and
   * closes the connections whenever none is. Later sends are refused `shutdownTimeoutMs` after that.
   */
  readonly close: () => Promise<void>;
}

/**
 * Makes the service of one account without Nest, for scripts and for apps without a container.
 *
 * @example
 * const { sms, close } = createSmsService({ credentials: { secretId, secretKey }, sdkAppId });
 * @throws SmsOptionsError listing every bad field.
 */
export function createSmsService(options: SmsModuleOptions): SmsStandalone {
  const resolved = resolveSmsOptions(options);
  const transport = resolved.transport ?? createTransport(resolved.connection());
  const account = new SmsAccount(resolved, { transport });
  account.warnOfDoubts();
  return {
    sms: account.sms,
    close: async () => account.shutDown(transport, { reason: 'The account is closed.' }),
  };
}
