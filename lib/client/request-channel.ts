import { tracingChannel } from 'node:diagnostics_channel';
import type { TracingChannel } from 'node:diagnostics_channel';
import type { SmsAction } from '../api/actions.js';
import { SmsError } from '../errors/sms.error.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';

/**
 * What the tracing channel `tencentcloud-sms:request` publishes of a call: one object a call, the same
 * in all its events. No credentials, no number and no text of a message is in it.
 *
 * `start` has what is known before; `asyncEnd` has all of it, and after a failure `error`, the
 * `SmsError` itself. What was refused before anything could be sent has no events.
 *
 * @example
 * import { tracingChannel } from 'node:diagnostics_channel';
 * tracingChannel('tencentcloud-sms:request').subscribe({ asyncEnd(trace) { … } });
 */
export interface SmsRequestTrace {
  /** Such as `SendSms`. */
  readonly action: SmsAction;
  /** Name of the account; `undefined` for the one without a name. */
  readonly account: string | undefined;
  /** Such as `ap-guangzhou`. */
  readonly region: string;
  /** Host of the endpoint, with its port where that is not the usual one. */
  readonly host: string;
  /** How the call ended; `undefined` while it is in flight. */
  status: 'ok' | 'error' | undefined;
  /** Attempts made, the last one included. */
  attempts: number;
  /** Tencent's id of the call, when it got that far. */
  requestId: string | undefined;
  /** Why it failed: Tencent's code, or ours (`SMS_…`). */
  code: string | undefined;
  /** How far the last attempt came, when the network or the caller ended it. */
  phase: SmsRequestPhase | undefined;
  /** What it failed with; set by the channel. */
  error?: unknown;
  /** @internal */
  [RUN_WITHIN]?: RunWithin | undefined;
}

/** Calls what it is given once, in a context such as that of a span. */
type RunWithin = (run: () => void) => void;

/**
 * What a listener to `start` sets on a trace so that the call runs in a context of its own: a channel
 * by itself can pass on the stores of `AsyncLocalStorage` only, and OpenTelemetry hides its own.
 */
export const RUN_WITHIN = Symbol('nestjs-tencentcloud-sms:run-within');

/** Check `hasSubscribers` before making a trace: without subscribers, a call costs only that check. */
export const requestChannel: TracingChannel<object, SmsRequestTrace> = tracingChannel(
  'tencentcloud-sms:request',
);

/** Runs a call and publishes it on the channel. */
export async function traceRequest<Response extends { RequestId?: string }>(
  trace: SmsRequestTrace,
  run: () => Promise<Response>,
): Promise<Response> {
  let call!: Promise<Response>;
  // The channel gets no result: Tencent's answer holds whole phone numbers.
  const traced = requestChannel.tracePromise(async () => {
    call = runWithin(trace, run);
    try {
      const { RequestId: requestId } = await call;
      note(trace, { status: 'ok', requestId });
    } catch (error) {
      note(trace, { status: 'error', ...reasonOf(error) });
      throw error;
    }
  }, trace);
  // The call has an end of its own: nothing that listeners do to the trace may change it.
  await traced.catch(() => undefined);
  return call;
}

function runWithin<T>(trace: SmsRequestTrace, run: () => Promise<T>): Promise<T> {
  let begun: Promise<T> | undefined;
  try {
    trace[RUN_WITHIN]?.(() => {
      begun = run();
    });
  } catch {
    // What instruments a call must not keep it from being made.
  }
  return begun ?? run();
}

/** Notes something on a trace, unless a listener has frozen it. */
export function note<Trace extends object>(trace: Trace, members: Partial<Trace>): void {
  for (const [name, value] of Object.entries(members)) {
    Reflect.set(trace, name, value);
  }
}

function reasonOf(error: unknown): Partial<SmsRequestTrace> {
  if (!(error instanceof SmsError)) {
    return {};
  }
  const { code, requestId, phase } = error;
  return { code, requestId, phase };
}
