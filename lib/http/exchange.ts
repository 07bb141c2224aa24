import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/transport.errors.js';
import { toConnectError } from './connect-error.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/** The largest answer of the API is far below 1 MB; what is larger is not the API. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** What undici gives to stop a request that is under way. */
interface Controller {
  abort(reason: Error): void;
}

/**
 * One request under way: how far it came, and what became of it.
 *
 * A handler of undici's `dispatch`. Settles once; what happens to the socket later changes nothing.
 */
export class Exchange {
  private phase: SmsRequestPhase = 'connect';
  private settled = false;
  private controller: Controller | undefined;
  private timer: NodeJS.Timeout | undefined;
  private status = 0;
  private headers: SmsHttpResponse['headers'] = {};
  private first: Buffer | undefined;
  private rest: Buffer[] | undefined;
  private bytes = 0;

  constructor(
    private readonly request: SmsHttpRequest,
    private readonly connectTimeoutMs: number,
    private readonly resolve: (response: SmsHttpResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /** Starts the clock; `false` when the caller's signal has fired already. */
  begin(): boolean {
    const { timeoutMs, signal } = this.request;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.onAbort();
        return false;
      }
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
    this.timer = setTimeout(this.onConnectTimeout, Math.min(this.connectTimeoutMs, timeoutMs));
    return true;
  }

  /** undici is about to write to a connected socket: from here on the request may be executed. */
  onRequestStart(controller: Controller): void {
    if (this.settled || this.phase !== 'connect') {
      // Given up while it waited, or queued a second time: neither may reach the socket.
      controller.abort(new Error('given up before the request was written'));
      return;
    }
    this.phase = 'write';
    this.controller = controller;
  }

  onResponseStart(
    _controller: Controller,
    statusCode: number,
    headers: SmsHttpResponse['headers'],
  ): void {
    if (statusCode >= 200) {
      this.phase = 'read';
      this.status = statusCode;
      this.headers = headers;
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) {
      const megabytes = MAX_ANSWER_BYTES / 1024 / 1024;
      const message = `The answer is larger than ${megabytes} MB, so it is not the API's.`;
      this.fail(new SmsProtocolError(message, this.status));
    } else if (this.first === undefined) {
      this.first = chunk;
    } else {
      (this.rest ??= []).push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.settle()) {
      this.resolve({ status: this.status, headers: this.headers, body: this.readBody() });
    }
  }

  onResponseError(_controller: unknown, error: Error & { code?: string }): void {
    this.fail(
      this.phase === 'connect'
        ? toConnectError(error)
        : new SmsTransportError(
            this.phase === 'write'
              ? 'The connection broke after the request was written and before an answer came.'
              : 'The connection broke in the middle of the answer.',
            this.phase,
            { cause: error },
          ),
    );
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
    const left = this.request.timeoutMs - this.connectTimeoutMs;
    if (this.phase === 'connect' || left <= 0) {
      this.onTimeout();
    } else {
      this.timer = setTimeout(this.onTimeout, left);
    }
  };

  private readonly onTimeout = (): void => {
    const { timeoutMs } = this.request;
    const what = {
      connect: `No connection within ${Math.min(timeoutMs, this.connectTimeoutMs)} ms.`,
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
    if (this.settle()) {
      this.reject(error);
      this.controller?.abort(error);
    }
  }

  private settle(): boolean {
    if (this.settled) {
      return false;
    }
    this.settled = true;
    clearTimeout(this.timer);
    this.request.signal?.removeEventListener('abort', this.onAbort);
    return true;
  }
}
