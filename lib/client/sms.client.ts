import { isSmsAction } from '../api/actions.js';
import type { SmsAction, SmsRequest, SmsResponse } from '../api/actions.js';
import { API_VERSION } from '../api/envelope.js';
import { MAX_QUERY_BYTES, MAX_TC3_BODY_BYTES, MAX_V1_BODY_BYTES } from '../api/limits.js';
import { obtainCredentials } from '../credentials/credentials-provider.js';
import type { SmsCredentialsProvider } from '../credentials/credentials-provider.js';
import { foreignCause } from '../errors/foreign-cause.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/transport.errors.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { ResolvedRetry } from '../http/retry-policy.js';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from '../http/transport.js';
import type { SmsCredentials, SmsSignedCall, SmsSigner } from '../signing/signer.js';
import { Attempts } from './attempts.js';
import type { CallEvents } from './call-events.js';
import { CallsUnderWay, toShutDownError } from './calls-under-way.js';
import { checkParams } from './check-params.js';
import { readResponse } from './read-response.js';
import { note, requestChannel, traceRequest } from './request-channel.js';
import type { SmsRequestTrace } from './request-channel.js';
import { ServerClock } from './server-clock.js';

/** Options of every call. */
export interface SmsCallOptions {
  /**
   * Ends the call, at whatever point it is.
   * @default none
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the attempt, the body of the answer included.
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
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
}

/** A place where the API is. */
interface Endpoint {
  origin: string;
  /** As it is signed, with the port. */
  host: string;
}

/** What the client tells others, and whom. */
export interface SmsClientContext {
  /** Name of the account. */
  account?: string | undefined;
  events?: CallEvents | undefined;
  /** Shared by all that a shutdown waits for. */
  underWay?: CallsUnderWay | undefined;
}

/** Takes one call of the API from its parameters to its answer. */
export class SmsClient {
  /** The endpoint, then its backup where there is one. */
  private readonly endpoints: readonly Endpoint[];
  private readonly clock = new ServerClock();
  private readonly underWay: CallsUnderWay;

  constructor(
    private readonly options: SmsClientOptions,
    private readonly signer: SmsSigner,
    private readonly transport: SmsTransport,
    private readonly context: SmsClientContext = {},
  ) {
    this.endpoints = [options.endpoint, options.backupEndpoint]
      .filter((origin) => origin !== undefined)
      .map((origin) => ({ origin, host: new URL(origin).host }));
    this.underWay = context.underWay ?? new CallsUnderWay();
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
    return this.underWay.run(async () => this.call(action, params, options));
  }

  /** Makes a call that is part of something under way, which may end what it began. */
  async call<A extends SmsAction>(
    action: A,
    given: SmsParams<A>,
    { signal, timeoutMs = this.options.timeoutMs }: SmsCallOptions = {},
  ): Promise<SmsResponse<A>> {
    assertAction(action);
    assertTimeout(timeoutMs);
    const params = checkParams(action, given, this.options.sdkAppId);
    if (!requestChannel.hasSubscribers) {
      return this.attempt(action, params, timeoutMs, signal);
    }
    const trace = this.createTrace(action);
    return traceRequest(trace, async () => this.attempt(action, params, timeoutMs, signal, trace));
  }

  private async attempt<A extends SmsAction>(
    action: A,
    params: object,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    trace?: SmsRequestTrace,
  ): Promise<SmsResponse<A>> {
    const { retry } = this.options;
    const attempts = new Attempts(action, retry, this.clock, signal, this.context.events);
    let unreachable = 0;
    for (;;) {
      if (trace !== undefined) {
        note(trace, { attempts: trace.attempts + 1 });
      }
      let credentials: SmsCredentials | undefined;
      let response: SmsHttpResponse | undefined;
      try {
        credentials = await this.obtainCredentials(attempts.refused, signal);
        attempts.assertNewer(credentials);
        const { origin, host } = this.endpointAfter(unreachable);
        // Signed anew each time: a timestamp is good for five minutes only, a signature for a host.
        const { queryString, headers, body } = await this.sign(action, params, host, credentials);
        const path = queryString === '' ? '/' : `/?${queryString}`;
        const url = origin + path;
        this.underWay.assertNotOver();
        response = await this.send({
          method: this.options.method,
          url,
          headers,
          body,
          timeoutMs,
          signal,
        });
        return readResponse(action, response);
      } catch (error) {
        await attempts.afterFailure(error, response, credentials);
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
    if (this.underWay.closed) {
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
    signal: AbortSignal | undefined,
  ): Promise<SmsCredentials> {
    const ask = refused === undefined ? undefined : { refused };
    const obtain = () => obtainCredentials(this.options.credentials, ask);
    return signal === undefined ? obtain() : untilAborted(signal, obtain);
  }

  private async sign(
    action: SmsAction,
    params: object,
    host: string,
    credentials: SmsCredentials,
  ): Promise<SmsSignedCall> {
    const { method, region, language } = this.options;
    const call = {
      method,
      host,
      action,
      version: API_VERSION,
      region,
      language,
      timestamp: this.clock.now(),
      params,
    };
    let signed: SmsSignedCall;
    try {
      signed = await this.signer.sign(call, credentials);
    } catch (error) {
      throw error instanceof SmsError
        ? error
        : new SmsError(`${action}: the signer failed, so nothing was sent.`, {
            code: 'SMS_SIGNING_FAILED',
            cause: foreignCause(error),
          });
    }
    this.assertSize(action, signed);
    return signed;
  }

  private async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    try {
      return await this.transport.send(request);
    } catch (error) {
      // A transport of the user's own may throw anything; then nobody knows how far it came.
      throw toTransportError(error, 'write');
    }
  }

  private assertSize(action: SmsAction, { queryString, body }: SmsSignedCall): void {
    const get = this.options.method === 'GET';
    const postLimit =
      this.options.signMethod === 'TC3-HMAC-SHA256' ? MAX_TC3_BODY_BYTES : MAX_V1_BODY_BYTES;
    const limit = get ? MAX_QUERY_BYTES : postLimit;
    // Most requests are far below a third of it, and no character takes more than three bytes.
    const text = get ? queryString : body;
    if (text.length * 3 > limit && Buffer.byteLength(text) > limit) {
      const what = get ? "the query string of a GET (use method: 'POST')" : 'the body of a POST';
      throw new SmsValidationError([
        {
          field: 'params',
          message: `${action}: the parameters are too large; ${what} holds at most ${limit / 1024} KB.`,
        },
      ]);
    }
  }
}

function toTransportError(error: unknown, phase: SmsRequestPhase): SmsError {
  return error instanceof SmsError
    ? error
    : new SmsTransportError('The transport failed.', phase, { cause: foreignCause(error) });
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

/** The longest delay that timers take. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

function assertTimeout(timeoutMs: number): void {
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new SmsValidationError([
      { field: 'timeoutMs', message: 'timeoutMs must be a whole number of milliseconds from 1.' },
    ]);
  }
}

async function untilAborted<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const toError = () =>
    new SmsAbortError('Aborted before the request was sent.', 'connect', signal.reason);
  if (signal.aborted) {
    throw toError();
  }
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => {
      reject(toError());
    };
    // Listens before it runs: what is run may fire the signal itself.
    signal.addEventListener('abort', onAbort, { once: true });
    run()
      .finally(() => {
        signal.removeEventListener('abort', onAbort);
      })
      .then(resolve, reject);
  });
}
