export { SmsEmulator } from './sms-emulator.js';
export { SmsEmulatorError } from './emulator.error.js';
export type { SmsEmulatorErrorCode } from './emulator.error.js';
export type { SmsEmulatorBehavior, SmsEmulatorOptions } from './emulator.options.js';
export type { DeliveryMode } from './emulator/delivery.js';
export type { ReplyDraft } from './emulator/engine.js';
export type { FailOptions } from './emulator/engine-controls.js';
export type { EmulatorFault, FaultEffect } from './emulator/fault.js';
export type { SmsFrequencyLimits } from './emulator/frequency.js';
export type { MessageFilter, WaitOptions } from './emulator/inbox.js';
export type {
  EmulatorCallback,
  EmulatorMessage,
  EmulatorMessageEvent,
  EmulatorReply,
  EmulatorReport,
  EmulatorRequest,
  EmulatorRequestSummary,
  SignatureCheck,
} from './emulator/test-api.js';
export { createSmsTestKit, SmsTestKit } from './sms-test-kit.js';
export type { SmsTestClock } from './sms-test-kit.js';
export { SmsTestInbox } from './test-inbox.js';
export { SmsTestingModule } from './sms-testing.module.js';
export type { SmsTestingOptions } from './sms-testing.module.js';
