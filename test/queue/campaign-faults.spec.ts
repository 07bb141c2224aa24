import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { SmsDelivery } from 'nestjs-tencentcloud-sms/delivery';
import { SmsCampaigns } from 'nestjs-tencentcloud-sms/queue';
import type {
  SmsCampaign,
  SmsCampaignProgress,
  SmsCampaignStore,
  SmsQueueLane,
} from 'nestjs-tencentcloud-sms/queue';
import { redisCampaignStore } from 'nestjs-tencentcloud-sms/redis';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { firstValueFrom } from 'rxjs';
import { CampaignSteps } from '../support/campaign-steps.js';
import { QueueCase, Sale, Shipped } from '../support/queue-test-case.js';
import type { QueueCaseOptions } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { TextCounter } from '../support/text-counter.js';
import { until } from '../support/until.js';

const SECRET = 'canary-queue-secret-000000000000000001';
const OTHER_SECRET = 'canary-queue-secret-000000000000000002';
const EMPTY = 'FailedOperation.InsufficientBalanceInSmsPackage';
const QUOTA = 'LimitExceeded.PhoneNumberDailyLimit';
const PER_SECOND = 60;

let phones = 58_000_000;
function nextPhone(): string {
  phones += 1;
  return `+86138${phones}`;
}

function toRows(count: number, order: (i: number) => string = (i) => `A${i}`) {
  return Array.from({ length: count }, (_, i) => ({
    to: nextPhone(),
    params: { order: order(i) },
  }));
}

async function stateOf(campaign: SmsCampaign, ...states: SmsCampaignProgress['state'][]) {
  let progress = await firstValueFrom(campaign.progress$);
  await until(async () => {
    progress = await firstValueFrom(campaign.progress$);
    return states.includes(progress.state);
  });
  return progress;
}

function campaignsOf(app: QueueCase): SmsCampaigns {
  return app.module.get(SmsCampaigns);
}

function toSales(count: number) {
  return Array.from({ length: count }, () => ({ to: nextPhone(), params: ['夏季'] as const }));
}

/** The same, while what is delayed for some seconds or hours is not waited for. */
async function endOf(
  campaign: SmsCampaign,
  app: QueueCase,
  lane: SmsQueueLane = 'notification',
): Promise<SmsCampaignProgress> {
  return app.withLane(lane, async (queue) => {
    await until(async () => {
      await queue.promoteJobs();
      return (await firstValueFrom(campaign.progress$)).state === 'done';
    });
    expect(await queue.getFailedCount()).toBe(0);
    return firstValueFrom(campaign.progress$);
  });
}

