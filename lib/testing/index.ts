export { SmsEmulator } from '../emulator/sms-emulator.js';
export { SmsEmulatorError } from '../emulator/errors/emulator.error.js';
export type { SmsEmulatorErrorCode } from '../emulator/errors/emulator.error.js';
export type {
  SmsEmulatorBehavior,
  SmsEmulatorOptions,
} from '../emulator/engine/emulator.options.js';
export type { DeliveryMode } from '../emulator/carrier/delivery.js';
export type { ReplyDraft } from '../emulator/engine/engine.js';
export type { FailOptions } from '../emulator/engine/engine-controls.js';
export type { EmulatorFault, FaultEffect } from '../emulator/faults/fault.js';
export type { SmsFrequencyLimits } from '../emulator/records/frequency.js';
export type { MessageFilter, WaitOptions } from '../emulator/engine/inbox.js';
export type {
  EmulatorCallback,
  EmulatorMessage,
  EmulatorMessageEvent,
  EmulatorReply,
  EmulatorReport,
  EmulatorRequest,
  EmulatorRequestSummary,
  SignatureCheck,
} from '../emulator/contract/test-api.js';
export { createSmsTestKit, SmsTestKit } from './sms-test-kit.js';
export type { SmsTestClock } from './sms-test-kit.js';
export { SmsTestInbox } from './test-inbox.js';
export { SmsTestingModule } from './sms-testing.module.js';
export type { SmsTestingOptions } from './sms-testing.module.js';
