import { isSmsAction } from '../api/actions.js';
import type { SmsAction, SmsRequest, SmsResponse } from '../api/actions.js';
import { API_VERSION } from '../api/envelope.js';
import { RATE_LIMITS } from '../api/rate-limits.js';
import { obtainCredentials } from '../credentials/credentials-provider.js';
import type { SmsCredentialsProvider } from '../credentials/credentials-provider.js';
import { SmsCredentialsError } from '../errors/credentials.error.js';
import { toSafeCause } from '../errors/safe-cause.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsAbortError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { isRateRefusal } from './retry-policy.js';
import type { ResolvedRetry } from './retry-policy.js';
import { ServerClock } from '../http/server-clock.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from '../http/transport.js';
import type { SmsCall, SmsCredentials, SmsSignedCall, SmsSigner } from '../signing/signer.js';
import { withDeadline } from '../time/with-deadline.js';
import { ResponseReader } from './response-reader.js';
import { assertSize } from './assert-size.js';
import { RetryLoop } from './retry-loop.js';
import type { AttemptLimits } from './retry-loop.js';
import type { CallEvents } from './call-events.js';
import { CallTiming } from './call-timing.js';
import { InFlight, toShutDownError } from './in-flight.js';
import { checkParams } from './check-params.js';
import { Deadline, readNotAfter } from './deadline.js';
import type { Pacer } from './pacer.js';
import { pacerOf } from './pacers.js';
import { note, requestChannel, traceRequest } from './request-channel.js';
import type { SmsRequestTrace } from './request-channel.js';
import { shareSignal } from './share-signal.js';
import { isPaced } from './unpaced.js';
import { MAX_DELAY_MS } from './wait.js';

/** Options of every call. */
export interface SmsCallOptions {
  /**
   * Ends the call, at whatever point it is.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the attempt, the body of the answer included. A provider of credentials or a
   * signer that is not ready at once gets as long before it.
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /**
   * A `Date` or milliseconds since 1970, by Tencent's clock as far as it is known: after this moment
   * the call is not signed, not signed again and not handed over, but rejected with `SMS_TOO_LATE`.
   * @default 60 seconds after the call
   */
  notAfter?: Date | number | undefined;
}

/** How a send wants its call made; its own bounds stand in place of the caller's. */
export interface CallTerms {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** From `SmsClient.startTiming`, where the times of the call are wanted. */
  readonly timing?: CallTiming | undefined;
  /**
   * Repeats refusals of the rate as long as there is time, rather than as often as other attempts.
   * @default false
   */
  readonly outlastsRateRefusals?: boolean | undefined;
}

/** Request of an action as it is given here: `SmsSdkAppId` falls back to the account's `sdkAppId`. */
export type SmsParams<A extends SmsAction> =
  SmsRequest<A> extends { SmsSdkAppId: string }
    ? Omit<SmsRequest<A>, 'SmsSdkAppId'> & { SmsSdkAppId?: string }
    : SmsRequest<A>;

/** What the client needs to know of the account. */
export interface SmsClientOptions {
  credentials: SmsCredentialsProvider;
  sdkAppId: string;
  /** Origin, such as `https://sms.tencentcloudapi.com`. */
  endpoint: string;
  /** Origin for the attempt after one that could not connect. */
  backupEndpoint?: string | undefined;
  region: string;
  language?: 'zh-CN' | 'en-US' | undefined;
  method: 'GET' | 'POST';
  signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1';
  timeoutMs: number;
  retry: ResolvedRetry;
  /** The part of Tencent's rates that this process may use; `false` for no pacing. */
  pace: { readonly share: number } | false;
}

/** A place where the API is. */
interface Endpoint {
  origin: string;
  /** As it is signed, with the port. */
  host: string;
  /** Whether Tencent's rates are kept there. */
  paced: boolean;
}

/** Where the client reports events, and the state that it shares with other parts. */
export interface SmsClientContext {
  /** Name of the account. */
  account?: string | undefined;
  events?: CallEvents | undefined;
  /** Shared by all that a shutdown waits for. */
  inFlight?: InFlight | undefined;
}

/** Takes one call of the API from its parameters to its answer. */
export class SmsClient {
  /** The endpoint, then its backup where there is one. */
  private readonly endpoints: readonly Endpoint[];
  private readonly clock = new ServerClock();
  private readonly inFlight: InFlight;

