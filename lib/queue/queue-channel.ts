import { channel } from 'node:diagnostics_channel';
import type { Channel } from 'node:diagnostics_channel';
import type { SmsQueueLane } from './lanes.js';

/**
 * What the channel `tencentcloud-sms:queue` publishes of each look of a worker at a job. No number, no
 * code of a text, no key.
 */
export interface SmsQueueTrace {
  /** Name of the account; `undefined` for the one without a name. */
  readonly account: string | undefined;
  readonly lane: SmsQueueLane;
  /**
   * `accepted`, `rejected`, `unknown`, `stale` and `cancelled` are ends, `settling` is looked for, and
   * `delayed` is run again.
   */
  readonly step:
    'accepted' | 'rejected' | 'unknown' | 'stale' | 'cancelled' | 'settling' | 'delayed';
  /** Why a job was delayed. */
  readonly why?: string | undefined;
  /** Tencent's code, or ours. */
  readonly code?: string | undefined;
  /** Milliseconds from the moment that the text was due, of one that ended or is looked for. */
  readonly waitedMs?: number | undefined;
}

/** Check `hasSubscribers` before making a trace. */
export const queueChannel: Channel<unknown, SmsQueueTrace> = channel(
  'tencentcloud-sms:queue',
) as Channel<unknown, SmsQueueTrace>;
