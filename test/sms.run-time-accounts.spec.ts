import { once } from 'node:events';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Injectable, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  SMS_TRANSPORT,
  SmsAccounts,
  SmsModule,
  SmsService,
  refreshingCredentials,
} from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions, SmsTransport } from 'nestjs-tencentcloud-sms';
import { SmsTestKit, SmsTestingModule, createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { FakeTencent, accepting, executingThen } from './support/fake-tencent.js';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';

const TEXT = { templateId: '449739', params: ['666', '5'] };
const PHONE = '+8613711112222';

const provider = () => CREDENTIALS;
const http = () => ({ headers: { 'x-tenant': 'a' } });
const signer = () => ({ sign: () => ({ queryString: '', headers: {}, body: '' }) });
const sameSigner = signer();

describe('accounts that are opened at run time', () => {
  let tencent: FakeTencent;
  let app: TestingModule;
  let accounts: SmsAccounts;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
    app = await start();
    accounts = app.get(SmsAccounts);
  });

  afterEach(async () => {
    await app.close();
    await tencent.stop();
  });

  function options(more: Partial<SmsModuleOptions> = {}): SmsModuleOptions {
    return smsOptions({ endpoint: tencent.url, shutdownTimeoutMs: 200, ...more });
  }

  function tenant(name: string, more: Partial<SmsModuleOptions> = {}): SmsModuleOptions {
    const credentials = { secretId: `AKID${name}`, secretKey: CREDENTIALS.secretKey };
    return options({ credentials, ...more });
  }

  function openMany(from: number): void {
    for (let i = from; i < from + 200; i += 1) {
      accounts.open(`tenant-${i}`, tenant(String(i)));
    }
  }

  async function start(): Promise<TestingModule> {
    const module = await Test.createTestingModule({
      imports: [SmsModule.forRoot(options()), SmsModule.forRoot({ ...options(), name: 'other' })],
    }).compile();
    return module.init();
  }

  /** Keeps the answers back; resolves once so many calls have arrived. */
  async function hold(count: number): Promise<() => void> {
    const held: (() => void)[] = [];
    return new Promise((resolve) => {
      tencent.respondWith((call) => {
        const { executes, answer } = accepting();
        return {
          executes,
          answer: (socket: Socket) => {
            held.push(() => {
              answer(socket, call);
            });
            if (held.length === count) {
              resolve(() => {
                held.splice(0).forEach((say) => {
                  say();
                });
              });
            }
          },
        };
      });
    });
  }

  it('send with their own keys, over the connections of the whole app', async () => {
    await app.get(SmsService).send(TEXT, { to: PHONE });
    for (let i = 0; i < 200; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that one connection is enough
      await accounts.open(`tenant-${i}`, tenant(String(i))).send(TEXT, { to: PHONE });
    }
    expect(tencent.received.map(({ secretId }) => secretId)).toEqual([
      CREDENTIALS.secretId,
      ...Array.from({ length: 200 }, (_, i) => `AKID${i}`),
    ]);
    expect(tencent.received.every(({ genuine }) => genuine)).toBe(true);
    // The second call comes before the first connection is free.
    expect(tencent.server.connections).toBeLessThanOrEqual(2);
  });

  it('take at most 15 KB of heap each before their first send', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    openMany(0);
    const used = () => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    openMany(200);
    expect((used() - before) / 200).toBeLessThan(15 * 1024);
  });

  it('are one list for the app, however many accounts it has beside them', async () => {
    @Injectable()
    class Tenants {
      constructor(readonly own: SmsAccounts) {}
    }
    @Module({ providers: [Tenants], imports: [SmsModule.forRoot(options())] })
    class TenantsModule {}
    const module = await Test.createTestingModule({
      imports: [TenantsModule, SmsModule.forRoot(options())],
    }).compile();
    module.get(SmsAccounts).open('a', tenant('a'));
    expect(module.get(Tenants, { strict: false }).own.get('a')).toBeInstanceOf(SmsService);
    await module.close();
  });

  it('are found under their key once they are open', () => {
    expect(accounts.get('a')).toBeUndefined();
    const sms = accounts.open('a', tenant('a'));
    expect(accounts.get('a')).toBe(sms);
    expect(accounts.get('A')).toBeUndefined();
    expect(accounts.get('__proto__')).toBeUndefined();
  });

  it.each<[string, () => Partial<SmsModuleOptions>]>([
    ['plain data', () => ({})],
    ['a provider of credentials', () => ({ credentials: provider })],
    ['defaults that are given', () => ({ region: 'ap-guangzhou', timeoutMs: 8000 })],
    ['members that are undefined', () => ({ proxy: undefined })],
    ['nested data', () => ({ pace: { share: 0.5 }, retry: { attempts: 2 } })],
    ['signatures by market', () => ({ signName: { mainland: '腾讯云', international: 'Cloud' } })],
    ['options of axios', () => ({ http: http() })],
    ['an instance', () => ({ signer: sameSigner })],
  ])('keep their service when they are opened again with the same: %s', (_, more) => {
    expect(accounts.open('a', options(more()))).toBe(accounts.open('a', options(more())));
  });

  it('take no default for a difference', () => {
    const { shutdownTimeoutMs: _, ...rest } = options();
    const sms = accounts.open('a', rest);
    const all = { region: 'ap-guangzhou', method: 'POST', shutdownTimeoutMs: 10_000 } as const;
    expect(accounts.open('a', { ...rest, ...all })).toBe(sms);
  });

  it.each<[string, () => Partial<SmsModuleOptions>]>([
    ['a key', () => ({ credentials: { secretId: 'AKIDother', secretKey: 'other' } })],
    ['a secret', () => ({ credentials: { ...CREDENTIALS, secretKey: 'other' } })],
    ['a token', () => ({ credentials: { ...CREDENTIALS, token: 'token' } })],
    ['another provider of credentials', () => ({ credentials: () => CREDENTIALS })],
    ['a signature', () => ({ signName: '某某科技' })],
    ['a nested member', () => ({ retry: { attempts: 2 } })],
    ['false for an object', () => ({ retry: false })],
    ['an application', () => ({ sdkAppId: '1400000009' })],
    ['another instance', () => ({ signer: signer() })],
    ['a header', () => ({ http: http() })],
  ])('have a new service when they are opened again with %s', (_, more) => {
    const sms = accounts.open('a', options());
    const next = accounts.open('a', options(more()));
    expect(next).not.toBe(sms);
    expect(accounts.get('a')).toBe(next);
  });

  it('compare options that contain themselves', () => {
    const [first, same, other] = [1, 1, 2].map((timeout) =>
      accounts.open('a', { ...tenant('a'), http: containingItself(timeout) }),
    );
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it('compare with what was given then, whatever became of that object', () => {
    const given = { ...options(), retry: { attempts: 2 } };
    const sms = accounts.open('a', given);
    given.retry.attempts = 3;
    expect(accounts.open('a', given)).not.toBe(sms);
  });

  it('end what is in flight on the old service when others take their place', async () => {
    const answer = hold(1);
    const old = accounts.open('a', tenant('old'));
    const sent = old.send(TEXT, { to: PHONE });
    const say = await answer;
    const next = accounts.open('a', tenant('new'));
    say();
    await expect(sent).resolves.toMatchObject({ status: 'accepted' });
    tencent.respondWith(() => accepting());
    await next.send(TEXT, { to: PHONE });
    await old.send(TEXT, { to: PHONE });
    expect(tencent.received.map(({ secretId }) => secretId)).toEqual([
      'AKIDold',
      'AKIDnew',
      'AKIDold',
    ]);
  });

  it('refuse bad options field by field, show no value, and keep what is open', () => {
    const sms = accounts.open('a', tenant('a'));
    const bad = { credentials: { secretId: 'AKID', secretKey: ' canary-9 ' }, sdkAppId: 5 };
    const open = () => accounts.open('a', bad as unknown as SmsModuleOptions);
    expect(open).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [
          expect.objectContaining({ field: 'credentials.secretKey' }),
          expect.objectContaining({ field: 'sdkAppId' }),
        ],
        message: expect.not.stringContaining('canary'),
      }),
    );
    expect(accounts.get('a')).toBe(sms);
  });

  it.each([[undefined], [null], [5], [''], ['  '], [{}], [Symbol('a')]])(
    'refuse %p for a key',
    async (key) => {
      const named = expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [expect.objectContaining({ field: 'key' })],
      });
      expect(() => accounts.open(key as string, options())).toThrow(named);
      expect(() => accounts.get(key as string)).toThrow(named);
      await expect(accounts.close(key as string)).rejects.toEqual(named);
    },
  );

  it('are printed without a secret, a key or a tenant', () => {
    accounts.open('tenant-canary', options({ proxy: 'http://me:proxy-canary@localhost:1' }));
    const shown = [
      inspect(accounts, { depth: Infinity, showHidden: true }),
      inspect(accounts.get('tenant-canary'), { depth: Infinity, showHidden: true }),
      JSON.stringify(accounts),
    ].join('\n');
    expect(shown).not.toContain(CREDENTIALS.secretKey);
    expect(shown).not.toContain(CREDENTIALS.secretId);
    expect(shown).not.toContain('proxy-canary');
    expect(JSON.stringify(accounts) + inspect(accounts)).not.toContain('tenant-canary');
  });

  it('are a thousand at most: the one asked for the longest time ago is forgotten, and sends on', async () => {
    const [first, second] = ['a', 'b'].map((key) => accounts.open(key, tenant(key)));
    const answer = hold(1);
    const sent = second?.send(TEXT, { to: PHONE });
    const say = await answer;
    accounts.get('a');
    for (let i = 0; i < 999; i += 1) {
      accounts.open(`tenant-${i}`, options());
    }
    expect(accounts.get('b')).toBeUndefined();
    expect(accounts.get('a')).toBe(first);
    say();
    await expect(sent).resolves.toMatchObject({ status: 'accepted' });
    tencent.respondWith(() => accepting());
    await expect(second?.send(TEXT, { to: PHONE })).resolves.toMatchObject({ status: 'accepted' });
  });

  it('fetch temporary credentials once when handlers open and send at the same time', async () => {
    const fetch = jest.fn(async () => {
      await new Promise(setImmediate);
      return { credentials: CREDENTIALS, expiresAt: new Date(Date.now() + 3_600_000) };
    });
    const credentials = refreshingCredentials(fetch);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async () =>
        accounts.open('a', options({ credentials })).send(TEXT, { to: PHONE }),
      ),
    );
    expect(outcomes).toHaveLength(20);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('have their key for a name in logs', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    tencent.respondWith(() => executingThen((socket) => socket.destroy()));
    await accounts.open('tenant-7', options()).trySend(TEXT, { to: PHONE });
    expect(warn.mock.calls).toEqual([
      [expect.any(String), expect.objectContaining({ account: 'tenant-7' })],
    ]);
  });

  it('are warned of once, however often they are opened', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    accounts.open('a', options({ method: 'GET' }));
    accounts.open('a', options({ method: 'GET', timeoutMs: 9000 }));
    expect(warn).toHaveBeenCalledTimes(1);
  });

  describe('when they are closed', () => {
    it('are not found any more, and wait for what is in flight', async () => {
      const sms = accounts.open('a', tenant('a'));
      const answer = hold(1);
      const sent = sms.send(TEXT, { to: PHONE });
      const say = await answer;
      const closed = accounts.close('a');
      const isClosed = watch(closed);
      expect(accounts.get('a')).toBeUndefined();
      await new Promise(setImmediate);
      expect(isClosed()).toBe(false);
      say();
      await expect(sent).resolves.toMatchObject({ status: 'accepted' });
      await closed;
    });

    it('take sends for as long as they may have waited, and refuse them later', async () => {
      const sms = accounts.open('a', tenant('a'));
      await accounts.close('a');
      await expect(sms.send(TEXT, { to: PHONE })).resolves.toMatchObject({ status: 'accepted' });
      const now = performance.now() + 200;
      jest.spyOn(performance, 'now').mockReturnValue(now);
      await expect(sms.trySend(TEXT, { to: PHONE })).resolves.toMatchObject({
        status: 'rejected',
        code: 'SMS_SHUT_DOWN',
        error: { message: 'The account is closed. Nothing was sent.', retryable: true },
      });
    });

    it('leave the connections and the sends of others alone', async () => {
      const [a, b] = ['a', 'b'].map((key) => accounts.open(key, tenant(key)));
      await a?.send(TEXT, { to: PHONE });
      await new Promise(setImmediate);
      const answer = hold(1);
      const sent = b?.send(TEXT, { to: PHONE });
      const say = await answer;
      await accounts.close('a');
      say();
      await expect(sent).resolves.toMatchObject({ status: 'accepted' });
      tencent.respondWith(() => accepting());
      await b?.send(TEXT, { to: PHONE });
      expect(tencent.server.connections).toBeLessThanOrEqual(2);
    });

    it('may be opened again at once', async () => {
      const old = accounts.open('a', tenant('a', { shutdownTimeoutMs: 0 }));
      await accounts.close('a');
      const next = accounts.open('a', tenant('a', { shutdownTimeoutMs: 0 }));
      await expect(old.send(TEXT, { to: PHONE })).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
      await expect(next.send(TEXT, { to: PHONE })).resolves.toMatchObject({ status: 'accepted' });
    });

    it('do nothing where they are not open', async () => {
      await expect(accounts.close('unknown')).resolves.toBeUndefined();
    });

    it('leave a transport of their own to its owner', async () => {
      const close = jest.fn();
      const transport = { send: jest.fn(), close } as unknown as SmsTransport;
      accounts.open('a', options({ transport }));
      accounts.open('b', options({ transport }));
      await accounts.close('a');
      expect(close).not.toHaveBeenCalled();
      await app.close();
      expect(close).toHaveBeenCalled();
    });
  });

  describe('when the app shuts down', () => {
    it('are waited for, replaced ones among them, and their connections are closed', async () => {
      const ends: Promise<unknown>[] = [];
      tencent.server.connectWith((socket) => ends.push(once(socket, 'close')));
      const answer = hold(2);
      const sent = ['old', 'new'].map((name) =>
        accounts.open('a', tenant(name)).send(TEXT, { to: PHONE }),
      );
      const say = await answer;
      const closed = app.close();
      const isClosed = watch(closed);
      await new Promise(setImmediate);
      expect(isClosed()).toBe(false);
      say();
      await expect(Promise.all(sent)).resolves.toHaveLength(2);
      await closed;
      expect(ends).toHaveLength(2);
      await Promise.all(ends);
    });

    it('refuse what comes too late, those that are opened then among them', async () => {
      const before = accounts.open('a', tenant('a'));
      await app.close();
      const now = performance.now() + 200;
      jest.spyOn(performance, 'now').mockReturnValue(now);
      const after = accounts.open('b', tenant('b'));
      for (const sms of [before, after]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await expect(sms.send(TEXT, { to: PHONE })).rejects.toMatchObject({
          code: 'SMS_SHUT_DOWN',
        });
      }
    });

    it('may be opened and send while other parts of the app are closing', async () => {
      await app.close();
      const sent = accounts.open('b', tenant('b')).send(TEXT, { to: PHONE });
      await expect(sent).resolves.toMatchObject({ status: 'accepted' });
    });
  });
});

