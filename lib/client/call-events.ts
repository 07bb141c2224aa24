import type { SmsAction } from '../api/actions.js';

/** Another attempt is about to be made. */
export interface RetryEvent {
  readonly action: SmsAction;
  /** Attempts that have failed so far. */
  readonly failed: number;
  /** Why the last one failed: Tencent's code, or ours. */
  readonly code: string;
}

/** Tencent found this machine's clock wrong; from now on requests carry Tencent's time. */
export interface ClockEvent {
  readonly action: SmsAction;
  /** Seconds that are added to this machine's clock. */
  readonly offsetSeconds: number;
}

/** Called on retries and clock corrections only, so that a successful call costs nothing. */
export interface CallEvents {
  onRetry(event: RetryEvent): void;
  onClockCorrected(event: ClockEvent): void;
}
