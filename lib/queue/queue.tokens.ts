import { Inject } from '@nestjs/common';
import type { InjectionToken } from '@nestjs/common';
import { SmsCampaigns } from './campaigns/sms-campaigns.js';
import { SmsQueue } from './sms-queue.js';

/** Token of the options, checked and completed. */
export const SMS_QUEUE_OPTIONS = Symbol.for('nestjs-tencentcloud-sms:queue-options');

/** Token of a named `SmsQueue`: the class itself for the module without a name. */
export function getSmsQueueToken(name?: string): InjectionToken<SmsQueue> {
  return name === undefined ? SmsQueue : `SmsQueue(${name})`;
}

/**
 * Injects the `SmsQueue` of a named module.
 *
 * @example
 * constructor(@InjectSmsQueue('marketing') private readonly queue: SmsQueue) {}
 */
export function InjectSmsQueue(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getSmsQueueToken(name));
}

/** Token of a named module's `SmsCampaigns`: the class itself for the module without a name. */
export function getSmsCampaignsToken(name?: string): InjectionToken<SmsCampaigns> {
  return name === undefined ? SmsCampaigns : `SmsCampaigns(${name})`;
}

/**
 * Injects the `SmsCampaigns` of a named module.
 *
 * @example
 * constructor(@InjectSmsCampaigns('marketing') private readonly campaigns: SmsCampaigns) {}
 */
export function InjectSmsCampaigns(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getSmsCampaignsToken(name));
}
