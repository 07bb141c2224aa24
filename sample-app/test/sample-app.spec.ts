import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { startApp } from './start-app.js';

const PHONE = '+8613711112222';

function accepted({ body }: request.Response): number {
  return (body as { RequestSuccessCount: number }).RequestSuccessCount;
}

describe('the sample app', () => {
  let app: NestExpressApplication;
  let kit: SmsTestKit;

  // One for each test: what a test sends counts for the limits of the next one.
  beforeEach(async () => {
    ({ app, kit } = await startApp());
  });

  afterEach(async () => {
    await app.close();
    kit.close();
  });

  it('texts a login code on POST /welcome', async () => {
    const answer = await request(app.getHttpServer())
      .post('/welcome')
      .send({ phone: PHONE })
      .expect(201);
    const message = kit.inbox.last(PHONE);
    expect(answer.body).toEqual({ serialNo: message?.serialNo, requestId: message?.requestId });
    expect(message).toMatchObject({ to: PHONE, templateId: '449739' });
    expect(message?.text).toMatch(
      /^【腾讯云】\d{6}为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。$/,
    );
  });

  it.each([
    ['nothing', undefined],
    ['no phone', {}],
    ['a phone that is a number', { phone: 13711112222 }],
    ['a phone without country', { phone: '13711112222' }],
    ['words', { phone: 'my phone' }],
  ])('answers 400 and names the field for %s', async (_, sent) => {
    const answer = await request(app.getHttpServer()).post('/welcome').send(sent).expect(400);
    expect(answer.body).toMatchObject({
      statusCode: 400,
      message: [expect.stringMatching(/^(phone|body): expected/i)],
    });
    expect(kit.inbox.messages()).toEqual([]);
  });

  it.each([
    ['en', { phone: 'my phone' }, 'phone: expected a phone number in E.164 form'],
    ['zh-CN,zh;q=0.9', { phone: 'my phone' }, 'phone: 请填写 E.164 格式的手机号'],
    ['zh-TW', {}, 'phone: 缺少内容'],
  ])('names the field in the language %j', async (language, sent, sentence) => {
    const answer = await request(app.getHttpServer())
      .post('/welcome')
      .set('Accept-Language', language)
      .send(sent)
      .expect(400)
      .expect('Content-Language', language.startsWith('zh') ? 'zh-CN' : 'en');
    expect(answer.body).toEqual({
      statusCode: 400,
      message: [expect.stringContaining(sentence)],
      error: 'Bad Request',
    });
  });

  it('answers 400 in the caller’s language when the number can’t get a text', async () => {
    const answer = await request(app.getHttpServer())
      .post('/welcome')
      .set('Accept-Language', 'zh-CN')
      .send({ phone: '+8610000000' })
      .expect(400);
    expect(answer.body).toMatchObject({
      statusCode: 400,
      error: 'Bad Request',
      message: ['phone 不是有效的手机号。'],
    });
    expect(kit.inbox.messages()).toEqual([]);
  });

  it.each([
    ['JSON', 'application/json', (phones: string[]) => JSON.stringify({ phones })],
    ['CSV', 'text/csv', (phones: string[]) => `phone,name\r\n${phones.join(',x\r\n')},x\r\n`],
  ])('runs a campaign from %s and streams its progress', async (_, type, write) => {
    const phones = Array.from({ length: 450 }, (_unused, i) => `+861370000${1000 + i}`);
    phones.push('12', phones[0] ?? '');
    const answer = await request(app.getHttpServer())
      .post('/campaign')
      .set('Content-Type', type)
      .send(write(phones))
      .expect(200)
      .expect('Content-Type', /text\/event-stream/);
    const body = Buffer.isBuffer(answer.body) ? answer.body.toString() : answer.text;
    const events = body.trim().split('\n\n');
    const said: Record<string, unknown>[] = events.map((event) => {
      const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      return Object.assign(JSON.parse(data) as Record<string, unknown>, { name });
    });
    expect(said).toMatchObject([
      { name: 'progress', done: 200, total: 451, accepted: 200, rejected: 0, unknown: 0 },
      { name: 'progress', done: 400, total: 451, accepted: 400, rejected: 0, unknown: 0 },
      { name: 'progress', done: 451, total: 451, accepted: 450, rejected: 1, unknown: 0 },
      { name: 'summary', accepted: 450, rejected: 1, unknown: 0, duplicates: 0 },
    ]);
    const messages = kit.inbox.messages();
    expect(messages).toHaveLength(450);
    // As phones get it: the kit knows the app's own templates.
    expect(kit.lastMessage()?.text).toBe('【腾讯云】云上小店今日开业，欢迎光临。');
  });

  it.each([
    ['nothing', undefined],
    ['no list', { phones: 'x' }],
    ['an empty list', { phones: [] }],
  ])('answers 400 to a campaign of %s', async (_, sent) => {
    const answer = await request(app.getHttpServer()).post('/campaign').send(sent).expect(400);
    expect(JSON.stringify(answer.body)).toMatch(/list of phone numbers|phones/);
  });

  it('counts what was sent on GET /statistics', async () => {
    const before = await request(app.getHttpServer()).get('/statistics').expect(200);
    await request(app.getHttpServer()).post('/welcome').send({ phone: PHONE }).expect(201);
    const after = await request(app.getHttpServer()).get('/statistics').expect(200);
    expect(accepted(after)).toBe(accepted(before) + 1);
    await request(app.getHttpServer()).get('/statistics?from=today').expect(400);
  });

  it('hands in a template on POST /templates', async () => {
    const answer = await request(app.getHttpServer())
      .post('/templates')
      .send({ name: '发货通知', text: '您的订单{1}已发货。', kind: 'notification', remark: '通知' })
      .expect(201);
    expect(answer.body).toMatchObject({ templateId: expect.stringMatching(/^\d+$/) });
    await request(app.getHttpServer()).post('/templates').send({ name: 'x' }).expect(400);
  });

  it('is ready and healthy while the emulator answers', async () => {
    const ready = await request(app.getHttpServer()).get('/health/ready').expect(200);
    expect(ready.body).toMatchObject({ status: 'ok', info: { sms: { status: 'up' } } });
    const health = await request(app.getHttpServer()).get('/health').expect(200);
    expect(health.body).toMatchObject({ info: { 'sms-credentials': { status: 'up' } } });
  });

  it('ends a campaign when its reader has disconnected', async () => {
    kit.addFault({ action: 'SendSms', latencyMs: 20, times: 'always' });
    const phones = Array.from({ length: 20_000 }, (_unused, i) => `+86138${10_000_000 + i}`);
    const abort = new AbortController();
    const answer = await fetch(`${await app.getUrl()}/campaign`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ phones }),
      signal: abort.signal,
    });
    await answer.body?.getReader().read();
    abort.abort();
    const welcome = async (last: number): Promise<unknown> =>
      request(app.getHttpServer())
        .post('/welcome')
        .send({ phone: `+861371111${3000 + last}` });
    const sendCalls = (): number =>
      kit.requests().filter(({ action }) => action === 'SendSms').length;
    // What was under way ends while these are sent: each takes as long as a call of the campaign.
    for (let i = 0; i < 3; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, for the time they take
      await welcome(i);
    }
    const calls = sendCalls();
    for (let i = 0; i < 10; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      await welcome(3 + i);
    }
    expect(sendCalls()).toBe(calls + 10);
    expect(calls).toBeLessThan(100);
  });
});
