import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/sms.error.js';
import { toNetworkCause } from './network-cause.js';
import { toConnectError } from './connect-error.js';
import type { Lane } from './origin-limiter.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/** The largest answer of the API is far below 1 MB; what is larger is not the API. */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

/** What undici gives to stop a request that is under way. */
interface Controller {
  abort(reason: Error): void;
}

/** What a request is written to: a connection, or what takes its place. */
export interface ExchangeConnection {
  readonly isStale: boolean;
  dispatch(request: SmsHttpRequest, handler: Exchange): void;
  release(keepAlive: string | string[] | undefined): void;
  destroy(): Promise<void>;
}

/**
 * One request under way: how far it came, and what became of it.
 *
 * A handler of undici's `dispatch`. Settles once; what happens to the socket later changes nothing.
 */
export class Exchange {
  /** Of its lane. */
  slot: number | undefined;
  private phase: SmsRequestPhase = 'connect';
  private settled = false;
  private connection: ExchangeConnection | undefined;
  /** Whether it leaves a connection that it was not written to. */
  private moving = false;
  private timer: NodeJS.Timeout | undefined;
  private status = 0;
  private headers: SmsHttpResponse['headers'] = {};
  private first: Buffer | undefined;
  private rest: Buffer[] | undefined;
  private bytes = 0;
  private queued = false;
  private waitingSince: number | undefined;
  /** Milliseconds for what comes after the wait. */
  private leftMs: number;

  constructor(
    private readonly request: SmsHttpRequest,
    private readonly connectTimeoutMs: number,
    private readonly lane: Lane,
    private readonly takeConnection: () => ExchangeConnection,
    private readonly resolve: (response: SmsHttpResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.leftMs = request.timeoutMs;
  }

  /** Starts the clock, and the request when its turn has come. */
  begin(): void {
    const { signal } = this.request;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.onAbort();
        return;
      }
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
    this.queued = true;
    if (this.lane.acquire(this)) {
      this.connect();
    } else {
      this.waitingSince = performance.now();
      this.timer = setTimeout(this.onTimeout, this.leftMs);
    }
  }

  /** Its turn has come after a wait, which counts for the whole time but not for connecting. */
  start(): void {
    if (!this.settled) {
      clearTimeout(this.timer);
      this.leftMs = Math.max(1, this.leftMs - (performance.now() - (this.waitingSince ?? 0)));
      this.waitingSince = undefined;
      this.connect();
    }
  }

  /** Ends it, wherever it is; done when its connection is closed. */
  async cut(reason: Error): Promise<void> {
    if (this.connection === undefined) {
      this.fail(reason);
    } else {
      await this.connection.destroy();
    }
  }

  /** undici is about to write to a connected socket: from here on the request may be executed. */
  onRequestStart(controller: Controller): void {
    if (this.settled || this.phase !== 'connect') {
      // Given up while it waited, or queued a second time: neither may reach the socket.
      controller.abort(new Error('given up before the request was written'));
      return;
    }
    if (this.connection?.isStale === true) {
      // The process was frozen since the connection was taken.
      this.moving = true;
      controller.abort(new Error('idle for too long'));
      void this.connection.destroy();
      this.moving = false;
      this.dispatch();
      return;
    }
    try {
      this.request.beforeWrite?.();
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    this.phase = 'write';
  }

  onResponseStart(
    _controller: unknown,
    statusCode: number,
    headers: SmsHttpResponse['headers'],
  ): void {
    if (statusCode >= 200) {
      this.phase = 'read';
      this.status = statusCode;
      this.headers = headers;
    }
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_RESPONSE_BYTES) {
      const megabytes = MAX_RESPONSE_BYTES / 1024 / 1024;
      const message = `The answer is larger than ${megabytes} MB, so it is not the API's.`;
      this.fail(new SmsProtocolError(message, this.status));
    } else if (this.first === undefined) {
      this.first = chunk;
    } else {
      (this.rest ??= []).push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.settled) {
      return;
    }
    const response = { status: this.status, headers: this.headers, body: this.readBody() };
    // Here and now: undici lets the next request use the connection as soon as this returns.
    const isReusable = this.isApiResponse(response);
    this.settle(isReusable);
    this.resolve(response);
  }

  onResponseError(_controller: unknown, error: Error & { code?: string }): void {
    if (this.moving) {
      return;
    }
    this.fail(
      this.phase === 'connect'
        ? toConnectError(error)
        : new SmsTransportError(
            this.phase === 'write'
              ? 'The connection broke after the request was written and before an answer came.'
              : 'The connection broke in the middle of the answer.',
            this.phase,
            { cause: toNetworkCause(error) },
          ),
    );
  }

  private connect(): void {
    this.timer = setTimeout(this.onConnectTimeout, Math.min(this.connectTimeoutMs, this.leftMs));
    this.dispatch();
  }

  private dispatch(): void {
    try {
      this.connection = this.takeConnection();
    } catch (error) {
      this.fail(error as Error);
      return;
    }
    this.connection.dispatch(this.request, this);
  }

  private isApiResponse(response: SmsHttpResponse): boolean {
    const { isApiResponse } = this.request;
    try {
      return isApiResponse === undefined || isApiResponse(response);
    } catch {
      // Not judged, so not trusted; what the caller makes of the answer is for the caller.
      return false;
    }
  }

  private readBody(): string {
    if (this.first === undefined) {
      return '';
    }
    const whole = this.rest === undefined ? this.first : Buffer.concat([this.first, ...this.rest]);
    return whole.toString('utf8');
  }

  // One timer an attempt: armed for the connection, and armed anew for the rest only when it fires.
  private readonly onConnectTimeout = (): void => {
    const left = this.leftMs - this.connectTimeoutMs;
    if (this.phase === 'connect' || left <= 0) {
      this.onTimeout();
    } else {
      this.timer = setTimeout(this.onTimeout, left);
    }
  };

  private readonly onTimeout = (): void => {
    const { timeoutMs } = this.request;
    const what = {
      connect:
        this.waitingSince === undefined
          ? `No connection within ${Math.min(Math.ceil(this.leftMs), this.connectTimeoutMs)} ms.`
          : `No free connection within ${timeoutMs} ms: too many requests are under way.`,
      write: `No answer within ${timeoutMs} ms.`,
      read: `The answer was not complete within ${timeoutMs} ms.`,
    }[this.phase];
    this.fail(new SmsTimeoutError(what, this.phase));
  };

  private readonly onAbort = (): void => {
    const what = {
      connect: 'Aborted before the request was sent.',
      write: 'Aborted while waiting for the answer.',
      read: 'Aborted in the middle of the answer.',
    }[this.phase];
    this.fail(new SmsAbortError(what, this.phase, this.request.signal?.reason));
  };

  private fail(error: Error): void {
    if (this.settle(false)) {
      this.reject(error);
    }
  }

  private settle(isReusable: boolean): boolean {
    if (this.settled) {
      return false;
    }
    this.settled = true;
    clearTimeout(this.timer);
    this.request.signal?.removeEventListener('abort', this.onAbort);
    if (isReusable) {
      this.connection?.release(this.headers['keep-alive']);
    } else {
      void this.connection?.destroy();
    }
    if (this.queued) {
      this.lane.release(this);
    }
    return true;
  }
}
