/** A response that any platform can send. */
export interface HttpResponse {
  status: number;
  /** In addition to what the response already holds; `Vary` is added to. */
  headers: Readonly<Record<string, string>>;
  body: object;
}

/** What a platform needs for sending a response. */
interface Platform {
  isHeadersSent(): boolean;
  getHeader(name: string): unknown;
  setHeader(name: string, value: string): void;
  send(body: object, status: number): void;
  /** Ends what another answer has begun. */
  end(): void;
}

/**
 * Gives an answer through the response itself: Nest's adapter would do, but is found only by loading
 * `@nestjs/core`, and is not there for a filter that was made by hand.
 *
 * @returns whether it was given; it can't be once the headers of another one have gone out. That one
 * is ended, as Nest itself does: its handler has failed, and the client would wait for ever.
 */
export function sendResponse(response: unknown, { status, headers, body }: HttpResponse): boolean {
  const platform = platformOf(response as PlatformResponse);
  if (platform.isHeadersSent()) {
    platform.end();
    return false;
  }
  for (const [name, value] of Object.entries(headers)) {
    platform.setHeader(name, name === 'Vary' ? addTo(platform.getHeader(name), value) : value);
  }
  platform.send(body, status);
  return true;
}

/** The responses of Express, of Fastify and of Node itself, as far as they matter here. */
interface PlatformResponse {
  getHeader(name: string): unknown;
  /** Express and Fastify */
  status?(code: number): unknown;
  send?(body: object): unknown;
  /** Fastify */
  header?(name: string, value: string): unknown;
  raw?: { headersSent: boolean; end(): unknown };
  sent?: boolean;
  /** Express and Node */
  setHeader?(name: string, value: string): unknown;
  headersSent?: boolean;
  statusCode?: number;
  end?(text?: string): unknown;
}

function platformOf(own: PlatformResponse): Platform {
  const setHeader = (name: string, value: string) => {
    if (own.setHeader === undefined) {
      own.header?.(name, value);
    } else {
      own.setHeader(name, value);
    }
  };
  return {
    isHeadersSent: () => own.sent === true || (own.raw ?? own).headersSent === true,
    getHeader: (name) => own.getHeader(name),
    setHeader,
    send: (body, status) => {
      setHeader('Content-Type', 'application/json; charset=utf-8');
      if (own.status === undefined) {
        // When a middleware fails, Fastify passes Node's own response.
        own.statusCode = status;
        own.end?.(JSON.stringify(body));
      } else {
        own.status(status);
        own.send?.(body);
      }
    },
    end: () => {
      // In Fastify, a response that was hijacked or has ended is not ours to end.
      if (own.sent !== true) {
        (own.raw ?? own).end?.();
      }
    },
  };
}

function addTo(list: unknown, item: string): string {
  const given = Array.isArray(list) ? list.join(', ') : typeof list === 'string' ? list : '';
  const items = new Set(given.split(',').map((each) => each.trim().toLowerCase()));
  if (items.has('*') || items.has(item.toLowerCase())) {
    return given;
  }
  return given === '' ? item : `${given}, ${item}`;
}
