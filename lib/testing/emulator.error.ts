import { SmsError } from '../errors/sms.error.js';

/** Why the emulator did not start. */
export type SmsEmulatorErrorCode =
  'SMS_EMULATOR_OPTIONS_INVALID' | 'SMS_EMULATOR_PORT_IN_USE' | 'SMS_EMULATOR_NOT_STARTED';

/**
 * The emulator can't start; the message says what to change.
 *
 * @publicApi
 */
export class SmsEmulatorError extends SmsError {
  override readonly name = 'SmsEmulatorError';
  declare readonly code: SmsEmulatorErrorCode;

  constructor(code: SmsEmulatorErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}
