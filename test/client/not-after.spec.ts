import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axios from 'axios';
import { SmsValidationError, Tc3Signer, UndiciTransport } from 'nestjs-tencentcloud-sms';
import type {
  SmsModuleOptions,
  SmsOutcome,
  SmsService,
  SmsTransport,
} from 'nestjs-tencentcloud-sms';
import { NEVER_TWICE, read, send } from '../support/call-kinds.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';
import { httpResponse } from '../support/raw-server.js';
import {
  FakeTencent,
  accepting,
  executingThen,
  okResponse,
  refusing,
  respond,
} from '../support/fake-tencent.js';

const TEMPLATE = { templateId: '1' };
const PHONE = '+8613711112222';
const EVERY_KIND = Object.entries({ ...NEVER_TWICE, read });
const TOO_LATE = { result: 'not done', code: 'SMS_TOO_LATE' };

/** The clocks of the process, moved by hand from where they are. */
class Clocks {
  private readonly start = { day: Date.now(), monotonic: performance.now() };
  private readonly moved = { day: 0, monotonic: 0 };

  constructor() {
    const dayNow = Date.now.bind(Date);
    const monotonicNow = performance.now.bind(performance);
    jest.spyOn(Date, 'now').mockImplementation(() => dayNow() + this.moved.day);
    jest.spyOn(performance, 'now').mockImplementation(() => monotonicNow() + this.moved.monotonic);
  }

  /** As it goes while a process is frozen or busy. */
  pass(milliseconds: number): void {
    this.moved.day += milliseconds;
    this.moved.monotonic += milliseconds;
  }

  /** As while the machine sleeps. */
  passOnTheDayOnly(milliseconds: number): void {
    this.moved.day += milliseconds;
  }

  /** As when the clock of the machine is set back meanwhile. */
  passOnTheMonotonicOnly(milliseconds: number): void {
    this.moved.monotonic += milliseconds;
    this.moved.day -= 3_600_000;
  }
}

/** Signs as ever. */
function countingSigner() {
  const own = new Tc3Signer();
  const signer = {
    signed: 0,
    sign: (...given: Parameters<Tc3Signer['sign']>) => {
      signer.signed += 1;
      return own.sign(...given);
    },
  };
  return signer;
}

/** Gives other keys each time it is asked, as far as can be told. */
const anew = () => ({ ...CREDENTIALS });

