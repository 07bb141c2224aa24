import { afterEach, beforeEach, expect, it } from '@jest/globals';
import request from 'supertest';
import { describeWithRedis } from '../../test/support/redis-server.js';
import { until } from '../../test/support/until.js';
import type { ListedText } from '../src/deliveries/texts.js';
import { CALLBACK_SECRET, startApp } from './start-app.js';

const PHONE = '+8613711112222';

describeWithRedis('the deliveries of the sample app with REDIS_URL', (redis) => {
  const kept = process.env['REDIS_URL'];
  const started: Awaited<ReturnType<typeof startApp>>[] = [];

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

  it('shows at the instance that sent a text what another one was called back with', async () => {
    const first = await startApp({ delivery: 'never' });
    const second = await startApp();
    started.push(first, second);
    const server = first.app.getHttpServer();
    await request(server).post('/welcome').send({ phone: PHONE }).expect(201);
    await request(second.app.getHttpServer())
      .post(`/hooks/tencent-sms/${CALLBACK_SECRET}/status`)
      .send([
        {
          user_receive_time: '2026-03-14 09:26:53',
          nationcode: '86',
          mobile: PHONE.slice(3),
          report_status: 'FAIL',
          errmsg: 'MK:0001',
          description: '空号',
          sid: first.kit.lastMessage()?.serialNo,
        },
      ])
      .expect(200, { result: 0, errmsg: 'OK' });
    let texts: ListedText[] = [];
    await until(async () => {
      const answer = await request(server).get('/deliveries').expect(200);
      ({ texts } = answer.body as { texts: ListedText[] });
      return texts[0]?.state === 'failed';
    });
    expect(texts).toMatchObject([{ to: '+86137****2222', code: 'MK:0001', kind: 'invalid' }]);
  });
});
