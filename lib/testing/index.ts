export { SmsEmulator } from '../emulator/sms-emulator.js';
export { SmsEmulatorError } from '../emulator/errors/emulator.error.js';
export type { SmsEmulatorErrorCode } from '../emulator/errors/emulator.error.js';
export type {
  SmsEmulatorBehavior,
  SmsEmulatorOptions,
  SmsEmulatorTls,
} from '../emulator/engine/emulator.options.js';
export type { SmsEmulatorTemplate } from '../emulator/engine/own-templates.js';
export type { SmsDeliveryMode } from '../emulator/carrier/delivery.js';
export type { SmsReplyDraft } from '../emulator/engine/engine.js';
export type {
  SmsEmulatorControls,
  SmsCallbackFaultOptions,
  SmsFailOptions,
  SmsLossOptions,
  SmsTestClock,
} from '../emulator/engine/emulator-controls.js';
export type {
  SmsCallbackFault,
  SmsEmulatorFault,
  SmsFaultEffect,
} from '../emulator/faults/fault.js';
export type { SmsFrequencyLimits } from '../emulator/records/frequency.js';
export type { SmsMessageFilter, SmsWaitOptions } from '../emulator/engine/inbox.js';
export type {
  SmsEmulatorCallback,
  SmsEmulatorMessage,
  SmsEmulatorMessageEvent,
  SmsEmulatorPush,
  SmsEmulatorReply,
  SmsEmulatorReport,
  SmsEmulatorRequest,
  SmsEmulatorRequestSummary,
  SmsSignatureCheck,
} from '../emulator/contract/control-api.types.js';
export { describeCampaignStore } from './campaign-store/describe-campaign-store.js';
export type { SmsCampaignStoreTestOptions } from './campaign-store/describe-campaign-store.js';
export type {
  SmsCampaignStoreClock,
  SmsCampaignStoreSubject,
} from './campaign-store/campaign-subject.js';
export { describeDeliveryStore } from './delivery-store/describe-delivery-store.js';
export type { SmsDeliveryStoreTestOptions } from './delivery-store/describe-delivery-store.js';
export type {
  SmsDeliveryStoreClock,
  SmsDeliveryStoreSubject,
} from './delivery-store/delivery-subject.js';
export { describeQueueStore } from './queue-store/describe-queue-store.js';
export type { SmsQueueStoreTestOptions } from './queue-store/describe-queue-store.js';
export type { SmsQueueStoreClock, SmsQueueStoreSubject } from './queue-store/queue-subject.js';
export { createSmsTestKit, SmsTestKit } from './sms-test-kit.js';
export { SmsVerificationFaults } from './verification-faults.js';
export { describeVerificationStore } from './verification-store/describe-verification-store.js';
export type { SmsVerificationStoreTestOptions } from './verification-store/describe-verification-store.js';
export type {
  SmsVerificationStoreClock,
  SmsVerificationStoreSubject,
} from './verification-store/store-subject.js';
export { SmsTestInbox } from './test-inbox.js';
export { SmsTestingModule } from './sms-testing.module.js';
export type { SmsTestingOptions } from './sms-testing.module.js';
