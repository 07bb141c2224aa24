import { once } from 'node:events';
import { createServer } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { configureApp } from '../src/configure-app.js';
import { useEmulator } from '../src/development/use-emulator.js';

const PHONE = '+8613711112222';

function accepted({ body }: request.Response): number {
  return (body as { RequestSuccessCount: number }).RequestSuccessCount;
}

describe('the sample app', () => {
  let emulator: SmsEmulator;
  let app: NestExpressApplication;

  beforeAll(async () => {
    // The configuration is read while the module is loaded, so the environment comes first.
    emulator = await useEmulator(process.env);
    const { AppModule } = await import('../src/app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication<NestExpressApplication>();
    configureApp(app);
    await app.init();
  });

  afterAll(async () => {
    await app.close();
    await emulator.stop();
  });

  beforeEach(() => {
    emulator.clear();
  });

  it('texts a login code on POST /welcome', async () => {
    const answer = await request(app.getHttpServer())
      .post('/welcome')
      .send({ phone: PHONE })
      .expect(201);
    const [message] = emulator.messages();
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
    expect(emulator.messages()).toEqual([]);
  });

  it('answers 400 in the caller’s language when the number can’t get a text', async () => {
    const answer = await request(app.getHttpServer())
      .post('/welcome')
      .set('Accept-Language', 'zh-CN')
      .send({ phone: '+8610000000' })
      .expect(400);
    expect(answer.body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
    expect(emulator.messages()).toEqual([]);
  });

  it.each([
    ['JSON', 'application/json', (phones: string[]) => JSON.stringify({ phones })],
    ['CSV', 'text/csv', (phones: string[]) => `phone,name\r\n${phones.join(',x\r\n')},x\r\n`],
  ])('runs a campaign from %s and tells how far it is', async (_, type, write) => {
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
    expect(events.slice(0, -1)).toEqual([
      'event: progress\ndata: {"done":200,"total":451}',
      'event: progress\ndata: {"done":400,"total":451}',
      'event: progress\ndata: {"done":451,"total":451}',
    ]);
    const [, summary = '{}'] = events.at(-1)?.split('data: ') ?? [];
    expect(JSON.parse(summary)).toMatchObject({ accepted: 450, rejected: 1, duplicates: 0 });
    expect(emulator.messages()).toHaveLength(450);
  });

  it.each([
    ['nothing', undefined],
    ['no list', { phones: 'x' }],
    ['an empty list', { phones: [] }],
  ])('answers 400 to a campaign of %s', async (_, sent) => {
    const answer = await request(app.getHttpServer()).post('/campaign').send(sent).expect(400);
    expect(JSON.stringify(answer.body)).toMatch(/list of phone numbers|phones/);
  });

  async function pull(): Promise<{ SerialNo: string }[]> {
    const answer = await request(app.getHttpServer()).get('/receipts').expect(200);
    return (answer.body as { receipts: { SerialNo: string }[] }).receipts;
  }

  it('shows each delivery report once on GET /receipts', async () => {
    // oxlint-disable-next-line no-await-in-loop -- until the queue is empty
    while ((await pull()).length > 0);
    const sent = await request(app.getHttpServer()).post('/welcome').send({ phone: PHONE });
    const { serialNo } = sent.body as { serialNo: string };
    expect(await pull()).toEqual([
      expect.objectContaining({ SerialNo: serialNo, PhoneNumber: PHONE }),
    ]);
    expect(await pull()).toEqual([]);
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

  it('takes any free port for the emulator when the usual one is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const second = await useEmulator({});
    expect(second.url).not.toBe(emulator.url);
    await second.stop();
    taken.close();
  });
});
