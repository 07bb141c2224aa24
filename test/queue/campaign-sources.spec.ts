import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsCampaigns } from 'nestjs-tencentcloud-sms/queue';
import type { SmsCampaign, SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { redisCampaignStore } from 'nestjs-tencentcloud-sms/redis';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { Redis } from 'ioredis';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import type { SmsCampaignStore } from 'nestjs-tencentcloud-sms/queue';
import { CampaignSteps } from '../support/campaign-steps.js';
import { QueueCase, Shipped } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { TextCounter } from '../support/text-counter.js';
import { until } from '../support/until.js';

interface Row {
  readonly to: string;
  readonly params: { readonly order: string };
  readonly ref?: string;
}

let phones = 57_000_000;
function toRows(count: number, order: (i: number) => string = () => 'A1'): Row[] {
  return Array.from({ length: count }, (_, i) => {
    phones += 1;
    return { to: `+86138${phones}`, params: { order: order(i) } };
  });
}

function throwing(): never {
  throw new Error('13800000001');
}

function thenable(then: () => void): object {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  return Object.defineProperty({}, 'then', { value: then });
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

function sum(progress: SmsCampaignProgress): number {
  const { waiting, accepted, rejected, unknown, cancelled, duplicates } = progress;
  return waiting + accepted + rejected + unknown + cancelled + duplicates;
}

async function stateOf(campaign: SmsCampaign, ...states: SmsCampaignProgress['state'][]) {
  let progress = await firstValueFrom(campaign.progress$);
  await until(async () => {
    progress = await firstValueFrom(campaign.progress$);
    return states.includes(progress.state);
  });
  return progress;
}

async function readAll(campaign: SmsCampaign) {
  const results = [];
  for await (const result of campaign.results()) {
    results.push(result);
  }
  return results;
}

describeWithRedis('the rows of a campaign', (redis) => {
  let emulator: SmsEmulator;
  let counter: TextCounter;
  let client: Redis;
  let steps: CampaignSteps;
  let app: QueueCase;
  let campaigns: SmsCampaigns;
  let named = 0;
  let name = '';

  const start = async (store: SmsCampaignStore): Promise<QueueCase> =>
    QueueCase.start({
      redis: redis(),
      emulator,
      queue: {
        campaigns: store,
        encrypt: 'a secret of at least thirty-two characters',
      },
    });

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
    counter = new TextCounter(emulator);
    client = new Redis({ host: redis().host, port: redis().port });
    steps = new CampaignSteps(redisCampaignStore(client));
    app = await start(steps.store);
    campaigns = app.module.get(SmsCampaigns);
  });
  beforeEach(() => {
    counter.clear();
    named += 1;
    name = `campaign ${named}`;
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(async () => {
    await app.close();
    client.disconnect();
    await emulator.stop();
  });

  it.each([0, 1, 199, 200, 201, 400])('are all sent where there are %d', async (count) => {
    const campaign = await campaigns.create(name, Shipped, toRows(count));
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({
      total: count,
      loaded: count,
      accepted: count,
    });
    await expect(readAll(campaign)).resolves.toHaveLength(count);
    expect([counter.texts, counter.numbers]).toEqual([count, count]);
  });

  it('are rejected one by one where they are no rows, whatever they are', async () => {
    const [good, other] = toRows(2) as [Row, Row];
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const garbage: unknown[] = [
      null,
      undefined,
      7,
      'text',
      Symbol('row'),
      [],
      [good],
      throwing,
      thenable(throwing),
      thenable(() => undefined),
      Promise.resolve(other),
      {},
      { ...other, to: undefined },
      { ...other, to: 13_800_000_001 },
      { ...other, to: '' },
      { ...other, params: undefined },
      { ...other, params: { order: 1n } },
      { ...other, params: { order: 'x'.repeat(5000) } },
      { ...other, ref: 7 },
      { ...other, more: true },
      {
        ...other,
        get to() {
          return throwing();
        },
      },
      {
        ...other,
        get params() {
          return throwing();
        },
      },
      {
        ...other,
        params: {
          get order() {
            return throwing();
          },
        },
      },
      new Proxy({}, { get: throwing, ownKeys: throwing, has: throwing, getPrototypeOf: throwing }),
      revoked.proxy,
    ];
    const rows = [...garbage, good] as Row[];
    const campaign = await campaigns.create(name, Shipped, rows);
    const end = await stateOf(campaign, 'done', 'needs-source');
    expect(end).toMatchObject({ state: 'done', accepted: 1, rejected: garbage.length });
    expect(Object.values(end.byCode).reduce((all, one) => all + one, 0)).toBe(garbage.length);
    const results = await readAll(campaign);
    expect(results.map(({ status }) => status)).toEqual([
      ...garbage.map(() => 'rejected'),
      'accepted',
    ]);
  });

  it('are each as they were when the source gave them, though it uses its object again', async () => {
    const rows = toRows(250);
    const reused = function* (): Generator<Row> {
      const one: { to: string; params: { order: string } } = { to: '', params: { order: 'A1' } };
      for (const { to } of rows) {
        one.to = to;
        yield one;
      }
    };
    const campaign = await campaigns.create(name, Shipped, reused());
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ accepted: 250 });
    expect(counter.numbers).toBe(250);
  });

  it('are told apart by their number in any form and any chunk', async () => {
    const rows = toRows(450);
    const digits = rows[0]?.to.slice(3) ?? '';
    const forms = [digits, `86${digits}`, `0086${digits}`, `+86${digits}`];
    const again = forms.map((to) => ({ to, params: { order: 'another' } }));
    const campaign = await campaigns.create(name, Shipped, [...rows, ...again]);
    const end = await stateOf(campaign, 'done');
    expect(end).toMatchObject({ accepted: 450, duplicates: forms.length, rejected: 0 });
    expect(counter.to(rows[0]?.to ?? '')).toBe(1);
  });

  it('are taken from a name with any characters, of which none stands in Redis', async () => {
    const names = [
      '促销 "1" {x}\n\0\'; --',
      '__proto__',
      '../../etc',
      '{}:*?[]',
      '\u{1F600}'.repeat(99),
    ];
    for (const odd of names) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const campaign = await campaigns.create(odd, Shipped, toRows(1));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ accepted: 1 });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await campaigns.open(odd))?.name).toBe(odd);
    }
    expect((await client.keys('*')).filter((key) => /促销|etc|proto/.test(key))).toEqual([]);
    expect(await campaigns.open('none')).toBeUndefined();
  });

  it('are read by one of two instances at once, and differ in none that goes out', async () => {
    const other = await start(redisCampaignStore(client));
    const [ours, theirs] = [toRows(450), toRows(450)];
    const [campaign] = await Promise.all([
      campaigns.create(name, Shipped, ours),
      other.module.get(SmsCampaigns).create(name, Shipped, theirs),
    ]);
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ loaded: 450, accepted: 450 });
    await other.close();
    const sums = [ours, theirs].map((rows) =>
      rows.reduce((all, { to }) => all + counter.to(to), 0),
    );
    expect(sums.toSorted((one, two) => one - two)).toEqual([0, 450]);
  });

  it('are read no further than fifty chunks ahead where they never end, until it is cancelled', async () => {
    let read = 0;
    let hasReturned = false;
    const endless = function* (): Generator<Row> {
      try {
        for (;;) {
          read += 1;
          yield { to: `+8613${100_000_000 + read}`, params: { order: 'A1' } };
        }
      } finally {
        hasReturned = true;
      }
    };
    await app.queue.pause('notification');
    const campaign = await campaigns.create(name, Shipped, endless());
    await until(async () => (await firstValueFrom(campaign.progress$)).loaded >= 10_000);
    await until(() => read >= 10_200);
    expect(read).toBeLessThanOrEqual(10_401);
    await campaign.cancel();
    await until(() => hasReturned);
    await app.queue.resume('notification');
    const end = await stateOf(campaign, 'cancelled');
    expect([end.total, sum(end)]).toEqual([undefined, end.loaded]);
    expect(counter.texts).toBe(0);
  });

  describe('are all loaded although the store fails', () => {
    it.each(['find', 'append', 'endLoading', 'lease'] as const)('at %s', async (method) => {
      const failed = steps.at({ when: 'before', method }, async () => {
        throw new Error('the store is away');
      });
      const campaign = campaigns.create(name, Shipped, toRows(450));
      await expect(failed).rejects.toThrow('the store is away');
      // Where creating it failed, it is called again.
      const made = await campaign.catch(async () => campaigns.create(name, Shipped, toRows(450)));
      await expect(stateOf(made, 'done')).resolves.toMatchObject({ accepted: 450 });
    });
  });

  it('are told while it runs, and hold no number in what is printed', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 20, times: 'always' });
    const rows = toRows(450, (i) => `A${i % 40}`);
    const campaign = await campaigns.create(name, Shipped, rows);
    await until(async () => (await firstValueFrom(campaign.progress$)).accepted > 20);
    const during = await readAll(campaign);
    expect(during.map(({ index }) => index)).toEqual(during.map((_, i) => i));
    const statuses = new Set(during.map(({ status }) => status));
    expect([...statuses].every((one) => one === 'waiting' || one === 'accepted')).toBe(true);
    const progress = await stateOf(campaign, 'done');
    const shown = [campaign, campaigns, progress, during].map(
      (one) => inspect(one, { depth: 20, showHidden: true }) + JSON.stringify(one),
    );
    expect(shown.join('\n')).not.toMatch(/138\d{8}/);
  });

  it('leave no timer behind when their progress is not listened to any more', async () => {
    const campaign = await campaigns.create(name, Shipped, toRows(1));
    await stateOf(campaign, 'done');
    await campaign.cancel();
    const before = timers();
    const subscriptions = Array.from({ length: 20 }, () => campaign.progress$.subscribe());
    for (const subscription of subscriptions) {
      subscription.unsubscribe();
    }
    await lastValueFrom(campaign.progress$);
    expect(timers()).toBeLessThan(before + 10);
  });

  it('are told to be gone to those who listen when they are not kept any more', async () => {
    const campaign = await campaigns.create(name, Shipped, toRows(1), { at: Date.now() + 60_000 });
    await stateOf(campaign, 'sending');
    const told = new Promise<unknown>((resolve) => {
      campaign.progress$.subscribe({
        next: () => {
          void client.keys('*:m').then(async (keys) => client.del(...keys));
        },
        error: resolve,
      });
    });
    await expect(told).resolves.toMatchObject({ code: 'SMS_PARAMETER_INVALID' });
  });
});