function codesOf(outcomes: readonly SmsOutcome[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const outcome of outcomes) {
    const code = outcome.status === 'accepted' ? 'Ok' : outcome.code;
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}

/** Takes longer for each row than a text is good for. */
async function* slowRows(clocks: Clocks, phones: readonly string[]) {
  for (const phone of phones) {
    // oxlint-disable-next-line no-await-in-loop -- as a queue would
    await Promise.resolve();
    clocks.pass(MINUTE + 1000);
    yield { to: phone };
  }
}

const WAYS = ['pass', 'passOnTheDayOnly', 'passOnTheMonotonicOnly'] as const;
const MINUTE = 60_000;

describe('a moment after which nothing is sent', () => {
  let tencent: FakeTencent;
  let started: SmsTestCase | undefined;
  let clocks: Clocks;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    clocks = new Clocks();
  });

  afterEach(async () => {
    await started?.module.close();
    started = undefined;
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

  describe('as it is given', () => {
    it.each<[unknown]>([
      [Number.NaN],
      [Infinity],
      ['2026-01-01T00:00:00Z'],
      ['1767225600000'],
      [new Date(Number.NaN)],
      [null],
      [{}],
      [true],
      [1767225600000n],
      [() => 1],
    ])('is refused by name when it is %p, whatever is called', async (given) => {
      const notAfter = given as number;
      const service = await sms();
      const issue = {
        name: 'SmsValidationError',
        issues: [
          {
            field: 'notAfter',
            message: 'notAfter must be a valid Date, or milliseconds since 1970.',
          },
        ],
      };
      await expect(service.send(TEMPLATE, { to: PHONE, notAfter })).rejects.toMatchObject(issue);
      await expect(service.trySend(TEMPLATE, { to: PHONE, notAfter })).rejects.toMatchObject(issue);
      await expect(service.sendMany(TEMPLATE, { to: [PHONE], notAfter })).rejects.toMatchObject(
        issue,
      );
      expect(() => service.sendEach(TEMPLATE, [{ to: PHONE }], { notAfter })).toThrow(
        SmsValidationError,
      );
      await expect(service.pullSmsSendStatus({ Limit: 1 }, { notAfter })).rejects.toMatchObject(
        issue,
      );
      expect(tencent.received).toHaveLength(0);
    });

    it.each([
      ['a Date', new Date('2100-01-01')],
      ['milliseconds', Date.parse('2100-01-01')],
      ['milliseconds with a fraction', Date.parse('2100-01-01') + 0.25],
      ['undefined', undefined],
    ])('may be %s', async (_, notAfter) => {
      await expect(send(await sms(), { notAfter })).resolves.toEqual({ result: 'done' });
    });

    it.each(EVERY_KIND)('lets nothing begin that comes after it: %s', async (_, call) => {
      const asked: unknown[] = [];
      const credentials = () => {
        asked.push(1);
        return CREDENTIALS;
      };
      const service = await sms({ credentials });
      for (const notAfter of [new Date(Date.now() - 1000), Date.now() - 1, 0]) {
        // oxlint-disable-next-line no-await-in-loop -- one form after the other
        await expect(call(service, { notAfter })).resolves.toEqual(TOO_LATE);
      }
      expect(tencent.server.connections).toBe(0);
      expect(asked).toHaveLength(0);
    });
  });

  describe('when none is given, is a minute after the turn of the call', () => {
    it.each(EVERY_KIND.flatMap(([name, call]) => WAYS.map((way) => [name, way, call] as const)))(
      'over while the credentials come: %s, clocks %s',
      async (_, way, call) => {
        const credentials = async () => {
          await Promise.resolve();
          clocks[way](MINUTE + 1000);
          return CREDENTIALS;
        };
        const signer = countingSigner();
        await expect(call(await sms({ credentials, signer }))).resolves.toEqual(TOO_LATE);
        expect(signer.signed).toBe(0);
        expect(tencent.server.connections).toBe(0);
      },
    );

    it.each(EVERY_KIND.flatMap(([name, call]) => WAYS.map((way) => [name, way, call] as const)))(
      'over while it is signed: %s, clocks %s',
      async (_, way, call) => {
        const own = new Tc3Signer();
        const signer = {
          sign: (...given: Parameters<Tc3Signer['sign']>) => {
            clocks[way](MINUTE + 1000);
            return own.sign(...given);
          },
        };
        await expect(call(await sms({ signer }))).resolves.toEqual(TOO_LATE);
        expect(tencent.server.connections).toBe(0);
      },
    );

    it.each(WAYS)('not yet over a second before it: clocks %s', async (way) => {
      const credentials = () => {
        clocks[way](MINUTE - 1000);
        return CREDENTIALS;
      };
      await expect(send(await sms({ credentials }))).resolves.toEqual({ result: 'done' });
    });

    it.each(EVERY_KIND.flatMap(([name, call]) => [2, 0].map((off) => [name, off, call] as const)))(
      'over when it was held and refused as expired: %s, with a clock %i s off',
      async (_, off, call) => {
        tencent.respondWith((_call, count) => {
          if (count > 1) {
            return accepting();
          }
          clocks.pass(310_000);
          const date = new Date(Date.now() + off * 1000).toUTCString();
          return refusing('AuthFailure.SignatureExpire', { date });
        });
        const observed = await call(await sms());
        expect(observed).toEqual(TOO_LATE);
        expect(tencent.received).toHaveLength(1);
        expect(tencent.executed).toHaveLength(0);
      },
    );

    it.each(['AuthFailure.TokenFailure', 'RequestLimitExceeded'])(
      'over when it was held and then refused with %s',
      async (code) => {
        tencent.respondWith((_, count) => {
          clocks.pass(MINUTE + 1000);
          return count > 1 ? accepting() : refusing(code);
        });
        await expect(send(await sms({ credentials: anew }))).resolves.toEqual(TOO_LATE);
        expect(tencent.received).toHaveLength(1);
      },
    );

    it('not changed by a clock that was wrong all the time', async () => {
      tencent.respondWith((_, count) => {
        const date = new Date(Date.now() + 3_600_000).toUTCString();
        return count > 1 ? accepting() : refusing('AuthFailure.SignatureExpire', { date });
      });
      await expect(send(await sms())).resolves.toEqual({ result: 'done' });
    });

    it('not waited for by a pause that would outlast it', async () => {
      tencent.respondWith(() => refusing('RequestLimitExceeded'));
      const service = await sms({ retry: { attempts: 3, baseDelayMs: 2000 } });
      jest.spyOn(Math, 'random').mockReturnValue(1);
      const notAfter = Date.now() + 1500;
      await expect(send(service, { notAfter })).resolves.toEqual(TOO_LATE);
      expect(Date.now()).toBeLessThan(notAfter);
    });

    it('tells the refusal before it', async () => {
      tencent.respondWith(() => {
        clocks.pass(310_000);
        return refusing('RequestLimitExceeded.UinLimitExceeded');
      });
      const outcome = await (await sms()).trySend(TEMPLATE, { to: PHONE });
      expect(outcome).toMatchObject({
        status: 'rejected',
        error: {
          code: 'SMS_TOO_LATE',
          retryable: true,
          maybeSent: false,
          cause: { code: 'RequestLimitExceeded.UinLimitExceeded' },
        },
      });
    });
  });

  describe('goes by Tencent’s clock', () => {
    it('and is over when a correction says so, before anything is signed again', async () => {
      const signer = countingSigner();
      tencent.respondWith((_, count) => {
        const date = new Date(Date.now() + 3_600_000).toUTCString();
        return count > 1 ? accepting() : refusing('AuthFailure.SignatureExpire', { date });
      });
      const service = await sms({ signer });
      const notAfter = Date.now() + 30 * MINUTE;
      await expect(send(service, { notAfter })).resolves.toEqual(TOO_LATE);
      expect(tencent.received).toHaveLength(1);
      expect(signer.signed).toBe(1);
      // From now on at once.
      await expect(send(service, { notAfter })).resolves.toEqual(TOO_LATE);
      expect(tencent.received).toHaveLength(1);
      const later = { notAfter: notAfter + 60 * MINUTE };
      await expect(send(service, later)).resolves.toEqual({ result: 'done' });
    });

    it('and is never later because that clock turns out to be behind', async () => {
      tencent.respondWith((_, count) => {
        const date = new Date(Date.now() - 3_600_000).toUTCString();
        clocks.pass(count === 1 ? 11_000 : 0);
        return count > 1 ? accepting() : refusing('AuthFailure.SignatureExpire', { date });
      });
      const notAfter = Date.now() + 10_000;
      await expect(send(await sms(), { notAfter })).resolves.toEqual(TOO_LATE);
      expect(tencent.received).toHaveLength(1);
    });
  });

  describe('is looked at when the request is handed over', () => {
    it('after it waited for one of the connections', async () => {
      const answers: (() => void)[] = [];
      tencent.respondWith((call) => ({
        executes: true,
        answer: (socket) => {
          answers.push(() => socket.write(httpResponse(respond(okResponse(call)))));
          if (tencent.received.length === 128) {
            clocks.pass(MINUTE + 1000);
          }
          if (tencent.received.length >= 128) {
            answers.splice(0).forEach((answer) => {
              answer();
            });
          }
        },
      }));
      const service = await sms({ timeoutMs: 600_000 });
      const sends = Array.from({ length: 140 }, async () => send(service));
      const observed = await Promise.all(sends);
      expect(observed.slice(0, 128)).toEqual(
        Array.from({ length: 128 }, () => ({ result: 'done' })),
      );
      expect(observed.slice(128)).toEqual(Array.from({ length: 12 }, () => TOO_LATE));
      expect(tencent.received).toHaveLength(128);
      // The connections are good for others.
      tencent.respondWith(() => accepting());
      await expect(send(service)).resolves.toEqual({ result: 'done' });
    });

    it.each([
      ['our way of moving bytes', {}],
      ['an adapter of its own', { adapter: 'http' }],
    ])('behind an interceptor of an axios instance with %s', async (_, defaults) => {
      const http = axios.create(defaults);
      let held = 0;
      http.interceptors.request.use(async (config) => {
        await Promise.resolve();
        held += 1;
        clocks.pass(MINUTE + 1000);
        return config;
      });
      // Whatever it makes of it.
      http.interceptors.response.use(undefined, async () => Promise.reject(new Error('my own')));
      const service = await sms({ http, timeoutMs: 600_000 });
      const outcome = await service.trySend(TEMPLATE, { to: PHONE });
      // The first thing that went wrong: no other failure came before it.
      expect(outcome).toMatchObject({ status: 'rejected', code: 'SMS_TOO_LATE' });
      expect(outcome).not.toHaveProperty('error.cause');
      expect(held).toBe(1);
      expect(tencent.received).toHaveLength(0);
    });

    it('by a custom transport that calls beforeWrite', async () => {
      const transport: SmsTransport = {
        send: async (request) => {
          clocks.pass(MINUTE + 1000);
          request.beforeWrite?.();
          throw new Error('handed over');
        },
      };
      await expect(send(await sms({ transport }))).resolves.toEqual(TOO_LATE);
    });

    it('before a custom transport that does not call beforeWrite', async () => {
      const inner = new UndiciTransport();
      const transport: SmsTransport = {
        send: async (request) => inner.send({ ...request, beforeWrite: undefined }),
        close: async () => inner.close(),
      };
      const service = await sms({ transport });
      await expect(send(service, { notAfter: Date.now() - 1 })).resolves.toEqual(TOO_LATE);
      await expect(send(service)).resolves.toEqual({ result: 'done' });
    });
  });

  describe('of a run', () => {
    const to = Array.from({ length: 600 }, (_, i) => `+86137${String(11_110_000 + i)}`);

    async function run(
      how: string,
      service: SmsService,
      options: { concurrency?: number; notAfter?: number | Date },
    ): Promise<SmsOutcome[]> {
      if (how === 'sendMany') {
        return [...(await service.sendMany(TEMPLATE, { to, ...options })).outcomes];
      }
      const outcomes: SmsOutcome[] = [];
      const rows = to.map((phone) => ({ to: phone }));
      for await (const outcome of service.sendEach(TEMPLATE, rows, options)) {
        outcomes.push(outcome);
      }
      return outcomes;
    }

    it.each(['sendMany', 'sendEach'])('holds for all of it when it was given: %s', async (how) => {
      tencent.respondWith((call, count) => {
        clocks.passOnTheMonotonicOnly(count === 2 ? 6000 : 0);
        return executingThen((socket) => socket.write(httpResponse(respond(okResponse(call)))));
      });
      const notAfter = Date.now() + 5000;
      const outcomes = await run(how, await sms(), { concurrency: 1, notAfter });
      expect(codesOf(outcomes)).toEqual({ Ok: 400, SMS_TOO_LATE: 200 });
      expect(tencent.received).toHaveLength(2);
      expect(new Set(outcomes.map((outcome) => outcome.notAfter))).toEqual(new Set([notAfter]));
    });

    it.each(['sendMany', 'sendEach'])(
      'is a minute for each call by itself when none was given, and not for the wait in line: %s',
      async (how) => {
        tencent.respondWith((call) => {
          clocks.pass(MINUTE + 1000);
          return executingThen((socket) => socket.write(httpResponse(respond(okResponse(call)))));
        });
        const outcomes = await run(how, await sms({ timeoutMs: 600_000 }), { concurrency: 1 });
        expect(codesOf(outcomes)).toEqual({ Ok: 600 });
      },
    );

    it('does not count the time that a source takes', async () => {
      const service = await sms();
      const outcomes: SmsOutcome[] = [];
      for await (const outcome of service.sendEach(TEMPLATE, slowRows(clocks, to.slice(0, 5)))) {
        outcomes.push(outcome);
      }
      expect(codesOf(outcomes)).toEqual({ Ok: 5 });
    });
  });
});

describe('the times of an outcome', () => {
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
    started = await startSms({ endpoint: tencent.url, retry: { baseDelayMs: 1 }, ...more });
    return started.sms;
  }

  const OUTCOMES = {
    accepted: () => accepting(),
    rejected: () => refusing('FailedOperation.InsufficientBalanceInSmsPackage'),
    unknown: () => executingThen((socket) => socket.destroy()),
  };

  it.each(Object.entries(OUTCOMES))(
    'are there when it is %s, and are kept in JSON',
    async (status, react) => {
      tencent.respondWith(react);
      const service = await sms();
      const before = Date.now();
      const outcome = await service.trySend(TEMPLATE, { to: PHONE });
      const after = Date.now();
      expect(outcome.status).toBe(status);
      const { decidedAt = 0, notAfter, signedAt = 0 } = outcome;
      expect(decidedAt).toBeGreaterThanOrEqual(before);
      expect(signedAt).toBeGreaterThanOrEqual(decidedAt);
      expect(signedAt).toBeLessThanOrEqual(after);
      expect(notAfter).toBe(decidedAt + MINUTE);
      expect(Math.floor(signedAt / 1000)).toBe(tencent.received[0]?.timestamp);
      expect(JSON.parse(JSON.stringify(outcome))).toMatchObject({ decidedAt, notAfter, signedAt });
    },
  );

  it('are of the last signature, by the clock that it was corrected by', async () => {
    const ahead = 3_600_000;
    tencent.respondWith((_, count) =>
      count > 1
        ? accepting()
        : refusing('AuthFailure.SignatureExpire', {
            date: new Date(Date.now() + ahead).toUTCString(),
          }),
    );
    const service = await sms();
    const before = Date.now();
    const { decidedAt = 0, signedAt = 0, notAfter } = await service.send(TEMPLATE, { to: PHONE });
    expect(Math.floor(signedAt / 1000)).toBe(tencent.received[1]?.timestamp);
    expect(decidedAt - ahead - before).toBeGreaterThanOrEqual(-1000);
    expect(decidedAt).toBeLessThanOrEqual(signedAt);
    expect(notAfter).toBe(decidedAt + MINUTE);
  });

  it('have no signature where none was made', async () => {
    const outcome = await (await sms()).trySend(TEMPLATE, { to: PHONE, notAfter: 1 });
    expect(outcome).toMatchObject({ decidedAt: expect.any(Number), notAfter: 1 });
    expect(outcome.signedAt).toBeUndefined();
  });

  it('are those of the first for a repeated row, and none for one that was in no request', async () => {
    const service = await sms();
    const { outcomes } = await service.sendMany(TEMPLATE, { to: [PHONE, 'no phone', PHONE] });
    const [first, refused, repeated] = outcomes;
    const { decidedAt, notAfter, signedAt } = first ?? {};
    expect(signedAt).toEqual(expect.any(Number));
    expect(repeated).toMatchObject({ duplicateOf: 0, decidedAt, notAfter, signedAt });
    expect(refused).toMatchObject({ status: 'rejected' });
    expect([refused?.decidedAt, refused?.notAfter, refused?.signedAt]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
