import { metrics, trace } from '@opentelemetry/api';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { measureSms } from './metrics.js';
import { traceSms } from './spans.js';

const NAME = 'nestjs-tencentcloud-sms';

/** Where spans and metrics go. */
export interface SmsInstrumentation {
  /** @default the one that is registered globally */
  tracerProvider?: TracerProvider | undefined;
  /** @default the one that is registered globally */
  meterProvider?: MeterProvider | undefined;
}

/**
 * Makes a span of each call of the API, and metrics of calls and texts, of all accounts in this
 * process. Call it once, before or after the app starts; nothing is wrapped or patched.
 *
 * Spans: `SmsApi/SendSms` and the like, of the kind CLIENT, below the span that is active where the
 * call is made.
 *
 * Metrics: `rpc.client.call.duration` (histogram, seconds), `sms.client.outcomes` (counter of texts
 * by `sms.outcome` and `error.type`) and `sms.client.segments` (counter of segments billed).
 *
 * No number, no code of a text and no serial number is in any of them.
 *
 * @example
 * const stop = instrumentSms();
 *
 * @returns a function that stops it.
 * @publicApi
 */
export function instrumentSms({
  tracerProvider,
  meterProvider,
}: SmsInstrumentation = {}): () => void {
  const stopTracing = traceSms((tracerProvider ?? trace).getTracer(NAME));
  const stopMeasuring = measureSms((meterProvider ?? metrics).getMeter(NAME));
  return () => {
    stopTracing();
    stopMeasuring();
  };
}
