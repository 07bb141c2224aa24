import { inEffect, listPackages, sumRemaining } from '../account/list-packages.js';
import type { SmsService } from '../sms.service.js';

/** What is left to send. */
export interface PackageCount {
  /** Texts left in all packages that are in effect. */
  readonly remaining: number;
  /** Packages in effect. */
  readonly packages: number;
}

/**
 * Adds up what is left in the account's packages. A text, instead, when the packages do not decide
 * whether the account can send.
 *
 * @param nowMs milliseconds since 1970
 * @throws SmsError when no usable answer came.
 */
export async function countPackages(
  sms: SmsService,
  timeoutMs: number,
  nowMs: number,
): Promise<PackageCount | string> {
  const all = await listPackages(sms, timeoutMs, nowMs);
  if (all === undefined) {
    return 'packages are not offered here, as on the international site';
  }
  if (all.length === 0) {
    return 'this account has no packages';
  }
  const current = inEffect(all, nowMs);
  return { remaining: sumRemaining(current), packages: current.length };
}
