import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsConnectionOptions,
} from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from '../support/raw-server.js';

const LIMIT = 128;
const QUARTER = LIMIT / 4;
const SHUT = { phase: 'connect', message: 'The SMS module is shut down.' };

describe('the connections of several transports', () => {
  let server: RawServer;
  let transports: UndiciTransport[];
  /** Whose request is held, in the order of their arrival. */
  let held: { of: string; socket: Socket }[];

  beforeEach(async () => {
    held = [];
    transports = [];
    server = await RawServer.start((socket) => socket.write(httpResponse('{}')));
  });

  afterEach(async () => {
    await Promise.all(transports.map(async (one) => one.close()));
    await server.stop();
  });

  function transport(options: SmsConnectionOptions = {}): UndiciTransport {
    const made = new UndiciTransport({ proxy: false, ...options });
    transports.push(made);
    return made;
  }

  async function post(
    by: UndiciTransport,
    of: string,
    more: Partial<SmsHttpRequest> = {},
  ): Promise<SmsHttpResponse> {
    const url = `${server.url}/`;
    return by.send({ method: 'POST', url, headers: {}, body: of, timeoutMs: 10_000, ...more });
  }

  /** Many at once, whose end is not waited for. */
  function postMany(by: UndiciTransport, of: string, count: number): void {
    for (let i = 0; i < count; i += 1) {
      post(by, of).catch(() => undefined);
    }
  }

  /** Keeps every answer back; what it gives waits until so many requests have arrived in all. */
  function hold(): (count: number) => Promise<void> {
    let onArrival: (() => void) | undefined;
    server.respondWith((socket, { body }) => {
      held.push({ of: body, socket });
      onArrival?.();
    });
    return async (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (held.length >= count) {
            resolve();
          }
        };
        onArrival();
      });
  }

  function answer(count: number): void {
    for (const { socket } of held.splice(0, count)) {
      socket.write(httpResponse('{}'));
    }
  }

  function heldOf(name: string): number {
    return held.filter(({ of }) => of === name).length;
  }

  it('are the same ones where proxy, authorities and connect time-out are the same', async () => {
    for (const one of [transport(), transport({ connectTimeoutMs: 2000 }), transport()]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that one connection is enough
      await post(one, '{}');
      // oxlint-disable-next-line no-await-in-loop -- lets the client put it back
      await new Promise(setImmediate);
    }
    expect(server.connections).toBe(1);
  });

  it.each<[string, SmsConnectionOptions]>([
    ['connect time-out', { connectTimeoutMs: 1999 }],
    ['proxy', { proxy: undefined }],
  ])('are others where the %s differs', async (_, options) => {
    await post(transport(), '{}');
    await new Promise(setImmediate);
    await post(transport(options), '{}');
    expect(server.connections).toBe(2);
  });

  it('are others where the environment names another proxy by now', async () => {
    const before = transport({ proxy: undefined });
    await post(before, '{}');
    await new Promise(setImmediate);
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      await expect(post(transport({ proxy: undefined }), '{}')).rejects.toMatchObject({
        phase: 'connect',
      });
    } finally {
      delete process.env['http_proxy'];
    }
  });

  it('close when the last transport is done with them, and not before', async () => {
    const [one, other] = [transport(), transport()];
    await post(one, '{}');
    await new Promise(setImmediate);
    await post(other, '{}');
    await new Promise(setImmediate);
    const closed = new Promise<void>((resolve) => {
      server.respondWith((socket) => {
        socket.once('close', resolve);
        socket.write(httpResponse('{}'));
      });
    });
    await one.close();
    await post(other, '{}');
    expect(server.connections).toBe(1);
    await new Promise(setImmediate);
    await other.closeIdle();
    await closed;
  });

  it('end with one transport for its own requests only', async () => {
    const [one, other] = [transport(), transport()];
    const arrive = hold();
    const [ended, kept] = [post(one, 'one'), post(other, 'other')];
    const outcome = Promise.allSettled([ended]);
    await arrive(2);
    await one.close();
    await expect(outcome).resolves.toMatchObject([{ reason: { phase: 'write' } }]);
    answer(2);
    await expect(kept).resolves.toMatchObject({ status: 200 });
    await expect(post(one, 'one')).rejects.toMatchObject({
      message: 'The SMS module is shut down.',
    });
  });

  it('end the wait of a transport that closes, and of no other', async () => {
    const [one, other] = [transport(), transport()];
    const arrive = hold();
    postMany(other, 'other', LIMIT);
    await arrive(LIMIT);
    const waiting = Promise.allSettled([1, 2, 3].map(async () => post(one, 'one')));
    const last = post(other, 'last');
    await new Promise(setImmediate);
    await one.close();
    await expect(waiting).resolves.toMatchObject([1, 2, 3].map(() => ({ reason: SHUT })));
    answer(LIMIT);
    await arrive(1);
    answer(1);
    await expect(last).resolves.toMatchObject({ status: 200 });
    expect(server.connections).toBe(LIMIT);
  });

  it(`are ${LIMIT} for all together, all of them for one while no other waits`, async () => {
    const [one, other] = [transport(), transport()];
    const arrive = hold();
    postMany(one, 'one', LIMIT);
    postMany(other, 'other', 10);
    await arrive(LIMIT);
    expect(heldOf('one')).toBe(LIMIT);
    answer(LIMIT);
    await arrive(10);
    expect(server.connections).toBe(LIMIT);
    answer(10);
  });

  it('go to a single text next, however many of another account wait before it', async () => {
    const [busy, quiet] = [transport(), transport()];
    const arrive = hold();
    postMany(busy, 'busy', 1000);
    await arrive(LIMIT);
    const single = post(quiet, 'quiet');
    await new Promise(setImmediate);
    answer(1);
    await arrive(LIMIT);
    expect(held.at(-1)?.of).toBe('quiet');
    held.at(-1)?.socket.write(httpResponse('{}'));
    await expect(single).resolves.toMatchObject({ status: 200 });
    await busy.close();
  });

  it('are a quarter each when four accounts have more to send than they can carry', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const arrive = hold();
    for (const name of names) {
      postMany(transport(), name, 300);
    }
    await arrive(LIMIT);
    answer(LIMIT);
    await arrive(LIMIT);
    expect(names.map((name) => heldOf(name))).toEqual(names.map(() => QUARTER));
  });

  it('are no more than a quarter for one while nine others wait', async () => {
    const arrive = hold();
    const names = Array.from({ length: 9 }, (_, i) => `quiet ${i}`);
    postMany(transport(), 'busy', 1000);
    await arrive(LIMIT);
    for (const name of names) {
      postMany(transport(), name, 20);
    }
    await new Promise(setImmediate);
    answer(LIMIT);
    await arrive(LIMIT);
    expect(heldOf('busy')).toBeLessThanOrEqual(QUARTER);
    expect(names.every((name) => heldOf(name) >= 12)).toBe(true);
  });
});
