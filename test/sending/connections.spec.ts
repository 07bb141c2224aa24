import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Tc3Signer } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsService, SmsSigner } from 'nestjs-tencentcloud-sms';
import { FAULT_PHONE, NEVER_TWICE, read, send } from '../support/call-kinds.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, accepting, okStatus, respond } from '../support/fake-tencent.js';

const tlsFile = (name: string) =>
  readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
const ca = tlsFile('ca.pem');
const key = tlsFile('server-key.pem');
const cert = tlsFile('server.pem');

describe('a fault of the connection', () => {
  const closing: (() => Promise<void>)[] = [];
  let started: SmsTestCase | undefined;
  let attempts = 0;

  afterEach(async () => {
    await started?.module.close();
    await Promise.all(closing.splice(0).map(async (close) => close()));
  });

  /** Each attempt is signed once, so counting signatures counts attempts. */
  const counting: SmsSigner = {
    sign: (call, credentials) => {
      attempts += 1;
      return new Tc3Signer().sign(call, credentials);
    },
  };

  async function sms(more: Partial<SmsModuleOptions>): Promise<SmsService> {
    attempts = 0;
    await started?.module.close();
    started = await startSms({
      retry: { attempts: 3, baseDelayMs: 1 },
      timeoutMs: 5000,
      signer: counting,
      ...more,
    });
    return started.sms;
  }

  async function listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<unknown>((resolve) => {
        server.close(resolve);
      });
    });
    return (server.address() as AddressInfo).port;
  }

  async function start(): Promise<FakeTencent> {
    const tencent = await FakeTencent.start();
    closing.push(async () => tencent.stop());
    return tencent;
  }

  const NEVER_CONNECTED: [string, string, () => Promise<Partial<SmsModuleOptions>>][] = [
    [
      'a host that does not exist',
      'SMS_CONNECT_FAILED',
      async () => Promise.resolve({ endpoint: 'http://no-such-host.invalid' }),
    ],
    [
      'a port without a listener',
      'SMS_CONNECT_FAILED',
      async () => {
        const tencent = await FakeTencent.start();
        await tencent.stop();
        return { endpoint: tencent.url };
      },
    ],
    [
      'a certificate that is not trusted',
      'SMS_CONNECT_FAILED',
      async () => {
        const port = await listen(createHttpsServer({ key, cert }));
        return { endpoint: `https://127.0.0.1:${port}` };
      },
    ],
    [
      'plain text in place of TLS',
      'SMS_CONNECT_FAILED',
      async () => {
        const port = await listen(createServer((socket) => socket.end('HTTP/1.1 400 No\r\n\r\n')));
        return { endpoint: `https://127.0.0.1:${port}`, ca };
      },
    ],
    [
      'a reset in the handshake',
      'SMS_CONNECT_FAILED',
      async () => {
        const port = await listen(createServer((socket) => socket.resetAndDestroy()));
        return { endpoint: `https://127.0.0.1:${port}`, ca };
      },
    ],
    [
      'a handshake without end',
      'SMS_TIMEOUT',
      async () => {
        const port = await listen(createServer(() => undefined));
        return { endpoint: `https://127.0.0.1:${port}`, ca, connectTimeoutMs: 60 };
      },
    ],
  ];

  it.each(NEVER_CONNECTED)(
    'lets every kind of call try three times, and be surely not done: %s',
    async (_, code, arrange) => {
      const options = await arrange();
      for (const call of [send, read, ...Object.values(NEVER_TWICE)]) {
        // oxlint-disable-next-line no-await-in-loop -- one kind after the other
        const observed = await call(await sms(options));
        expect({ ...observed, attempts }).toEqual({ result: 'not done', code, attempts: 3 });
      }
    },
  );

  it.each(NEVER_CONNECTED)('is tried once with `retry: false`: %s', async (_, code, arrange) => {
    const observed = await send(await sms({ ...(await arrange()), retry: false }));
    expect({ ...observed, attempts }).toEqual({ result: 'not done', code, attempts: 1 });
  });

  it('is got over when the second connection comes about: one text is sent', async () => {
    let requests = 0;
    let connections = 0;
    const server = createHttpsServer({ key, cert }, (request, response) => {
      requests += 1;
      request.resume();
      response.end(respond({ SendStatusSet: [okStatus(FAULT_PHONE)] }));
    });
    server.prependListener('connection', (socket: Socket) => {
      connections += 1;
      if (connections === 1) {
        socket.resetAndDestroy();
      }
    });
    const endpoint = `https://127.0.0.1:${await listen(server)}`;
    await expect(send(await sms({ endpoint, ca }))).resolves.toEqual({ result: 'done' });
    expect({ attempts, requests }).toEqual({ attempts: 2, requests: 1 });
  });

  it('never passes for a success when the connection is reset as soon as it stands', async () => {
    let bytes = 0;
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      socket.resetAndDestroy();
    });
    const endpoint = `http://127.0.0.1:${await listen(server)}`;
    const { result } = await send(await sms({ endpoint }));
    // Whether the request was handed over before the reset is a matter of luck; both are honest.
    expect(['unknown', 'not done']).toContain(result);
    expect(attempts).toBe(result === 'unknown' ? 1 : 3);
    expect((await read(await sms({ endpoint }))).result).not.toBe('done');
    expect({ attempts, bytes }).toEqual({ attempts: 3, bytes: 0 });
  });

  it('goes unnoticed when an idle connection was closed between two sends', async () => {
    const tencent = await start();
    const sockets: Socket[] = [];
    tencent.respondWith(() => {
      const { executes, answer } = accepting();
      return {
        executes,
        answer: (socket, call) => {
          sockets.push(socket);
          answer(socket, call);
        },
      };
    });
    const service = await sms({ endpoint: tencent.url });
    for (let sends = 1; sends <= 5; sends += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await expect(send(service)).resolves.toEqual({ result: 'done' });
      const socket = sockets.at(-1);
      socket?.end();
      // The server sees the end only after the client has seen its own.
      // oxlint-disable-next-line no-await-in-loop -- see above
      await once(socket as Socket, 'close');
      expect(tencent.executed).toHaveLength(sends);
      expect(attempts).toBe(sends);
    }
  });

  it.each(['destroy', 'resetAndDestroy', 'end'] as const)(
    'is classified rightly when %s of an idle connection meets the next send',
    async (close) => {
      const tencent = await start();
      let last: Socket | undefined;
      tencent.respondWith((call) => {
        const { executes, answer } = accepting();
        return {
          executes: executes && call.genuine,
          answer: (socket, asked) => {
            last = socket;
            answer(socket, asked);
          },
        };
      });
      const service = await sms({ endpoint: tencent.url });
      for (let i = 0; i < 60; i += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await expect(send(service)).resolves.toEqual({ result: 'done' });
        const before = tencent.executed.length;
        const racing = send(service);
        const closed = turns(i % 4).then(() => last?.[close]());
        // oxlint-disable-next-line no-await-in-loop -- see above
        const [{ result }] = await Promise.all([racing, closed]);
        const executed = tencent.executed.length - before;
        expect(executed).toBeLessThanOrEqual(1);
        expect(result === 'done' ? executed : 1).toBe(1);
        expect(result === 'not done' ? executed : 0).toBe(0);
      }
    },
  );
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    // oxlint-disable-next-line no-await-in-loop -- turns of the event loop follow each other
    await setImmediate();
  }
}
