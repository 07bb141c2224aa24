import type { SmsError } from '../errors/sms.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import { withDeadline } from '../time/with-deadline.js';
import { toClientFailure, toTooLarge, toUnsent } from './adapter-failure.js';
import { MAX_RESPONSE_BYTES } from './exchange.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

// Taken once: a test that replaces the timers must not stop this one.
const { setImmediate, clearImmediate } = globalThis;

/** Made once: one for each request, with its stack, would cost as much as the signal itself. */
const OVER = new DOMException('The request is over.', 'AbortError');

/** What moves the bytes of a request, ready to start. */
export interface Move<Response> {
  readonly run: () => Promise<Moved<Response>>;
  /** What it means when `run` fails. */
  readonly toFailure: (error: unknown) => SmsError;
}

/** A response, for interceptors, and what it holds before they change it. */
export interface Moved<Response> {
  readonly response: Response;
  readonly answer: SmsHttpResponse;
}

/** Whose adapter it is: the wrapped transport's, the app's, or one that an interceptor put in. */
export type AdapterOrigin = 'transport' | 'app' | 'interceptor';

/**
 * One request on its way through an axios instance that the app configured: past interceptors that
 * may hold it up, break it, repeat it or unwrap its answer.
 *
 * Lets one adapter run once, keeps the time over all of it, and reports what the adapter came to,
 * whatever interceptors make of that.
 */
export class AxiosExchange {
  private stage: 'waiting' | 'dispatching' | 'moving' | 'settling' | 'done' = 'waiting';
  /** Whether an adapter of an interceptor ran the one that it took the place of. */
  private nested = false;
  private answer: SmsHttpResponse | undefined;
  private failure: SmsError | undefined;
  /** The end of the wrapped transport's part. */
  private inTransport: Promise<unknown> | undefined;
  private readonly over = new AbortController();
  private readonly started = performance.now();

  constructor(
    readonly request: SmsHttpRequest,
    private readonly isCancel: (error: unknown) => boolean,
  ) {}

  /** Fires when the request is over. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Milliseconds until the time is up. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.request.timeoutMs - (performance.now() - this.started)));
  }

  /** Runs the instance to its end, or to the end of the time. */
  async run(instance: () => Promise<unknown>): Promise<SmsHttpResponse> {
    const { signal, timeoutMs } = this.request;
    try {
      const end = await withDeadline<SmsHttpResponse | SmsError>(async () => this.toEnd(instance), {
        timeoutMs,
        signal,
        onTimeout: () => new SmsTimeoutError(`No answer within ${timeoutMs} ms.`, this.phase),
        onAbort: (reason) => new SmsAbortError('Aborted by the caller.', this.phase, reason),
      });
      if (!(end instanceof Error)) {
        return end;
      }
      // The transport keeps the same time and has the same signal, and knows how far it came.
      await this.inTransport;
      throw this.failure ?? end;
    } finally {
      this.over.abort(OVER);
    }
  }

  /**
   * To be called by the cancel token, which axios asks right before any adapter runs, and once more
   * when the adapter has settled. An interceptor can replace the adapter together with the transforms,
   * so that nothing else of the request shows that it is dispatched.
   *
   * @throws SmsTransportError when the request would go out again, or after it was given up.
   */
  onCheck(): void {
    if (this.stage === 'settling') {
      this.stage = 'done';
    } else {
      this.advance('dispatching', 'waiting');
    }
  }

  /**
   * Has an adapter move the bytes.
   *
   * @param choose throws when there is no such adapter
   * @throws SmsTransportError when the request would go out again, or after it was given up.
   */
  async dispatch<Response>(origin: AdapterOrigin, choose: () => Move<Response>): Promise<Response> {
    // An adapter of an interceptor may wrap the one that it takes the place of, and run it once.
    if (this.stage === 'moving' && !this.nested && !this.signal.aborted) {
      this.nested = true;
      this.request.beforeWrite?.();
      return (await choose().run()).response;
    }
    this.advance('moving', 'waiting', 'dispatching');
    const moved = this.move(choose, origin === 'interceptor');
    if (origin === 'transport') {
      this.inTransport = moved.catch(() => undefined);
    }
    return moved;
  }

  /** @throws what says that the request must not leave: a second time, too late, or any more. */
  private advance(to: 'dispatching' | 'moving', ...from: AxiosExchange['stage'][]): void {
    if (this.signal.aborted || !from.includes(this.stage)) {
      const what = this.signal.aborted ? 'after it was given up' : 'again';
      throw new SmsTransportError(`Something tried to send the request ${what}.`, this.phase);
    }
    this.stage = to;
    try {
      this.request.beforeWrite?.();
    } catch (error) {
      this.failure = error as SmsError;
      throw error;
    }
  }

  private async move<Response>(
    choose: () => Move<Response>,
    mayBeCache: boolean,
  ): Promise<Response> {
    let move: Move<Response> | undefined;
    // What comes before the event loop has turned once did not come over a network.
    let turned = false;
    const turn = mayBeCache ? setImmediate(() => (turned = true)) : undefined;
    try {
      move = choose();
      const { response, answer } = await move.run();
      this.stage = 'settling';
      if (mayBeCache && !turned && !this.nested) {
        this.failure = toUnsent();
      } else if (Buffer.byteLength(answer.body) > MAX_RESPONSE_BYTES) {
        this.failure = toTooLarge(answer.status);
      } else {
        this.answer = answer;
      }
      return response;
    } catch (error) {
      // axios does not ask the cancel token about what was cancelled.
      this.stage = this.isCancel(error) ? 'done' : 'settling';
      this.failure = move?.toFailure(error) ?? toClientFailure(error, 'connect');
      throw error;
    } finally {
      clearImmediate(turn);
    }
  }

  /** What the adapter came to counts, and what the instance makes of it only when there is nothing. */
  private async toEnd(instance: () => Promise<unknown>): Promise<SmsHttpResponse | SmsError> {
    try {
      await instance();
    } catch (error) {
      // Even an error of this package proves nothing about this request when an interceptor throws it.
      return this.failure ?? toClientFailure(error, this.phase);
    }
    return this.failure ?? this.answer ?? this.toSilence();
  }

  /** An interceptor answered in place of an adapter, or hid one and what became of it. */
  private toSilence(): SmsError {
    return this.stage === 'waiting'
      ? toUnsent()
      : new SmsTransportError('The HTTP client gave no answer.', this.phase);
  }

  /** How far the request came, as far as it shows from out here. */
  private get phase(): SmsRequestPhase {
    if (this.answer !== undefined) {
      return 'read';
    }
    return this.stage === 'waiting' ? 'connect' : 'write';
  }
}
