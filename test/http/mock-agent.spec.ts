import { Agent, MockAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { okStatus } from '../support/fake-tencent.js';
import { RawServer } from '../support/raw-server.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const TENCENT = 'https://sms.tencentcloudapi.com';
const TEXT = { templateId: '449739', params: ['042137', '5'] };

describe('a MockAgent of undici that is global', () => {
  const before = getGlobalDispatcher();
  let mock: MockAgent;
  let started: SmsTestCase | undefined;

  beforeEach(() => {
    mock = new MockAgent();
    mock.disableNetConnect();
    setGlobalDispatcher(mock);
  });

  afterEach(async () => {
    setGlobalDispatcher(before);
    await started?.module.close();
    started = undefined;
    await mock.close();
  });

  async function start(more: Partial<SmsModuleOptions> = {}) {
    started = await startSms({ retry: { attempts: 2, baseDelayMs: 1 }, ...more });
    started.module.useLogger(false);
    return started.sms;
  }

  const accept = (bodies: unknown[] = []) =>
    mock
      .get(TENCENT)
      .intercept({ path: '/', method: 'POST' })
      .reply(
        200,
        ({ body }) => {
          bodies.push(JSON.parse(body as string));
          const SendStatusSet = [okStatus(PHONE)];
          return { Response: { SendStatusSet, RequestId: 'r-1' } };
        },
        { headers: { 'content-type': 'application/json' } },
      );

  it.each([
    ['undici', {}],
    ['axios', { http: {} }],
  ] as [string, Partial<SmsModuleOptions>][])('answers what is sent over %s', async (_, more) => {
    const sms = await start(more);
    const bodies: unknown[] = [];
    accept(bodies);
    const { serialNo, requestId } = await sms.send(TEXT, { to: PHONE });
    expect({ serialNo, requestId }).toEqual({ serialNo: `2433:${PHONE}`, requestId: 'r-1' });
    expect(bodies).toMatchObject([{ PhoneNumberSet: [PHONE], TemplateId: '449739' }]);
    mock.assertNoPendingInterceptors();
  });

  it('answers with whatever it was told to', async () => {
    const sms = await start();
    mock.get(TENCENT).intercept({ path: '/', method: 'POST' }).reply(502, '<html>');
    expect(await sms.trySend(TEXT, { to: PHONE })).toMatchObject({
      status: 'unknown',
      reason: 'protocol',
    });
    const refused = { Error: { Code: 'AuthFailure.SecretIdNotFound', Message: 'no' } };
    mock
      .get(TENCENT)
      .intercept({ path: '/', method: 'POST' })
      .reply(200, { Response: { ...refused, RequestId: 'r-2' } });
    expect(await sms.trySend(TEXT, { to: PHONE })).toMatchObject({
      status: 'rejected',
      code: 'AuthFailure.SecretIdNotFound',
    });
  });

  it('keeps timeoutMs and signal for an answer that comes late', async () => {
    const sms = await start({ timeoutMs: 20 });
    accept().delay(100);
    expect(await sms.trySend(TEXT, { to: PHONE })).toMatchObject({
      status: 'unknown',
      reason: 'time-out',
    });
    accept().delay(100);
    const signal = AbortSignal.timeout(20);
    expect(await sms.trySend(TEXT, { to: PHONE, signal, timeoutMs: 5000 })).toMatchObject({
      status: 'unknown',
      reason: 'aborted',
    });
  });

  it('lets nothing out that it has no answer for', async () => {
    const server = await RawServer.start(() => undefined);
    try {
      const sms = await start({ endpoint: server.url });
      const outcome = await sms.trySend(TEXT, { to: PHONE });
      expect(outcome).toMatchObject({ status: 'rejected', code: 'SMS_CONNECT_FAILED' });
      expect((outcome as { error?: Error }).error?.message).toContain(
        'no interceptor of the global MockAgent matches',
      );
      expect(await sms.probe()).toBe(true);
      expect(server.connections).toBe(0);
    } finally {
      await server.stop();
    }
  });

  it('is asked no more once the dispatcher before is global again, and no other agent is', async () => {
    const server = await RawServer.start((socket) => socket.destroy());
    const other = new Agent();
    try {
      const sms = await start({ endpoint: server.url });
      setGlobalDispatcher(other);
      await other.close();
      expect(await sms.trySend(TEXT, { to: PHONE })).toMatchObject({ status: 'unknown' });
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });
});
