import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createHttpServer } from '../../lib/testing/emulator/http-server.js';
import type { WireRequest } from '../../lib/testing/emulator/wire.js';
import { exchange } from './raw-client.js';

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

describe('the HTTP server', () => {
  // Counted where the bytes leave: a client of the same process reads two writes as one.
  it('hands head and body to the network in one piece', async () => {
    const pieces: number[] = [];
    server.once('connection', (socket: Socket) => {
      const count = (): void => {
        pieces.push(1);
      };
      const { _write: write, _writev: writev } = socket;
      jest.spyOn(socket, '_write').mockImplementation((...args) => {
        count();
        write.apply(socket, args);
      });
      jest.spyOn(socket as Required<Socket>, '_writev').mockImplementation((...args) => {
        count();
        writev?.apply(socket, args);
      });
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
