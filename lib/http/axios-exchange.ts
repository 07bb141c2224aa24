import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import { toAdapterFailure, toClientFailure, toTooLarge, toUnsent } from './adapter-failure.js';
import { MAX_RESPONSE_BYTES } from './exchange.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

// Taken once: a test that replaces the timers must not stop this one.
const { setImmediate, clearImmediate } = globalThis;

/** An adapter, ready to run. */
export interface Move<Response> {
  readonly run: () => Promise<Response>;
  /** What a response holds, before interceptors change it. */
  readonly read: (response: Response) => SmsHttpResponse;
  /** Whether it is our undici adapter, which keeps the time and knows how far a request came. */
  readonly ours: boolean;
  /** Whether an interceptor put it in: it may be a cache. */
  readonly putIn: boolean;
  /** Whether the code of its failure proves that no connection came about. */
  readonly proves: () => boolean;
  /** Closes the connection that a response came over, where it is known. */
  readonly discard: (response: Response) => void;
}

/**
 * One request on its way through an axios instance that the app configured: past interceptors that
 * may hold it up, break it or unwrap its answer, to an adapter that may be code of the app.
 *
 * Lets one adapter run once, keeps the time over all of it, and knows how far the request came,
 * whatever is thrown at the end.
 */
export class AxiosExchange {
  private stage: 'waiting' | 'dispatching' | 'moving' | 'settling' | 'done' = 'waiting';
  private phase: SmsRequestPhase = 'connect';
  private response: SmsHttpResponse | undefined;
  private failure: SmsError | undefined;
  private nested = false;
  private ownsTimeout = false;
  private pendingAbort: SmsError | undefined;
  private settled = false;
  private fail: (error: SmsError) => void = () => undefined;
  private readonly stop = new AbortController();
  private readonly started = performance.now();

  constructor(
    readonly request: SmsHttpRequest,
    private readonly isCancel: (error: unknown) => boolean,
  ) {}

  /** Fires when the request is over. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Milliseconds until the time is up. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.request.timeoutMs - (performance.now() - this.started)));
  }

  /** Runs the instance to its end, or to the end of the time. */
  async run(instance: () => Promise<unknown>): Promise<SmsHttpResponse> {
    const { signal, timeoutMs } = this.request;
    if (signal?.aborted === true) {
      throw new SmsAbortError('Aborted before the request was sent.', 'connect', signal.reason);
    }
    const onTimeout = () => {
      this.abort(this.toTimeout());
    };
    const onAbort = () => {
      this.abort(new SmsAbortError('Aborted by the caller.', this.phase, signal?.reason));
    };
    const timer = setTimeout(onTimeout, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<SmsHttpResponse>((resolve, reject) => {
        this.fail = reject;
        void this.complete(instance, resolve);
      });
    } finally {
      this.settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.stop.abort();
    }
  }

  /**
   * axios asks a cancel token right before any adapter runs, whatever interceptors made of the
   * request, and once more when the adapter has settled.
   *
   * @throws SmsTransportError when the request would go out again, or after it was given up.
   */
  onCheck(): void {
    if (this.stage === 'settling') {
      this.stage = 'done';
      return;
    }
    this.assertFirst('waiting');
    this.stage = 'dispatching';
    this.assertInTime();
    // Until the adapter reports: one that an interceptor put in may not.
    this.phase = 'write';
  }

  /**
   * Has an adapter move the bytes. What fails here is the reason, whatever becomes of it on the way
   * back.
   *
   * @param choose throws when there is no such adapter
   * @throws SmsTransportError when the request would go out again, or after it was given up.
   */
  async dispatch<Response>(choose: () => Move<Response>): Promise<Response> {
    // An adapter of an interceptor may run the adapter that it took the place of.
    if (this.stage === 'moving' && !this.nested && !this.settled) {
      this.nested = true;
      return choose().run();
    }
    this.assertFirst('waiting', 'dispatching');
    this.stage = 'moving';
    this.phase = 'connect';
    this.assertInTime();
    let move: Move<Response> | undefined;
    try {
      move = choose();
      this.phase = 'write';
      this.ownsTimeout = move.ours;
      const response = await this.watch(move);
      this.stage = 'settling';
      return response;
    } catch (error) {
      // axios does not ask again about what was cancelled.
      this.stage = this.isCancel(error) ? 'done' : 'settling';
      this.failure = this.toFailure(error, move);
      throw error;
    } finally {
      this.ownsTimeout = false;
      if (this.pendingAbort !== undefined) {
        this.fail(this.failure ?? this.pendingAbort);
      }
    }
  }

  /** An answer that comes before the event loop has turned once did not come over a network. */
  private async watch<Response>({ run, read, putIn, discard }: Move<Response>): Promise<Response> {
    let turned = false;
    const turn = setImmediate(() => {
      turned = true;
    });
    let response: Response;
    try {
      response = await run();
    } finally {
      clearImmediate(turn);
    }
    if (putIn && !turned && !this.nested) {
      this.phase = 'connect';
      this.failure = toUnsent();
      return response;
    }
    this.phase = 'read';
    const answer = read(response);
    if (this.request.isApiResponse?.(answer) === false) {
      // What the API had to say may come later, and would pass for the answer to the next request.
      discard(response);
    }
    if (Buffer.byteLength(answer.body) > MAX_RESPONSE_BYTES) {
      this.failure = toTooLarge(answer.status);
    } else {
      this.response = answer;
    }
    return response;
  }

  private assertFirst(...stages: AxiosExchange['stage'][]): void {
    if (this.settled || !stages.includes(this.stage)) {
      const what = this.settled ? 'after it was given up' : 'again';
      throw new SmsTransportError(`Something tried to send the request ${what}.`, this.phase);
    }
  }

  private assertInTime(): void {
    try {
      this.request.beforeWrite?.();
    } catch (error) {
      // Whatever interceptors make of it on the way back.
      this.failure = error as SmsError;
      throw error;
    }
  }

  // Our adapter is aborted as well and knows how far the request came; its error is reported at once,
  // since interceptors may hold a failure back for long.
  private abort(error: SmsError): void {
    if (this.ownsTimeout) {
      this.pendingAbort = error;
    } else {
      this.fail(this.failure ?? error);
    }
  }

  private async complete(
    instance: () => Promise<unknown>,
    resolve: (response: SmsHttpResponse) => void,
  ): Promise<void> {
    try {
      await instance();
    } catch (error) {
      // Even an error of this package proves nothing about this request when an interceptor throws it.
      this.fail(this.failure ?? toClientFailure(error, this.phase));
      return;
    }
    if (this.response !== undefined) {
      resolve(this.response);
    } else if (this.stage === 'waiting') {
      this.fail(toUnsent());
    } else {
      const silent = new SmsTransportError('The HTTP client gave no answer.', this.phase);
      this.fail(this.failure ?? silent);
    }
  }

  private toTimeout(): SmsTimeoutError {
    return new SmsTimeoutError(`No answer within ${this.request.timeoutMs} ms.`, this.phase);
  }

  private toFailure(
    error: unknown,
    move: Omit<Move<unknown>, 'read' | 'discard'> | undefined,
  ): SmsError {
    const known =
      move?.ours === true && error instanceof SmsError
        ? error
        : toAdapterFailure(error, this.phase, move?.proves() === true);
    return known === 'timed-out' ? this.toTimeout() : known;
  }
}
