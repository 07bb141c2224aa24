import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsEmulator } from '../../../lib/testing/index.js';
import { CallbackEndpoint } from '../callback-endpoint.js';
import type { EndpointResponse } from '../callback-endpoint.js';
import { officialClient } from '../official-client.js';

const PHONE = '+8613711112222';
const RETRY_MS = 5000;

let endpoint: CallbackEndpoint;
let emulator: SmsEmulator;
beforeEach(async () => {
  endpoint = await CallbackEndpoint.start();
  emulator = await SmsEmulator.start({
    callbackUrl: endpoint.url,
    replyCallbackUrl: endpoint.url,
  });
});
afterEach(async () => {
  await emulator.stop();
  await endpoint.stop();
});

const send = async (PhoneNumberSet = [PHONE]): Promise<string> => {
  const answer = await officialClient(emulator).SendSms({
    PhoneNumberSet,
    SmsSdkAppId: '1400006666',
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
  });
  return answer.SendStatusSet?.[0]?.SerialNo ?? '';
};
const timeLine = (): unknown =>
  emulator
    .messages()[0]
    ?.events.map(({ kind, detail }) => `${kind} ${detail}`)
    .slice(2);

describe('the status callback', () => {
  it('brings a report in Tencent’s shape', async () => {
    const sid = await send();
    expect(await endpoint.received(1)).toEqual([
      {
        method: 'POST',
        type: 'application/json',
        body: [
          {
            user_receive_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
            nationcode: '86',
            mobile: '13711112222',
            report_status: 'SUCCESS',
            errmsg: 'DELIVRD',
            description: '用户短信送达成功',
            sid,
          },
        ],
      },
    ]);
    await emulator.callbacksSettled();
    expect(timeLine()).toEqual(['called-back 1: HTTP 200']);
  });

  it('writes the time as the clocks in China show it', async () => {
    await send();
    const [push] = await endpoint.received(1);
    const [item] = (push?.body ?? []) as { user_receive_time: string }[];
    const at = Date.parse(`${item?.user_receive_time.replace(' ', 'T') ?? ''}+08:00`);
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  it('brings a failure with the code of the carrier', async () => {
    await send(['+8619904040001']);
    expect(await endpoint.received(1)).toMatchObject([
      { body: [{ report_status: 'FAIL', errmsg: 'MK:0001', description: '空号' }] },
    ]);
  });

  it('brings at most a hundred reports at a time', async () => {
    const numbers = Array.from(
      { length: 200 },
      (_, index) => `+86137${String(index).padStart(8, '0')}`,
    );
    await send(numbers);
    await send(['+8613711119999']);
    const pushes = await endpoint.received(3);
    const sizes = pushes.map(({ body }) => (body as unknown[]).length);
    expect(sizes.toSorted((left, right) => left - right)).toEqual([1, 100, 100]);
    const mobiles = pushes.flatMap(({ body }) => body as { mobile: string }[]);
    expect(new Set(mobiles.map(({ mobile }) => mobile)).size).toBe(201);
  });

  it.each<readonly [name: string, answer: EndpointResponse, detail: string]>([
    ['an HTTP error', { status: 500 }, 'HTTP 500'],
    ['a result other than 0', { body: '{"result":1}' }, '{"result":0}'],
    ['a body that is no JSON', { body: 'OK' }, '{"result":0}'],
    ['no answer', { hangUp: true }, 'ECONNRESET'],
  ])('comes again after %s, and then no more', async (_, answer, detail) => {
    endpoint.responses.push(answer);
    await send();
    await endpoint.received(1);
    await emulator.callbacksSettled();
    expect(timeLine()).toEqual([expect.stringMatching(/^callback-failed 1: /)]);
    expect(timeLine()).toEqual([expect.stringContaining(detail)]);
    emulator.clock.advance(RETRY_MS);
    const [first, second] = await endpoint.received(2);
    expect(second?.body).toEqual(first?.body);
    await emulator.callbacksSettled();
    expect(timeLine()).toEqual([expect.anything(), 'called-back 2: HTTP 200']);
    emulator.clock.advance(100 * RETRY_MS);
    await emulator.callbacksSettled();
    expect(endpoint.pushed).toHaveLength(2);
  });

  it('is given up after the third push', async () => {
    endpoint.responses.push({ status: 500 }, { status: 502 }, { status: 503 });
    await send();
    for (const push of [1, 2, 3]) {
      // oxlint-disable-next-line no-await-in-loop -- one push after the other
      await endpoint.received(push);
      // oxlint-disable-next-line no-await-in-loop
      await emulator.callbacksSettled();
      emulator.clock.advance(RETRY_MS);
    }
    await emulator.callbacksSettled();
    expect(endpoint.pushed).toHaveLength(3);
    expect(timeLine()).toEqual([
      'callback-failed 1: HTTP 500',
      'callback-failed 2: HTTP 502',
      'callback-failed 3: HTTP 503',
    ]);
  });

  it('shows in the time line that the connection was refused', async () => {
    await endpoint.stop();
    await send();
    await emulator.callbacksSettled();
    expect(timeLine()).toEqual(['callback-failed 1: ECONNREFUSED']);
    endpoint = await CallbackEndpoint.start();
  });

  it('can be had once more', async () => {
    await send();
    await endpoint.received(1);
    const again = await fetch(`${emulator.url}/_emulator/messages/1/callback`, { method: 'POST' });
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({ url: endpoint.url });
    const [first, second] = await endpoint.received(2);
    expect(second?.body).toEqual(first?.body);
  });

  it('does not hold up the emulator when it stops', async () => {
    await send();
    await emulator.stop();
    expect(endpoint.pushed.length).toBeLessThanOrEqual(1);
  });
});

describe('emulator.callbacks', () => {
  it('shows every push with its body and what came back, of one text over HTTP', async () => {
    endpoint.responses.push({ status: 500, body: 'x'.repeat(2000) }, { hangUp: true });
    const sid = await send();
    await emulator.callbacksSettled();
    emulator.clock.advance(RETRY_MS);
    await emulator.callbacksSettled();
    emulator.clock.advance(RETRY_MS);
    await emulator.callbacksSettled();
    await send(['+8613711113333']);
    emulator.reply({ to: PHONE, text: '好的' });
    await emulator.callbacksSettled();
    const all = emulator.callbacks();
    expect(all).toMatchObject([
      {
        id: '1',
        kind: 'status',
        url: endpoint.url,
        sdkAppId: '1400006666',
        attempt: 1,
        ok: false,
        contentType: 'application/json',
        messageIds: ['1'],
        answer: { status: 500, body: 'x'.repeat(1024) },
      },
      { attempt: 2, ok: false, detail: 'ECONNRESET', answer: null },
      { attempt: 3, ok: true, answer: { status: 200, body: '{"result":0,"errmsg":"OK"}' } },
      { messageIds: ['2'], ok: true },
      { kind: 'reply', messageIds: [], ok: true },
    ]);
    expect(JSON.parse(all[0]?.body ?? '')).toMatchObject([{ sid }]);
    expect(all[0]?.bodyBytes).toBe(Buffer.byteLength(all[0]?.body ?? ''));
    const read = async (query: string): Promise<unknown> =>
      (await fetch(`${emulator.url}/_emulator/callbacks${query}`)).json();
    expect(await read('?message=1')).toEqual({ callbacks: all.slice(0, 3) });
    expect(await read('?app=1400777777')).toEqual({ callbacks: [] });
    expect(await read('')).toEqual({ callbacks: all });
    expect(await read('?message=x')).toMatchObject({ error: { code: 'invalid_query' } });
    emulator.clear();
    expect(emulator.callbacks()).toEqual([]);
  });
});

describe('the reply callback', () => {
  it('brings a reply in Tencent’s shape', async () => {
    emulator.reply({ to: PHONE, text: '好的', signName: '示例签名', extendCode: '7' });
    const [push] = await endpoint.received(1);
    expect(push?.body).toEqual({
      extend: '7',
      mobile: '13711112222',
      nationcode: '86',
      sign: '示例签名',
      text: '好的',
      time: expect.any(Number),
    });
  });
});
