import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsSettlement } from 'nestjs-tencentcloud-sms/delivery';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { assertBuilt } from '../package/built-package.js';
import { describeWithRedis } from '../support/redis-server.js';
import type { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const FILE = fileURLToPath(new URL('../support/settling-app.mjs', import.meta.url));
const Notice = smsTemplate({ id: '11', kind: 'notification', text: '您的订单{no:1}已经发货了。' });
const PHONE = '+8613711112222';
const PROCESSES = 4;
/** Look-ups that Tencent takes in any second. */
const MOST_A_SECOND = 10;
const LOOKS = 14;
const LEASE_MS = 15_000;

interface Told {
  readonly settled?: SmsSettlement;
  readonly outcomes?: string[];
  readonly asked?: string;
  readonly at?: number;
}

/** One instance of an app. */
class SettlingApp {
  readonly told: Told[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message) => this.told.push(message as Told));
  }

  static async start(
    redis: RedisServer,
    emulator: SmsEmulator,
    given: { readonly dies?: string; readonly options: object },
  ): Promise<SettlingApp> {
    const { url: endpoint, secretKey } = emulator;
    const argument = JSON.stringify({ endpoint, secretKey, redis: redis.url, ...given });
    // Jest's own flags are not for it.
    const child = fork(FILE, [argument], { execArgv: [] });
    const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
      unknown,
    ];
    if (message !== 'ready') {
      throw new Error('The app did not start.');
    }
    return new SettlingApp(child);
  }

  send(message: object): void {
    this.child.send(message);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (!this.hasEnded) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
  }
}

const OPTIONS = { settle: [1_500], pull: { every: 100 }, catchUp: false };

describeWithRedis('deliveries in several processes', (redis) => {
  let emulator: SmsEmulator;
  let apps: SettlingApp[];

  beforeAll(async () => {
    assertBuilt();
    emulator = await SmsEmulator.start({ delivery: 'never', templates: [Notice] });
    apps = await Promise.all(
      Array.from({ length: PROCESSES }, async () => start({ options: OPTIONS })),
    );
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(async () => {
    await Promise.all(apps.map(async (app) => app.kill()));
    await emulator.stop();
  });

  async function start(given: { dies?: string; options: object }): Promise<SettlingApp> {
    return SettlingApp.start(redis(), emulator, given);
  }
  const alive = (): SettlingApp[] => apps.filter(({ hasEnded }) => !hasEnded);
  const told = (): Told[] => apps.flatMap((app) => app.told);
  const settledOf = (numbers: readonly string[]): SmsSettlement[] =>
    told().flatMap(({ settled }) => (settled && numbers.includes(settled.to) ? [settled] : []));

  it('settle what a process sent that was killed before it told', async () => {
    const dying = await start({ options: { settle: [100] }, dies: 'SendSms' });
    dying.send({ to: [PHONE] });
    await until(() => settledOf([PHONE]).length > 0);
    expect(dying.hasEnded).toBe(true);
    expect(settledOf([PHONE])).toMatchObject([
      { verdict: 'accepted', to: PHONE, serialNo: emulator.lastMessage(PHONE)?.serialNo },
    ]);
  });

  it('look ten times a second at most, and tell each verdict once', async () => {
    emulator.addFault({ action: 'SendSms', effect: 'drop', execute: true, times: 'always' });
    const numbers = Array.from({ length: LOOKS }, (_, i) => `+86137111110${i + 10}`);
    const from = Date.now();
    for (const [index, app] of alive().entries()) {
      app.send({ to: numbers.filter((_, i) => i % alive().length === index) });
    }
    await until(() => settledOf(numbers).length >= LOOKS);
    const settled = settledOf(numbers);
    expect(settled.filter(({ verdict }) => verdict === 'accepted')).toHaveLength(LOOKS);
    expect(new Set(settled.map(({ serialNo }) => serialNo)).size).toBe(LOOKS);
    const asked = told().flatMap((one) =>
      one.asked === 'DescribeSendRecordList' && (one.at ?? 0) > from ? [one.at ?? 0] : [],
    );
    expect(asked).toHaveLength(LOOKS);
    const inSeconds = asked.map(
      (at) => asked.filter((other) => other >= at && other < at + 1_000).length,
    );
    expect(Math.max(...inSeconds)).toBeLessThanOrEqual(MOST_A_SECOND);
  });

  it('have the queues pulled by another when the leader was killed and its lease has ended', async () => {
    const asks = (app: SettlingApp): number =>
      app.told.filter(({ asked }) => asked === 'PullSmsSendStatus').length;
    await until(() => alive().some((app) => asks(app) > 1));
    const leader = alive().find((app) => asks(app) > 0) as SettlingApp;
    await leader.kill();
    const others = alive();
    expect(others.map(asks)).toEqual(others.map(() => 0));
    for (const other of others) {
      other.send({ ahead: LEASE_MS });
    }
    await until(() => others.some((app) => asks(app) > 0));
    expect(others.filter((app) => asks(app) > 0)).toHaveLength(1);
  });
});
