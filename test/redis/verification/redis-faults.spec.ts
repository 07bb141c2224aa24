import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { redisVerificationStore } from '../../../lib/redis/verification/redis-verification.store.js';
import { bookingOf } from '../../../lib/testing/verification-store/store-asks.js';
import { StoreCaller } from '../../../lib/testing/verification-store/store-caller.js';
import type {
  SmsVerificationReserveAsk,
  SmsVerificationStore,
} from '../../../lib/verification/store/verification.store.js';
import { CLIENT_KINDS, connectIoredis } from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis, RedisServer } from '../../support/redis-server.js';

const TIMEOUT_MS = 300;
const HOUR_MS = 3_600_000;

describeWithRedis('redisVerificationStore, when Redis fails', (redis) => {
  let direct: ConnectedClient;
  beforeAll(async () => {
    direct = await connectIoredis(redis());
  });
  afterEach(async () => {
    await direct.command('CONFIG', 'SET', 'maxmemory', '0');
    await direct.command('REPLICAOF', 'NO', 'ONE');
    await direct.command('FLUSHALL');
  });
  afterAll(() => {
    direct.close();
  });

  /** Looks past the proxy: how many texts count. */
  async function countTexts(): Promise<number> {
    const { store, limits, phones, subjects } = {
      store: redisVerificationStore(direct.client),
      ...limitsOf('looker'),
    };
    const caller = new StoreCaller(store, undefined);
    const look = await caller.reserve({ limits, phones, subjects, mode: 'look' });
    return look.status === 'free' ? Math.round(look.load.all * 1000) : Number.NaN;
  }

  function limitsOf(
    phone: string,
  ): Pick<SmsVerificationReserveAsk, 'limits' | 'phones' | 'subjects'> {
    const { limits } = new StoreCaller(redisVerificationStore(direct.client), undefined).ask();
    return { limits, phones: [phone], subjects: [`${phone}/login`] };
  }

  // iovalkey repeats lost commands as ioredis does.
  const kinds = CLIENT_KINDS.filter(([name]) => name !== 'iovalkey');
  describe.each(kinds)('seen by %s', (_, connect) => {
    let proxy: RedisProxy;
    let connected: ConnectedClient;
    let hasty: SmsVerificationStore;
    /** Waits for as long as a busy machine may take. */
    let caller: StoreCaller;
    beforeEach(async () => {
      proxy = await RedisProxy.start(redis());
      connected = await connect(proxy);
      hasty = redisVerificationStore(connected.client, { timeout: TIMEOUT_MS });
      const store = redisVerificationStore(connected.client, { timeout: '20s' });
      caller = new StoreCaller(store, undefined);
      // Warms all scripts up, so that one answer is one script's.
      const warm = limitsOf('warm');
      const sent = await caller.sendAccepted(warm);
      await caller.guess(sent, false);
      await store.cancel({ slot: sent.verification.slot, nonce: sent.verification.nonce });
      await store.cancel(bookingOf(caller.ask(warm)));
      await store.unlock(warm);
      await direct.command('FLUSHDB');
    });
    afterEach(async () => {
      connected.close();
      await proxy.stop();
    });

    /** A call whose answer is lost, and its repetition where the store gives up. */
    async function withFault<T>(
      fault: 'cut' | 'late',
      call: (store: SmsVerificationStore) => Promise<T>,
    ): Promise<T> {
      if (fault === 'cut') {
        proxy.cutNext();
        return call(caller.store);
      }
      const release = proxy.holdNext();
      await assert.rejects(call(hasty), { code: 'SMS_REDIS_UNAVAILABLE' });
      const again = call(caller.store);
      release();
      return again;
    }

    it.each(['cut', 'late'] as const)(
      'books once when the answer of a start is %s',
      async (fault) => {
        const ask = caller.ask();
        const answer = await withFault(fault, async (store) => store.reserve(ask));
        expect(answer).toMatchObject({ status: 'send', verification: { sendsLeft: 2 } });
        expect(await countTexts()).toBe(1);
      },
    );

    it('sends again after a start of which nothing was heard is cancelled', async () => {
      const ask = caller.ask();
      const release = proxy.holdNext();
      await expect(hasty.reserve(ask)).rejects.toThrow('did not answer within 300 ms');
      const cancelled = caller.store.cancel(bookingOf(ask));
      release();
      await cancelled;
      expect(await countTexts()).toBe(0);
      await caller.send();
      expect(await countTexts()).toBe(1);
    });

    it.each(['cut', 'late'] as const)(
      'compares a guess once when its answer is %s',
      async (fault) => {
        const sent = await caller.sendAccepted();
        const wrong = caller.guessAsk(sent, false);
        const answer = await withFault(fault, async (store) => store.attempt(wrong));
        expect(answer).toEqual({ status: 'wrong', attemptsLeft: 4 });
        const right = caller.guessAsk(sent, true);
        expect(await withFault(fault, async (store) => store.attempt(right))).toMatchObject({
          status: 'approved',
        });
      },
    );

    it.each(['cut', 'late'] as const)(
      'gives places back once when the answer of an end is %s',
      async (fault) => {
        await caller.sendAccepted(limitsOf('other'));
        const sent = await caller.send();
        const end = { ...bookingOf(sent.ask), outcome: 'rejected' as const };
        await withFault(fault, async (store) => store.conclude(end));
        expect(await countTexts()).toBe(1);
        await caller.send();
      },
    );

    it.each(['cut', 'late'] as const)(
      'cancels and unlocks once when the answer is %s',
      async (fault) => {
        await caller.sendAccepted(limitsOf('other'));
        const { ask } = await caller.send();
        await withFault(fault, async (store) => store.cancel(bookingOf(ask)));
        expect(await countTexts()).toBe(1);
        await withFault(fault, async (store) => store.unlock(limitsOf('other')));
        const sent = await caller.sendAccepted();
        const { slot, nonce } = sent.verification;
        await withFault(fault, async (store) => store.cancel({ slot, nonce }));
        expect(await caller.guess(sent, true)).toEqual({ status: 'gone' });
      },
    );

    it('books nothing by a start that arrives after it was cancelled', async () => {
      const ask = caller.ask();
      redis().pause();
      await expect(hasty.reserve(ask)).rejects.toThrow('did not answer within 300 ms');
      redis().resume();
      await caller.store.cancel(bookingOf(ask));
      expect(await countTexts()).toBe(0);
      expect(await caller.store.reserve(ask)).toEqual({ status: 'closed' });
      await caller.send();
    });

    it.each([
      [
        'has no memory left',
        ['CONFIG', 'SET', 'maxmemory', '1'],
        ['CONFIG', 'SET', 'maxmemory', '0'],
        'OOM',
      ],
      ['is a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE'], 'READONLY'],
    ])('fails within 1.1 s when Redis %s, and changes nothing', async (__, enter, leave, word) => {
      const sent = await caller.send();
      const expired = limitsOf('other');
      await direct.command(...enter);
      const started = performance.now();
      await expect(caller.reserve(expired)).rejects.toThrow(`(${word})`);
      await expect(caller.guess(sent, true)).rejects.toThrow(`(${word})`);
      await expect(caller.conclude(sent, { outcome: 'accepted' })).rejects.toThrow(`(${word})`);
      expect(performance.now() - started).toBeLessThan(1100);
      await direct.command(...leave);
      expect(await countTexts()).toBe(1);
      expect(await caller.guess(sent, true)).toMatchObject({ status: 'approved' });
    });
  });

  it('keeps codes, guesses and limits over a SIGKILL where Redis writes a log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-log-'));
    const options = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const before = await RedisServer.start(undefined, options, folder);
    const first = await connectIoredis(before);
    const caller = new StoreCaller(redisVerificationStore(first.client), undefined);
    const given = {
      limits: { ...caller.ask().limits, all: [{ count: 1, windowMs: HOUR_MS }] },
    };
    const sent = await caller.sendAccepted(given);
    await caller.guessWrong(sent, 2);
    await before.stop();
    first.close();

    const after = await RedisServer.start(undefined, options, folder);
    const second = await connectIoredis(after);
    const other = new StoreCaller(redisVerificationStore(second.client), undefined);
    try {
      expect(await other.resend(sent)).toMatchObject({
        status: 'waiting',
        verification: { attemptsLeft: 3 },
      });
      const stranger = await other.reserve({ ...given, phones: ['q'], subjects: ['q/login'] });
      expect(stranger).toMatchObject({ status: 'throttled', scope: 'all' });
      const guess = other.guessAsk(sent, true, { operation: 'after' });
      expect(await other.store.attempt(guess)).toMatchObject({ status: 'approved' });
    } finally {
      second.close();
      await after.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
