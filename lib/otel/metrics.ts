import type { Meter } from '@opentelemetry/api';
import { requestChannel } from '../client/request-channel.js';
import type { SmsRequestTrace } from '../client/request-channel.js';
import { sendChannel } from '../sending/send-channel.js';
import type { SmsSendTrace } from '../sending/send-channel.js';
import { describeAccount, describeCall, toErrorType } from './attributes.js';
import { measureDeliveries } from './delivery-metrics.js';
import { measureQueues } from './queue-metrics.js';
import { measureVerifications } from './verification-metrics.js';
import { listen } from './subscription.js';

/** Seconds: from an answer in the same network to the longest time-out and its repetitions. */
const BOUNDARIES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** Measures calls and counts texts, until the function that it returns is called. */
export function measureSms(meter: Meter): () => void {
  const stopCalls = measureCalls(meter);
  const stopTexts = countTexts(meter);
  const stopVerifications = measureVerifications(meter);
  const stopDeliveries = measureDeliveries(meter);
  const stopQueues = measureQueues(meter);
  return () => {
    stopCalls();
    stopTexts();
    stopVerifications();
    stopDeliveries();
    stopQueues();
  };
}

function measureCalls(meter: Meter): () => void {
  const duration = meter.createHistogram('rpc.client.call.duration', {
    description: 'Duration of calls of the API, with all their attempts.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const started = new WeakMap<SmsRequestTrace, number>();
  const onStart = (call: SmsRequestTrace): void => {
    started.set(call, performance.now());
  };
  const onEnd = (call: SmsRequestTrace): void => {
    const start = started.get(call);
    if (start !== undefined) {
      const failed = call.status === 'error' ? { 'error.type': toErrorType(call.code ?? '') } : {};
      duration.record((performance.now() - start) / 1000, { ...describeCall(call), ...failed });
    }
  };
  const stops = [listen(requestChannel.start, onStart), listen(requestChannel.asyncEnd, onEnd)];
  return () => {
    stops.forEach((stop) => {
      stop();
    });
  };
}

function countTexts(meter: Meter): () => void {
  const outcomes = meter.createCounter('sms.client.outcomes', {
    description: 'Texts by what became of them: accepted, rejected or unknown.',
    unit: '{message}',
  });
  const segments = meter.createCounter('sms.client.segments', {
    description: 'Segments billed.',
    unit: '{segment}',
  });
  const onEnd = (batch: SmsSendTrace): void => {
    const labels = { ...describeAccount(batch.account), 'sms.market': batch.market };
    if (batch.accepted !== undefined && batch.accepted > 0) {
      outcomes.add(batch.accepted, { ...labels, 'sms.outcome': 'accepted' });
    }
    for (const [code, count] of Object.entries(batch.codes ?? {})) {
      const error = { 'error.type': toErrorType(code) };
      const unknown = batch.unknownCodes?.[code] ?? 0;
      if (unknown > 0) {
        outcomes.add(unknown, { ...labels, 'sms.outcome': 'unknown', ...error });
      }
      if (count > unknown) {
        outcomes.add(count - unknown, { ...labels, 'sms.outcome': 'rejected', ...error });
      }
    }
    if (batch.fee !== undefined && batch.fee > 0) {
      segments.add(batch.fee, labels);
    }
  };
  return listen(sendChannel.asyncEnd, onEnd);
}
