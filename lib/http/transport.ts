/** A request ready to be sent: every header and byte is decided. */
export interface SmsHttpRequest {
  /** HTTP method that was signed. */
  method: 'GET' | 'POST';
  /** With the query string, exactly as signed. */
  url: string;
  /** All headers except `Host` and `Content-Length`. `Host` must be the URL's. */
  headers: Record<string, string>;
  /** The body exactly as signed; `''` when there is none. */
  body: string;
  /** Milliseconds for this attempt, from the call to the last byte of the answer. */
  timeoutMs: number;
  /** The caller's: ends the request wherever it is. */
  signal?: AbortSignal | undefined;
  /**
   * To be called right before the request is handed to a socket, after every wait for a connection.
   * What it throws says that the request must not leave any more (`SMS_TOO_LATE`): hand nothing over,
   * and throw that very error. A transport that does not call it lets requests leave too late that
   * wait in it.
   */
  beforeWrite?: (() => void) | undefined;
  /**
   * Whether an answer is one of the API to this very request. After any other the connection must
   * not be used again: a gateway gives up and says so, and what the API had to say comes later on
   * the same connection, where it would pass for the answer to the next request. To be called once
   * the answer is complete, before another request can get the connection. A transport that does not
   * keep connections has no need of it.
   */
  isApiResponse?: ((response: SmsHttpResponse) => boolean) | undefined;
}

/** An answer, whatever its status: reading it is the client's business. */
export interface SmsHttpResponse {
  /** HTTP status; the API answers everything with 200. */
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The whole body, decoded as UTF-8 and not parsed. */
  body: string;
}

/** Where to try a connection. */
export interface SmsProbeRequest {
  /** Any URL of the host. */
  url: string;
  /** Milliseconds until the connection must stand. */
  timeoutMs: number;
}

/**
 * Moves one request and its answer, once. Never repeats a request by itself: a text sent twice is
 * paid and read twice.
 *
 * Replace it through the option `transport`, or in a test with `overrideProvider(SMS_TRANSPORT)`.
 */
export interface SmsTransport {
  /**
   * Resolves with any HTTP answer.
   *
   * @throws SmsTransportError, SmsTimeoutError or SmsAbortError, whose `phase` tells whether the
   * request was handed to a socket. Whatever else is thrown counts as "maybe sent".
   */
  send(request: SmsHttpRequest): Promise<SmsHttpResponse>;
  /**
   * Makes a new connection, TLS included, and closes it again; sends nothing. Health checks use it
   * where there is one.
   *
   * @throws SmsTransportError or SmsTimeoutError with `phase: 'connect'`.
   */
  probe?(request: SmsProbeRequest): Promise<void>;
  /**
   * Closes the connections that no request uses, and those of probes; a later `send` opens new ones.
   * Called when the app shuts down, and from then on whenever no request is in flight: parts of the
   * app that are still closing, such as queue workers, may send until `shutdownTimeoutMs` later.
   */
  closeIdle?(): Promise<void> | void;
  /**
   * Closes what is open, and ends the requests in flight. Called when the app shuts down, once no more
   * is sent. Where there is no `closeIdle`, called in its place, and so once more after a `send` that
   * came later.
   */
  close?(): Promise<void> | void;
}
