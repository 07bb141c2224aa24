import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SMS_ACTIONS } from '../../lib/api/actions.js';
import { SmsEmulator } from '../../lib/testing/index.js';
import { officialClient } from './official-client.js';
import { sendSigned } from './raw-client.js';

const ROUTES = [
  '/',
  '/readyz',
  '/_emulator/messages',
  '/_emulator/messages/1',
  '/_emulator/messages/1/callback',
  '/_emulator/codes/latest',
  '/_emulator/replies',
  '/_emulator/clock',
  '/_emulator/clock/advance',
  '/_emulator/faults',
  '/_emulator/events',
  '/_emulator/requests',
  '/_emulator/requests/1',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'];
const MEMBERS = [
  'to',
  'text',
  'app',
  'signName',
  'ms',
  'seconds',
  'faults',
  'action',
  'code',
  'effect',
  'latencyMs',
  'times',
  'since',
  'wait',
  'status',
  'template',
  'lastEventId',
  '__proto__',
  'constructor',
];
const VALUES = [
  '+8613711112222',
  '1',
  '0',
  '-1',
  '1e9',
  'SendSms',
  'always',
  'stalled',
  'T',
  '60s',
];

const member = fc.oneof(fc.constantFrom(...MEMBERS), fc.string({ maxLength: 8 }));
const scalar = fc.oneof(
  fc.constantFrom<unknown>(...VALUES, 1, 0, -1, 1e15, null, true),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const json = fc.oneof(
  fc.dictionary(
    member,
    fc.oneof(scalar, fc.array(fc.dictionary(member, scalar), { maxLength: 3 })),
  ),
  fc.jsonValue(),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'Content-Type',
    'Origin',
    'Sec-Fetch-Site',
    'Last-Event-ID',
    'X-TC-Action',
    'X-TC-Version',
    'X-TC-Timestamp',
    'Authorization',
    'Expect',
    'Transfer-Encoding',
    'Upgrade',
    'Connection',
    'Host',
    'X-Any',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/json',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      '100-continue',
      'chunked',
      'websocket',
      'upgrade',
      'SendSms',
      '2021-01-11',
      '127.0.0.1',
      '7',
      'same-origin',
    ),
    fc.stringMatching(/^[ -~]{0,60}$/),
  ),
  { maxKeys: 6 },
);

/** Something that looks more or less like a request. */
const request = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.oneof(fc.constantFrom(...ROUTES), fc.webPath(), fc.stringMatching(/^\/[!-~]{0,40}$/)),
  query: fc.dictionary(member, fc.oneof(fc.constantFrom(...VALUES), fc.string()), { maxKeys: 4 }),
  headers,
  body: fc.oneof(
    json.map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.nat(300_000).map((size) => 'x'.repeat(size)),
  ),
  /** Added to the length that is told. */
  lie: fc.constantFrom(0, 0, 0, 0, 1, -1, 10_000),
});

type Fuzzed = typeof request extends fc.Arbitrary<infer T> ? T : never;

let emulator: SmsEmulator;
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  await emulator.stop();
});

/** Sends it and goes away: after the answer, or when there is none for a moment. */
const throwAt = async (fuzzed: Fuzzed): Promise<void> =>
  new Promise((resolve) => {
    const { method, path, query, body, lie } = fuzzed;
    const search = new URLSearchParams(query).toString();
    const lines = [
      `${method} ${path}${search === '' ? '' : `?${search}`} HTTP/1.1`,
      ...Object.entries({ Host: '127.0.0.1', ...fuzzed.headers }).map(
        ([name, value]) => `${name}: ${value}`,
      ),
      `Content-Length: ${Math.max(Buffer.byteLength(body) + lie, 0)}`,
    ];
    const socket = connect(emulator.port, '127.0.0.1');
    const goAway = setTimeout(() => socket.destroy(), 100);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(goAway);
      resolve();
    });
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });

describe('whatever comes in over the network', () => {
  it('neither ends the emulator nor stays in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
        await Promise.all(requests.map(throwAt));
      }),
      { numRuns: 60 },
    );
    // What was put in by a lucky shot, such as a fault, is not what this is about.
    emulator.clearFaults();
    const { response } = await sendSigned({ port: emulator.port });
    expect(response).toMatchObject({ PhoneNumberInfoSet: [{ Code: 'Ok' }] });
    expect(await openConnections()).toBe(0);
    // The server counts a connection as closed a moment before its listeners are removed.
    await untilTrue(async () => Promise.resolve(listeners() === 0));
    expect(listeners()).toBe(0);
  }, 60_000);

  it('leaves nothing behind when it waits, reads and goes away', async () => {
    const sockets = await Promise.all(
      ['events', 'messages?wait=60s', 'codes/latest?wait=60s'].map(async (path) => {
        const socket = connect(emulator.port, '127.0.0.1');
        socket.write(`GET /_emulator/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
        await once(socket, 'connect');
        return socket;
      }),
    );
    await untilTrue(async () => Promise.resolve(listeners() === 3));
    for (const socket of sockets) {
      socket.destroy();
    }
    expect(await openConnections()).toBe(0);
    // The server counts a connection as closed a moment before its listeners are removed.
    await untilTrue(async () => Promise.resolve(listeners() === 0));
    expect(listeners()).toBe(0);
  });

  it('is answered in Tencent’s shape when it is signed', async () => {
    const client = officialClient(emulator) as unknown as {
      request(action: string, params: unknown): Promise<unknown>;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SMS_ACTIONS),
        fc.dictionary(
          fc.oneof(
            fc.constantFrom('PhoneNumberSet', 'SmsSdkAppId', 'TemplateId', 'Limit', 'BeginTime'),
            member,
          ),
          fc.oneof(json, fc.array(scalar, { maxLength: 3 })),
        ),
        async (action, params) => {
          const outcome = await client.request(action, params).then(
            () => 'answered',
            (error: unknown) => (error as { code?: string }).code ?? 'no code',
          );
          expect(outcome).not.toBe('no code');
          expect(outcome).not.toBe('InternalError');
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});

/** Connections that the emulator holds, once what is closing has closed. */
async function openConnections(): Promise<number> {
  let count = 0;
  await untilTrue(async () => {
    count = await countConnections();
    return count === 0;
  });
  return count;
}

async function countConnections(): Promise<number> {
  const {
    server: { server },
  } = emulator as unknown as {
    server: { server: { getConnections(callback: (error: unknown, count: number) => void): void } };
  };
  return new Promise((resolve) => {
    server.getConnections((_, open) => {
      resolve(open);
    });
  });
}

/** Looks again and again, but not for ever. */
async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 5000; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- turn by turn
    if (await look()) {
      return;
    }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function listeners(): number {
  const { engine } = emulator as unknown as {
    engine: { events: { listeners: Set<unknown> } };
  };
  return engine.events.listeners.size;
}
