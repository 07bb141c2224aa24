export { smsVerification } from './sms-verification.js';
export type {
  SmsCodeTemplate,
  SmsVerification,
  SmsVerificationDefinition,
  SmsVerificationParams,
} from './sms-verification.js';
export { SmsVerificationModule } from './verification.module.js';
export type { SmsVerificationModuleAsyncOptions } from './verification.module.js';
export type {
  SmsVerificationModuleExtras,
  SmsVerificationOptionsFactory,
} from './verification.module-definition.js';
export type {
  SmsVerificationChallenge,
  SmsVerificationChallengeAsk,
  SmsVerificationChallengeVerdict,
  SmsVerificationLimits,
  SmsVerificationModuleOptions,
  SmsVerificationTestNumber,
} from './verification.options.js';
export { SmsVerificationService } from './verification.service.js';
export { InjectSmsVerification, getSmsVerificationToken } from './verification.tokens.js';
export type { SmsVerificationCheckInput, SmsVerificationStartInput } from './verification-input.js';
export type {
  SmsPublicVerificationCheck,
  SmsPublicVerificationStart,
  SmsVerificationApproved,
  SmsVerificationCheck,
  SmsVerificationDenied,
  SmsVerificationFailed,
  SmsVerificationLocked,
  SmsVerificationRefused,
  SmsVerificationSent,
  SmsVerificationStart,
  SmsVerificationTextDelivery,
  SmsVerificationThrottled,
  SmsVerificationUnavailable,
  SmsVerificationWaiting,
} from './verification-results.js';
export type { SmsVerificationTrace } from './verification-channel.js';
export { SmsVerificationError } from '../errors/verification.error.js';
export type {
  SmsVerificationErrorCode,
  SmsVerificationErrorDetails,
} from '../errors/verification.error.js';
export { memoryVerificationStore } from './store/memory-verification.store.js';
export type {
  MemoryVerificationStore,
  SmsMemoryVerificationOptions,
} from './store/memory-verification.store.js';
export type {
  SmsFreshVerification,
  SmsStoredVerification,
  SmsVerificationAttempt,
  SmsVerificationAttemptAsk,
  SmsVerificationCancelAsk,
  SmsVerificationConcludeAsk,
  SmsVerificationDelivery,
  SmsVerificationLimit,
  SmsVerificationLoad,
  SmsVerificationPhoneLimit,
  SmsVerificationReservation,
  SmsVerificationReserveAsk,
  SmsVerificationScope,
  SmsVerificationStore,
  SmsVerificationTarget,
  SmsVerificationUnlockAsk,
} from './store/verification.store.js';
