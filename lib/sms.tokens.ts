import { Inject } from '@nestjs/common';
import type { InjectionToken } from '@nestjs/common';
import { SmsService } from './sms.service.js';

/** Token of the options, checked and completed. */
export const SMS_OPTIONS = Symbol.for('nestjs-tencentcloud-sms:options');

/** Token of the account's name; `undefined` for the account without one. */
export const SMS_ACCOUNT = Symbol.for('nestjs-tencentcloud-sms:account');

/** Token that marks the module which takes the place of `SmsModule` in a test. */
export const SMS_TESTING = Symbol.for('nestjs-tencentcloud-sms:testing');

/**
 * Token of the signer; override it in tests.
 */
export const SMS_SIGNER = Symbol.for('nestjs-tencentcloud-sms:signer');

/**
 * Token of the transport; override it in tests.
 */
export const SMS_TRANSPORT = Symbol.for('nestjs-tencentcloud-sms:transport');

/**
 * Token of an account's `SmsService`: the class itself for the account without a name.
 */
export function getSmsServiceToken(name?: string): InjectionToken<SmsService> {
  return name === undefined ? SmsService : `SmsService(${name})`;
}

/**
 * Injects the `SmsService` of a named account.
 *
 * @example
 * constructor(@InjectSms('marketing') private readonly sms: SmsService) {}
 */
export function InjectSms(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getSmsServiceToken(name));
}
