import { SmsError } from '../../errors/sms.error.js';

/** Why the emulator can't do what it was asked to. */
export type SmsEmulatorErrorCode =
  | 'SMS_EMULATOR_OPTIONS_INVALID'
  | 'SMS_EMULATOR_PORT_IN_USE'
  | 'SMS_EMULATOR_NOT_STARTED'
  | 'SMS_EMULATOR_FAULT_INVALID'
  | 'SMS_EMULATOR_REPLY_INVALID'
  | 'SMS_EMULATOR_CLOCK_INVALID'
  | 'SMS_EMULATOR_NOTHING_CAME'
  | 'SMS_EMULATOR_STOPPED';

/**
 * The emulator can't start, or can't do what it was asked to; the message says what to change.
 */
export class SmsEmulatorError extends SmsError {
  override readonly name = 'SmsEmulatorError';
  declare readonly code: SmsEmulatorErrorCode;

  constructor(
    code: SmsEmulatorErrorCode,
    message: string,
    cause?: unknown,
    /** The member that is at fault, when it is one. */
    readonly field?: string,
  ) {
    super(message, { code, cause });
  }
}
