import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { RawServer, answering, httpResponse } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
const params = { code: '042137', minutes: 5 };

type Said = [event: string, trace: object];

/** Listens to a channel; keeps a copy of each event's payload as it was then. */
function listen(name: string): { said: Said[]; stop: () => void } {
  const said: Said[] = [];
  const hear = (event: string) => (trace: object) => {
    said.push([event, { ...trace }]);
  };
  const subscribers = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  };
  const channel = tracingChannel<unknown, object>(name);
  channel.subscribe(subscribers);
  return {
    said,
    stop: () => {
      channel.unsubscribe(subscribers);
    },
  };
}

function freeze(trace: unknown): void {
  Object.freeze(trace);
}

/** The payload of the last event of a name. */
function last({ said }: { said: Said[] }, event = 'asyncEnd'): object | undefined {
  return said.findLast(([name]) => name === event)?.[1];
}

describe('the tracing channels', () => {
  let requests: ReturnType<typeof listen>;
  let sends: ReturnType<typeof listen>;
  let started: SmsTestCase | undefined;
  let server: RawServer | undefined;
  let emulator: SmsEmulator | undefined;

  beforeEach(() => {
    requests = listen('tencentcloud-sms:request');
    sends = listen('tencentcloud-sms:send');
  });

  afterEach(async () => {
    requests.stop();
    sends.stop();
    await started?.module.close();
    await server?.stop();
    await emulator?.stop();
    server = undefined;
    emulator = undefined;
  });

  async function start(endpoint: string, more: Partial<SmsModuleOptions> = {}) {
    started = await startSms({ endpoint, retry: { baseDelayMs: 1 }, ...more });
    return started.sms;
  }

  it('publish a send and the request in it', async () => {
    emulator = await SmsEmulator.start();
    const sms = await start(emulator.url, {
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    const { requestId } = await sms.send(LoginCode, { to: PHONE, params });
    expect(requests.said.map(([event]) => event)).toEqual([
      'start',
      'end',
      'asyncStart',
      'asyncEnd',
    ]);
    expect(requests.said[0]?.[1]).toEqual({
      action: 'SendSms',
      account: undefined,
      region: 'ap-guangzhou',
      host: emulator.url.replace('http://', ''),
      status: undefined,
      attempts: 0,
      requestId: undefined,
      code: undefined,
      phase: undefined,
    });
    expect(last(requests)).toMatchObject({
      status: 'ok',
      attempts: 1,
      requestId,
    });
    expect(last(sends)).toEqual({
      action: 'SendSms',
      account: undefined,
      template: '449739',
      market: 'mainland',
      recipients: 1,
      to: '+86137****2222',
      accepted: 1,
      rejected: 0,
      unknown: 0,
      fee: 1,
      codes: {},
      requestId,
      result: undefined,
    });
  });

  it('publish each batch, and texts abroad that share a call', async () => {
    emulator = await SmsEmulator.start();
    const sms = await start(emulator.url, {
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    const rows = [1, 2, 3].map((n) => ({
      to: n === 3 ? PHONE : `+8526123456${n}`,
      params: { code: `${n}`, minutes: 5 },
      signName: n === 3 ? undefined : '',
    }));
    for await (const outcome of sms.sendEach(LoginCode, rows)) {
      expect(outcome.status).toBe('accepted');
    }
    const ended = sends.said.filter(([event]) => event === 'asyncEnd').map(([, trace]) => trace);
    expect(ended).toHaveLength(2);
    expect(ended).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: 'SendMultiGlobalSms',
          template: '449739',
          market: 'international',
          recipients: 2,
          to: undefined,
          accepted: 2,
        }),
        expect.objectContaining({ action: 'SendSms', market: 'mainland', recipients: 1 }),
      ]),
    );
  });

  it('publish how often a call was tried and why it failed', async () => {
    server = await RawServer.start(
      answering({ Error: { Code: 'RequestLimitExceeded', Message: `for ${PHONE}` } }),
    );
    const sms = await start(server.url);
    await sms.trySend(LoginCode, { to: PHONE, params });
    expect(last(requests)).toMatchObject({
      status: 'error',
      attempts: 3,
      code: 'RequestLimitExceeded',
      requestId: 'r-1',
      error: expect.objectContaining({ name: 'SmsRateLimitError' }),
    });
    expect(last(requests, 'error')).toBeDefined();
    expect(last(sends)).toMatchObject({
      rejected: 1,
      fee: 0,
      codes: { RequestLimitExceeded: 1 },
      requestId: 'r-1',
    });
    expect(last(sends, 'error')).toBeUndefined();
  });

  it('publish how far a request came that the network lost', async () => {
    server = await RawServer.start((socket) => socket.destroy());
    const sms = await start(server.url);
    await sms.trySend(LoginCode, { to: PHONE, params });
    expect(last(requests)).toMatchObject({
      attempts: 1,
      code: 'SMS_CONNECTION_LOST',
      phase: 'write',
    });
    expect(last(sends)).toMatchObject({ unknown: 1, accepted: 0 });
  });

  it('publish nothing of what was refused before anything could be sent', async () => {
    const sms = await start('http://127.0.0.1:9');
    await expect(sms.pullSmsSendStatus({ Limit: 'x' as unknown as number })).rejects.toThrow(
      'Limit must be a whole number',
    );
    await sms.trySend(LoginCode, { to: '12', params });
    expect([...requests.said, ...sends.said]).toEqual([]);
  });

  it('carry a store that is bound to them through the call, down to the transport', async () => {
    const store = new AsyncLocalStorage<object>();
    const { start: begin } = tracingChannel<object, object>('tencentcloud-sms:request');
    begin.bindStore(store, (trace) => trace);
    const seen: unknown[] = [];
    const sms = await start('http://127.0.0.1:9', {
      credentials: async () => {
        seen.push(store.getStore());
        return Promise.resolve({ secretId: 'a', secretKey: 'b' });
      },
      transport: {
        send: async () => {
          seen.push(store.getStore());
          return Promise.reject(new Error('no'));
        },
      },
    });
    await sms.trySend(LoginCode, { to: PHONE, params });
    begin.unbindStore(store);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ action: 'SendSms' });
    expect(seen[1]).toBe(seen[0]);
    expect(store.getStore()).toBeUndefined();
  });

  it('leave a call as it is, whatever a subscriber does to the trace', async () => {
    emulator = await SmsEmulator.start();
    for (const name of ['request', 'send']) {
      tracingChannel(`tencentcloud-sms:${name}`).start.subscribe(freeze);
    }
    try {
      const sms = await start(emulator.url, {
        credentials: { secretId: 'any', secretKey: emulator.secretKey },
      });
      expect(await sms.trySend(LoginCode, { to: PHONE, params })).toMatchObject({
        status: 'accepted',
      });
      emulator.fail('SendSms', 'FailedOperation.PhoneNumberInBlacklist');
      expect(await sms.trySend(LoginCode, { to: PHONE, params })).toMatchObject({
        status: 'rejected',
        code: 'FailedOperation.PhoneNumberInBlacklist',
      });
      expect(emulator.requests()).toHaveLength(2);
    } finally {
      for (const name of ['request', 'send']) {
        tracingChannel(`tencentcloud-sms:${name}`).start.unsubscribe(freeze);
      }
    }
  });

  it('leave answers and errors as they are without subscribers', async () => {
    requests.stop();
    sends.stop();
    server = await RawServer.start((socket, _, count) => {
      socket.write(
        httpResponse(
          count === 1
            ? '{"Response":{"PullSmsSendStatusSet":[],"RequestId":"r"}}'
            : '{"Response":{"Error":{"Code":"InvalidParameter","Message":""},"RequestId":"r"}}',
        ),
      );
    });
    const sms = await start(server.url);
    expect(await sms.pullSmsSendStatus({ Limit: 1 })).toMatchObject({ RequestId: 'r' });
    await expect(sms.pullSmsSendStatus({ Limit: 1 })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
    expect(requests.said).toEqual([]);
  });
});
