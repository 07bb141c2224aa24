import type { Attributes, Meter } from '@opentelemetry/api';
import { queueChannel } from '../queue/queue-channel.js';
import type { SmsQueueTrace } from '../queue/queue-channel.js';
import { describeAccount, toErrorType } from './attributes.js';
import { listen } from './subscription.js';

/** Seconds: from a text that a worker takes at once to one that waits for the next morning. */
const BOUNDARIES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400];

/** Counts what workers do with jobs, and measures how long texts wait for them. */
export function measureQueues(meter: Meter): () => void {
  const jobs = meter.createCounter('sms.queue.jobs', {
    description: 'Looks of workers at jobs, by what became of them.',
    unit: '{job}',
  });
  const wait = meter.createHistogram('sms.queue.wait', {
    description: 'From the moment that a text was due to its end in the queue.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  return listen(queueChannel, (trace: SmsQueueTrace) => {
    const labels = describe(trace);
    jobs.add(1, labels);
    if (trace.waitedMs !== undefined) {
      wait.record(trace.waitedMs / 1000, labels);
    }
  });
}

function describe({ account, lane, step, why, code }: SmsQueueTrace): Attributes {
  return {
    ...describeAccount(account),
    'sms.queue.lane': lane,
    'sms.queue.step': step,
    ...(why === undefined ? {} : { 'sms.queue.why': why }),
    ...(code === undefined ? {} : { 'error.type': toErrorType(code) }),
  };
}
