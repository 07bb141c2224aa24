import { afterEach, beforeEach, expect, it } from '@jest/globals';
import request from 'supertest';
import { describeWithRedis } from '../../test/support/redis-server.js';
import { until } from '../../test/support/until.js';
import { CampaignClient, toCsv, toPhones } from './campaign-client.js';
import { startApp } from './start-app.js';

/** More than are read ahead. */
const MANY = 10_600;

describeWithRedis('a campaign of the sample app, with REDIS_URL', (redis) => {
  const kept = process.env['REDIS_URL'];
  const started: Instance[] = [];

  interface Instance extends Awaited<ReturnType<typeof startApp>> {
    readonly client: CampaignClient;
  }

  async function startOne(): Promise<Instance> {
    const one = await startApp();
    const instance = { ...one, client: new CampaignClient(one.app) };
    started.push(instance);
    return instance;
  }

  const ship = (one: Instance, phone: string): request.Test =>
    request(one.app.getHttpServer()).post('/orders/A-1042/shipped').send({ phone });

  /** Every number of every request, of all instances. */
  const texted = (...instances: Instance[]): string[] =>
    instances
      .flatMap(({ kit }) => kit.requests())
      .filter(({ action }) => action === 'SendSms')
      .flatMap(({ request: { body } }) => [...body.matchAll(/\+86\d{11}/g)].map(String));

  beforeEach(() => {
    process.env['REDIS_URL'] = redis().url;
  });

  afterEach(async () => {
    for (const { app, kit } of started.splice(0)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await app.close();
      kit.close();
    }
    delete process.env['REDIS_URL'];
    Object.assign(process.env, kept === undefined ? {} : { REDIS_URL: kept });
  });

  it('sends 650 rows on the queue, and counts what became of each at another instance', async () => {
    const { app, client } = await startOne();
    const other = await startOne();
    const about = await request(app.getHttpServer()).get('/campaigns').expect(200);
    expect(about.body).toMatchObject({ mode: 'queue' });
    const phones = toPhones(648);
    await client.upload('spring', toCsv([...phones, phones[0] ?? '', '12'])).expect(200);
    const progress = await other.client.reached('spring', 'done');
    expect(progress).toMatchObject({
      total: 650,
      waiting: 0,
      accepted: 648,
      rejected: 1,
      cancelled: 0,
      duplicates: 1,
    });
    const lines = await other.client.results('spring');
    expect([lines[0], lines[1], lines[649], lines[650], lines.length]).toEqual([
      '\uFEFFrow,ref,status',
      '1,C1,accepted',
      '649,C649,accepted',
      '650,C650,rejected',
      651,
    ]);
    const again = await other.client.upload('spring', toCsv(phones)).expect(200);
    expect(again.body).toMatchObject({ state: 'known' });
    expect(texted(...started).toSorted()).toEqual(phones);
    const health = await request(app.getHttpServer()).get('/health').expect(200);
    expect(health.body).toMatchObject({ info: { 'sms-queue': { status: 'up' } } });
    // Reports come to one instance, which lists the texts and counts them.
    await until(async () => {
      const lists = await Promise.all(
        started.map(async (one) => request(one.app.getHttpServer()).get('/deliveries')),
      );
      return lists.some(({ body }) => (body as { texts: unknown[] }).texts.length > 0);
    });
  });

  it('goes on after a restart once its file is uploaded again, and sends to no number twice', async () => {
    const first = await startOne();
    const phones = toPhones(MANY, 20_000_000);
    const file = toCsv(phones);
    await first.client.upload('long', file).expect(200);
    await first.client.post('long', 'pause').expect(204);
    const paused = await first.client.progress('long');
    expect(paused).toMatchObject({ state: 'paused', total: MANY });
    expect(paused.waiting + paused.accepted).toBe(MANY);
    await first.app.close();
    const second = await startOne();
    await second.client.reached('long', 'needs-source');
    await second.client.upload('long', toCsv(toPhones(MANY, 30_000_000))).expect(200);
    await second.client.reached('long', 'changed');
    const again = await second.client.upload('long', file).expect(200);
    expect(again.body).toMatchObject({ state: 'known', rows: MANY });
    await second.client.post('long', 'resume').expect(204);
    expect(await second.client.reached('long', 'done')).toMatchObject({
      total: MANY,
      accepted: MANY,
    });
    expect(texted(first, second).toSorted()).toEqual(phones);
  });

  it('cancels for good, and the counts sum to the rows of the file', async () => {
    const { client } = await startOne();
    await client.upload('wrong', toCsv(toPhones(MANY, 40_000_000))).expect(200);
    await client.post('wrong', 'cancel').expect(204);
    const progress = await client.reached('wrong', 'cancelled');
    expect(progress.accepted + progress.cancelled).toBe(MANY);
    expect(progress.cancelled).toBeGreaterThan(0);
  });

  it('sends one notice of an order that is asked for at two instances, and tells another number so', async () => {
    const [first, second] = [await startOne(), await startOne()];
    await ship(first, '+8613711112222').expect(200, { notice: 'queued' });
    await until(() => Promise.resolve(texted(first, second).length === 1));
    await ship(second, '+8613711112222').expect(200, { notice: 'known' });
    await ship(second, '+8613711113333').expect(400);
    expect(texted(first, second)).toEqual(['+8613711112222']);
  });
});
