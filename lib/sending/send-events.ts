import type { SmsMarket } from '../recipients/normalize-recipients.js';

/** Texts of one batch of which it is unknown whether they were sent. */
export interface UnknownEvent {
  readonly template: string | undefined;
  readonly market: SmsMarket;
  /** Distinct numbers in the batch. */
  readonly recipients: number;
  /** How many of them have an unknown outcome. */
  readonly unknown: number;
  /** Their codes: Tencent's, or ours. */
  readonly codes: readonly string[];
  /** The number, masked, when it is about but one. */
  readonly to: string | undefined;
  /** Tencent's id of the call, when it got that far. */
  readonly requestId: string | undefined;
}

/** Tencent refused with a code that is in no catalogue yet. */
export interface NewCodeEvent {
  readonly code: string;
  readonly action: 'SendSms' | 'SendMultiGlobalSms';
  /** Tencent's id of the call, when it got that far. */
  readonly requestId: string | undefined;
}

/** Called only for events that need attention. */
export interface SendEvents {
  onUnknown(event: UnknownEvent): void;
  onNewCode(event: NewCodeEvent): void;
}
