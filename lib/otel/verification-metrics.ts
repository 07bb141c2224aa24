import type { Attributes, Meter } from '@opentelemetry/api';
import { verificationChannel } from '../verification/verification-channel.js';
import type { SmsVerificationTrace } from '../verification/verification-channel.js';
import { listen } from './subscription.js';

/** Seconds: from a text that arrives at once to the longest life of a code. */
const BOUNDARIES = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/** Counts starts and checks, and measures how long people take to type a code. */
export function measureVerifications(meter: Meter): () => void {
  const starts = meter.createCounter('sms.verification.starts', {
    description: 'Codes that were asked for, by what became of them.',
    unit: '{start}',
  });
  const checks = meter.createCounter('sms.verification.checks', {
    description: 'Codes that were tried, by what became of them.',
    unit: '{check}',
  });
  const approval = meter.createHistogram('sms.verification.approval.duration', {
    description: 'From the last text of a code to its approval.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  return listen(verificationChannel, (trace: SmsVerificationTrace) => {
    const labels = describe(trace);
    (trace.action === 'start' ? starts : checks).add(1, labels);
    if (trace.sinceSentMs !== undefined) {
      approval.record(trace.sinceSentMs / 1000, labels);
    }
  });
}

function describe(trace: SmsVerificationTrace): Attributes {
  const { module, purpose, status, scope, reason, delivery, country } = trace;
  const labels = {
    'sms.verification.module': module,
    'sms.verification.purpose': purpose,
    'sms.verification.status': status,
    'sms.verification.scope': scope,
    'sms.verification.reason': reason,
    'sms.verification.delivery': delivery,
    'sms.country': country,
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
}
