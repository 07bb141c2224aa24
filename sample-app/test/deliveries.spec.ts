import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsDelivery } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import request from 'supertest';
import { until } from '../../test/support/until.js';
import type { CampaignCounts } from '../src/campaign/campaign-reports.js';
import type { ListedReply } from '../src/deliveries/replies.js';
import type { ListedText } from '../src/deliveries/texts.js';
import { EmbeddedEmulator } from '../src/development/embedded-emulator.js';
import { CampaignClient, toCsv } from './campaign-client.js';
import { CALLBACK_SECRET, startApp } from './start-app.js';

const PHONE = '+8613711112222';
const MASKED = '+86137****2222';

interface Newest {
  texts: ListedText[];
  replies: ListedReply[];
}

describe('what became of the texts of the sample app', () => {
  let app: NestExpressApplication;
  let kit: SmsTestKit;

  beforeEach(async () => {
    ({ app, kit } = await startApp({ delivery: 'slow' }));
  });

  afterEach(async () => {
    await app.close();
    kit.close();
  });

  const post = (path: string, body: object): request.Test =>
    request(app.getHttpServer()).post(path).send(body);

  async function campaign(name: string, phones: readonly string[]): Promise<void> {
    const client = new CampaignClient(app);
    await client.upload(name, toCsv(phones)).expect(200);
    await client.reached(name, 'done');
  }

  async function newest(): Promise<Newest> {
    const answer = await request(app.getHttpServer()).get('/deliveries').expect(200);
    return answer.body as Newest;
  }

  async function untilListed(holds: (newest: Newest) => boolean): Promise<Newest> {
    let listed = await newest();
    await until(async () => {
      listed = await newest();
      return holds(listed);
    });
    return listed;
  }

  /** The carrier reports, and the emulator pushes it to the app. */
  const report = async (): Promise<void> => {
    kit.clock.advance(300_000);
    await kit.callbacksSettled();
  };

  /** Listens as the page does. */
  async function listen(): Promise<{
    heard: () => string;
    untilHeard: (words: string) => Promise<void>;
    stop: () => void;
  }> {
    const asked = get(`${await app.getUrl()}/deliveries/live`, { agent: false });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    return {
      heard: () => text,
      untilHeard: async (words) =>
        until(() => {
          if (answer.closed) {
            throw new Error(`The stream ended without ${words}.`);
          }
          return text.includes(words);
        }),
      stop: () => asked.destroy(),
    };
  }

  it.each([
    ['POST /welcome', '/welcome'],
    ['POST /login/code', '/login/code'],
  ])(
    'lists a text of %s as accepted, and as delivered when the report has come',
    async (_, path) => {
      await post(path, { phone: PHONE });
      const { texts } = await newest();
      expect(texts).toEqual([
        {
          id: expect.any(String),
          to: MASKED,
          state: 'accepted',
          at: expect.any(Number),
          foundLater: false,
        },
      ]);
      await report();
      const after = await untilListed(({ texts: [text] }) => text?.state === 'delivered');
      const at = Date.parse(kit.lastMessage()?.report?.at ?? '');
      expect(after.texts).toEqual([
        {
          id: texts[0]?.id,
          to: MASKED,
          state: 'delivered',
          code: 'DELIVRD',
          at: at - (at % 1000),
          foundLater: false,
        },
      ]);
    },
  );

  it('loses the next answer of its emulator, lists that text as unknown, and finds out that it was accepted', async () => {
    await post('/development/lose-answer', {}).expect(204);
    await post('/welcome', { phone: PHONE }).expect(502);
    const { texts } = await newest();
    expect(texts).toEqual([
      expect.objectContaining({ to: MASKED, state: 'unknown', foundLater: false }),
    ]);
    await post('/login/code', { phone: '+8613711113333' }).expect(200);
    const after = await untilListed(({ texts: [text] }) => text?.state !== 'unknown');
    expect(after.texts).toEqual([
      expect.objectContaining({ id: texts[0]?.id, state: 'accepted', foundLater: true }),
      expect.objectContaining({ to: '+86137****3333', state: 'accepted', foundLater: false }),
    ]);
    expect(kit.inbox.messages()).toHaveLength(2);
  });

  it('has no answer to lose where it runs no emulator', async () => {
    app.get(EmbeddedEmulator).controls = undefined;
    await post('/development/lose-answer', {}).expect(404);
    await post('/login/code', { phone: PHONE }).expect(200);
    const { texts } = await newest();
    expect(texts).toEqual([expect.objectContaining({ state: 'accepted' })]);
  });

  it('offers numbers on its page whose texts fail in as many ways as there are', async () => {
    const page = readFileSync(new URL('../src/home/page/index.html', import.meta.url), 'utf8');
    const phones = [...page.matchAll(/<option value="(\+\d+)"/g)].map(([, phone = '']) => phone);
    await campaign('failing', phones);
    await report();
    const { texts } = await untilListed(({ texts: all }) =>
      all.every(({ state }) => state === 'failed'),
    );
    expect(texts.map(({ kind }) => kind)).toEqual([
      'invalid',
      'absent-phone',
      'blocked',
      'frequency',
      'other',
    ]);
    expect(texts.map(({ code }) => code)).toEqual([
      'MK:0001',
      'MI:0009',
      'TD:0001',
      'DISTURB',
      'EXPIRED',
    ]);
  });

  it('lists a text that arrived after it had been reported as failed', async () => {
    await post('/welcome', { phone: PHONE }).expect(201);
    const serialNo = kit.lastMessage()?.serialNo;
    const row = {
      user_receive_time: '2026-03-14 09:26:53',
      nationcode: '86',
      mobile: PHONE.slice(3),
      report_status: 'FAIL',
      errmsg: 'MI:0009',
      description: '',
      sid: serialNo,
    };
    const delivery = app.get(SmsDelivery, { strict: false });
    await delivery.accept([row]);
    await untilListed(({ texts: [text] }) => text?.state === 'failed');
    await delivery.accept([{ ...row, report_status: 'SUCCESS', errmsg: 'DELIVRD' }]);
    const { texts } = await untilListed(({ texts: [text] }) => text?.state === 'delivered');
    expect(texts).toHaveLength(1);
  });

  it('lists what Tencent refused, and not what is no phone number', async () => {
    kit.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist');
    await campaign('refused', [PHONE, '12']);
    expect((await newest()).texts).toMatchObject([
      { to: MASKED, state: 'rejected', code: 'FailedOperation.PhoneNumberInBlacklist' },
    ]);
  });

  it('lists a text as unknown whose answer was lost', async () => {
    kit.loseNextResponse({ action: 'SendSms' });
    await post('/login/code', { phone: PHONE }).expect(200);
    expect((await newest()).texts).toMatchObject([{ to: MASKED, state: 'unknown' }]);
  });

  it('lists replies and opt-outs without whole numbers and codes', async () => {
    await post('/welcome', { phone: PHONE }).expect(201);
    kit.reply({ to: PHONE, text: '我的验证码是 645993，电话 13711112222' });
    kit.reply({ to: PHONE, text: 'TD' });
    const { replies } = await untilListed(({ replies: all }) => all.length === 2);
    const at = expect.any(Number);
    const id = expect.stringMatching(/^[\da-f]{64}$/);
    expect(replies.toSorted((a, b) => b.text.length - a.text.length)).toEqual([
      { id, from: MASKED, text: '我的验证码是 ****，电话 ****', optOut: false, at },
      { id, from: MASKED, text: 'TD', optOut: true, at },
    ]);
  });

  it('streams what there is to a second listener, and each change to both', async () => {
    const first = await listen();
    await post('/welcome', { phone: PHONE }).expect(201);
    const listeners = [first, await listen()];
    const allHeard = async (words: string): Promise<unknown> =>
      Promise.all(listeners.map(async ({ untilHeard }) => untilHeard(words)));
    await allHeard('"state":"accepted"');
    await report();
    await allHeard('"state":"delivered"');
    for (const { heard, stop } of listeners) {
      stop();
      expect(heard().match(/event: texts\n/g)).toHaveLength(2);
      expect(heard()).not.toContain(PHONE.slice(3));
      expect(heard()).not.toContain(String(kit.lastMessage()?.serialNo));
    }
  });

  it('counts what arrived of a campaign by its name, of more texts than it lists', async () => {
    const phones = Array.from({ length: 1_300 }, (_unused, i) => `+861370000${1000 + i}`);
    await campaign('opening', [...phones, '+8619904040001']);
    await report();
    const { heard, untilHeard, stop } = await listen();
    await untilHeard('"delivered":1300,"failed":1}');
    stop();
    const counts = [...heard().matchAll(/event: campaigns\n.*?data: (.*)/gs)].map(
      ([, data = '']) => JSON.parse(data.split('\n')[0] ?? '') as CampaignCounts[],
    );
    expect(counts.at(-1)).toEqual([{ id: 'opening', delivered: 1300, failed: 1 }]);
    const { texts } = await untilListed(({ texts: all }) =>
      all.every(({ state }) => state !== 'accepted'),
    );
    expect(texts).toHaveLength(200);
    expect(texts.at(-1)).toMatchObject({ to: '+86199****0001', state: 'failed' });
  });

  it('takes no report with another secret', async () => {
    await request(app.getHttpServer())
      .post(`/hooks/tencent-sms/${CALLBACK_SECRET.replace('7', '8')}/status`)
      .send([])
      .expect(404);
  });

  it('says which addresses the console needs, without their secret', async () => {
    const answer = await request(app.getHttpServer()).get('/destination').expect(200);
    expect(answer.body).toEqual({
      inbox: null,
      losesAnswers: true,
      callbacks: {
        status: '/hooks/tencent-sms/****/status',
        reply: '/hooks/tencent-sms/****/reply',
      },
    });
    expect(answer.text).not.toContain(CALLBACK_SECRET);
  });

  it('closes while a reader listens', async () => {
    const own = await startApp();
    const asked = get(`${await own.app.getUrl()}/deliveries/live`, { agent: false });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const ended = once(answer.resume(), 'end');
    await own.app.close();
    own.kit.close();
    await ended;
    expect(answer.complete).toBe(true);
  });
});
