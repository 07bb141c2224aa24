import { isSmsAction } from '../api/actions.js';
import type { SmsAction, SmsResponse } from '../api/actions.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { probeBounded } from '../http/bounded-send.js';
import { ServerClock } from '../http/server-clock.js';
import type { SmsTransport } from '../http/transport.js';
import type { SmsSigner } from '../signing/signer.js';
import { Attempts } from './attempts.js';
import type { AttemptContext, CheckedCall } from './attempts.js';
import type { CallTerms, SmsCallOptions, SmsParams } from './call-options.js';
import { CallTiming } from './call-timing.js';
import { checkCallOptions, findTimeoutIssues } from './check-call-options.js';
import { checkParams } from './check-params.js';
import type { SmsClientContext, SmsClientOptions } from './client-options.js';
import { completeRequest } from './complete-request.js';
import { Deadline, readNotAfter } from './deadline.js';
import { Endpoints } from './endpoints.js';
import { toTransportError } from './hand-over.js';
import { InFlight } from './in-flight.js';
import { note, requestChannel, traceRequest } from './request-channel.js';
import type { SmsRequestTrace } from './request-channel.js';
import { RequestSigner } from './request-signer.js';
import { RetryLoop } from './retry-loop.js';
import type { AttemptLimits } from './retry-loop.js';
import { shareSignal } from './share-signal.js';

/** Takes one call of the API from its parameters to its answer. */
export class SmsClient {
  private readonly clock = new ServerClock();
  private readonly inFlight: InFlight;
  private readonly endpoints: Endpoints;
  private readonly attemptContext: AttemptContext;

  constructor(
    private readonly options: SmsClientOptions,
    signer: SmsSigner,
    private readonly transport: SmsTransport,
    private readonly context: SmsClientContext = {},
  ) {
    this.inFlight = context.inFlight ?? new InFlight();
    this.endpoints = new Endpoints(options, transport);
    this.attemptContext = {
      options,
      transport,
      clock: this.clock,
      endpoints: this.endpoints,
      signer: new RequestSigner(options, signer),
    };
  }

  /** The application of requests that name none. */
  get sdkAppId(): string {
    return this.options.sdkAppId;
  }

  /** How long an attempt may take, in milliseconds. */
  get timeoutMs(): number {
    return this.options.timeoutMs;
  }

  /** By how much this machine's time was corrected, in milliseconds. */
  get clockOffsetMs(): number {
    return this.clock.offsetSeconds * 1000;
  }

  /**
   * Makes a call.
   *
   * @throws SmsError; with the code `SMS_SHUT_DOWN` once the app is shutting down.
   */
  async request<A extends SmsAction>(
    action: A,
    params: SmsParams<A>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<A>> {
    return this.inFlight.run(async () => {
      const { signal, timeoutMs, notAfter } = checkCallOptions(options);
      const timing = this.startTiming(this.toDeadline(notAfter));
      const complete = completeRequest(action, params, this.options.signName);
      return this.call(action, complete, { signal, timeoutMs, timing });
    });
  }

  /**
   * The caller's `notAfter`, kept on all clocks from now on.
   *
   * @throws SmsValidationError when it is neither a valid `Date` nor a finite number.
   */
  toDeadline(notAfter: unknown): Deadline | undefined {
    const milliseconds = readNotAfter(notAfter);
    return milliseconds === undefined ? undefined : Deadline.at(this.clock, milliseconds);
  }

  /** A limit so long from now on, kept on all clocks. */
  startDeadline(milliseconds: number): Deadline {
    return Deadline.in(this.clock, milliseconds);
  }

  /** Begins the times of a call whose turn has come. */
  startTiming(deadline?: Deadline): CallTiming {
    return new CallTiming(this.clock, deadline);
  }

  /**
   * Makes a call that belongs to a send in flight, which a shutdown lets finish.
   *
   * @throws SmsError and nothing else.
   */
  async call<A extends SmsAction>(
    action: A,
    given: SmsParams<A>,
    terms?: CallTerms,
  ): Promise<SmsResponse<A>> {
    try {
      return await this.make(action, given, terms);
    } catch (error) {
      throw error instanceof SmsError ? error : toUnforeseenError(action, error);
    }
  }

  private async make<A extends SmsAction>(
    action: A,
    given: SmsParams<A>,
    {
      signal,
      timeoutMs = this.options.timeoutMs,
      timing = this.startTiming(),
      outlastsRateRefusals = false,
    }: CallTerms = {},
  ): Promise<SmsResponse<A>> {
    assertAction(action);
    assertTimeout(timeoutMs);
    const params = checkParams(action, given, this.options.sdkAppId);
    if (signal !== undefined) {
      shareSignal(signal);
    }
    const { retry } = this.options;
    const { inFlight } = this;
    const limits = { retry, timing, signal, outlastsRateRefusals, inFlight };
    const attempts = this.createAttempts({ action, params, timeoutMs }, limits);
    if (!requestChannel.hasSubscribers) {
      return attempts.run();
    }
    const trace = this.createTrace(action);
    return traceRequest(trace, async () =>
      attempts.run(() => {
        note(trace, { attempts: trace.attempts + 1 });
      }),
    );
  }

  private createAttempts<A extends SmsAction>(
    call: CheckedCall<A>,
    limits: AttemptLimits,
  ): Attempts<A> {
    const retries = new RetryLoop(call.action, limits, this.clock, this.context.events);
    return new Attempts(this.attemptContext, call, limits, retries);
  }

  /**
   * Makes a connection to the endpoint and closes it; `false` when the transport can't tell.
   *
   * @throws SmsError; with the code `SMS_SHUT_DOWN` once the app is shutting down.
   */
  async probe(timeoutMs: number): Promise<boolean> {
    assertTimeout(timeoutMs);
    const { transport, options } = this;
    if (transport.probe === undefined) {
      return false;
    }
    if (this.inFlight.closed) {
      throw this.inFlight.toShutDownError('Nothing was tried.');
    }
    try {
      await probeBounded(transport, { url: `${options.endpoint}/`, timeoutMs });
    } catch (error) {
      throw toTransportError(error, 'connect');
    }
    return true;
  }

  private createTrace(action: SmsAction): SmsRequestTrace {
    return {
      action,
      account: this.context.account,
      region: this.options.region,
      host: this.endpoints.after(0).host,
      status: undefined,
      attempts: 0,
      requestId: undefined,
      code: undefined,
      phase: undefined,
    };
  }
}

/** What failed is not the transport and not the reading of its answer, so nothing was sent. */
function toUnforeseenError(action: SmsAction, error: unknown): SmsError {
  return new SmsError(`${action}: something unforeseen failed, so nothing was sent.`, {
    code: 'SMS_UNFORESEEN',
    cause: toSafeCause(error),
  });
}

function assertAction(action: string): void {
  if (!isSmsAction(action)) {
    throw new SmsValidationError([
      {
        field: 'action',
        message: 'There is no such action; expected one of SMS_ACTIONS, such as "SendSms".',
      },
    ]);
  }
}

/** @throws SmsValidationError when it is not a delay that a timer accepts. */
export function assertTimeout(timeoutMs: number): void {
  const issues = findTimeoutIssues(timeoutMs);
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}
