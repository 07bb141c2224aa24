import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type {
  SmsCredentials,
  SmsCredentialsAsk,
  SmsModuleOptions,
  SmsService,
} from 'nestjs-tencentcloud-sms';
import { NEVER_TWICE, read, send } from '../support/call-kinds.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { FakeTencent, accepting, executingThen, refusing } from '../support/fake-tencent.js';
import type { Respond, ReceivedCall } from '../support/fake-tencent.js';

const SKEWS = [3600, -3600, 40 * 86_400];
const old: SmsCredentials = { ...CREDENTIALS, token: 'old' };

/** Returns a new object with each call, which passes for newer keys. */
const forgetful = () => ({ ...CREDENTIALS });

/** Has nothing but what was refused. */
const failing = (ask?: SmsCredentialsAsk) => {
  if (ask?.refused !== undefined) {
    throw new Error('vault sealed');
  }
  return old;
};

const onlyNew = ({ token }: ReceivedCall) =>
  token === 'new' ? accepting() : refusing('AuthFailure.TokenFailure');

/** Refuses what is signed more than five minutes off its own clock, which is so far ahead of ours. */
function aheadBy(seconds: number): Respond {
  return ({ timestamp }) => {
    const now = Date.now() + seconds * 1000;
    return Math.abs(timestamp - now / 1000) > 300
      ? refusing('AuthFailure.SignatureExpire', { date: new Date(now).toUTCString() })
      : accepting();
  };
}

const EVERY_KIND = Object.entries({ ...NEVER_TWICE, read });