  constructor(
    private readonly options: SmsClientOptions,
    private readonly signer: SmsSigner,
    private readonly transport: SmsTransport,
    private readonly context: SmsClientContext = {},
  ) {
    this.endpoints = [options.endpoint, options.backupEndpoint]
      .filter((origin) => origin !== undefined)
      .map((origin) => {
        const { host, hostname } = new URL(origin);
        return { origin, host, paced: options.pace !== false && isPaced(hostname, transport) };
      });
    this.inFlight = context.inFlight ?? new InFlight();
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
      const { signal, timeoutMs, notAfter } = options ?? {};
      const timing = this.startTiming(this.toDeadline(notAfter));
      return this.call(action, params, { signal, timeoutMs, timing });
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
    if (!requestChannel.hasSubscribers) {
      return this.attempt(action, params, timeoutMs, limits);
    }
    const trace = this.createTrace(action);
    return traceRequest(trace, async () => this.attempt(action, params, timeoutMs, limits, trace));
  }

  private async attempt<A extends SmsAction>(
    action: A,
    params: object,
    timeoutMs: number,
    limits: AttemptLimits,
    trace?: SmsRequestTrace,
  ): Promise<SmsResponse<A>> {
    const { signal, timing } = limits;
    const retries = new RetryLoop(action, limits, this.clock, this.context.events);
    let unreachable = 0;
    for (;;) {
      if (trace !== undefined) {
        note(trace, { attempts: trace.attempts + 1 });
      }
      let credentials: SmsCredentials | undefined;
      let response: SmsHttpResponse | undefined;
      let pacer: Pacer | undefined;
      try {
        retries.assertInTime();
        credentials = await this.obtainCredentials(retries.refused, timeoutMs, signal);
        retries.assertRefreshed(credentials);
        const { origin, host, paced } = this.endpointAfter(unreachable);
        let start = 0;
        if (paced) {
          const perSecond = this.rateOf(action);
          pacer = pacerOf(credentials.secretId, action);
          const now = pacer.tryStart(perSecond);
          start = now ?? (await retries.waitForStart(pacer, perSecond));
          if (now === undefined) {
            // Temporary ones may have expired meanwhile.
            credentials = await this.obtainCredentials(retries.refused, timeoutMs, signal);
            retries.assertRefreshed(credentials);
          }
        }
        retries.assertInTime();
        // Signed anew each time: a timestamp is good for five minutes only, a signature for a host.
        const nowMs = this.clock.nowMs();
        const call = this.toCall(action, params, host, nowMs);
        const signed = await this.sign(call, credentials, timeoutMs, signal);
        timing.onSigned(nowMs);
        retries.assertInTime();
        const { queryString, headers, body } = signed;
        const path = queryString === '' ? '/' : `/?${queryString}`;
        const url = origin + path;
        this.inFlight.assertNotDrained();
        const reader = new ResponseReader(action, params);
        response = await this.send({
          method: this.options.method,
          url,
          headers,
          body,
          timeoutMs,
          signal,
          beforeWrite: () => {
            retries.assertInTime();
            start = pacer?.moveStart(start) ?? start;
          },
          isApiResponse: reader.isApiResponse,
        });
        return reader.read(response);
      } catch (error) {
        if (isRateRefusal(error)) {
          pacer?.slow();
        }
        await retries.next(error, response, credentials);
        unreachable += isUnreachable(error) ? 1 : 0;
      }
    }
  }

  /**
   * Makes a connection to the endpoint and closes it; `false` when the transport can't tell.
   *
   * @throws SmsError; with the code `SMS_SHUT_DOWN` once the app is shutting down.
   */
  async probe(timeoutMs: number): Promise<boolean> {
    assertTimeout(timeoutMs);
    if (this.transport.probe === undefined) {
      return false;
    }
    if (this.inFlight.closed) {
      throw toShutDownError('Nothing was tried.');
    }
    try {
      await this.transport.probe({ url: `${this.options.endpoint}/`, timeoutMs });
    } catch (error) {
      throw toTransportError(error, 'connect');
    }
    return true;
  }

  /** The backup's turn comes only when no connection came about, and goes the same way. */
  private endpointAfter(unreachable: number): Endpoint {
    return this.endpoints[unreachable % this.endpoints.length] as Endpoint;
  }

