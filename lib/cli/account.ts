import { Logger } from '@nestjs/common';
import type { SmsModuleOptions } from '../sms.options.js';
import { createSmsService } from '../sms.standalone.js';
import type { SmsStandalone } from '../sms.standalone.js';

/**
 * Opens an account for a command: without its log, which would stand among the lines of the command, and
 * without a wait at its end.
 *
 * @throws SmsOptionsError with one sentence for every bad field.
 */
export function openAccount(options: SmsModuleOptions): SmsStandalone {
  Logger.overrideLogger(false);
  return createSmsService({ ...options, shutdownTimeoutMs: 0 });
}
