import type { SmsQueueLane } from './lanes.js';

/** What a queue has, at a moment. */
export interface QueueLoad {
  /** Jobs that are due and wait for a worker. */
  readonly waiting: number;
  /** Jobs that are not due yet, or are run again later. */
  readonly delayed: number;
  /** Jobs that a worker has. */
  readonly active: number;
  /** Jobs that can't be read; each is a text that did not go out. */
  readonly failed: number;
  /** Milliseconds since the oldest job that waits was due; `undefined` where none waits. */
  readonly oldestAgeMs: number | undefined;
  /** Lanes that are paused, and why: `manual`, or Tencent's code. */
  readonly paused: readonly { readonly lane: SmsQueueLane; readonly reason: string }[];
  /** Texts whose outcome is looked for. */
  readonly settling: number;
  /** Why the workers of this process have stopped; `undefined` where they run, or there are none. */
  readonly stopped: string | undefined;
}

/** What health checks ask of a queue. */
export interface QueueHealth {
  /** @throws what Redis throws. */
  probe(): Promise<QueueLoad>;
}

/** Token of what health checks ask of a named queue. */
export function getQueueHealthToken(name?: string): string {
  return name === undefined ? 'SmsQueueHealth' : `SmsQueueHealth(${name})`;
}