describe('another attempt', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase | undefined;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    await started?.module.close();
    await tencent.stop();
  });

  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    started = await startSms({
      endpoint: tencent.url,
      retry: { attempts: 3, baseDelayMs: 1 },
      ...more,
    });
    return started.sms;
  }

  it.each(EVERY_KIND)('is signed anew, at its own time: %s', async (_, call) => {
    const start = Date.now();
    tencent.respondWith((_call, count) => {
      jest.spyOn(Date, 'now').mockReturnValue(start + count * 20_000);
      return count < 3 ? refusing('RequestLimitExceeded') : accepting();
    });
    jest.spyOn(Date, 'now').mockReturnValue(start);
    await expect(call(await sms())).resolves.toEqual({ result: 'done' });
    const seconds = Math.floor(start / 1000);
    expect(tencent.received.map(({ timestamp }) => timestamp - seconds)).toEqual([0, 20, 40]);
    expect(tencent.received.every(({ genuine }) => genuine)).toBe(true);
    expect(tencent.executed).toHaveLength(1);
  });

  it('has a nonce of its own where the signature has one', async () => {
    const nonces: unknown[] = [];
    tencent.respondWith(() => refusing('RequestLimitExceeded'));
    const service = await sms({ signMethod: 'HmacSHA256' });
    await expect(send(service)).resolves.toMatchObject({ code: 'RequestLimitExceeded' });
    for (const { params } of tencent.received) {
      nonces.push(params['Nonce']);
    }
    expect(new Set(nonces).size).toBe(3);
  });

  it.each(EVERY_KIND.flatMap(([name, call]) => SKEWS.map((skew) => [name, skew, call] as const)))(
    'goes by the server’s clock: %s, %i seconds ahead',
    async (_, skew, call) => {
      tencent.respondWith(aheadBy(skew));
      const service = await sms();
      await expect(call(service)).resolves.toEqual({ result: 'done' });
      expect(tencent.received).toHaveLength(2);
      expect(tencent.executed).toHaveLength(1);
      await expect(call(service)).resolves.toEqual({ result: 'done' });
      // Learned once and for all.
      expect(tencent.received).toHaveLength(3);
    },
  );

  it('goes by the server’s clock for every call that met the wrong one at the same time', async () => {
    tencent.respondWith(aheadBy(3600));
    const service = await sms();
    const observed = await Promise.all(Array.from({ length: 10 }, async () => send(service)));
    expect(observed).toEqual(Array.from({ length: 10 }, () => ({ result: 'done' })));
    expect(tencent.executed).toHaveLength(10);
  });

  it.each([
    ['no date', ''],
    ['a date that is none', 'tomorrow'],
    ['our own time', 'now'],
  ])('is not made for an expired signature that comes with %s', async (_, given) => {
    const start = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(start);
    const date = given === 'now' ? new Date(start).toUTCString() : given;
    tencent.respondWith(() => refusing('AuthFailure.SignatureExpire', { date }));
    await expect(send(await sms())).resolves.toEqual({
      result: 'not done',
      code: 'AuthFailure.SignatureExpire',
    });
    expect(tencent.received).toHaveLength(1);
  });

  it('is made once for an expired signature, however often the clock is said to be wrong', async () => {
    tencent.respondWith((_, count) => {
      const date = new Date(Date.now() + count * 3_600_000).toUTCString();
      return refusing('AuthFailure.SignatureExpire', { date });
    });
    await expect(send(await sms())).resolves.toMatchObject({ result: 'not done' });
    expect(tencent.received).toHaveLength(2);
  });

  it('goes through a wrong clock, an old token and a limit, and is executed once', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    tencent.respondWith(
      (_, count) =>
        [
          refusing('AuthFailure.SignatureExpire', { date }),
          refusing('AuthFailure.TokenFailure'),
          refusing('RequestLimitExceeded'),
        ][count - 1] ?? accepting(),
    );
    const service = await sms({ credentials: forgetful, retry: { attempts: 4, baseDelayMs: 1 } });
    await expect(send(service)).resolves.toEqual({ result: 'done' });
    expect(tencent.received).toHaveLength(4);
    expect(tencent.executed).toHaveLength(1);
  });

  describe('after a token was refused', () => {
    const asks: (SmsCredentialsAsk | undefined)[] = [];
    beforeEach(() => {
      asks.length = 0;
    });

    /** Remembers its keys, as providers do, until it is told that they were refused. */
    const remembering = (ask?: SmsCredentialsAsk): SmsCredentials => {
      asks.push(ask);
      return ask?.refused === undefined ? old : { ...old, token: 'new' };
    };

    it.each(EVERY_KIND)('has newer credentials from the provider: %s', async (_, call) => {
      tencent.respondWith(onlyNew);
      await expect(call(await sms({ credentials: remembering }))).resolves.toEqual({
        result: 'done',
      });
      expect(asks).toEqual([undefined, { refused: old }]);
      expect(tencent.received.map(({ token, genuine }) => [token, genuine])).toEqual([
        ['old', true],
        ['new', true],
      ]);
      expect(tencent.executed).toHaveLength(1);
    });

    it('is the last: newer credentials that are refused too end the call', async () => {
      tencent.respondWith(() => refusing('AuthFailure.TokenFailure'));
      const service = await sms({ credentials: remembering });
      await expect(send(service)).resolves.toEqual({
        result: 'not done',
        code: 'AuthFailure.TokenFailure',
      });
      expect(tencent.received).toHaveLength(2);
    });

    it.each(EVERY_KIND)('is not made with fixed keys: %s', async (_, call) => {
      tencent.respondWith(onlyNew);
      await expect(call(await sms({ credentials: old }))).resolves.toEqual({
        result: 'not done',
        code: 'AuthFailure.TokenFailure',
      });
      expect(tencent.received).toHaveLength(1);
    });

    it('is not made when the provider fails: nothing was sent, and the reason is the provider’s', async () => {
      tencent.respondWith(onlyNew);
      const observed = await send(await sms({ credentials: failing }));
      expect(observed).toMatchObject({
        result: 'not done',
        code: expect.stringMatching(/^SMS_CRED/),
      });
      expect(tencent.received).toHaveLength(1);
    });
  });

  it('waits no longer than its options say, at random', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    tencent.respondWith(() => refusing('RequestLimitExceeded'));
    const service = await sms({ retry: { attempts: 4, baseDelayMs: 20 } });
    const start = performance.now();
    await send(service);
    // Half of 20, 40 and 80 ms.
    expect(performance.now() - start).toBeGreaterThanOrEqual(68);
    expect(random).toHaveBeenCalledTimes(3);
    expect(tencent.received).toHaveLength(4);
  });

  it('is not made once the module is shut down', async () => {
    const service = await sms({ shutdownTimeoutMs: 0 });
    await send(service);
    await started?.module.close();
    started = undefined;
    const pauses = jest.spyOn(Math, 'random');
    for (const call of [send, read]) {
      // oxlint-disable-next-line no-await-in-loop -- one kind after the other
      await expect(call(service)).resolves.toMatchObject({ result: 'not done' });
    }
    expect(pauses).not.toHaveBeenCalled();
    expect(tencent.received).toHaveLength(1);
  });

  describe('that the caller’s signal ends', () => {
    it.each(EVERY_KIND)('is never made when it has fired before: %s', async (_, call) => {
      const observed = await call(await sms(), { signal: AbortSignal.abort() });
      expect(observed).toEqual({ result: 'not done', code: 'SMS_ABORTED' });
      expect(tencent.server.connections).toBe(0);
    });

    it.each(EVERY_KIND)('is never written when it fires while connecting: %s', async (_, call) => {
      const service = await sms();
      // Loads what the first call loads, so that the next one is connecting when it is aborted.
      await read(service);
      tencent.server.dropConnections();
      tencent.received.length = 0;
      tencent.executed.length = 0;
      const abort = new AbortController();
      const observing = call(service, { signal: abort.signal });
      abort.abort();
      await expect(observing).resolves.toEqual({ result: 'not done', code: 'SMS_ABORTED' });
      await expect(read(service)).resolves.toEqual({ result: 'done' });
      expect(tencent.received).toHaveLength(1);
    });

    it.each(EVERY_KIND)('is never repeated when it fires after the write: %s', async (_, call) => {
      const abort = new AbortController();
      tencent.respondWith(() =>
        executingThen(() => {
          abort.abort();
        }),
      );
      const observed = await call(await sms(), { signal: abort.signal });
      expect(observed).toMatchObject({ result: 'unknown', code: 'SMS_ABORTED' });
      expect(tencent.received).toHaveLength(1);
    });

    it.each(EVERY_KIND)('is never repeated when it fires in the answer: %s', async (_, call) => {
      const abort = new AbortController();
      tencent.respondWith(() =>
        executingThen((socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"Resp', () => {
            abort.abort();
          });
        }),
      );
      const observed = await call(await sms(), { signal: abort.signal });
      expect(observed).toMatchObject({ result: 'unknown', code: 'SMS_ABORTED' });
      expect(tencent.received).toHaveLength(1);
    });

    it.each(EVERY_KIND)('is never made when it fires in the pause: %s', async (_, call) => {
      const abort = new AbortController();
      // Before the spy: Nest makes ids with the same function.
      const service = await sms({ retry: { attempts: 3, baseDelayMs: 60_000 } });
      const random = jest.spyOn(Math, 'random').mockImplementation(() => {
        // Asked for when the pause begins.
        setImmediate(() => {
          abort.abort();
        });
        return 1;
      });
      tencent.respondWith(() => refusing('RequestLimitExceeded'));
      const observed = await call(service, { signal: abort.signal });
      expect(observed).toEqual({ result: 'not done', code: 'SMS_ABORTED' });
      expect(random).toHaveBeenCalledTimes(1);
      expect(tencent.received).toHaveLength(1);
    });
  });
});
