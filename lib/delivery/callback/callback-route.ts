import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import type { AllowList } from './allow-list.js';
import type { CallbackPath } from './callback-path.js';
import { TOO_LARGE, parseJson, readBody } from './read-body.js';

/** Takes a body; resolves once it is stored, and throws when it could not be. */
export type TakeCallback = (body: unknown) => Promise<void>;

/** What the route needs to know of a request. */
interface Incoming {
  readonly raw: IncomingMessage;
  readonly url: string;
  /** As the platform reads it, behind proxies that it trusts. */
  readonly ip: string | undefined;
}

/** What the route answers. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

// Tencent goes by `result`; 0 with this text is what it documents.
const OK: Answer = { status: 200, body: '{"result":0,"errmsg":"OK"}' };
const NOT_STORED: Answer = { status: 500, body: '{"result":1,"errmsg":"not stored"}' };
const TOO_LARGE_ANSWER: Answer = { status: 413, body: '{"result":1,"errmsg":"too large"}' };

/**
 * Answers callbacks before Nest sees them. A controller would lose them: body parsers refuse a full
 * batch or leave other types of content unread, interceptors wrap the answer, throttlers refuse it.
 */
export class CallbackRoute {
  constructor(
    private readonly path: CallbackPath,
    private readonly allowed: AllowList | undefined,
    private readonly take: TakeCallback,
  ) {}

  /** Calls back once the app has a server that the route stands at: at once, or when a test makes it. */
  register(host: Partial<HttpAdapterHost>, onRegistered: () => void): void {
    if (this.isRegisteredAt(host)) {
      onRegistered();
      return;
    }
    // A testing module makes its providers before it is told of a server, and that before the parsers.
    host.init$?.subscribe(() => {
      if (this.isRegisteredAt(host)) {
        onRegistered();
      }
    });
  }

  private isRegisteredAt({ httpAdapter }: Partial<HttpAdapterHost>): boolean {
    // None in an app without a server; and one without a type in a test without a platform.
    const type = httpAdapter?.getType?.();
    if (type === 'express') {
      // Registered while providers are made, which is before Nest registers its body parser.
      httpAdapter?.use(this.middleware);
    } else if (type === 'fastify') {
      httpAdapter?.getInstance<FastifyLike>().addHook('onRequest', this.hook);
    }
    return type === 'express' || type === 'fastify';
  }

  private readonly middleware = (
    request: IncomingMessage & { originalUrl?: string; ip?: string },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    const incoming = {
      raw: request,
      url: request.originalUrl ?? request.url ?? '',
      ip: request.ip,
    };
    if (!this.isOurs(incoming)) {
      next();
      return;
    }
    void this.respond(incoming, response);
  };

  private readonly hook = async (
    request: { raw: IncomingMessage; url: string; ip: string },
    reply: { hijack(): void; raw: ServerResponse },
  ): Promise<void> => {
    const { raw, url, ip } = request;
    if (!this.isOurs({ raw, url, ip })) {
      return;
    }
    // Fastify would answer 415 to types of content that it has no parser for.
    reply.hijack();
    await this.respond({ raw, url, ip }, reply.raw);
  };

  // A wrong secret is left to Nest, so that the route can't be told from one that is not there.
  private isOurs({ raw, url, ip }: Incoming): boolean {
    return (
      raw.method === 'POST' &&
      this.path.matches(url) &&
      (this.allowed === undefined || this.allowed.has(ip))
    );
  }

  /** Never throws: whatever fails is an answer. */
  private async respond({ raw }: Incoming, response: ServerResponse): Promise<void> {
    const { status, body } = await this.answer(raw);
    if (response.writable) {
      send(raw, response, status, body);
    }
  }

  private async answer(raw: IncomingMessage): Promise<Answer> {
    try {
      const body = await readBody(raw);
      if (body === TOO_LARGE) {
        return TOO_LARGE_ANSWER;
      }
      await this.take(parseJson(body));
      return OK;
    } catch {
      // Tencent pushes again.
      return NOT_STORED;
    }
  }
}

interface FastifyLike {
  addHook(name: 'onRequest', hook: unknown): void;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    // The rest of a body that was not read would be taken for the next request.
    ...(request.complete ? {} : { Connection: 'close' }),
  });
  response.end(body);
}
