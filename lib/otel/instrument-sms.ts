import { metrics, trace } from '@opentelemetry/api';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { measureSms } from './metrics.js';
import { share } from './subscription.js';
import type { SharedByProvider } from './subscription.js';
import { traceSms } from './spans.js';

const NAME = 'nestjs-tencentcloud-sms';

const traced: SharedByProvider = new WeakMap();
const measured: SharedByProvider = new WeakMap();

/** Where spans and metrics go. */
export interface SmsInstrumentation {
  /** @default the one that is registered globally */
  tracerProvider?: TracerProvider | undefined;
  /** @default the one that is registered globally */
  meterProvider?: MeterProvider | undefined;
}

/**
 * Makes a span of each call of the API, and metrics of calls and texts, of all accounts in this
 * process. Call it once the OpenTelemetry SDK has started, before or after the app does; nothing is
 * wrapped or patched. Calling it again with the same providers measures nothing twice.
 *
 * Spans: `sms/SendSms` and the like, of the kind CLIENT, below the span that is active where the call
 * is made, with `rpc.system`, `rpc.service`, `rpc.method`, `server.address`, `server.port`,
 * `sms.account`, `tencentcloud.region`, `tencentcloud.attempts`, `tencentcloud.request_id` and, for a
 * call that failed, `error.type`: Tencent's code or ours, `_OTHER` when it is in no documentation.
 *
 * Metrics: `rpc.client.call.duration` (histogram, seconds, all attempts of a call), with
 * `sms.client.outcomes` (counter of texts by `sms.outcome` and `error.type`) and
 * `sms.client.segments` (counter of segments billed), which count what `send`, `trySend`, `sendMany`
 * and `sendEach` send; raw calls have a span and a duration only.
 *
 * `sms.verification.starts`, `sms.verification.checks` and `sms.verification.approval.duration` are of
 * codes; `sms.delivery.reports` (counter) and `sms.delivery.duration` (histogram, seconds from a send to
 * the moment that its report names) of what became of texts, by `sms.delivery.state`,
 * `sms.delivery.code` and `sms.delivery.source`; `sms.queue.jobs` (counter of looks of workers at jobs)
 * and `sms.queue.wait` (histogram, seconds from the moment that a text was due) of queues, by
 * `sms.queue.lane` and `sms.queue.step`.
 *
 * No number, no code of a text and no serial number is in any of them. What OpenTelemetry throws goes
 * to its own diagnostic logger.
 *
 * @example
 * const stop = instrumentSms();
 *
 * @returns a function that stops it.
 */
export function instrumentSms({
  tracerProvider = trace,
  meterProvider = metrics,
}: SmsInstrumentation = {}): () => void {
  const stopTracing = share(traced, tracerProvider, () => traceSms(tracerProvider.getTracer(NAME)));
  const stopMeasuring = share(measured, meterProvider, () =>
    measureSms(meterProvider.getMeter(NAME)),
  );
  return () => {
    stopTracing();
    stopMeasuring();
  };
}
