import { SmsError } from '../errors/sms.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/transport.errors.js';
import { redactForeign } from '../privacy/redact.js';
import { toConnectError } from './connect-error.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/**
 * One request on its way through a client that somebody configured: past interceptors that may hold
 * it up, break it or unwrap its answer, to an adapter that may be anybody's.
 *
 * Keeps the time over all of it, and knows how far the request came, whatever is thrown at the end.
 */
export class InstancePassage {
  private phase: SmsRequestPhase = 'connect';
  private answer: SmsHttpResponse | undefined;
  private failure: SmsError | undefined;
  private exchanging = false;
  private dispatched = false;
  private givenUp: SmsError | undefined;
  private over = false;
  private fail: (error: SmsError) => void = () => undefined;
  private readonly stop = new AbortController();
  private readonly started = performance.now();

  constructor(readonly request: SmsHttpRequest) {}

  /** Fires when nobody waits for the request any more. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** Milliseconds until then. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.request.timeoutMs - (performance.now() - this.started)));
  }

  /** Runs the client to its end, or to the end of the time. */
  async run(client: () => Promise<unknown>): Promise<SmsHttpResponse> {
    const { signal, timeoutMs } = this.request;
    if (signal?.aborted === true) {
      throw new SmsAbortError('Aborted before the request was sent.', 'connect', signal.reason);
    }
    const onTimeout = () => {
      this.giveUp(this.toTimeout());
    };
    const onAbort = () => {
      this.giveUp(new SmsAbortError('Aborted by the caller.', this.phase, signal?.reason));
    };
    const timer = setTimeout(onTimeout, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<SmsHttpResponse>((resolve, reject) => {
        this.fail = reject;
        void this.complete(client, resolve);
      });
    } finally {
      this.over = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.stop.abort();
    }
  }

  /**
   * Right before any adapter, after all interceptors.
   *
   * @throws SmsTransportError when the request would go out again though it may have been executed,
   * or though nobody waits for it any more.
   */
  onDispatch(): void {
    if (this.over || this.phase !== 'connect') {
      const what = this.over ? 'after it was given up' : 'again';
      throw new SmsTransportError(`Something tried to send the request ${what}.`, this.phase);
    }
    this.failure = undefined;
    try {
      this.request.beforeWrite?.();
    } catch (error) {
      // Whatever interceptors make of it on the way back.
      this.failure = error as SmsError;
      throw error;
    }
    this.dispatched = true;
    this.phase = 'write';
  }

  /** Right after any adapter, before all interceptors: what is read is what came. */
  onAnswer(answer: SmsHttpResponse): void {
    this.phase = 'read';
    this.answer = answer;
  }

  /**
   * Has an adapter move the bytes. What fails here is the reason, whatever becomes of it on the way
   * back.
   *
   * @param ours whether it keeps the time by itself, and so knows better how far it came
   * @throws SmsTransportError when the request would go out again though it may have been executed,
   * or though nobody waits for it any more.
   */
  async move<T>(ours: boolean, adapter: () => Promise<T>): Promise<T> {
    // Repeaters such as axios-retry take the transforms off, and with them the dispatch.
    if (!this.dispatched) {
      this.onDispatch();
    }
    this.dispatched = false;
    this.exchanging = ours;
    try {
      return await adapter();
    } catch (error) {
      this.failure = this.fromAdapter(error, ours);
      if ('maybeSent' in this.failure && this.failure.maybeSent === false) {
        this.phase = 'connect';
      }
      throw error;
    } finally {
      this.exchanging = false;
      if (this.givenUp !== undefined) {
        this.fail(this.failure ?? this.givenUp);
      }
    }
  }

  // Our adapter hears of it, too, and knows better how far the request came; what it says goes out as
  // soon as it says it, since interceptors may keep a failure to themselves for long.
  private giveUp(error: SmsError): void {
    if (this.exchanging) {
      this.givenUp = error;
    } else {
      this.fail(error);
    }
  }

  private async complete(
    client: () => Promise<unknown>,
    resolve: (answer: SmsHttpResponse) => void,
  ): Promise<void> {
    try {
      await client();
    } catch (error) {
      // Even an error of ours says nothing about this request when an interceptor throws it.
      this.fail(this.failure ?? new SmsTransportError(wordsOf(error), this.phase));
      return;
    }
    if (this.answer === undefined) {
      const silent = new SmsTransportError('The HTTP client gave no answer.', this.phase);
      this.fail(this.failure ?? silent);
    } else {
      resolve(this.answer);
    }
  }

  private toTimeout(): SmsTimeoutError {
    return new SmsTimeoutError(`No answer within ${this.request.timeoutMs} ms.`, this.phase);
  }

  // An error of axios holds the request with its headers and numbers: it is never kept as a cause.
  private fromAdapter(error: unknown, ours: boolean): SmsError {
    if (ours && error instanceof SmsError) {
      return error;
    }
    const { code, syscall } = rootOf(error);
    if (NOT_CONNECTED.has(code) || (syscall === 'connect' && code !== '')) {
      return toConnectError(Object.assign(new Error(code), { code }));
    }
    return TIMED_OUT.has(code)
      ? this.toTimeout()
      : new SmsTransportError(wordsOf(error), this.phase);
  }
}

/** Codes of Node that come before anything is written: of name resolution, connecting and TLS. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

/** Code and system call of an error, or of that which it wraps. */
function rootOf(error: unknown): { code: string; syscall: unknown } {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  const { syscall } = Object(cause ?? error) as { syscall?: unknown };
  return { code: typeof code === 'string' ? code : '', syscall };
}

function wordsOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  const words = typeof message === 'string' ? redactForeign(message) : 'no reason given';
  return `The HTTP client failed: ${words}`;
}
