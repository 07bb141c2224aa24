import type { SmsHttpRequest, SmsHttpResponse } from './transport.js';

/** A `MockAgent` of undici, of whatever version, as far as it matters here. */
export interface MockAgent {
  dispatch(request: MockRequest, handler: object): unknown;
}

interface MockRequest {
  origin: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

/** What is told of a request; a handler of undici 7. */
interface Handler {
  onRequestStart(controller: { abort(reason: Error): void }): void;
  onResponseStart(controller: undefined, status: number, headers: SmsHttpResponse['headers']): void;
  onResponseData(controller: undefined, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: undefined, error: Error): void;
}

/** Where undici keeps the global dispatcher: up to version 6, and from version 7 on. */
const PLACES = [
  Symbol.for('undici.globalDispatcher.1'),
  Symbol.for('undici.globalDispatcher.2'),
] as const;

/**
 * The `MockAgent` that a test has made global with `setGlobalDispatcher`. No other dispatcher is asked:
 * an agent that an app made global for its `fetch` knows nothing of the options of `SmsModule`.
 */
export function globalMockAgent(): MockAgent | undefined {
  return PLACES.map((place): unknown => Reflect.get(globalThis, place)).find(isMockAgent);
}

function isMockAgent(dispatcher: unknown): dispatcher is MockAgent {
  return (
    typeof dispatcher === 'object' &&
    dispatcher !== null &&
    'disableNetConnect' in dispatcher &&
    'assertNoPendingInterceptors' in dispatcher
  );
}

/** Takes the place of a connection, so that a request ends in the interceptors of a test. */
export class MockConnection {
  readonly isStale = false;

  constructor(private readonly agent: MockAgent) {}

  /** Whatever goes wrong is told to the handler. */
  dispatch(
    { method, url, headers, body }: Pick<SmsHttpRequest, 'method' | 'url' | 'headers' | 'body'>,
    handler: Handler,
  ): void {
    const { origin } = new URL(url);
    const path = url.slice(origin.length);
    const request = { origin, path, method, headers, body: body === '' ? null : body };
    try {
      this.agent.dispatch(request, inBothStyles(handler));
    } catch (error) {
      // No interceptor matches, and the network is disabled.
      handler.onResponseError(undefined, error as Error);
    }
  }

  release(): void {
    // Nothing is kept.
  }

  async destroy(): Promise<void> {
    // Nothing is open.
  }
}

/** The names of undici 7 beside those of versions before. */
function inBothStyles(handler: Handler): object {
  return {
    onRequestStart: (controller: { abort(reason: Error): void }) => {
      handler.onRequestStart(controller);
    },
    onResponseStart: (_: unknown, status: number, headers: SmsHttpResponse['headers']) => {
      handler.onResponseStart(undefined, status, headers);
    },
    onResponseData: (_: unknown, chunk: Buffer) => {
      handler.onResponseData(undefined, chunk);
    },
    onResponseEnd: () => {
      handler.onResponseEnd();
    },
    onResponseError: (_: unknown, error: Error) => {
      handler.onResponseError(undefined, error);
    },
    onConnect: (abort: (reason: Error) => void) => {
      handler.onRequestStart({ abort });
    },
    onHeaders: (status: number, raw: readonly (Buffer | string)[]) => {
      handler.onResponseStart(undefined, status, toHeaders(raw));
      return true;
    },
    onData: (chunk: Buffer | string) => {
      handler.onResponseData(undefined, Buffer.from(chunk as string));
      return true;
    },
    onComplete: () => {
      handler.onResponseEnd();
    },
    onError: (error: Error) => {
      handler.onResponseError(undefined, error);
    },
  };
}

function toHeaders(raw: readonly (Buffer | string)[]): SmsHttpResponse['headers'] {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    headers[String(raw[i]).toLowerCase()] = String(raw[i + 1]);
  }
  return headers;
}
