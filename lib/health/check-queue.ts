import type { QueueHealth, QueueLoad } from '../queue/queue-health.js';
import type { CheckResult } from './check-result.js';

/** From where on a queue is no longer fine. */
export interface QueueLimits {
  readonly waitingAbove: number;
  readonly oldestAboveMs: number;
}

/** What a probe found: a result that is final, or what the limits are compared with. */
export type QueueProbe = CheckResult | { readonly state: 'up'; readonly details: QueueDetails };

/** Shown to clients of the health endpoint. */
interface QueueDetails extends Readonly<Record<string, unknown>> {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
  readonly failed: number;
  readonly oldestAgeMs: number | undefined;
  readonly paused: Readonly<Record<string, string>>;
  readonly settling: number;
}

/** Whether Redis answers and the workers run, and what the queue has. */
export async function probeQueue(health: QueueHealth): Promise<QueueProbe> {
  let load: QueueLoad;
  try {
    load = await health.probe();
  } catch {
    // The error of a client may name hosts and keys.
    const message = 'The Redis of the queue is out of reach.';
    return { state: 'down', details: { code: 'SMS_REDIS_UNAVAILABLE', message } };
  }
  const { stopped, paused, ...counts } = load;
  const details: QueueDetails = {
    ...counts,
    paused: Object.fromEntries(paused.map(({ lane, reason }) => [lane, reason])),
  };
  if (stopped !== undefined) {
    const message = 'The workers of this process have stopped: their credentials are refused.';
    return { state: 'down', details: { ...details, code: stopped, message } };
  }
  return { state: 'up', details };
}

/** Compares what a probe found with limits; what has none to compare stays as it is. */
export function checkQueue(probe: QueueProbe, limits: QueueLimits): CheckResult {
  if (probe.state !== 'up' || !('settling' in probe.details)) {
    return probe;
  }
  const details = probe.details as QueueDetails;
  const { paused, failed, waiting, oldestAgeMs = 0 } = details;
  const messages = [
    ...(Object.keys(paused).length > 0 ? ['A lane is paused.'] : []),
    ...(failed > 0 ? ['Jobs can not be read.'] : []),
    ...(waiting > limits.waitingAbove ? ['Too many texts wait.'] : []),
    ...(oldestAgeMs > limits.oldestAboveMs ? ['A text waits for too long.'] : []),
  ];
  return messages.length === 0
    ? { state: 'up', details }
    : { state: 'degraded', details: { ...details, message: messages.join(' ') } };
}
