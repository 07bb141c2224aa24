import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A push as it came in. */
export interface Pushed {
  readonly method: string;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** How an endpoint answers a push. */
export interface EndpointResponse {
  readonly status?: number;
  readonly body?: string;
  /** Closes the connection in place of an answer. */
  readonly hangUp?: boolean;
  /** What the answer waits for. */
  readonly after?: Promise<void>;
}

/** An application's own URL for callbacks, which answers as a test likes. */
export class CallbackEndpoint {
  readonly pushed: Pushed[] = [];
  /** The bodies as they came. */
  readonly texts: string[] = [];
  /** The answers of the next pushes; after them, everything is well. */
  readonly responses: EndpointResponse[] = [];
  private waiting: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CallbackEndpoint> {
    const server = createServer();
    const endpoint = new CallbackEndpoint(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', headers } = request;
        const text = Buffer.concat(chunks).toString();
        const body: unknown = JSON.parse(text);
        endpoint.texts.push(text);
        endpoint.pushed.push({ method, type: headers['content-type'], body });
        const answer = endpoint.responses.shift() ?? {};
        if (answer.hangUp === true) {
          request.socket.destroy();
        } else {
          const end = (): void => {
            response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json' });
            response.end(answer.body ?? '{"result":0,"errmsg":"OK"}');
          };
          void (answer.after?.then(end) ?? end());
        }
        for (const wake of endpoint.waiting.splice(0)) {
          wake();
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/sms/callback?secret=x`;
  }

  /** Waits until so many pushes have come in. */
  async received(count: number): Promise<Pushed[]> {
    while (this.pushed.length < count) {
      // oxlint-disable-next-line no-await-in-loop -- one push after the other
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
    return this.pushed;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