/** A store that loses the ends of requests, as that of a process which dies before it tells them. */
function losingEnds(store: SmsCampaignStore) {
  let loses = true;
  const end: SmsCampaignStore['end'] = async (...given) => {
    if (loses) {
      throw new Error('The end was lost.');
    }
    await store.end(...given);
  };
  return {
    store: new Proxy(store, {
      get: (target, name) => {
        const member: unknown = name === 'end' ? end : Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    }),
    keep: () => {
      loses = false;
    },
  };
}

describeWithRedis('a campaign in which something fails', (redis) => {
  let emulator: SmsEmulator;
  let counter: TextCounter;
  const open: QueueCase[] = [];
  let named = 0;

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
    counter = new TextCounter(emulator);
  });
  beforeEach(() => {
    counter.clear();
    emulator.clear();
    named += 1;
  });
  afterEach(async () => {
    emulator.clearFaults();
    await Promise.all(open.splice(0).map(async (one) => one.close()));
  });
  afterAll(async () => {
    await emulator.stop();
  });

  /** An instance on the queue of its test. */
  const start = async (more: Partial<QueueCaseOptions> = {}): Promise<QueueCase> => {
    const queue = { queue: `faults${named}`, ...more.queue };
    const one = await QueueCase.start({ redis: redis(), emulator, ...more, queue });
    open.push(one);
    return one;
  };
  const name = () => `campaign ${named}`;
  const sends = () => emulator.requests().filter(({ action }) => action === 'SendSms');
  const assertOnce = (count: number): void => {
    expect([counter.texts, counter.numbers]).toEqual([count, count]);
  };

  it('begins with single texts beside it at most its budget of texts in any second', async () => {
    const app = await start({ queue: { budget: { perSecond: PER_SECOND } } });
    const campaign = await campaignsOf(app).create(name(), Shipped, toRows(70));
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) =>
        app.queue.enqueue(Shipped, { to: nextPhone(), params: { order: 'A' }, key: `one ${i}` }),
      ),
    );
    await stateOf(campaign, 'done');
    await until(() => counter.texts === 100);
    const times = sends().map(({ at }) => new Date(at).getTime());
    const inSecond = times.map(
      (from) => times.filter((time) => time >= from && time < from + 1000).length,
    );
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(PER_SECOND);
    assertOnce(100);
  });

  it('leaves within its budget with rows that share requests, and single texts among them', async () => {
    const perSecond = 150;
    const app = await start({ queue: { budget: { perSecond } } });
    const singles = Promise.all(
      Array.from({ length: 90 }, async (_, i) =>
        app.queue.enqueue(Shipped, { to: nextPhone(), params: { order: 'A' }, key: `a ${i}` }),
      ),
    );
    const rows = toRows(210, () => 'A');
    const campaign = await campaignsOf(app).create(name(), Shipped, rows);
    await singles;
    await stateOf(campaign, 'done');
    await until(() => counter.texts === 300);
    const times = emulator.messages().map(({ sentAt }) => new Date(sentAt).getTime());
    expect(times).toHaveLength(300);
    const inSecond = times.map(
      (from) => times.filter((time) => time >= from && time < from + 1000).length,
    );
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(perSecond);
    assertOnce(300);
  });

  it('keeps marketing that comes at night until the morning, whenever it was to begin', async () => {
    let now = Date.parse('2026-05-01T21:54:58+08:00');
    const app = await start({ sms: { now: () => new Date(now) } });
    const evening = await campaignsOf(app).create('evening', Sale, toSales(3));
    await stateOf(evening, 'done');
    now = Date.parse('2026-05-01T21:55:01+08:00');
    const late = await campaignsOf(app).create('late', Sale, toSales(3));
    const at = Date.parse('2026-05-02T02:00:00+08:00');
    const night = await campaignsOf(app).create('night', Sale, toSales(3), { at });
    await app.withLane('marketing', async (lane) => {
      await until(async () => (await lane.getDelayedCount()) === 2);
      for (const time of ['2026-05-01T23:00:00+08:00', '2026-05-02T07:59:58+08:00']) {
        now = Date.parse(time);
        // oxlint-disable-next-line no-await-in-loop -- one time after the other
        await lane.promoteJobs();
        // oxlint-disable-next-line no-await-in-loop -- one time after the other
        await until(async () => (await lane.getDelayedCount()) === 2);
      }
    });
    expect(counter.texts).toBe(3);
    now = Date.parse('2026-05-02T08:00:01+08:00');
    await endOf(late, app, 'marketing');
    await endOf(night, app, 'marketing');
    assertOnce(9);
  });

  it('gives rows back that a worker may not send, and others send them', async () => {
    const wrong = await start({
      queue: { role: 'worker', concurrency: 2 },
      sms: { credentials: { secretId: 'AKIDtest', secretKey: 'an-older-key' } },
    });
    const good = await start({ queue: { role: 'producer' } });
    const campaign = await campaignsOf(good).create(name(), Shipped, toRows(40));
    await until(() => sends().length > 0);
    const worker = await start();
    await expect(endOf(campaign, worker)).resolves.toMatchObject({
      accepted: 40,
      rejected: 0,
      unknown: 0,
    });
    assertOnce(40);
    expect(sends().length).toBeLessThanOrEqual(43);
    await wrong.close();
  });

  it('pauses when its package is empty, and goes on by itself when that is filled', async () => {
    const concurrency = 3;
    const app = await start({ queue: { concurrency, probeEvery: 200 } });
    emulator.addFault({ action: 'SendSms', code: EMPTY, times: 'always' });
    const campaign = await campaignsOf(app).create(
      name(),
      Shipped,
      toRows(1000, () => 'A'),
    );
    await app.withLane('notification', async (lane) => {
      await until(async () => {
        const { active = 0, delayed = 0 } = await lane.getJobCounts('active', 'delayed');
        return active === 0 && delayed === 5;
      });
    });
    expect(sends().length).toBeLessThanOrEqual(concurrency + 2);
    emulator.clearFaults();
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ accepted: 1000, byCode: {} });
    assertOnce(1000);
  });

  it('rejects a number whose quota is used up, and sends to the others of its request', async () => {
    const app = await start();
    const rows = toRows(250, () => 'A');
    emulator.addFault({ action: 'SendSms', code: QUOTA, numberSuffix: '7', times: 'always' });
    const full = rows.filter(({ to }) => to.endsWith('7')).length;
    const campaign = await campaignsOf(app).create(name(), Shipped, rows);
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({
      accepted: 250 - full,
      rejected: full,
      byCode: { [QUOTA]: full },
    });
    expect(sends()).toHaveLength(2);
    assertOnce(250 - full);
  });

  it('gives rows back whose leave came too late, and sends them once', async () => {
    const keeper = await start({ queue: { role: 'producer' } });
    const steps = new CampaignSteps(redisCampaignStore(keeper.client));
    const app = await start({ queue: { campaigns: steps.store, sendWithin: 200 } });
    const late = steps.at({ when: 'after', method: 'begin' }, async () => pause(250));
    const campaign = await campaignsOf(app).create(name(), Shipped, toRows(5));
    await late;
    await expect(endOf(campaign, app)).resolves.toMatchObject({ accepted: 5, rejected: 0 });
    assertOnce(5);
  });

  it('waits for a worker that can read it, and fails in none', async () => {
    const producer = await start({ queue: { role: 'producer', encrypt: SECRET } });
    const foreign = await start({ queue: { role: 'worker', encrypt: OTHER_SECRET } });
    const campaign = await campaignsOf(producer).create(name(), Shipped, toRows(5));
    await producer.withLane('notification', async (lane) =>
      until(async () => (await lane.getDelayedCount()) === 1),
    );
    assertOnce(0);
    await foreign.close();
    const worker = await start({ queue: { encrypt: [OTHER_SECRET, SECRET] } });
    await expect(endOf(campaign, worker)).resolves.toMatchObject({ accepted: 5 });
    assertOnce(5);
  });

  it('goes on when Redis was silent for a while', async () => {
    const app = await start();
    emulator.addFault({ action: 'SendSms', latencyMs: 10, times: 'always' });
    const campaign = await campaignsOf(app).create(name(), Shipped, toRows(150));
    await until(() => counter.texts > 20);
    redis().pause();
    // Longer than jobs are locked, so that they are taken twice.
    await pause(1200);
    redis().resume();
    const end = await endOf(campaign, app);
    expect(end.accepted + end.unknown).toBe(150);
    await until(async () => (await firstValueFrom(campaign.progress$)).accepted === counter.texts);
    expect(counter.texts).toBe(counter.numbers);
  });

  it('ends rows as their answer said when no end of their request was kept', async () => {
    const keeper = await start({ queue: { role: 'producer' } });
    const keeping = losingEnds(redisCampaignStore(keeper.client));
    const app = await start({
      queue: { campaigns: keeping.store, sendWithin: 200, probeEvery: 100 },
    });
    // Delivery follows the first thousand rows alone.
    const rows = toRows(1010, () => 'A');
    // One number is used up, and the other campaign is refused until its package is filled.
    emulator.addFault({ action: 'SendSms', code: QUOTA, numberSuffix: rows[3]?.to.slice(-8) });
    const lost = await campaignsOf(app).create(`${name()} lost`, Shipped, rows);
    const lostAt = async (count: number): Promise<void> =>
      app.withLane('notification', async (lane) =>
        until(async () => (await lane.getDelayedCount()) === count),
      );
    await lostAt(6);
    emulator.clearFaults();
    emulator.addFault({ action: 'SendSms', code: EMPTY, times: 1 });
    const refused = await campaignsOf(app).create(`${name()} refused`, Shipped, toRows(10));
    await lostAt(7);
    keeping.keep();
    await expect(endOf(lost, app)).resolves.toMatchObject({
      accepted: 1009,
      rejected: 1,
      unknown: 0,
      byCode: { [QUOTA]: 1 },
    });
    await expect(endOf(refused, app)).resolves.toMatchObject({ accepted: 10, byCode: {} });
    assertOnce(1019);
  });

  it('looks for rows whose process died before delivery knew of them, also after the last look', async () => {
    const keeper = await start({ queue: { role: 'producer' } });
    const rows = toRows(5, () => 'A');
    const labelled = rows.map(({ to, params }, i) => ({ to, params, ref: `left ${i}` }));
    const created = await campaignsOf(keeper).create(name(), Shipped, labelled);
    await stateOf(created, 'sending');
    const [key = ''] = await keeper.client.keys(`{faults${named}-*}:m`);
    const [, prefix, id = ''] = /^\{(.*):([\w-]{43})\}/.exec(key) ?? [];
    const store = redisCampaignStore(keeper.client, { prefix });
    // A process had its leave a minute ago, and died with it.
    const begunAt = Date.now() - 60_000;
    await store.begin(id, {
      token: 'dead',
      chunk: 0,
      rows: rows.map((_, i) => i),
      begunAt,
      notAfter: begunAt + 1_000,
    });
    await store.close?.();
    const app = await start();
    const campaign = (await campaignsOf(app).open(name())) as SmsCampaign;
    await expect(endOf(campaign, app)).resolves.toMatchObject({ unknown: 5 });
    const delivery = app.module.get(SmsDelivery);
    await until(async () => {
      const states = await Promise.all(
        labelled.map(async ({ to, ref }) => delivery.state({ to, ref })),
      );
      return states.every((one) => one?.state === 'absent');
    });
    assertOnce(0);
  });

  it('sends rows whose request may have begun when the answer was lost', async () => {
    const keeper = await start({ queue: { role: 'producer' } });
    const steps = new CampaignSteps(redisCampaignStore(keeper.client));
    const app = await start({ queue: { campaigns: steps.store } });
    const lost = steps.at({ when: 'after', method: 'begin' }, async () => {
      throw new Error('Its answer was lost.');
    });
    const campaign = await campaignsOf(app).create(name(), Shipped, toRows(5));
    await expect(lost).rejects.toThrow('lost');
    await expect(endOf(campaign, app)).resolves.toMatchObject({ accepted: 5, unknown: 0 });
    assertOnce(5);
  });

  it('ends what is in flight when its app closes, and goes on elsewhere', async () => {
    const app = await start();
    emulator.addFault({ action: 'SendSms', latencyMs: 50, times: 'always' });
    const rows = toRows(450, (i) => `A${Math.floor(i / 10)}`);
    await campaignsOf(app).create(name(), Shipped, rows);
    await until(() => counter.texts > 30);
    const closed = app.close();
    const other = await start();
    await closed;
    const left = (await campaignsOf(other).open(name())) as SmsCampaign;
    const { unknown } = await firstValueFrom(left.progress$);
    expect(unknown).toBe(0);
    const campaign = await campaignsOf(other).create(name(), Shipped, rows);
    await expect(endOf(campaign, other)).resolves.toMatchObject({ accepted: 450, unknown: 0 });
    assertOnce(450);
  });
});
