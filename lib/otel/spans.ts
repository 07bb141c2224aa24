import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import { requestChannel } from '../client/request-channel.js';
import type { SmsRequestTrace } from '../client/request-channel.js';
import { describeCall, toErrorType } from './attributes.js';
import { listen } from './subscription.js';

/** Makes a span of each call, until the function that it returns is called. */
export function traceSms(tracer: Tracer): () => void {
  const spans = new WeakMap<SmsRequestTrace, Span>();
  const onStart = (call: SmsRequestTrace): void => {
    const attributes = { ...describeCall(call), 'tencentcloud.region': call.region };
    spans.set(call, tracer.startSpan(`sms/${call.action}`, { kind: SpanKind.CLIENT, attributes }));
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
