import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';
import type { SmsVerificationScope } from './store/verification.store.js';

/**
 * What the channel `tencentcloud-sms:verification` publishes of each start and check, once it is over.
 * No code, no id, no text and no whole number is in it.
 */
export interface SmsVerificationTrace {
  readonly action: 'start' | 'check';
  /** Name of the module; `undefined` for the one without a name. */
  readonly module: string | undefined;
  readonly purpose: string;
  /** As in the result. */
  readonly status:
    | 'sent'
    | 'waiting'
    | 'throttled'
    | 'refused'
    | 'failed'
    | 'unavailable'
    | 'approved'
    | 'denied'
    | 'locked';
  /** Which limit, of a throttled start. */
  readonly scope?: SmsVerificationScope | undefined;
  /** Why it was refused or denied. */
  readonly reason?: string | undefined;
  /** Whether the text was accepted, of a start that sent. */
  readonly delivery?: 'accepted' | 'unknown' | 'pending' | undefined;
  /** ISO code of the country. */
  readonly country?: string | undefined;
  /** Masked. */
  readonly to?: string | undefined;
  /** Milliseconds from the last text to the approval. */
  readonly sinceSentMs?: number | undefined;
}

/** Check `hasSubscribers` before making a trace. */
export const verificationChannel: Channel<unknown, SmsVerificationTrace> = channel(
  'tencentcloud-sms:verification',
) as Channel<unknown, SmsVerificationTrace>;
