import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import type { CampaignProgress } from '../src/campaign/campaigns.js';
import { CampaignClient, toCsv } from './campaign-client.js';
import { startApp } from './start-app.js';

const PHONE = '+8613711112222';

describe('the limits of the sample app', () => {
  let app: NestExpressApplication;
  let kit: SmsTestKit;

  beforeEach(async () => {
    ({ app, kit } = await startApp());
  });

  afterEach(async () => {
    await app.close();
    kit.close();
  });

  const welcome = (phone: string, language = 'en'): request.Test =>
    request(app.getHttpServer()).post('/welcome').set('Accept-Language', language).send({ phone });

  let campaigns = 0;
  async function campaign(phones: readonly string[]): Promise<CampaignProgress> {
    const client = new CampaignClient(app);
    campaigns += 1;
    await client.upload(`campaign-${campaigns}`, toCsv(phones)).expect(200);
    return client.reached(`campaign-${campaigns}`, 'done');
  }

  const texted = (): string[] => kit.inbox.messages().map(({ to }) => to);

  it.each([
    ['en', 'This number got a text within the last minute: try again later.'],
    ['zh-CN', '该号码一分钟内已收到短信，请稍后再试。'],
  ])('sends one text a minute to a number, and says so in %s', async (language, message) => {
    await welcome(PHONE).expect(201);
    const answer = await welcome(PHONE, language)
      .expect(429)
      .expect('Content-Language', language)
      .expect('Retry-After', /^(?:[1-9]|[1-5]\d|60)$/);
    expect(answer.body).toEqual({ statusCode: 429, message, error: 'Too Many Requests' });
    await welcome('+86013711112222').expect(429);
    await welcome('+8613711113333').expect(201);
    expect(texted()).toHaveLength(2);
  });

  it('sends one text when many are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => welcome(PHONE)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(texted()).toEqual([PHONE]);
  });

  it('sends to a number again when its minute is over', async () => {
    await welcome(PHONE).expect(201);
    const later = Date.now() + 60_001;
    kit.clock.advance(60_001);
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    await welcome(PHONE).expect(201);
    expect(texted()).toEqual([PHONE, PHONE]);
  });

  it.each([
    ['en', 'phone: expected a number of the Chinese mainland (+86): no other gets a text here'],
    ['zh-CN', 'phone: 仅支持中国内地手机号（+86），不向其他号码发送短信'],
  ])('sends to the mainland only, and says so in %s', async (language, message) => {
    const abroad = ['+85261234567', '+886912345678', '+12015550123'];
    for (const phone of abroad) {
      // oxlint-disable-next-line no-await-in-loop -- one number after the other
      const answer = await welcome(phone, language).expect(400);
      expect(answer.body).toEqual({ statusCode: 400, message: [message], error: 'Bad Request' });
    }
    expect(texted()).toEqual([]);
  });

  it('takes twenty requests a minute from an address, whatever it says of itself', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 22; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await welcome(`+8613711${110_000 + i}`).set(
        'X-Forwarded-For',
        `203.0.113.${i}`,
      );
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(201), 429, 429]);
    const answer = await welcome('+8613711119999', 'zh-CN')
      .expect(429)
      .expect('Content-Language', 'zh-CN')
      .expect('Retry-After', /^(?:[1-9]|[1-5]\d|60)$/);
    expect(answer.body).toEqual({
      statusCode: 429,
      message: '您的请求过于频繁，请一分钟后再试。',
      error: 'Too Many Requests',
    });
  });

  it('loses twenty answers a minute for an address at most', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 21; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await request(app.getHttpServer()).post('/development/lose-answer');
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(204), 429]);
  });

  it('takes five campaigns a minute from an address', async () => {
    for (let i = 0; i < 5; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await campaign([`+861371111000${i}`])).toMatchObject({ accepted: 1 });
    }
    const answer = await new CampaignClient(app)
      .upload('sixth', toCsv([PHONE]))
      .expect(429)
      .expect('Retry-After', /^\d+$/);
    expect(answer.body).toMatchObject({
      message: 'Too many requests from your address: try again in a minute.',
    });
    expect(texted()).toHaveLength(5);
  });

  it('rejects rows of a campaign whose number got a text within the last minute', async () => {
    await welcome(PHONE).expect(201);
    expect(await campaign([PHONE, '+8613711113333'])).toMatchObject({
      accepted: 1,
      rejected: 1,
      byCode: { THROTTLED: 1 },
    });
    expect(await campaign(['137 1111 3333', '8613711112222'])).toMatchObject({
      accepted: 0,
      rejected: 2,
    });
    await welcome('+8613711113333').expect(429);
    expect(texted()).toHaveLength(2);
    expect(texted()).toEqual(expect.arrayContaining(['+8613711113333', PHONE]));
  });

  it('sends one text of a campaign to a number that is written in several ways', async () => {
    const phones = [PHONE, '13711112222', '0086 137 1111 2222', '+86013711112222'];
    expect(await campaign(phones)).toMatchObject({ accepted: 1, duplicates: 3, rejected: 0 });
    expect(texted()).toEqual([PHONE]);
  });
});
