import { Inject } from '@nestjs/common';
import type { InjectionToken } from '@nestjs/common';
import { SmsVerificationService } from './verification.service.js';

/** Token of the options, checked and completed. */
export const SMS_VERIFICATION_OPTIONS = Symbol.for('nestjs-tencentcloud-sms:verification-options');

/**
 * Token of a named `SmsVerificationService`: the class itself for the module without a name.
 */
export function getSmsVerificationToken(name?: string): InjectionToken<SmsVerificationService> {
  return name === undefined ? SmsVerificationService : `SmsVerificationService(${name})`;
}

/**
 * Injects the `SmsVerificationService` of a named module.
 *
 * @example
 * constructor(@InjectSmsVerification('shop') private readonly codes: SmsVerificationService) {}
 */
export function InjectSmsVerification(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getSmsVerificationToken(name));
}
