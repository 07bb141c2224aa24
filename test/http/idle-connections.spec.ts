import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, stat } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest } from 'nestjs-tencentcloud-sms';
import { assertBuilt } from '../package/built-package.js';
import { RawServer } from '../support/raw-server.js';

const KEEP_ALIVE_MS = 20_000;

/** How long a connection is kept whose server keeps it for three seconds. */
const SHORT_KEEP_ALIVE_MS = 1000;

const ANSWER = 'HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}';
const ANSWER_WITH_HINT = ANSWER.replace('\r\n', '\r\nKeep-Alive: timeout=3\r\n');

/** What servers and firewalls do with a connection that was idle for long. */
const FORGETTING = {
  'ends it': (socket: Socket) => socket.end(),
  'forgets it without a word': () => undefined,
};

/** The clocks of the process, moved by hand from where they are. */
class Clocks {
  private readonly moved = { wall: 0, monotonic: 0 };

  constructor() {
    const wallNow = Date.now.bind(Date);
    const monotonicNow = performance.now.bind(performance);
    jest.spyOn(Date, 'now').mockImplementation(() => wallNow() + this.moved.wall);
    jest.spyOn(performance, 'now').mockImplementation(() => monotonicNow() + this.moved.monotonic);
  }

  move(moved: { wall?: number; monotonic?: number }): void {
    this.moved.wall += moved.wall ?? 0;
    this.moved.monotonic += moved.monotonic ?? 0;
  }
}