  private createTrace(action: SmsAction): SmsRequestTrace {
    return {
      action,
      account: this.context.account,
      region: this.options.region,
      host: this.endpointAfter(0).host,
      status: undefined,
      attempts: 0,
      requestId: undefined,
      code: undefined,
      phase: undefined,
    };
  }

  private async obtainCredentials(
    refused: SmsCredentials | undefined,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SmsCredentials> {
    const ask = refused === undefined ? undefined : { refused };
    return withDeadline(() => obtainCredentials(this.options.credentials, ask), {
      signal,
      onAbort: throwAborted,
      timeoutMs,
      onTimeout: () => {
        throw new SmsCredentialsError(
          `The credentials provider gave nothing within ${timeoutMs} ms.`,
        );
      },
    });
  }

  /** Requests a second that this process may make. */
  private rateOf(action: SmsAction): number {
    const { pace } = this.options;
    return RATE_LIMITS[action] * (pace === false ? 1 : pace.share);
  }

  private toCall(action: SmsAction, params: object, host: string, nowMs: number): SmsCall {
    const { method, region, language } = this.options;
    const timestamp = Math.floor(nowMs / 1000);
    return { method, host, action, version: API_VERSION, region, language, timestamp, params };
  }

  private async sign(
    call: SmsCall,
    credentials: SmsCredentials,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<SmsSignedCall> {
    const { action } = call;
    const fail = (what: string, cause?: unknown) =>
      new SmsError(`${action}: the signer ${what}, so nothing was sent.`, {
        code: 'SMS_SIGNING_FAILED',
        cause,
      });
    let signed: Partial<SmsSignedCall> | null | undefined;
    try {
      signed = await withDeadline(() => this.signer.sign(call, credentials), {
        signal,
        onAbort: throwAborted,
        timeoutMs,
        onTimeout: () => {
          throw fail(`gave nothing within ${timeoutMs} ms`);
        },
      });
    } catch (error) {
      throw error instanceof SmsError ? error : fail('failed', toSafeCause(error));
    }
    if (!isSignedCall(signed)) {
      throw fail('gave no signed call');
    }
    assertSize(action, signed, this.options);
    return signed;
  }

  private async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    try {
      const response: unknown = await this.transport.send(request);
      if (isHttpResponse(response)) {
        // Read here, so that an error from a getter counts as one after the request.
        const { status, headers, body } = response;
        return { status, headers, body };
      }
    } catch (error) {
      // A custom transport may throw anything; then it is unknown how far the request came.
      throw toTransportError(error, 'write');
    }
    throw new SmsTransportError('The transport gave no answer with status and body.', 'read');
  }
}

function throwAborted(reason: unknown): never {
  throw new SmsAbortError('Aborted before the request was sent.', 'connect', reason);
}

/** Errors that do not say how far the request came, ours included, prove nothing. */
function toTransportError(error: unknown, phase: SmsRequestPhase): SmsError {
  return error instanceof SmsTransportError ||
    error instanceof SmsAbortError ||
    error instanceof SmsProtocolError
    ? error
    : new SmsTransportError('The transport failed.', phase, { cause: toSafeCause(error) });
}

// Signers and transports may be custom, and mocked ones may return undefined.
function isSignedCall(signed: Partial<SmsSignedCall> | null | undefined): signed is SmsSignedCall {
  return (
    typeof signed?.queryString === 'string' &&
    typeof signed.body === 'string' &&
    typeof signed.headers === 'object' &&
    signed.headers !== null
  );
}

function isHttpResponse(response: unknown): response is SmsHttpResponse {
  const { status, body } = Object(response) as Partial<SmsHttpResponse>;
  return typeof status === 'number' && typeof body === 'string';
}

/** What failed is not the transport and not the reading of its answer, so nothing was sent. */
function toUnforeseenError(action: SmsAction, error: unknown): SmsError {
  return new SmsError(`${action}: something unforeseen failed, so nothing was sent.`, {
    code: 'SMS_UNFORESEEN',
    cause: toSafeCause(error),
  });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof SmsTransportError && error.phase === 'connect';
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
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_DELAY_MS) {
    throw new SmsValidationError([
      { field: 'timeoutMs', message: 'timeoutMs must be a whole number of milliseconds from 1.' },
    ]);
  }
}