describe('accounts that an app under test opens', () => {
  const HOSTILE = { endpoint: 'http://127.0.0.1:1', retry: false } as const;

  it('send into the kit of SmsTestingModule, by its clock', async () => {
    const app = await Test.createTestingModule({ imports: [SmsTestingModule.forTest()] }).compile();
    const kit = app.get(SmsTestKit);
    const sms = app.get(SmsAccounts).open('a', smsOptions(HOSTILE));
    await sms.send(TEXT, { to: PHONE });
    expect(kit.messages()).toHaveLength(1);
    await app.close();
  });

  it('send into a kit that takes the place of the transport', async () => {
    const kit = await createSmsTestKit();
    const app = await Test.createTestingModule({ imports: [SmsModule.forRoot(smsOptions())] })
      .overrideProvider(SMS_TRANSPORT)
      .useValue(kit.transport)
      .compile();
    const transport = { send: jest.fn() } as unknown as SmsTransport;
    await app
      .get(SmsAccounts)
      .open('a', smsOptions({ ...HOSTILE, transport }))
      .send(TEXT, { to: PHONE });
    expect(kit.messages()).toHaveLength(1);
    await app.close();
    kit.close();
  });

  it('do not send over the transport that one account has for itself', async () => {
    const send = jest.fn();
    const transport = { send } as unknown as SmsTransport;
    const app = await Test.createTestingModule({
      imports: [SmsModule.forRoot(smsOptions({ transport }))],
    }).compile();
    const sms = app.get(SmsAccounts).open('a', smsOptions(HOSTILE));
    await expect(sms.send(TEXT, { to: PHONE })).rejects.toMatchObject({ name: 'SmsRejectedError' });
    expect(send).not.toHaveBeenCalled();
    await app.close();
  });
});

/** Whether a promise has settled by now; asks later. */
function watch(promise: Promise<unknown>): () => boolean {
  let isSettled = false;
  const onSettled = () => {
    isSettled = true;
  };
  void promise.finally(onSettled);
  return () => isSettled;
}

function containingItself(timeout: number): object {
  const options: { timeout: number; self?: unknown } = { timeout };
  options.self = options;
  return options;
}
