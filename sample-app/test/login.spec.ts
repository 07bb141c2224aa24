import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { startApp } from './start-app.js';

const PHONE = '+8613711112222';

const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('the login of the sample app', () => {
  let app: NestExpressApplication;
  let kit: SmsTestKit;

  beforeEach(async () => {
    ({ app, kit } = await startApp());
  });

  afterEach(async () => {
    await app.close();
    kit.close();
  });

  const post = (path: string, body: object): request.Test =>
    request(app.getHttpServer()).post(path).send(body);

  async function start(phone = PHONE): Promise<{ id: string; code: string }> {
    const answer = await post('/login/code', { phone }).expect(200);
    const code = await kit.nextCode(phone);
    return { id: (answer.body as { id: string }).id, code };
  }

  it('texts a code on POST /login/code and shows a stranger no more than the masked number', async () => {
    const answer = await post('/login/code', { phone: PHONE }).expect(200);
    expect(answer.body).toEqual({
      status: 'sent',
      id: expect.any(String),
      to: '+86137****2222',
      expiresAt: expect.any(Number),
      resendAt: expect.any(Number),
      sendsLeft: 2,
    });
    expect(kit.inbox.last(PHONE)?.text).toMatch(
      /^【腾讯云】\d{6}为您的登录验证码，请于5分钟内填写/,
    );
  });

  it('signs in with the code on POST /login, once, and leaves a trust cookie', async () => {
    const { id, code } = await start();
    const answer = await post('/login', { id, code }).expect(200);
    expect(answer.body).toEqual({ signedIn: '+86137****2222' });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^sms-trust=[\w.~-]+; Max-Age=15552000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const second = await post('/login', { id, code }).expect(400);
    expect(second.body).toMatchObject({ code: 'SMS_VERIFICATION_DENIED' });
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('gives a browser with the trust cookie the texts that are reserved for it', async () => {
    const { id, code } = await start();
    const signedIn = await post('/login', { id, code }).expect(200);
    const [cookie = ''] = signedIn.headers['set-cookie'] as unknown as string[];
    await post('/login/code', { phone: PHONE }).expect(429);
    await post('/login/code', { phone: PHONE })
      .set('Cookie', `theme=dark; ${cookie.split(';', 1)[0]}`)
      .expect(200);
    expect(kit.inbox.messages()).toHaveLength(2);
  });

  it.each([
    ['en', 'The code is wrong, or does not hold any more; ask for a new one.'],
    ['zh-CN', '验证码错误或已失效，请重新获取。'],
  ])('says in %s that a code is wrong', async (language, message) => {
    const { id, code } = await start();
    const answer = await post('/login', { id, code: wrong(code) })
      .set('Accept-Language', language)
      .expect(400);
    expect(answer.body).toMatchObject({ code: 'SMS_VERIFICATION_DENIED', message });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('sends nothing to a client that asks again at once, and keeps its code', async () => {
    const { id, code } = await start();
    const again = await post('/login/code', { phone: PHONE, id }).expect(200);
    expect(again.body).toMatchObject({ status: 'waiting', to: '+86137****2222' });
    await post('/login/code', { phone: PHONE }).expect(429).expect('Retry-After', /^\d+$/);
    expect(kit.inbox.messages()).toHaveLength(1);
    await post('/login', { id: (again.body as { id: string }).id, code }).expect(200);
  });

  it('sends no code abroad', async () => {
    const answer = await post('/login/code', { phone: '+85261234567' })
      .set('Accept-Language', 'zh')
      .expect(422);
    expect(answer.body).toMatchObject({ message: '无法向该号码发送验证码，请更换号码。' });
    expect(kit.inbox.messages()).toEqual([]);
  });

  it.each([
    ['/login/code', {}],
    ['/login/code', { phone: 'my phone' }],
    ['/login/code', { phone: PHONE, id: 7 }],
    ['/login', {}],
    ['/login', { id: 'x' }],
    ['/login', { id: 'x', code: 123456 }],
    ['/login', { id: 'x', code: { length: 6 } }],
  ])('answers 400 on %s to %j', async (path, body) => {
    const answer = await post(path, body).expect(400);
    expect(answer.body).toMatchObject({ error: 'Bad Request' });
    expect(kit.inbox.messages()).toEqual([]);
  });
});
