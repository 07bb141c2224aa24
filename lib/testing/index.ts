export { SmsEmulator } from './sms-emulator.js';
export { SmsEmulatorError } from './emulator.error.js';
export type { SmsEmulatorErrorCode } from './emulator.error.js';
export type { SmsEmulatorOptions } from './emulator.options.js';
export type { EmulatorMessage } from './emulator/message-log.js';
