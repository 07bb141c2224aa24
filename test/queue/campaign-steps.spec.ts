import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsCampaigns } from 'nestjs-tencentcloud-sms/queue';
import type { SmsCampaign, SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { redisCampaignStore } from 'nestjs-tencentcloud-sms/redis';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { Redis } from 'ioredis';
import { firstValueFrom } from 'rxjs';
import { CampaignSteps } from '../support/campaign-steps.js';
import type { CampaignStep } from '../support/campaign-steps.js';
import { QueueCase, Shipped } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { TextCounter } from '../support/text-counter.js';
import { until } from '../support/until.js';

const EMPTY = 'FailedOperation.InsufficientBalanceInSmsPackage';
const TEXTS = 3;
const ROWS_EACH = 4;
const ROWS = TEXTS * ROWS_EACH;

const isGivenBack = ([, rows]: readonly unknown[]): boolean =>
  (rows as readonly { letter: string }[]).some(({ letter }) => letter === '.');
const isAccepted = ([, rows]: readonly unknown[]): boolean =>
  (rows as readonly { letter: string }[]).some(({ letter }) => letter === 'a');
const isSecond = ([, , chunk]: readonly unknown[]): boolean =>
  (chunk as { index: number }).index === 1;

/** Each step of a worker with a chunk, and what is in flight then. */
const SENDING: readonly (readonly [name: string, step: CampaignStep])[] = [
  ['a worker has taken its job', { when: 'before', method: 'find' }],
  ['its definition was read', { when: 'after', method: 'find' }],
  ['its rows are to be read', { when: 'before', method: 'read' }],
  ['its rows were read', { when: 'after', method: 'read' }],
  ['a request is to begin', { when: 'before', method: 'begin' }],
  ['a request has begun, and is handed over next', { when: 'after', method: 'begin' }],
  ['a request was answered', { when: 'before', method: 'end', fits: isAccepted }],
  ['the end of a request was kept', { when: 'after', method: 'end', fits: isAccepted }],
  ['a request is to be given back', { when: 'before', method: 'end', fits: isGivenBack }],
  ['a request was given back', { when: 'after', method: 'end', fits: isGivenBack }],
];

/** Each step of a loader of three chunks. */
const LOADING: readonly (readonly [name: string, step: CampaignStep])[] = [
  ['loading is to begin', { when: 'before', method: 'lease' }],
  ['loading has begun', { when: 'after', method: 'lease' }],
  ['a chunk is to be added', { when: 'before', method: 'append', fits: isSecond }],
  ['a chunk was added and has no job', { when: 'after', method: 'append', fits: isSecond }],
  ['loading is to end', { when: 'before', method: 'endLoading' }],
  ['loading has ended', { when: 'after', method: 'endLoading' }],
];

let phones = 56_000_000;
function toRows(count: number, order: (i: number) => string) {
  return Array.from({ length: count }, (_, i) => {
    phones += 1;
    return { to: `+86138${phones}`, params: { order: order(i) } };
  });
}

function sum(progress: SmsCampaignProgress): number {
  const { waiting, accepted, rejected, unknown, cancelled, duplicates } = progress;
  return waiting + accepted + rejected + unknown + cancelled + duplicates;
}

async function stateOf(campaign: SmsCampaign, state: SmsCampaignProgress['state']) {
  let progress = await firstValueFrom(campaign.progress$);
  await until(async () => {
    progress = await firstValueFrom(campaign.progress$);
    return progress.state === state;
  });
  return progress;
}

describeWithRedis('at each step of a campaign', (redis) => {
  let emulator: SmsEmulator;
  let counter: TextCounter;
  let client: Redis;
  let steps: CampaignSteps;
  let app: QueueCase;
  let other: QueueCase;
  let campaigns: SmsCampaigns;
  let named = 0;

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
    counter = new TextCounter(emulator);
    client = new Redis({ host: redis().host, port: redis().port });
    steps = new CampaignSteps(redisCampaignStore(client));
    const queue = { probeEvery: 100, campaigns: redisCampaignStore(client) };
    app = await QueueCase.start({
      redis: redis(),
      emulator,
      queue: { ...queue, campaigns: steps.store },
    });
    // What stops at a step must not keep what is done meanwhile.
    other = await QueueCase.start({
      redis: redis(),
      emulator,
      queue: { ...queue, role: 'producer' },
    });
    campaigns = app.module.get(SmsCampaigns);
  });
  beforeEach(() => {
    counter.clear();
    named += 1;
  });
  afterEach(async () => {
    emulator.clearFaults();
    await idle();
  });
  afterAll(async () => {
    await app.close();
    await other.close();
    client.disconnect();
    await emulator.stop();
  });

  /** Waits until no job is left. */
  const idle = async (): Promise<void> =>
    app.withLane('notification', async (lane) =>
      until(async () => {
        const counts = await lane.getJobCounts('active', 'waiting', 'delayed', 'failed');
        return Object.values(counts).every((count) => count === 0);
      }),
    );

  const open = async (): Promise<SmsCampaign> =>
    (await other.module.get(SmsCampaigns).open(`campaign ${named}`)) as SmsCampaign;

  /** Has another instance do something at a step of a campaign with requests of four rows. */
  const doAt = async (step: CampaignStep, act: (campaign: SmsCampaign) => Promise<void>) => {
    if (step.fits === isGivenBack) {
      emulator.addFault({ action: 'SendSms', code: EMPTY, times: 1 });
    }
    const reached = steps.at(step, async () => act(await open()));
    const rows = toRows(ROWS, (i) => `A${Math.floor(i / ROWS_EACH)}`);
    const producer = other.module.get(SmsCampaigns);
    const campaign = await producer.create(`campaign ${named}`, Shipped, rows);
    await reached;
    return campaign;
  };

  const assertOnce = (accepted: number): void => {
    expect([counter.texts, counter.numbers]).toEqual([accepted, accepted]);
  };

  it.each(SENDING)('a cancellation ends all rows that wait when %s', async (_, step) => {
    const campaign = await doAt(step, async (one) => one.cancel());
    const end = await stateOf(campaign, 'cancelled');
    assertOnce(end.accepted);
    expect(end).toMatchObject({ waiting: 0, rejected: 0, unknown: 0 });
    expect(end.accepted + end.cancelled).toBe(end.loaded);
    // At most the request in flight has left.
    expect(end.accepted).toBeLessThanOrEqual(ROWS_EACH);
    await idle();
    assertOnce(end.accepted);
    await expect(firstValueFrom(campaign.progress$)).resolves.toMatchObject({
      state: 'cancelled',
      accepted: end.accepted,
      cancelled: end.cancelled,
    });
  });

  it.each(SENDING)('a pause lets no request begin when %s', async (_, step) => {
    const campaign = await doAt(step, async (one) => one.pause());
    await until(async () => {
      const { accepted } = await stateOf(campaign, 'paused');
      return accepted === counter.texts;
    });
    // Jobs of the campaign look again meanwhile.
    await app.withLane('notification', async (lane) => {
      await until(async () => (await lane.getDelayedCount()) === 1);
      await lane.promoteJobs();
      await until(async () => (await lane.getDelayedCount()) === 1);
    });
    const paused = await stateOf(campaign, 'paused');
    expect(paused.accepted).toBeLessThanOrEqual(ROWS_EACH);
    assertOnce(paused.accepted);
    await (await open()).resume();
    await app.withLane('notification', async (lane) => lane.promoteJobs());
    await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ accepted: ROWS });
    assertOnce(ROWS);
  });

  describe.each(LOADING)('while %s', (_, step) => {
    it('a cancellation ends loading, and all rows that wait', async () => {
      const reached = steps.at(step, async () => (await open()).cancel());
      const rows = toRows(450, () => 'A1');
      const campaign = await campaigns.create(`campaign ${named}`, Shipped, rows);
      await reached;
      const end = await stateOf(campaign, 'cancelled');
      expect([end.waiting, sum(end)]).toEqual([0, end.loaded]);
      assertOnce(end.accepted);
      expect(end.loaded % 200 === 0 || end.loaded === 450).toBe(true);
    });

    it('a pause keeps all rows, and they go out when it is resumed', async () => {
      const reached = steps.at(step, async () => (await open()).pause());
      const rows = toRows(450, () => 'A1');
      const campaign = await campaigns.create(`campaign ${named}`, Shipped, rows);
      await reached;
      await until(async () => {
        const { loaded, accepted } = await firstValueFrom(campaign.progress$);
        return loaded === 450 && accepted === counter.texts;
      });
      await (await open()).resume();
      await app.withLane('notification', async (lane) => lane.promoteJobs());
      await expect(stateOf(campaign, 'done')).resolves.toMatchObject({ accepted: 450 });
      assertOnce(450);
    });
  });

  it('does nothing when it is cancelled again, resumed or paused once it was cancelled', async () => {
    const campaign = await doAt(SENDING[4]?.[1] as CampaignStep, async (one) => {
      await one.pause();
      await one.cancel();
      await one.cancel();
      await one.resume();
    });
    const end = await stateOf(campaign, 'cancelled');
    await campaign.pause();
    await campaign.cancel();
    await expect(firstValueFrom(campaign.progress$)).resolves.toMatchObject({
      state: 'cancelled',
      cancelled: ROWS,
      accepted: 0,
      waiting: 0,
    });
    expect(end.cancelled).toBe(ROWS);
    assertOnce(0);
  });

  it('changes nothing of a campaign that is done when it is cancelled', async () => {
    const campaign = await campaigns.create(
      `campaign ${named}`,
      Shipped,
      toRows(3, () => 'A'),
    );
    const done = await stateOf(campaign, 'done');
    await campaign.cancel();
    const { accepted, cancelled, state } = await firstValueFrom(campaign.progress$);
    expect({ accepted, cancelled, state }).toEqual({ accepted: 3, cancelled: 0, state: 'done' });
    expect(done.accepted).toBe(3);
  });
});
