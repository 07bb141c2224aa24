import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHttpServer } from '../../../lib/emulator/server/http-server.js';
import type { WireRequest } from '../../../lib/emulator/wire/wire.js';
import { exchange } from '../raw-client.js';

const server = createHttpServer((request: WireRequest) => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ method: request.method, bytes: request.body.length }),
}));
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

type Method = (...args: unknown[]) => unknown;

function countCalls(socket: Socket, name: '_write' | '_writev', calls: number[]): void {
  const original = Reflect.get(socket, name) as Method;
  Reflect.set(socket, name, (...args: unknown[]) => {
    calls.push(args.length);
    return original.apply(socket, args);
  });
}

describe('the HTTP server', () => {
  // Counted where the bytes leave: a client of the same process reads two writes as one.
  it('hands head and body to the network in one piece', async () => {
    const pieces: number[] = [];
    server.once('connection', (socket: Socket) => {
      // What a stream calls for one chunk, and for several at once: either is one write of the kernel.
      countCalls(socket, '_write', pieces);
      countCalls(socket, '_writev', pieces);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const answer = await exchange(
      port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect(answer.body).toBe('{"method":"POST","bytes":2}');
    expect(pieces).toHaveLength(1);
  });
});
