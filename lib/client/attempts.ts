import type { SmsAction, SmsResponse } from '../api/actions.js';
import { RATE_LIMITS } from '../api/rate-limits.js';
import type { ServerClock } from '../http/server-clock.js';
import type { SmsHttpResponse, SmsTransport } from '../http/transport.js';
import type { SmsCredentials } from '../signing/signer.js';
import type { SmsClientOptions } from './client-options.js';
import type { Endpoints } from './endpoints.js';
import { handOver } from './hand-over.js';
import type { Pacer } from './pacer.js';
import { pacerOf } from './pacers.js';
import type { RequestSigner } from './request-signer.js';
import { ResponseReader } from './response-reader.js';
import type { AttemptLimits, RetryLoop } from './retry-loop.js';
import { isRateRefusal } from './retry-policy.js';

/** What attempts are made with: the same for all calls of an account. */
export interface AttemptContext {
  readonly options: SmsClientOptions;
  readonly endpoints: Endpoints;
  readonly signer: RequestSigner;
  readonly transport: SmsTransport;
  readonly clock: ServerClock;
}

/** What is called. */
export interface CheckedCall<A extends SmsAction> {
  readonly action: A;
  readonly params: object;
  readonly timeoutMs: number;
}

/** The attempts of one call, one after the other until one gives an answer. */
export class Attempts<A extends SmsAction> {
  private credentials: SmsCredentials | undefined;
  private response: SmsHttpResponse | undefined;
  private pacer: Pacer | undefined;

  constructor(
    private readonly context: AttemptContext,
    private readonly call: CheckedCall<A>,
    private readonly limits: AttemptLimits,
    private readonly retries: RetryLoop,
  ) {}

  /**
   * Tries until there is an answer.
   *
   * @param onAttempt called before each attempt
   * @throws what the last attempt failed with.
   */
  async run(onAttempt?: () => void): Promise<SmsResponse<A>> {
    for (;;) {
      onAttempt?.();
      try {
        return await this.attempt();
      } catch (error) {
        if (isRateRefusal(error)) {
          this.pacer?.slow();
        }
        await this.retries.next(error, this.response, this.credentials);
      }
    }
  }

  private async attempt(): Promise<SmsResponse<A>> {
    const { context, retries, limits, call } = this;
    const { action, params, timeoutMs } = call;
    const { signal } = limits;
    this.credentials = undefined;
    this.response = undefined;
    this.pacer = undefined;
    retries.assertInTime();
    let credentials = await this.obtainCredentials();
    const { origin, host, paced } = context.endpoints.after(retries.unreachable);
    let start = 0;
    if (paced) {
      const perSecond = this.rate();
      const pacer = pacerOf(credentials.secretId, action);
      this.pacer = pacer;
      const now = pacer.tryStart(perSecond);
      start = now ?? (await retries.waitForStart(pacer, perSecond));
      if (now === undefined) {
        // Temporary ones may have expired meanwhile.
        credentials = await this.obtainCredentials();
      }
    }
    retries.assertInTime();
    const nowMs = context.clock.nowMs();
    const unsigned = { action, params, host, nowMs };
    const signed = await context.signer.sign(unsigned, credentials, { timeoutMs, signal });
    limits.timing.onSigned(nowMs);
    retries.assertInTime();
    limits.inFlight.assertNotDrained();
    const { queryString, headers, body } = signed;
    const reader = new ResponseReader(action, params);
    this.response = await handOver(context.transport, {
      method: context.options.method,
      url: origin + (queryString === '' ? '/' : `/?${queryString}`),
      headers,
      body,
      timeoutMs,
      signal,
      beforeWrite: () => {
        retries.assertInTime();
        start = this.pacer?.moveStart(start) ?? start;
      },
      isApiResponse: reader.isApiResponse,
    });
    return reader.read(this.response);
  }

  private async obtainCredentials(): Promise<SmsCredentials> {
    const { retries, limits, call } = this;
    const patience = { timeoutMs: call.timeoutMs, signal: limits.signal };
    this.credentials = await this.context.signer.obtainCredentials(retries.refused, patience);
    retries.assertRefreshed(this.credentials);
    return this.credentials;
  }

  /** Requests a second that this process may make. */
  private rate(): number {
    const { pace } = this.context.options;
    return RATE_LIMITS[this.call.action] * (pace === false ? 1 : pace.share);
  }
}
