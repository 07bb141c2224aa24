export { SmsDeliveryModule } from './delivery.module.js';
export type { SmsDeliveryModuleAsyncOptions } from './delivery.module.js';
export type {
  SmsDeliveryModuleExtras,
  SmsDeliveryOptionsFactory,
} from './delivery.module-definition.js';
export type {
  SmsCallbackOptions,
  SmsDeliveryModuleOptions,
  SmsTrackedKind,
} from './delivery.options.js';
export type { SmsOpenOutcome } from './open-outcome.js';
export { SmsDelivery } from './sms-delivery.js';
export type { SmsDeliveredOptions, SmsDeliveryState, SmsTextReference } from './sms-delivery.js';
export {
  OnSmsOutcome,
  OnSmsReply,
  OnSmsReport,
  OnSmsSettled,
} from './handlers/handler.decorators.js';
export type {
  SmsOutcomeFilter,
  SmsReplyFilter,
  SmsReportFilter,
} from './handlers/handler.decorators.js';
export type { SmsJobOutcome, SmsJobResult } from './job-outcome.js';
export type { SmsReply, SmsReport } from './report.js';
export type { SmsDeliveryTrace, SmsReportTrace, SmsSettledTrace } from './delivery-channel.js';
export type { SmsSettlement, SmsSettlementCertainty, SmsSettlementVerdict } from './settlement.js';
export type { SmsDeliveryLook, SmsLookedText, SmsLookFinding } from './store/delivery.store.js';
export { memoryDeliveryStore } from './store/memory-delivery.store.js';
export type {
  MemoryDeliveryStore,
  SmsMemoryDeliveryOptions,
} from './store/memory-delivery.store.js';
export type {
  SmsClaimedChange,
  SmsDeliveryChange,
  SmsDeliveryFact,
  SmsDeliveryKey,
  SmsDeliveryReport,
  SmsDeliverySource,
  SmsDeliveryStats,
  SmsDeliveryStatus,
  SmsDeliveryStore,
  SmsDeliveryText,
  SmsFailureKind,
  SmsReportedChange,
  SmsSettledChange,
  SmsStoredText,
  SmsTextChange,
} from './store/delivery.store.js';
export { SmsSendGuard } from '../guard/send-guard.js';
export type { SmsGuardJob, SmsLane } from '../guard/guard-job.js';
export type { SmsGuardFault } from '../guard/lane-gate.js';
export type { SmsGuardInput } from '../guard/guarded-text.js';
export type { SmsSendGuardOptions } from '../guard/guard.options.js';
export type { SmsGuardOutcome, SmsGuardStep } from '../guard/guard-step.js';
export { toSmsJobResult } from '../guard/to-job-result.js';
export { SmsUnrecoverableError } from '../errors/unrecoverable.error.js';
export { memoryQueueStore } from '../guard/memory-queue.store.js';
export type { SmsMemoryQueueOptions } from '../guard/memory-queue.store.js';
export type {
  SmsBeginRequest,
  SmsBeginResult,
  SmsConclusion,
  SmsEnd,
  SmsKeyDigest,
  SmsLanePause,
  SmsMarker,
  SmsMarkerState,
  SmsQueueStore,
} from '../guard/queue.store.js';
