// A request and its answer as they cross the wire, without any socket.
import type { ApiErrorBody } from '../../api/envelope.js';

/** A request as it came in. */
export interface WireRequest {
  readonly method: string;
  /** The request line's target as sent: `/`, `/?Limit=1`, or the absolute form that proxies send. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The whole body; empty when `bodyTooLarge`. */
  readonly body: Uint8Array;
  /** The body was larger than any request may be, and was thrown away while it came in. */
  readonly bodyTooLarge: boolean;
}

/** What goes back. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What is to happen to it on its way. */
  readonly effect?: WireEffect | undefined;
}

/** A fault below HTTP, which the transport of the bytes carries out. */
export interface WireEffect {
  /** Milliseconds before anything goes out. */
  readonly delayMs: number;
  /**
   * `reset` and `drop` end the connection without a byte of the answer; `stalled` sends half of it and
   * then nothing more.
   */
  readonly cut: 'reset' | 'drop' | 'stalled' | undefined;
  /** What has to end before the delay begins; never rejects. */
  readonly after?: Promise<void> | undefined;
}

/** An answer that comes later; `begin` gives a function that gives it up. */
export interface PendingResponse {
  begin(respond: (now: WireResult) => void): () => void;
}

/** An answer without an end. */
export interface WireStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Starts to write; gives a function that ends it. */
  stream(write: (text: string) => void): () => void;
}

/** Any of these. */
export type WireResult = WireResponse | PendingResponse | WireStream;

/** Path and query of a request's target. */
export interface WireTarget {
  readonly path: string;
  /** Text after the question mark, byte for byte: TC3 signs it as sent. */
  readonly queryString: string;
}

/** Splits a target, whichever form it has. */
export function parseTarget(target: string): WireTarget {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  return { path: path === '' ? '/' : path, queryString: mark < 0 ? '' : relative.slice(mark + 1) };
}

/** One header's value; several of one name are read as a list. */
export function headerOf(request: WireRequest, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return typeof value === 'object' ? value.join(', ') : value;
}

// Exactly this: the Python SDK skips its error check as soon as a charset follows.
const JSON_TYPE = 'application/json';

/** Codes and texts stand in it: no cache keeps them, and no browser takes them for a page. */
const JSON_HEADERS = Object.freeze({
  'Content-Type': JSON_TYPE,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/** A JSON answer. */
export function jsonResponse(status: number, body: object): WireResponse {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

/** The API's answer to what it refused: HTTP 200 all the same. */
export function apiErrorResponse(error: ApiErrorBody, requestId: string): WireResponse {
  return jsonResponse(200, { Response: { Error: error, RequestId: requestId } });
}

/** A short plain text. */
export function textResponse(status: number, text: string): WireResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
}

/** A response that takes a moment to make. It is dropped if the client has gone meanwhile. */
export function pendingResponse(make: () => Promise<WireResult>): PendingResponse {
  return {
    begin(respond) {
      let gone = false;
      const settle = (result: WireResult): void => {
        if (!gone) {
          respond(result);
        }
      };
      void make().then(settle, () => {
        settle(textResponse(500, 'The emulator itself failed.\n'));
      });
      return () => {
        gone = true;
      };
    },
  };
}

/** Done, with no content. */
export function emptyResponse(): WireResponse {
  return { status: 204, headers: {}, body: '' };
}
