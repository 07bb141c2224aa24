import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { MAX_TC3_BODY_BYTES } from '../../api/limits.js';
import { apiErrorResponse, jsonResponse } from '../wire/wire.js';
import type { WireResponse, WireEffect, WireResult, WireRequest } from '../wire/wire.js';

/** Answers a request; never throws for what is wrong with it. */
export type Respond = (request: WireRequest) => WireResult;

/** A signed GET may be 32 KB long, and other headers come on top. */
const MAX_HEADER_BYTES = 64 * 1024;
// Longer than any client keeps an idle connection, so that none is closed as it is being used.
const KEEP_ALIVE_MS = 75_000;
/** A body that is too large is read on, so that the client gets to read the answer; but not for ever. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/** A reader of events that is this far behind is let go. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** How long a client that sent no request may take to read why it is refused. */
const LINGER_MS = 500;

/** How every server of the emulator is set up, with TLS or without. */
export const SERVER_OPTIONS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  keepAliveTimeout: KEEP_ALIVE_MS,
} satisfies ServerOptions;

/** Puts a network round the engine. */
export function createHttpServer(respondTo: Respond): Server {
  return serve(createServer(SERVER_OPTIONS), respondTo);
}

/** Lets a server answer. */
export function serve<S extends Server | HttpsServer>(server: S, respondTo: Respond): S {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    receive(request, response, respondTo);
  });
  server.on('clientError', refuseMalformed);
  return server;
}

function receive(request: IncomingMessage, response: ServerResponse, respondTo: Respond): void {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let done = false;
  const finish = (): void => {
    if (done) {
      return;
    }
    done = true;
    const bodyTooLarge = bytes > MAX_TC3_BODY_BYTES;
    const [first] = chunks;
    const body =
      chunks.length === 1 && first !== undefined
        ? first
        : Buffer.concat(bodyTooLarge ? [] : chunks);
    const { method = '', url: target = '', headers } = request;
    respond(response, respondTo({ method, target, headers, body, bodyTooLarge }));
  };
  request.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes <= MAX_TC3_BODY_BYTES) {
      chunks.push(chunk);
    } else {
      chunks = [];
    }
    if (bytes > MAX_DRAINED_BYTES && !done) {
      response.shouldKeepAlive = false;
      response.once('finish', () => request.destroy());
      finish();
    }
  });
  request.on('end', finish);
  // The client has disconnected: no response can be sent.
  request.on('error', ignore);
  response.on('error', ignore);
}

function respond(response: ServerResponse, result: WireResult): void {
  if ('begin' in result) {
    const cancel = result.begin((settled) => {
      respond(response, settled);
    });
    onceClosed(response, cancel);
  } else if ('stream' in result) {
    response.writeHead(result.status, result.headers);
    const end = result.stream((text) => {
      if (response.writableLength > MAX_UNREAD_BYTES) {
        // It may reconnect and name the last event it has received.
        response.destroy();
        return;
      }
      response.write(text);
    });
    onceClosed(response, end);
  } else if (result.effect === undefined) {
    write(response, result);
  } else {
    writeFaulty(response, result, result.effect);
  }
}

/** The client may have disconnected before there was anything to end. */
function onceClosed(response: ServerResponse, run: () => void): void {
  if (response.closed) {
    run();
  } else {
    response.once('close', run);
  }
}

/** Carries out what is to go wrong. */
function writeFaulty(
  response: ServerResponse,
  wireResponse: WireResponse,
  { delayMs, cut, after }: WireEffect,
): void {
  if (after !== undefined) {
    const goOn = (): void => {
      if (!response.closed) {
        writeFaulty(response, wireResponse, { delayMs, cut });
      }
    };
    void after.then(goOn);
    return;
  }
  const go = (): void => {
    switch (cut) {
      case 'reset':
        response.socket?.resetAndDestroy();
        break;
      case 'drop':
        response.socket?.destroy();
        break;
      case 'stalled':
        response.writeHead(wireResponse.status, {
          ...wireResponse.headers,
          'Content-Length': Buffer.byteLength(wireResponse.body),
        });
        response.write(wireResponse.body.slice(0, wireResponse.body.length / 2));
        break;
      case undefined:
        write(response, wireResponse);
    }
  };
  if (delayMs === 0) {
    go();
    return;
  }
  const timer = setTimeout(go, delayMs).unref();
  response.once('close', () => {
    clearTimeout(timer);
  });
}

function write(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (status === 204) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  // Head and body in one `end`, so in one segment: two of them cost 40 ms with a client that delays its ACK.
  response.end(body);
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const { body, headers } = tooLarge ? TOO_LARGE : MALFORMED;
  // A request that is too large is still one: it gets the API's answer, so that an SDK can report it.
  const status = tooLarge ? '200 OK' : '400 Bad Request';
  socket.on('error', ignore);
  socket.end(
    `HTTP/1.1 ${status}\r\n${toLines(headers)}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => {
      // Closing with bytes unread resets the connection, and the client would never see the answer.
      socket.resume();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    },
  );
}

const TOO_LARGE = apiErrorResponse(
  { Code: 'RequestSizeLimitExceeded', Message: 'The head of the request is larger than 64 KB.' },
  '00000000-0000-0000-0000-000000000000',
);
const MALFORMED = jsonResponse(400, {
  error: { code: 'malformed', message: 'This is not an HTTP request.' },
});

function toLines(headers: WireResponse['headers']): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function ignore(): void {}
