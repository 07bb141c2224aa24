import { once } from 'node:events';
import { get } from 'node:http';
import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, expect, it } from '@jest/globals';
import { reservePort } from '../src/reserve-port.js';

@Module({})
class AppModule {}

let app: INestApplication;

afterEach(async () => {
  await app.close();
});

it.each(['127.0.0.1', '0.0.0.0', '::1', '::'])(
  'takes a free port of %s that the app listens on afterwards',
  async (host) => {
    const port = await reservePort({ port: '0', host });
    app = await NestFactory.create(AppModule, { logger: false });
    // The first fetch of a process never ends in Node 20 where the connection is closed so soon.
    await expect(once(get(port.url), 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await port.listen(app);
    expect((await fetch(port.url)).status).toBe(404);
    expect(port.url).toMatch(/^http:\/\/(?:127\.0\.0\.1|\[::1\]):[1-9]\d+$/);
  },
);

it('frees the port when the app closes', async () => {
  const port = await reservePort({ port: '0', host: '127.0.0.1' });
  app = await NestFactory.create(AppModule, { logger: false });
  await port.listen(app);
  await app.close();
  await expect(fetch(port.url)).rejects.toThrow('fetch failed');
});

it('says at once that a port is taken', async () => {
  const first = await reservePort({ port: '0', host: '127.0.0.1' });
  app = await NestFactory.create(AppModule, { logger: false });
  await first.listen(app);
  const { port } = new URL(first.url);
  await expect(reservePort({ port, host: '127.0.0.1' })).rejects.toThrow('EADDRINUSE');
});
