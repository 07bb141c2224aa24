import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it came over the socket. */
export interface RawRequest {
  method: string;
  /** As in the request line: path and query. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** What the server does with a request: write whatever bytes it likes, or nothing. */
export type RawResponse = (socket: Socket, request: RawRequest, count: number) => void;

/**
 * A server that speaks just enough HTTP to misbehave in every way, and counts what really reached
 * it.
 */
export class RawServer {
  readonly requests: RawRequest[] = [];
  port = 0;
  /** Connections accepted so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => {
    this.serve(socket);
  });

  private onConnection: (socket: Socket) => void = () => undefined;

  private constructor(private respond: RawResponse) {}

  static async start(answer: RawResponse): Promise<RawServer> {
    const raw = new RawServer(answer);
    raw.server.listen(0, '127.0.0.1');
    await once(raw.server, 'listening');
    raw.port = (raw.server.address() as AddressInfo).port;
    return raw;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Changes what happens from the next request on. */
  respondWith(answer: RawResponse): void {
    this.respond = answer;
  }

  /** Changes what happens to a connection as soon as it stands. */
  connectWith(onConnection: (socket: Socket) => void): void {
    this.onConnection = onConnection;
  }

  /** Ends every connection without a word. */
  dropConnections(): void {
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    let chunks: Buffer[] = [];
    let missing = 0;
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    this.onConnection(socket);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      missing -= chunk.length;
      // Joined only when that can make a whole request: a large one comes in hundreds of chunks.
      if (missing > 0) {
        return;
      }
      let bytes = Buffer.concat(chunks);
      let taken = takeRequest(bytes);
      while ('request' in taken) {
        bytes = taken.rest;
        this.requests.push(taken.request);
        this.respond(socket, taken.request, this.requests.length);
        taken = takeRequest(bytes);
      }
      chunks = [bytes];
      ({ missing } = taken);
    });
  }
}

/** A whole HTTP answer in one piece. */
export function httpResponse(
  body: string,
  { status = 200, type = 'application/json' } = {},
): string {
  return `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Answers every request with the same members of `Response`. */
export function answering(response: object): RawResponse {
  return (socket) => {
    socket.write(httpResponse(JSON.stringify({ Response: { RequestId: 'r-1', ...response } })));
  };
}

function takeRequest(
  bytes: Buffer<ArrayBuffer>,
): { request: RawRequest; rest: Buffer<ArrayBuffer> } | { missing: number } {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) {
    return { missing: 1 };
  }
  const [line = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers: Record<string, string> = {};
  for (const header of lines) {
    const colon = header.indexOf(':');
    headers[header.slice(0, colon).toLowerCase()] = header.slice(colon + 1).trim();
  }
  const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < bodyEnd) {
    return { missing: bodyEnd - bytes.length };
  }
  const [method = '', target = ''] = line.split(' ');
  const body = bytes.subarray(end + 4, bodyEnd).toString('utf8');
  return { request: { method, target, headers, body }, rest: bytes.subarray(bodyEnd) };
}
