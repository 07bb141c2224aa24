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

  const ship = (phone: string): request.Test =>
    request(app.getHttpServer()).post('/orders/B-7/shipped').send({ phone });

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

  it('shows its own sources, and no other file', async () => {
    const server = app.getHttpServer();
    const answer = await request(server)
      .get('/source/login/login.ts')
      .expect(200)
      .expect('Content-Type', 'text/plain; charset=utf-8')
      .expect('X-Content-Type-Options', 'nosniff');
    expect(answer.text).toContain("purpose: 'login'");
    await request(server).get('/source/app.module.ts').expect(200);
    for (const path of [
      'login/none.ts',
      '..%2F..%2Fpackage.json',
      '..%2Ftsconfig.build.json',
      'home%2Fpage/index.html',
      'home/..%2Flogin%2Flogin.ts',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await request(server).get(`/source/${path}`).expect(404);
    }
  });

  it.each([
    ['en', 'B 7', 'order: expected 1 to 12 letters, digits or hyphens'],
    ['zh-CN', 'x'.repeat(13), 'order: 请使用 1 到 12 个字母、数字或连字符'],
  ])('refuses in %s an order that is called %j', async (language, order, sentence) => {
    const answer = await request(app.getHttpServer())
      .post(`/orders/${encodeURIComponent(order)}/shipped`)
      .set('Accept-Language', language)
      .send({ phone: PHONE })
      .expect(400);
    expect(answer.body).toMatchObject({ message: [sentence] });
  });

  it('tells a customer that an order was shipped, once a minute', async () => {
    await ship(PHONE).expect(200, { notice: 'sent' });
    expect(kit.inbox.last(PHONE)?.text).toBe('【腾讯云】您的订单B-7已发货，请留意查收。');
    await ship(PHONE).expect(429);
    expect(kit.inbox.messages()).toHaveLength(1);
  });

  it('says of a notice that was refused or may have been sent so', async () => {
    kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist');
    const refused = await ship(PHONE);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    kit.loseNextResponse({ action: 'SendSms' });
    const lost = await ship('+8613711113333');
    expect(lost.status).toBeGreaterThanOrEqual(500);
    expect(refused.text + lost.text).not.toMatch(/137\d{8}/);
  });
});
