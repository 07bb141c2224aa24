import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import request from 'supertest';
import { describeWithRedis } from '../../test/support/redis-server.js';
import { until } from '../../test/support/until.js';
import { startApp } from './start-app.js';

const PHONE = '+8613711112222';

describeWithRedis('the login of the sample app with REDIS_URL', (redis) => {
  const kept = { ...process.env };
  const started: Awaited<ReturnType<typeof startApp>>[] = [];

  async function startOne(): Promise<Awaited<ReturnType<typeof startApp>>> {
    const one = await startApp();
    started.push(one);
    return one;
  }

  beforeEach(() => {
    process.env['REDIS_URL'] = redis().url;
    process.env['SMS_VERIFICATION_SECRET'] = 'a secret that instances of the app share';
  });

  afterEach(async () => {
    for (const { app, kit } of started.splice(0)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await app.close();
      kit.close();
    }
    for (const name of ['REDIS_URL', 'SMS_VERIFICATION_SECRET']) {
      delete process.env[name];
      Object.assign(process.env, name in kept ? { [name]: kept[name] } : {});
    }
  });

  it('signs in at another instance than the one that sent the code', async () => {
    const [first, second] = await Promise.all([startOne(), startOne()]);
    const start = await request(first.app.getHttpServer())
      .post('/login/code')
      .send({ phone: PHONE })
      .expect(200);
    const { id } = start.body as { id: string };
    const code = await first.kit.nextCode(PHONE);
    const answer = await request(second.app.getHttpServer())
      .post('/login')
      .send({ id, code })
      .expect(200);
    expect(answer.body).toEqual({ signedIn: '+86137****2222' });
  });

  it('answers 503 without a text while Redis does not answer, and closes all the same, with its connections', async () => {
    const { app, kit } = await startOne();
    const watching = new Redis(redis().url);
    await watching.ping();
    redis().pause();
    try {
      const answer = await request(app.getHttpServer()).post('/login/code').send({ phone: PHONE });
      expect(answer.status).toBe(503);
      expect(kit.inbox.messages()).toEqual([]);
      await app.close();
    } finally {
      redis().resume();
    }
    const connections = async (): Promise<number> =>
      String(await watching.client('LIST'))
        .trim()
        .split('\n').length;
    await until(async () => (await connections()) === 1);
    watching.disconnect();
  });
});
