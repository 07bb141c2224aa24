import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { useEmulator } from '../src/development/use-emulator.js';

const PHONE = '+8613711112222';

function accepted({ body }: request.Response): number {
  return (body as { RequestSuccessCount: number }).RequestSuccessCount;
}

describe('the sample app', () => {
  let emulator: SmsEmulator;
  let app: INestApplication<Server>;

  beforeAll(async () => {
    // The configuration is read while the module is loaded, so the environment comes first.
    emulator = await useEmulator(process.env);
    const { AppModule } = await import('../src/app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
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

  it('answers 502 when the number itself is refused', async () => {
    await request(app.getHttpServer()).post('/welcome').send({ phone: '+8610000' }).expect(502);
  });

  it('shows each delivery report once on GET /receipts', async () => {
    const sent = await request(app.getHttpServer()).post('/welcome').send({ phone: PHONE });
    const answer = await request(app.getHttpServer()).get('/receipts').expect(200);
    const { serialNo } = sent.body as { serialNo: string };
    const { receipts } = answer.body as { receipts: { SerialNo: string }[] };
    expect(receipts.at(-1)).toMatchObject({ SerialNo: serialNo, PhoneNumber: PHONE });
    const again = await request(app.getHttpServer()).get('/receipts').expect(200);
    expect(again.body).toMatchObject({ receipts: [] });
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
