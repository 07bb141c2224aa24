import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { SmsCampaigns } from 'nestjs-tencentcloud-sms/queue';
import type { SmsCampaign, SmsCampaignProgress } from 'nestjs-tencentcloud-sms/queue';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { QueueCase, Shipped } from '../support/queue-test-case.js';
import { describeWithRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const MANY = process.env['SMS_LONG_TESTS'] === '1' ? 1_000_000 : 20_000;

interface Row {
  readonly to: string;
  readonly params: { readonly order: string };
  readonly ref?: string;
}

let phones = 55_000_000;
function toRows(count: number, order: (i: number) => string = () => 'A1'): Row[] {
  return Array.from({ length: count }, (_, i) => {
    phones += 1;
    return { to: `+86138${phones}`, params: { order: order(i) }, ref: `row ${i}` };
  });
}

function sum(progress: SmsCampaignProgress): number {
  const { waiting, accepted, rejected, unknown, cancelled, duplicates } = progress;
  return waiting + accepted + rejected + unknown + cancelled + duplicates;
}

async function readAll(campaign: SmsCampaign) {
  const results = [];
  for await (const result of campaign.results()) {
    results.push(result);
  }
  return results;
}

/** More often than every second. */
const stateOf = async (campaign: SmsCampaign, ...states: SmsCampaignProgress['state'][]) => {
  let progress = await firstValueFrom(campaign.progress$);
  await until(async () => {
    progress = await firstValueFrom(campaign.progress$);
    return states.includes(progress.state);
  });
  return progress;
};
const endOf = async (campaign: SmsCampaign) => stateOf(campaign, 'done', 'cancelled');

describeWithRedis('a campaign', (redis) => {
  let emulator: SmsEmulator;
  let app: QueueCase;
  let campaigns: SmsCampaigns;

  beforeAll(async () => {
    emulator = await SmsEmulator.start({ limits: 'off' });
    app = await QueueCase.start({
      redis: redis(),
      emulator,
      queue: { probeEvery: 500, encrypt: 'a secret of at least thirty-two characters' },
    });
    campaigns = app.module.get(SmsCampaigns);
  });
  beforeEach(() => {
    emulator.clear();
  });
  afterEach(() => {
    emulator.clearFaults();
  });
  afterAll(async () => {
    await app.close();
    await emulator.stop();
  });

  const requests = () => emulator.requests().filter(({ action }) => action === 'SendSms');

  it('sends one text to 650 rows in calls of 200 and tells what became of each', async () => {
    const rows = toRows(650);
    const campaign = await campaigns.create('one text', Shipped, rows, { serialNos: true });
    const end = await lastValueFrom(campaign.progress$);
    expect(end).toMatchObject({
      state: 'done',
      total: 650,
      loaded: 650,
      waiting: 0,
      accepted: 650,
      duplicates: 0,
      fee: 650,
    });
    expect(requests().map(({ action }) => action)).toEqual(Array(4).fill('SendSms'));
    const results = await readAll(campaign);
    expect(results).toHaveLength(650);
    expect(results[649]).toEqual({
      index: 649,
      ref: 'row 649',
      status: 'accepted',
      serialNo: emulator.messages().find(({ to }) => to === rows[649]?.to)?.serialNo,
    });
  });

  it('follows its first 1,000 rows, as those of any run', async () => {
    const rows = toRows(1_200);
    const campaign = await campaigns.create('followed', Shipped, rows, { serialNos: true });
    await endOf(campaign);
    const results = await readAll(campaign);
    const store = redisDeliveryStore(app.client, { prefix: 'tencent-sms-delivery' });
    const findFollowed = async () => {
      const found = await Promise.all(
        results.map(async ({ index, serialNo = '' }) =>
          store.find({ to: rows[index]?.to ?? '', serialNo }),
        ),
      );
      return found.map((text) => text !== undefined);
    };
    // Outcomes may be written a little later.
    await until(async () => (await findFollowed()).slice(0, 1_000).every(Boolean));
    const followed = await findFollowed();
    await store.close?.();
    expect(followed.slice(1_000)).toEqual(Array(200).fill(false));
  });

  it('sends rows with values of their own in a request each', async () => {
    const rows = toRows(30, (i) => `A${i}`);
    const campaign = await campaigns.create('personal', Shipped, rows);
    await expect(endOf(campaign)).resolves.toMatchObject({ accepted: 30 });
    expect(new Set(emulator.messages().map(({ text }) => text)).size).toBe(30);
  });

  it('gives a repeated number the status of its first row and counts it apart', async () => {
    const rows = toRows(220);
    const [first] = rows as [Row, ...Row[]];
    const source = [
      ...rows,
      { ...first, ref: 'again' },
      { to: 'no phone', params: { order: 'A1' } },
    ];
    const campaign = await campaigns.create('repeated', Shipped, source);
    const end = await endOf(campaign);
    expect(end).toMatchObject({ accepted: 220, duplicates: 1, rejected: 1 });
    expect(end.byCode).toEqual({ SMS_PARAMETER_INVALID: 1 });
    expect(sum(end)).toBe(222);
    expect((await readAll(campaign)).slice(219)).toEqual([
      { index: 219, ref: 'row 219', status: 'accepted' },
      { index: 220, ref: 'again', status: 'accepted' },
      { index: 221, status: 'rejected' },
    ]);
    expect(emulator.messages().filter(({ to }) => to === first.to)).toHaveLength(1);
  });

  it('begins no request while it is paused, from any instance, and goes on when it is resumed', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 50, times: 'always' });
    const campaign = await campaigns.create(
      'paused',
      Shipped,
      toRows(400, (i) => `A${i}`),
    );
    await until(() => requests().length > 3);
    const other = (await campaigns.open('paused')) as SmsCampaign;
    await other.pause();
    const before = requests().length;
    const { accepted } = await stateOf(campaign, 'paused');
    await until(async () => (await firstValueFrom(campaign.progress$)).accepted >= before);
    // Two chunks, and so two requests at once.
    expect(requests().length).toBeLessThanOrEqual(before + 2);
    expect(accepted).toBeLessThan(400);
    emulator.clearFaults();
    await other.resume();
    const end = await endOf(campaign);
    expect(end).toMatchObject({ state: 'done', accepted: 400 });
  });

  it('sends nothing of the rows that wait when it is cancelled, and reads no more', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 50, times: 'always' });
    const campaign = await campaigns.create(
      'cancelled',
      Shipped,
      toRows(400, (i) => `A${i}`),
    );
    await until(() => requests().length > 3);
    await campaign.cancel();
    const end = await endOf(campaign);
    expect(end.state).toBe('cancelled');
    expect(end.cancelled).toBeGreaterThan(0);
    expect(end.accepted).toBe(emulator.messages().length);
    expect(sum(end)).toBe(end.loaded);
  });

  it('refuses a name that stands for another template or other options', async () => {
    await endOf(await campaigns.create('the name', Shipped, toRows(1)));
    const again = campaigns.create('the name', Shipped, toRows(1), { extendCode: '12' });
    await expect(again).rejects.toMatchObject({ code: 'SMS_CAMPAIGN_CHANGED' });
  });

  it('waits for its source when that fails, and reads on where it was', async () => {
    const rows = toRows(500);
    const failing = async function* () {
      yield* rows.slice(0, 450);
      throw new Error('the file is gone');
    };
    const campaign = await campaigns.create('failing', Shipped, failing());
    await expect(stateOf(campaign, 'needs-source')).resolves.toMatchObject({ loaded: 400 });
    await campaigns.create('failing', Shipped, rows);
    await expect(endOf(campaign)).resolves.toMatchObject({
      state: 'done',
      accepted: 500,
    });
    expect(emulator.messages()).toHaveLength(500);
  });

  it('stops when its source reads differently, and goes on with the right one', async () => {
    const rows = toRows(500);
    const failing = async function* () {
      yield* rows.slice(0, 450);
      throw new Error('the file is gone');
    };
    const campaign = await campaigns.create('changed', Shipped, failing());
    await stateOf(campaign, 'needs-source');
    await campaigns.create('changed', Shipped, [...toRows(1), ...rows]);
    await expect(stateOf(campaign, 'changed')).resolves.toMatchObject({ loaded: 400 });
    await campaigns.create('changed', Shipped, rows);
    await expect(endOf(campaign)).resolves.toMatchObject({ accepted: 500 });
    expect(emulator.messages()).toHaveLength(500);
  });

  it('loads all rows before its time and begins then', async () => {
    const at = Date.now() + 1500;
    const campaign = await campaigns.create('later', Shipped, toRows(450), { at });
    await expect(stateOf(campaign, 'sending')).resolves.toMatchObject({ loaded: 450, accepted: 0 });
    await expect(endOf(campaign)).resolves.toMatchObject({ accepted: 450 });
    const first = requests()[0]?.at ?? 0;
    expect(new Date(first).getTime()).toBeGreaterThanOrEqual(at - 1000);
  });

  it('corrects rows whose outcome was unknown by what the records say', async () => {
    emulator.addFault({ action: 'SendSms', effect: 'drop', times: 1 });
    const campaign = await campaigns.create('unknown', Shipped, toRows(5));
    await endOf(campaign);
    await until(async () => (await firstValueFrom(campaign.progress$)).accepted === 5);
    expect(emulator.messages()).toHaveLength(5);
  });

  it('keeps no phone number in clear', async () => {
    const at = Date.now() + 60_000;
    const campaign = await campaigns.create('private', Shipped, toRows(3), { at });
    await stateOf(campaign, 'sending');
    const { client } = app;
    const keys = await client.keys('*');
    const dumps = await Promise.all(
      keys.filter((key) => key.includes('campaign')).map(async (key) => client.dumpBuffer(key)),
    );
    expect(dumps.length).toBeGreaterThan(0);
    expect(Buffer.concat(dumps).includes('+86138')).toBe(false);
    await campaign.cancel();
  });

  it.each(['RequestLimitExceeded', 'FailedOperation.InsufficientBalanceInSmsPackage'])(
    'sends rows that %s kept back, once it has passed',
    async (code) => {
      emulator.addFault({ action: 'SendSms', code, times: 2 });
      const campaign = await campaigns.create(code, Shipped, toRows(300));
      const end = await endOf(campaign);
      expect(end).toMatchObject({ accepted: 300, rejected: 0, byCode: {} });
      expect(emulator.messages().filter(({ status }) => status === 'accepted')).toHaveLength(300);
    },
  );

  it('counts rows by the code that refused them', async () => {
    const code = 'FailedOperation.TemplateIncorrectOrUnapproved';
    emulator.addFault({ action: 'SendSms', code, times: 1 });
    const campaign = await campaigns.create('refused', Shipped, toRows(5));
    expect(await endOf(campaign)).toMatchObject({ rejected: 5, byCode: { [code]: 5 } });
  });

  it('takes less than 60 bytes of Redis for a row that waits for one text', async () => {
    const { client } = app;
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const before = await used();
    const source = function* () {
      for (let i = 0; i < MANY; i += 1) {
        yield { to: `+86139${10_000_000 + i}`, params: { order: 'A1' } };
      }
    };
    const at = Date.now() + 600_000;
    const campaign = await campaigns.create('many', Shipped, source(), { at });
    await stateOf(campaign, 'sending');
    expect(((await used()) - before) / MANY).toBeLessThan(60);
    await campaign.cancel();
    expect(await endOf(campaign)).toMatchObject({ cancelled: MANY });
  }, 180_000);
});
