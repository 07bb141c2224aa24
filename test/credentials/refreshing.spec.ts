import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { refreshingCredentials } from 'nestjs-tencentcloud-sms';
import type { SmsTemporaryCredentials } from 'nestjs-tencentcloud-sms';
import { FakeClock, credentialsOf, settle } from './fake-sts.js';

const HOUR = 3600;

describe('refreshingCredentials', () => {
  let clock: FakeClock;
  let fetches: number;
  let lifeSeconds: number;
  let failure: Error | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    fetches = 0;
    lifeSeconds = HOUR;
    failure = undefined;
  });

  async function fetch(): Promise<SmsTemporaryCredentials> {
    fetches += 1;
    const n = fetches;
    await Promise.resolve();
    if (failure !== undefined) {
      throw failure;
    }
    return {
      credentials: credentialsOf(n),
      expiresAt: new Date(clock.now() + lifeSeconds * 1000),
    };
  }

  const refreshing = (more = {}) => refreshingCredentials(fetch, { now: clock.now, ...more });

  it('fetches with the first call and remembers', async () => {
    const provider = refreshing();
    expect(fetches).toBe(0);
    expect(await provider()).toEqual(credentialsOf(1));
    clock.advance(HOUR - 301);
    expect(await provider()).toEqual(credentialsOf(1));
    expect(fetches).toBe(1);
  });

  it('fetches once for 20 concurrent calls, first and at the expiry', async () => {
    const provider = refreshing();
    const ask = async () => Promise.all(Array.from({ length: 20 }, async () => provider()));
    expect(await ask()).toEqual(Array.from({ length: 20 }, () => credentialsOf(1)));
    clock.advance(HOUR);
    expect(await ask()).toEqual(Array.from({ length: 20 }, () => credentialsOf(2)));
    expect(fetches).toBe(2);
  });

  it('renews 300 seconds ahead, while every call still gets the old credentials at once', async () => {
    const provider = refreshing();
    await provider();
    clock.advance(HOUR - 300);
    expect([provider(), provider()]).toEqual([credentialsOf(1), credentialsOf(1)]);
    expect(fetches).toBe(2);
    await settle();
    expect(provider()).toEqual(credentialsOf(2));
  });

  it('renews as many seconds ahead as told', async () => {
    const provider = refreshing({ refreshBeforeSeconds: 60 });
    await provider();
    clock.advance(HOUR - 61);
    await provider();
    expect(fetches).toBe(1);
    clock.advance(1);
    await provider();
    expect(fetches).toBe(2);
  });

  it('renews at half-life when the life is shorter than the margin', async () => {
    lifeSeconds = 100;
    const provider = refreshing();
    await provider();
    clock.advance(49);
    await provider();
    expect(fetches).toBe(1);
    clock.advance(1);
    expect(await provider()).toEqual(credentialsOf(1));
    expect(fetches).toBe(2);
  });

  it('caches no failure: the next call fetches again', async () => {
    const provider = refreshing();
    failure = new Error('sealed');
    const refused = await Promise.allSettled([provider(), provider()]);
    expect(refused).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ]);
    expect(fetches).toBe(1);
    failure = undefined;
    expect(await provider()).toEqual(credentialsOf(2));
  });

  it('is not blocked for ever by a fetch that never ends', async () => {
    jest.useFakeTimers();
    try {
      let hangs = true;
      const provider = refreshingCredentials(
        async () =>
          hangs
            ? new Promise(() => undefined)
            : { credentials: credentialsOf(1), expiresAt: new Date(clock.now() + 1e6) },
        { now: clock.now },
      );
      const asked = Promise.allSettled([provider(), provider()]);
      jest.advanceTimersByTime(60_000);
      const reason = expect.objectContaining({
        name: 'SmsCredentialsError',
        retryable: true,
        message: 'The source of temporary credentials gave nothing within 60 seconds.',
      });
      expect(await asked).toEqual([
        { status: 'rejected', reason },
        { status: 'rejected', reason },
      ]);
      hangs = false;
      expect(await provider()).toEqual(credentialsOf(1));
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps returning the old credentials when an early renewal fails, and pauses before the next', async () => {
    const provider = refreshing();
    await provider();
    failure = new Error('sealed');
    clock.advance(HOUR - 300);
    expect(provider()).toEqual(credentialsOf(1));
    await settle();
    for (let i = 0; i < 4; i += 1) {
      expect(provider()).toEqual(credentialsOf(1));
      clock.advance(1);
    }
    expect(fetches).toBe(2);
    failure = undefined;
    clock.advance(1);
    expect(provider()).toEqual(credentialsOf(1));
    expect(fetches).toBe(3);
  });

  it('never gives credentials that have expired, however often the renewal failed', async () => {
    const provider = refreshing();
    await provider();
    failure = new Error('sealed');
    clock.advance(HOUR - 1);
    expect(await provider()).toEqual(credentialsOf(1));
    await settle();
    clock.advance(1);
    await expect(provider()).rejects.toBe(failure);
  });

  it('fetches newer credentials once for all calls whose present ones were refused', async () => {
    const provider = refreshing();
    const old = await provider();
    const ask = async () => provider({ refused: old });
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([
      credentialsOf(2),
      credentialsOf(2),
      credentialsOf(2),
    ]);
    // A late report of the same refusal does not cause another fetch.
    clock.advance(60);
    expect(await ask()).toEqual(credentialsOf(2));
    expect(fetches).toBe(2);
  });

  it('does not fetch for every refusal when new credentials are refused too', async () => {
    const provider = refreshing();
    await provider({ refused: await provider() });
    expect(await provider({ refused: credentialsOf(2) })).toEqual(credentialsOf(2));
    expect(fetches).toBe(2);
    clock.advance(5);
    expect(await provider({ refused: credentialsOf(2) })).toEqual(credentialsOf(3));
  });

  it('returns the old credentials while replacing a refused set fails', async () => {
    const provider = refreshing();
    const old = await provider();
    failure = new Error('sealed');
    await expect(provider({ refused: old })).rejects.toBe(failure);
    expect(await provider()).toEqual(credentialsOf(1));
  });

  it('does not wait out a pause of hours because the clock was set back', async () => {
    const provider = refreshing();
    await provider();
    failure = new Error('sealed');
    clock.advance(HOUR - 200);
    await provider();
    await settle();
    clock.advance(-90);
    await provider();
    expect(fetches).toBe(3);
  });

  it.each([
    ['no credentials', { credentials: undefined }, 'secretId'],
    ['a blank key', { credentials: { ...credentialsOf(1), secretKey: ' ' } }, 'secretKey'],
    ['an empty token', { credentials: { ...credentialsOf(1), token: '' } }, 'token'],
    ['no end', { expiresAt: undefined }, 'expiresAt'],
    ['a number as end', { expiresAt: 1 }, 'expiresAt'],
    ['an invalid date', { expiresAt: new Date(Number.NaN) }, 'expiresAt'],
    ['an end in the past', { expiresAt: new Date(0) }, 'Check the clock'],
  ])('refuses %s, and remembers nothing of it', async (_, more, sentence) => {
    let given: object = more;
    const provider = refreshingCredentials(() => ({
      credentials: credentialsOf(1),
      expiresAt: new Date(Date.now() + 1e6),
      ...given,
    }));
    await expect(provider()).rejects.toMatchObject({
      name: 'SmsCredentialsError',
      message: expect.stringContaining(sentence),
    });
    given = {};
    expect(await provider()).toEqual(credentialsOf(1));
  });

  it('shows nothing of what it keeps', async () => {
    const provider = refreshing();
    await provider();
    expect(inspect({ provider }, { showHidden: true, depth: null })).not.toContain('canary');
    expect(JSON.stringify({ provider, own: Object.entries(provider) })).not.toContain('canary');
  });

  it('is not disturbed by a caller that writes to the returned credentials', async () => {
    const provider = refreshing();
    const given = await provider();
    expect(() => {
      given.secretKey = 'other';
    }).toThrow(TypeError);
    expect(await provider()).toEqual(credentialsOf(1));
  });

  it.each([
    ['refreshBeforeSeconds', -1],
    ['refreshBeforeSeconds', Number.NaN],
    ['now', 5],
    ['refreshBefore', 5],
  ])('refuses the option %s: %p where it is made', (field, value) => {
    expect(() => refreshing({ [field]: value })).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        message: expect.stringContaining(`refreshingCredentials: ${field} is not`),
      }),
    );
  });
});
