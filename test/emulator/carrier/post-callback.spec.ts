import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postCallback } from '../../../lib/emulator/carrier/post-callback.js';

const PATIENCE_MS = 100;

let server: Server;
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

const post = async (): Promise<unknown> =>
  postCallback(
    {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      contentType: 'application/json',
      body: '{}',
    },
    new AbortController().signal,
    PATIENCE_MS,
  );

describe('postCallback', () => {
  it('times out when an endpoint sends nothing', async () => {
    answer = () => undefined;
    await expect(post()).rejects.toThrow(`no answer within ${PATIENCE_MS} ms`);
  });

  it('times out when an endpoint never ends its response', async () => {
    answer = (response) => {
      const dripping = setInterval(() => response.write(' '), PATIENCE_MS / 10);
      response.on('close', () => {
        clearInterval(dripping);
      });
    };
    await expect(post()).rejects.toThrow(`no answer within ${PATIENCE_MS} ms`);
  });

  it('gives the answer of one that does answer', async () => {
    answer = (response) => response.writeHead(201).end('{"result":0}');
    expect(await post()).toEqual({ status: 201, body: '{"result":0}' });
  });
});
