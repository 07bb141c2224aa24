import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import { RUN_WITHIN, requestChannel } from '../client/request-channel.js';
import type { SmsRequestTrace } from '../client/request-channel.js';
import { describeCall, toErrorType } from './attributes.js';
import { listen } from './subscription.js';

/** Makes a span of each call, until the function that it returns is called. */
export function traceSms(tracer: Tracer): () => void {
  const spans = new WeakMap<SmsRequestTrace, Span>();
  const onStart = (call: SmsRequestTrace): void => {
    const attributes = { ...describeCall(call), 'tencentcloud.region': call.region };
    const span = tracer.startSpan(`sms/${call.action}`, { kind: SpanKind.CLIENT, attributes });
    spans.set(call, span);
    // So that the spans of an HTTP instrumentation lie below it, those of all attempts.
    const outer = call[RUN_WITHIN] ?? runAsIs;
    const within = (run: () => void): void => {
      outer(() => {
        context.with(trace.setSpan(context.active(), span), run);
      });
    };
    // Another listener may have frozen the trace.
    Reflect.defineProperty(call, RUN_WITHIN, { value: within, configurable: true });
  };
  const onEnd = (call: SmsRequestTrace): void => {
    const span = spans.get(call);
    if (span !== undefined) {
      finish(span, call);
    }
  };
  const stops = [listen(requestChannel.start, onStart), listen(requestChannel.asyncEnd, onEnd)];
  return () => {
    stops.forEach((stop) => {
      stop();
    });
  };
}

function runAsIs(run: () => void): void {
  run();
}

function finish(span: Span, { status, code, requestId, attempts }: SmsRequestTrace): void {
  span.setAttribute('tencentcloud.attempts', attempts);
  if (requestId !== undefined) {
    span.setAttribute('tencentcloud.request_id', requestId);
  }
  if (status === 'error') {
    // The error's message stays out: a trace needs only the code, which the catalogue explains.
    span.setAttribute('error.type', toErrorType(code ?? ''));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
