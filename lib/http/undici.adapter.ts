import type { Agent, Dispatcher } from 'undici';
import { SmsProtocolError } from '../errors/protocol.error.js';
import { SmsAbortError, SmsTimeoutError, SmsTransportError } from '../errors/transport.errors.js';
import type { SmsRequestPhase } from '../errors/transport.errors.js';
import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/** Options of {@link UndiciAdapter}. */
export interface UndiciAdapterOptions {
  /** Milliseconds until a connection must stand, TLS included. */
  connectTimeoutMs: number;
}

/** The largest answer of the API is far below 1 MB; what is larger is not the API. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/**
 * Moves bytes with undici and tells how far a request came when it fails.
 *
 * undici itself is loaded with the first request: an app that sends nothing pays nothing.
 */
export class UndiciAdapter {
  private agent: Agent | undefined;
  private loading: Promise<Agent> | undefined;
  private closed = false;

  constructor(private readonly options: UndiciAdapterOptions) {}

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const agent = this.agent ?? (await (this.loading ??= this.load()));
    if (this.closed) {
      throw new SmsTransportError('The SMS module is shut down.', 'connect', { retryable: false });
    }
    return new Promise((resolve, reject) => {
      new Exchange(request, resolve, reject).start(agent);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const agent = await this.loading;
    await agent?.destroy();
  }

  private async load(): Promise<Agent> {
    const { Agent: UndiciAgent } = await import('undici');
    this.agent = new UndiciAgent({
      connect: { timeout: this.options.connectTimeoutMs },
      // One time-out for the whole attempt is kept here, so undici's own two are off.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return this.agent;
  }
}

/** One request under way. Settles once; what happens to the socket later changes nothing. */
class Exchange implements Dispatcher.DispatchHandler {
  private phase: SmsRequestPhase = 'connect';
  private settled = false;
  private controller: Dispatcher.DispatchController | undefined;
  private timer: NodeJS.Timeout | undefined;
  private status = 0;
  private headers: SmsHttpResponse['headers'] = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly request: SmsHttpRequest,
    private readonly resolve: (response: SmsHttpResponse) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  start(agent: Agent): void {
    const { method, url, headers, body, timeoutMs, signal } = this.request;
    if (signal?.aborted) {
      this.onAbort();
      return;
    }
    signal?.addEventListener('abort', this.onAbort, { once: true });
    this.timer = setTimeout(this.onTimeout, timeoutMs);
    const { origin, pathname, search } = new URL(url);
    try {
      agent.dispatch(
        { origin, path: pathname + search, method, headers, body: body === '' ? null : body },
        this,
      );
    } catch (error) {
      this.onResponseError(undefined, error as Error);
    }
  }

  /** undici is about to write to a connected socket: from here on the request may be executed. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled || this.phase !== 'connect') {
      // Given up while it waited, or queued a second time: neither may reach the socket.
      controller.abort(new Error('given up before the request was written'));
      return;
    }
    this.phase = 'write';
    this.controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: SmsHttpResponse['headers'],
  ): void {
    if (statusCode < 200) {
      return;
    }
    this.phase = 'read';
    this.status = statusCode;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) {
      this.fail(
        new SmsProtocolError(
          `The answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MB, so it is not the API's.`,
          this.status,
        ),
      );
      return;
    }
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.settle()) {
      const [first] = this.chunks;
      const body = this.chunks.length === 1 && first ? first : Buffer.concat(this.chunks);
      this.resolve({ status: this.status, headers: this.headers, body: body.toString('utf8') });
    }
  }

  onResponseError(_controller: unknown, error: Error & { code?: string }): void {
    this.fail(
      this.phase === 'connect'
        ? connectFailure(error)
        : new SmsTransportError(
            this.phase === 'write'
              ? 'The connection broke after the request was written and before an answer came.'
              : 'The connection broke in the middle of the answer.',
            this.phase,
            { cause: error },
          ),
    );
  }

  // Arrow functions: handed out as listeners.
  private readonly onTimeout = (): void => {
    const { timeoutMs } = this.request;
    const what = {
      connect: `No connection within ${timeoutMs} ms.`,
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

function connectFailure(cause: Error & { code?: string }): SmsTransportError {
  if (cause.code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new SmsTimeoutError('No connection within connectTimeoutMs.', 'connect', cause);
  }
  return new SmsTransportError(connectSentence(cause.code ?? ''), 'connect', { cause });
}

function connectSentence(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `No connection: the host name could not be resolved (${code}).`;
    case 'ECONNREFUSED':
      return 'No connection: nobody listens at the endpoint (ECONNREFUSED).';
    default:
      return code === '' ? 'No connection.' : `No connection (${code}).`;
  }
}
