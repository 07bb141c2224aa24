import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { redisDeliveryStore } from '../../../lib/redis/delivery/redis-delivery.store.js';
import { DeliveryCaller } from '../../../lib/testing/delivery-store/delivery-caller.js';
import { assertBuilt } from '../../package/built-package.js';
import { connectIoredis } from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { describeWithRedis } from '../../support/redis-server.js';
import type { RedisServer } from '../../support/redis-server.js';

const FILE = fileURLToPath(new URL('../../support/delivery-app.mjs', import.meta.url));
const SECRET = 'canary-callback-secret-0000000000000006';
/** A claimed change is told by another instance once its lease has ended. */
const LEASE_MS = 31_000;

interface AppOptions {
  readonly dies?: 'before the answer' | 'in the handler';
  readonly aheadMs?: number;
}

/** One instance of an app. */
class DeliveryApp {
  readonly heard: unknown[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {
    child.on('message', ({ heard }: { heard?: unknown }) => {
      if (heard !== undefined) {
        this.heard.push(heard);
      }
    });
  }

  static async start(redis: RedisServer, options: AppOptions = {}): Promise<DeliveryApp> {
    const given = JSON.stringify({ redis: redis.url, secret: SECRET, ...options });
    // Jest's own flags are not for it.
    const child = fork(FILE, [given], { execArgv: [] });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return new DeliveryApp(child, url);
  }

  /** The status of the answer; none where the process died. */
  async push(body: object): Promise<number | undefined> {
    try {
      const path = `/hooks/tencent-sms/${SECRET}/status`;
      const answer = await fetch(this.url + path, { method: 'POST', body: JSON.stringify(body) });
      return answer.status;
    } catch {
      return undefined;
    }
  }

  /** What a waiter at this instance is told. */
  async delivered(text: object): Promise<{ state: string } | undefined> {
    this.child.send({ text, within: '20s' });
    return new Promise((resolve) => {
      this.child.on('message', ({ state }: { state?: { state: string } }) => {
        if (state !== undefined) {
          resolve(state);
        }
      });
    });
  }

  async untilHeard(): Promise<void> {
    while (this.heard.length === 0) {
      // oxlint-disable-next-line no-await-in-loop -- one message after the other
      await once(this.child, 'message');
    }
  }

  async untilDead(): Promise<string | null> {
    if (this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
    return this.child.signalCode;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.disconnect();
      await exited;
    }
  }
}

const report = ({ to, serialNo }: { to: string; serialNo?: string | undefined }) => ({
  user_receive_time: '2026-03-14 09:26:53',
  nationcode: '86',
  mobile: to.slice(3),
  report_status: 'SUCCESS',
  errmsg: 'DELIVRD',
  sid: serialNo,
});

describeWithRedis('deliveries of several processes on one Redis', (redis) => {
  const apps: DeliveryApp[] = [];
  let direct: ConnectedClient;
  let caller: DeliveryCaller;

  beforeAll(async () => {
    assertBuilt();
    direct = await connectIoredis(redis());
    caller = new DeliveryCaller(redisDeliveryStore(direct.client, { timeout: '20s' }), undefined);
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map(async (app) => app.stop()));
    await direct.command('FLUSHALL');
  });
  afterAll(async () => {
    await caller.store.close?.();
    direct.close();
  });

  async function start(options?: AppOptions): Promise<DeliveryApp> {
    const app = await DeliveryApp.start(redis(), options);
    apps.push(app);
    return app;
  }

  it('have a handler called after a SIGKILL between the store and the answer', async () => {
    const first = await start({ dies: 'before the answer' });
    const text = await caller.send();
    expect(await first.push([report(text)])).toBeUndefined();
    expect(await first.untilDead()).toBe('SIGKILL');
    const second = await start();
    await second.untilHeard();
    // Tencent got no answer, and pushes again.
    expect(await second.push([report(text)])).toBe(200);
    expect(second.heard).toMatchObject([{ to: text.to, state: 'delivered' }]);
  });

  it('have a handler called again after a SIGKILL between the answer and its end', async () => {
    const first = await start({ dies: 'in the handler' });
    const text = await caller.send();
    await first.push([report(text)]);
    expect(await first.untilDead()).toBe('SIGKILL');
    const second = await start({ aheadMs: LEASE_MS });
    await second.untilHeard();
    expect(second.heard).toMatchObject([{ to: text.to, state: 'delivered' }]);
  });

  it('tell a waiter at one process of a callback that reaches the other', async () => {
    const [first, second] = [await start(), await start()];
    const text = await caller.send();
    const waiting = first.delivered({ to: text.to, serialNo: text.serialNo });
    expect(await second.push([report(text)])).toBe(200);
    expect(await waiting).toMatchObject({ state: 'delivered', to: text.to });
    await Promise.race([first.untilHeard(), second.untilHeard()]);
    expect([...first.heard, ...second.heard]).toHaveLength(1);
  });
});
