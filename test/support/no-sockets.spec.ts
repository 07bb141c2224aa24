import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';

const REFUSED = /project "unit" opens a socket/;

@Module({})
class EmptyModule {}

describe('a spec of the project "unit"', () => {
  it('gets an error event from a server that should listen', async () => {
    const server = createServer();
    const failed = once(server, 'error') as Promise<[Error]>;
    server.listen(0);
    const [error] = await failed;
    expect(error.message).toMatch(REFUSED);
  });

  it('gets an error event from a client that should connect', async () => {
    const [error] = (await once(connect(1), 'error')) as [Error];
    expect(error.message).toMatch(REFUSED);
  });

  it('fails at once where a Nest application should listen', async () => {
    const app = await NestFactory.create(EmptyModule, { logger: false });
    await expect(app.listen(0)).rejects.toThrow(REFUSED);
  });
});
