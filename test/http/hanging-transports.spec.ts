import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { UndiciTransport, assumeRoleCredentials } from 'nestjs-tencentcloud-sms';
import type {
  SmsHttpRequest,
  SmsHttpResponse,
  SmsModuleOptions,
  SmsTransport,
} from 'nestjs-tencentcloud-sms';
import { RawServer } from '../support/raw-server.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const PHONE = '+8613711112222';
const SOON = { to: PHONE, timeoutMs: 50 };
const SEND = { PhoneNumberSet: [PHONE], TemplateId: '1' };
const OK: SmsHttpResponse = {
  status: 200,
  headers: {},
  body: '{"Response":{"PullSmsSendStatusSet":[],"RequestId":"r"}}',
};

/** A transport that is settled from outside, if at all. */
class HeldTransport implements SmsTransport {
  readonly requests: SmsHttpRequest[] = [];
  settle: { resolve: (response: SmsHttpResponse) => void; reject: (error: unknown) => void }[] = [];

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.settle.push({ resolve, reject });
    });
  }
}

const never = async (): Promise<never> => new Promise(() => undefined);

describe('a transport that never settles', () => {
  let started: SmsTestCase | undefined;

  async function start(transport: SmsTransport, more: Partial<SmsModuleOptions> = {}) {
    started = await startSms({ transport, retry: { attempts: 1 }, ...more });
    started.module.useLogger(false);
    return started.sms;
  }

  afterEach(async () => {
    jest.useRealTimers();
    await started?.module.close();
    started = undefined;
  });

  it('leaves a text unknown once timeoutMs is over', async () => {
    const transport = new HeldTransport();
    const sms = await start(transport, { timeoutMs: 20 });
    const outcome = await sms.trySend({ templateId: '1' }, { to: PHONE });
    expect(outcome).toMatchObject({ status: 'unknown', reason: 'time-out', code: 'SMS_TIMEOUT' });
    expect(transport.requests).toHaveLength(1);
  });

  it('is bounded by the timeoutMs of the call, and repeated for reads alone', async () => {
    const transport = new HeldTransport();
    const sms = await start(transport, { retry: { attempts: 2, baseDelayMs: 1 } });
    const timeout = { name: 'SmsTimeoutError', phase: 'write', maybeSent: true };
    await expect(
      sms.describePhoneNumberInfo({ PhoneNumberSet: [PHONE] }, { timeoutMs: 10 }),
    ).rejects.toMatchObject(timeout);
    expect(transport.requests).toHaveLength(2);
    await expect(sms.sendSms(SEND, { timeoutMs: 10 })).rejects.toMatchObject(timeout);
    expect(transport.requests).toHaveLength(3);
  });

  it('leaves texts unknown when the signal fires, each row of a run', async () => {
    const transport = new HeldTransport();
    const sms = await start(transport, { timeoutMs: 60_000 });
    const controller = new AbortController();
    const { signal } = controller;
    const sending = [
      sms.trySend({ templateId: '1' }, { to: PHONE, signal }),
      sms
        .sendMany({ templateId: '1' }, { to: [PHONE, '+85261234567'], signal })
        .then(({ outcomes }) => outcomes),
    ];
    while (transport.requests.length < 3) {
      // oxlint-disable-next-line no-await-in-loop -- until all were handed over
      await new Promise(setImmediate);
    }
    controller.abort(new Error('enough'));
    const outcomes = (await Promise.all(sending)).flat();
    const unknown = { status: 'unknown', reason: 'aborted', code: 'SMS_ABORTED' };
    expect(outcomes).toMatchObject([unknown, unknown, unknown]);
  });

  it('gets nothing when the signal fired before', async () => {
    const transport = new HeldTransport();
    const controller = new AbortController();
    const sms = await start(transport, {
      signer: {
        sign: () => {
          controller.abort();
          return { queryString: '', headers: {}, body: '{}' };
        },
      },
    });
    const { signal } = controller;
    const outcome = await sms.trySend({ templateId: '1' }, { to: PHONE, signal });
    expect(outcome).toMatchObject({ status: 'rejected', code: 'SMS_ABORTED' });
    expect(transport.requests).toEqual([]);
  });

  it('is not heard when it settles late, whatever it settles with', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    try {
      const transport = new HeldTransport();
      const sms = await start(transport, { timeoutMs: 5 });
      const texts = [1, 2, 3].map(async () => sms.trySend({ templateId: '1' }, { to: PHONE }));
      expect((await Promise.all(texts)).map(({ status }) => status)).toEqual(
        Array.from({ length: 3 }, () => 'unknown'),
      );
      const [first, second, third] = transport.settle;
      first?.resolve(OK);
      second?.reject(new Error('late'));
      third?.reject(undefined);
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
  });

  it('may hand nothing over any more after it was given up', async () => {
    const transport = new HeldTransport();
    const sms = await start(transport, { timeoutMs: 5 });
    const { error } = (await sms.trySend({ templateId: '1' }, { to: PHONE })) as {
      error?: Error;
    };
    expect(() => transport.requests[0]?.beforeWrite?.()).toThrow(error);
  });

  it('may say itself how far the request came, a moment after the time is up', async () => {
    const server = await RawServer.start(() => undefined);
    const inner = new UndiciTransport();
    try {
      // The answer of a server that is silent: written, and known to be.
      const sms = await start(
        { send: async (request) => inner.send(request) },
        { timeoutMs: 20, endpoint: server.url },
      );
      await expect(sms.sendSms(SEND)).rejects.toThrow('No answer within 20 ms.');
    } finally {
      await inner.close();
      await server.stop();
    }
  });

  it('lets an app close, with a text in flight and with none', async () => {
    for (const timeoutMs of [0, 10]) {
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      const sms = await start(
        { send: never, close: never, closeIdle: never },
        { shutdownTimeoutMs: timeoutMs },
      );
      const sending = timeoutMs === 0 ? undefined : sms.trySend({ templateId: '1' }, SOON);
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      await started?.module.close();
      started = undefined;
      // oxlint-disable-next-line no-await-in-loop -- one app after the other
      expect((await sending)?.status).toBe(timeoutMs === 0 ? undefined : 'unknown');
    }
  });

  it('does not hold up a probe', async () => {
    const sms = await start({
      send: async () => OK,
      probe: never,
    });
    await expect(sms.probe(10)).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      phase: 'connect',
    });
  });

  it('does not hold up the credentials that it is asked for', async () => {
    const transport = new HeldTransport();
    const provide = assumeRoleCredentials({
      source: CREDENTIALS,
      roleArn: 'qcs::cam::uin/100000000001:roleName/sms',
      transport,
      timeoutMs: 10,
    });
    await expect(provide()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      cause: { name: 'SmsTimeoutError' },
    });
    expect(transport.requests).toHaveLength(1);
  });
});