describe('a connection that idles', () => {
  let server: RawServer;
  let transport: UndiciTransport;
  /** Ports of the client, by request. */
  let ports: (number | undefined)[];

  beforeEach(async () => {
    ports = [];
    server = await RawServer.start(() => undefined);
    answerWith(ANSWER);
    transport = new UndiciTransport({ proxy: false });
  });

  afterEach(async () => {
    jest.useRealTimers();
    await transport.close();
    await server.stop();
  });

  function answerWith(answer: string): void {
    server.respondWith((socket) => {
      ports.push(socket.remotePort);
      socket.write(answer);
    });
  }

  async function post(more: Partial<SmsHttpRequest> = {}): Promise<unknown> {
    const url = `${server.url}/`;
    return transport.send({
      method: 'POST',
      url,
      headers: {},
      body: '{}',
      timeoutMs: 5000,
      ...more,
    });
  }

  /** Sends, and lets the connection become ready for the next request. */
  async function postAndSettle(): Promise<void> {
    await post();
    await new Promise(setImmediate);
  }

  it.each([
    ['both clocks', { wall: KEEP_ALIVE_MS - 1000, monotonic: KEEP_ALIVE_MS - 1000 }],
    ['a clock that was set back', { wall: -3_600_000 }],
  ])('is used again before 20 seconds are over: %s', async (_name, moved) => {
    const clocks = new Clocks();
    await postAndSettle();
    clocks.move(moved);
    await post();
    expect(ports[1]).toBe(ports[0]);
  });

  it.each([
    ['both clocks', { wall: KEEP_ALIVE_MS, monotonic: KEEP_ALIVE_MS }],
    ['the wall clock, while the machine slept', { wall: KEEP_ALIVE_MS }],
    ['the monotonic clock, while the other was set back', { wall: -9e6, monotonic: KEEP_ALIVE_MS }],
  ])('is not used once 20 seconds are over by %s', async (_name, moved) => {
    const clocks = new Clocks();
    await postAndSettle();
    clocks.move(moved);
    await post();
    expect(ports[1]).not.toBe(ports[0]);
    expect(server.requests).toHaveLength(2);
  });

  it('is not written to when the process freezes between choosing it and writing', async () => {
    const clocks = new Clocks();
    await postAndSettle();
    const beforeWrite = jest.fn();
    const sending = post({ beforeWrite });
    clocks.move({ wall: KEEP_ALIVE_MS, monotonic: KEEP_ALIVE_MS });
    await sending;
    expect(ports[1]).not.toBe(ports[0]);
    expect(server.requests).toHaveLength(2);
    expect(beforeWrite).toHaveBeenCalledTimes(1);
  });

  it('is left by each of 100 requests that the freeze caught', async () => {
    const clocks = new Clocks();
    await Promise.all(Array.from({ length: 100 }, async () => post()));
    await new Promise(setImmediate);
    const before = new Set(ports);
    const sending = Array.from({ length: 100 }, async () => post());
    clocks.move({ wall: KEEP_ALIVE_MS, monotonic: KEEP_ALIVE_MS });
    await Promise.all(sending);
    expect(server.requests).toHaveLength(200);
    expect(ports.slice(100).filter((port) => before.has(port))).toEqual([]);
  });

  it('goes by what the server says of it, less two seconds', async () => {
    answerWith(ANSWER.replace('\r\n', '\r\nKeep-Alive: timeout=30, max=100\r\n'));
    const clocks = new Clocks();
    await postAndSettle();
    clocks.move({ wall: 27_000 });
    await postAndSettle();
    clocks.move({ wall: 28_000 });
    await post();
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
  });

  it('is closed after 20 seconds, and not before', async () => {
    // Only what closes it: the sockets themselves go by real time.
    jest.useFakeTimers({
      doNotFake: ['Date', 'performance', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate'],
    });
    let closed = false;
    server.respondWith((socket) => {
      socket.once('close', () => (closed = true));
      socket.write(ANSWER);
    });
    await postAndSettle();
    await turns(5);
    jest.advanceTimersByTime(KEEP_ALIVE_MS - 1);
    await turns(20);
    expect(closed).toBe(false);
    jest.advanceTimersByTime(1);
    await until(() => closed);
  });

  it.each(Object.entries(FORGETTING))(
    'is not written to after the loop was blocked, when its server %s',
    async (_name, forget) => {
      const stale = forgettingServer(server, forget);
      await postAndSettle();
      // Amid a callback of I/O: what it starts comes before the timers, which are late.
      await new Promise<unknown>((resolve) => {
        stat('.', () => {
          const blocked = new Int32Array(new SharedArrayBuffer(4));
          Atomics.wait(blocked, 0, 0, SHORT_KEEP_ALIVE_MS + 50);
          resolve(post());
        });
      });
      expect(server.connections).toBe(2);
      expect(stale).toHaveLength(0);
    },
  );
});

/** Sends a request for each line that it reads, and freezes before when it is told to. */
const SENDS = `
  import { writeSync } from 'node:fs';
  import { UndiciTransport } from 'nestjs-tencentcloud-sms';

  const transport = new UndiciTransport({ proxy: false });
  const url = process.argv[1] + '/';
  process.stdin.on('data', async (line) => {
    if (String(line).startsWith('freeze')) {
      process.kill(process.pid, 'SIGSTOP');
    }
    const request = { method: 'POST', url, headers: {}, body: '{}', timeoutMs: 3000 };
    const told = await transport.send(request).then(({ status }) => status, ({ code }) => code);
    setImmediate(() => writeSync(1, told + '\\n'));
  });
  process.stdin.on('end', () => transport.close());
`;

// The state of a process is read from /proc.
(process.platform === 'linux' ? describe : describe.skip)('a process that was frozen', () => {
  let server: RawServer;
  let child: ChildProcessByStdio<Writable, Readable, null>;

  beforeEach(async () => {
    assertBuilt();
    server = await RawServer.start(() => undefined);
    const args = ['--input-type=module', '-e', SENDS, server.url];
    child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  });

  afterEach(async () => {
    child.kill('SIGKILL');
    await server.stop();
  });

  it.each(
    Object.entries(FORGETTING).flatMap(([name, forget]) =>
      ['while it waits', 'right before it sends'].map((freezes) => ({ name, forget, freezes })),
    ),
  )(
    'writes to no connection that idled meanwhile: frozen $freezes, and its server $name',
    async ({ forget, freezes }) => {
      const stale = forgettingServer(server, forget);
      await expect(tell('send')).resolves.toBe('200\n');
      const told = freezes === 'while it waits' ? undefined : tell('freeze');
      if (told === undefined) {
        child.kill('SIGSTOP');
      }
      await until(() => / T /.test(readFileSync(`/proc/${child.pid}/stat`, 'latin1')));
      const end = performance.now() + SHORT_KEEP_ALIVE_MS + 100;
      await until(() => performance.now() > end);
      const answered = told ?? tell('send');
      child.kill('SIGCONT');
      await expect(answered).resolves.toBe('200\n');
      expect(server.requests).toHaveLength(2);
      expect(server.connections).toBe(2);
      expect(stale).toHaveLength(0);
    },
  );

  async function tell(line: 'send' | 'freeze'): Promise<string> {
    const told = once(child.stdout, 'data');
    child.stdin.write(`${line}\n`);
    return String((await told)[0]);
  }
});

/** Answers what comes on a connection in time; what comes later goes into the list it gives. */
function forgettingServer(server: RawServer, forget: (socket: Socket) => void): unknown[] {
  const lastUse = new WeakMap<Socket, number>();
  const stale: unknown[] = [];
  server.respondWith((socket, request) => {
    const now = performance.now();
    if (now - (lastUse.get(socket) ?? now) >= SHORT_KEEP_ALIVE_MS) {
      stale.push(request);
      return;
    }
    lastUse.set(socket, now);
    socket.write(ANSWER_WITH_HINT);
    setTimeout(forget, SHORT_KEEP_ALIVE_MS, socket).unref();
  });
  return stale;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    // oxlint-disable-next-line no-await-in-loop -- turns of the event loop follow each other
    await new Promise(setImmediate);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    // oxlint-disable-next-line no-await-in-loop -- looks again with each turn of the loop
    await turns(1);
  }
}
