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
export { OnSmsReply, OnSmsReport, OnSmsSettled } from './handlers/handler.decorators.js';
export type { SmsReplyFilter, SmsReportFilter } from './handlers/handler.decorators.js';
export type { SmsReply, SmsReport } from './report.js';
export type { SmsDeliveryTrace, SmsReportTrace } from './delivery-channel.js';
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
  SmsStoredText,
} from './store/delivery.store.js';
