import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type {
  SmsVerificationCheck,
  SmsVerificationStart,
} from 'nestjs-tencentcloud-sms/verification';
import { assertBuilt } from '../package/built-package.js';
import { connectIoredis } from '../support/redis-clients.js';
import { describeWithRedis } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { PHONE, asSent, otherCode } from '../support/verification-test-case.js';

const FILE = fileURLToPath(new URL('../support/verification-app.mjs', import.meta.url));
const PROCESSES = 4;
const SESSION = 'one-session-of-a-browser';
/** How long a text may be on its way. */
const SEND_WITHIN_MS = 10_000;

interface AppOptions {
  /** When it kills itself: it has booked a text by then. */
  readonly dies?: 'before the send' | 'after the send';
  /** How far the time of its store is ahead. */
  readonly aheadMs?: number;
}

/** One instance of an app. */
class VerificationApp {
  private constructor(private readonly child: ChildProcess) {}

  static async start(
    redis: RedisServer,
    emulator: SmsEmulator,
    { dies, aheadMs = 0 }: AppOptions = {},
  ): Promise<VerificationApp> {
    const { url: endpoint, secretKey } = emulator;
    const given = JSON.stringify({ endpoint, secretKey, redis: redis.url, dies, aheadMs });
    // Jest's own flags are not for it.
    const child = fork(FILE, [given], { execArgv: [] });
    await once(child, 'message');
    return new VerificationApp(child);
  }

  /** Makes so many starts at once. */
  async start(input: object, times = 1): Promise<SmsVerificationStart[]> {
    return this.ask<SmsVerificationStart>({ call: 'start', input: { to: PHONE, ...input }, times });
  }

  /** Makes so many checks at once. */
  async check(input: object, times = 1): Promise<SmsVerificationCheck[]> {
    return this.ask<SmsVerificationCheck>({ call: 'check', input, times });
  }

  /** Starts, and gives the code that it died with. */
  async startAndDie(input: object): Promise<string> {
    const exited = once(this.child, 'exit');
    this.child.send({ call: 'start', input: { to: PHONE, ...input }, times: 1 });
    const [{ code }] = (await once(this.child, 'message')) as [{ code: string }];
    await exited;
    return code;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.disconnect();
      await exited;
    }
  }

  private async ask<T>(message: object): Promise<T[]> {
    this.child.send(message);
    const [{ results }] = (await once(this.child, 'message')) as [{ results: T[] }];
    return results;
  }
}

describeWithRedis('verifications in four processes', (redis) => {
  let emulator: SmsEmulator;
  let apps: VerificationApp[];
  const others: VerificationApp[] = [];

  beforeAll(async () => {
    assertBuilt();
    emulator = await SmsEmulator.start();
    apps = await Promise.all(
      Array.from({ length: PROCESSES }, async () => VerificationApp.start(redis(), emulator)),
    );
  });
  beforeEach(async () => {
    const connected = await connectIoredis(redis());
    await connected.command('FLUSHALL');
    connected.close();
    emulator.clear();
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map(async (app) => app.stop()));
  });
  afterAll(async () => {
    await Promise.all(apps.map(async (app) => app.stop()));
    await emulator.stop();
  });

  const first = () => apps[0] as VerificationApp;
  const codes = () => emulator.messages({ to: PHONE }).map((text) => text.verificationCode);
  const inAll = async <T>(ask: (app: VerificationApp) => Promise<T[]>) =>
    (await Promise.all(apps.map(ask))).flat();

  async function send(): Promise<{ id: string; code: string }> {
    const [started] = await first().start({});
    const { id } = asSent(started as SmsVerificationStart);
    return { id, code: codes().at(-1) ?? '' };
  }

  it('approve one of a hundred right codes at once', async () => {
    const right = await send();
    const results = await inAll(async (app) => app.check(right, 25));
    expect(results).toHaveLength(100);
    expect(results.filter(({ status }) => status === 'approved')).toHaveLength(1);
  });

  it('compare five of a hundred wrong codes at once, and no right one after them', async () => {
    const { id, code } = await send();
    const results = await inAll(async (app) => app.check({ id, code: otherCode(code) }, 25));
    expect(results).toHaveLength(100);
    expect(
      results.filter((result) => result.status === 'denied' && result.reason === 'wrong'),
    ).toHaveLength(5);
    expect(await first().check({ id, code })).toMatchObject([{ reason: 'exhausted' }]);
  });

  it('send one text for a hundred starts of a session at once', async () => {
    const results = await inAll(async (app) => app.start({ session: SESSION }, 25));
    const count = (status: string) => results.filter((one) => one.status === status).length;
    expect([count('sent'), count('waiting')]).toEqual([1, 99]);
    expect(new Set(results.map((one) => 'id' in one && one.id)).size).toBe(1);
    expect(codes()).toHaveLength(1);
    expect(emulator.requests()).toHaveLength(1);
  });

  it('send one text for a hundred starts of a phone at once, and give one id', async () => {
    const results = await inAll(async (app) => app.start({}, 25));
    expect(results.filter((one) => 'id' in one)).toHaveLength(1);
    expect(codes()).toHaveLength(1);
  });

  it.each([
    ['before the send', 0],
    ['after the send', 1],
  ] as const)(
    'give the opener the same code when the process is killed %s',
    async (dies, textsBefore) => {
      const [dying, later] = await Promise.all([
        VerificationApp.start(redis(), emulator, { dies }),
        VerificationApp.start(redis(), emulator, { aheadMs: SEND_WITHIN_MS }),
      ]);
      others.push(dying, later);
      const code = await dying.startAndDie({ session: SESSION });
      expect(codes()).toHaveLength(textsBefore);

      expect(await first().start({ session: SESSION })).toMatchObject([
        { status: 'waiting', delivery: 'pending' },
      ]);
      expect(await first().start({})).toMatchObject([{ status: 'throttled', scope: 'phone' }]);
      expect(codes()).toHaveLength(textsBefore);

      const [again] = await later.start({ session: SESSION });
      const { id } = asSent(again as SmsVerificationStart);
      expect(codes()).toEqual(Array.from({ length: textsBefore + 1 }, () => code));
      expect(await later.check({ id, code })).toMatchObject([{ status: 'approved' }]);
    },
  );
});
