import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisRunner, RedisScript } from '../../lib/redis/redis-client.js';
import type { SmsRedisClient } from '../../lib/redis/redis-client.js';
import { CLIENT_KINDS } from '../support/redis-clients.js';
import type { ConnectedClient } from '../support/redis-clients.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

const TIMEOUT_MS = 400;
const SECRET = 'top-secret-key';
const COUNT = new RedisScript(`return redis.call('INCR', KEYS[1])`);
const ECHO = new RedisScript(`return { KEYS[1], ARGV[1], ARGV[2] }`);
const BROKEN = new RedisScript(`return redis.call('INCR', KEYS[1], ARGV[1])`);

/** How long a call took, and how it failed. */
async function failureOf(call: () => Promise<unknown>): Promise<{ error: Error; ms: number }> {
  const started = performance.now();
  const error = await call().then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown as Error,
  );
  return { error, ms: performance.now() - started };
}

/** A call by a client that fails with these words each time. */
async function failingWith(words: string): Promise<{ error: Error; calls: number }> {
  let calls = 0;
  const client: SmsRedisClient = {
    evalsha: async () => {
      calls += 1;
      return Promise.reject(new Error(words));
    },
    eval: async () => Promise.resolve(),
  };
  const runner = new RedisRunner(client, 20_000);
  const { error } = await failureOf(async () => runner.runScript(COUNT, [SECRET], []));
  return { error, calls };
}

describeWithRedis(
  'a client of Redis',
  (redis) => {
    describe.each(CLIENT_KINDS)('%s', (_, connect) => {
      let direct: ConnectedClient;
      const others: { close?(): void; stop?(): Promise<void> }[] = [];
      beforeAll(async () => {
        direct = await connect(redis());
      });
      afterEach(async () => {
        for (const other of others.splice(0)) {
          other.close?.();
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await other.stop?.();
        }
        await direct.command('FLUSHALL');
      });
      afterAll(() => {
        direct.close();
      });

      async function connectThroughProxy(
        timeoutMs = TIMEOUT_MS,
      ): Promise<[RedisProxy, RedisRunner]> {
        const proxy = await RedisProxy.start(redis());
        const connected = await connect(proxy);
        others.push(connected, proxy);
        const runner = new RedisRunner(connected.client, timeoutMs);
        // The script is known from then on, and what clients ask for at first is answered.
        await runner.runScript(COUNT, ['warm'], []);
        return [proxy, runner];
      }

      it('runs a script with its keys and arguments', async () => {
        const runner = new RedisRunner(direct.client, TIMEOUT_MS);
        expect(await runner.runScript(ECHO, ['key'], ['1', 'ü'])).toEqual(['key', '1', 'ü']);
      });

      it('sends a script that Redis does not know, and only its name afterwards', async () => {
        const runner = new RedisRunner(direct.client, TIMEOUT_MS);
        await direct.command('SCRIPT', 'FLUSH');
        await direct.command('CONFIG', 'RESETSTAT');
        await runner.runScript(COUNT, ['key'], []);
        await runner.runScript(COUNT, ['key'], []);
        const stats = String(await direct.command('INFO', 'commandstats'));
        expect(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
        expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('2');
      });

      it('repeats a call whose connection broke before the answer', async () => {
        const [proxy, runner] = await connectThroughProxy(20_000);
        proxy.cutNext();
        expect(await runner.runScript(COUNT, ['key'], [])).toBe(2);
        expect(await direct.command('GET', 'key')).toBe('2');
      });

      it('repeats a silent call after half of its time, and takes the first answer', async () => {
        const [proxy, runner] = await connectThroughProxy(4000);
        proxy.delayNext(4000 * 0.55);
        expect(await runner.runScript(COUNT, ['key'], [])).toBe(1);
        // Answered after the repetition, which is on the same connection.
        await runner.runScript(COUNT, ['other'], []);
        expect(await direct.command('GET', 'key')).toBe('2');
      });

      it('gives up a call whose answers come too late, after one repetition', async () => {
        const [proxy, runner] = await connectThroughProxy();
        const release = proxy.holdNext();
        const { error, ms } = await failureOf(async () => runner.runScript(COUNT, ['key'], []));
        release();
        expect(error).toMatchObject({ name: 'SmsRedisError', code: 'SMS_REDIS_UNAVAILABLE' });
        expect(error.message).toBe(
          "Redis did not answer within 400 ms. Check that it is within reach, or raise the store's timeout.",
        );
        expect(ms).toBeGreaterThan(TIMEOUT_MS - 10);
        expect(ms).toBeLessThan(TIMEOUT_MS + 700);
        expect(await direct.command('GET', 'key')).toBe('2');
      });

      it('gives up in time where no Redis is left', async () => {
        const server = await RedisServer.start();
        const connected = await connect(server);
        others.push(connected);
        await server.stop();
        const runner = new RedisRunner(connected.client, TIMEOUT_MS);
        const { error, ms } = await failureOf(async () => runner.runScript(COUNT, ['key'], []));
        expect(error.name).toBe('SmsRedisError');
        expect(ms).toBeLessThan(TIMEOUT_MS + 700);
      });

      it('says at once that a closed client is of no use', async () => {
        const connected = await connect(redis());
        connected.close();
        const runner = new RedisRunner(connected.client, 10_000);
        const { error, ms } = await failureOf(async () => runner.runScript(COUNT, ['key'], []));
        expect(error.message).toContain('Check its address, and that the client is connected.');
        expect(ms).toBeLessThan(1000);
      });

      it('says at once that Redis is out of memory', async () => {
        const runner = new RedisRunner(direct.client, 10_000);
        await direct.command('CONFIG', 'SET', 'maxmemory', '1');
        const { error, ms } = await failureOf(async () => runner.runScript(COUNT, [SECRET], []));
        await direct.command('CONFIG', 'SET', 'maxmemory', '0');
        expect(error.message).toBe(
          'Redis is out of memory (OOM). Raise its maxmemory or free some of it.',
        );
        expect(ms).toBeLessThan(1100);
      });

      it('says at once that Redis is a replica', async () => {
        const runner = new RedisRunner(direct.client, 10_000);
        await direct.command('REPLICAOF', '127.0.0.1', '1');
        const { error, ms } = await failureOf(async () => runner.runScript(COUNT, [SECRET], []));
        await direct.command('REPLICAOF', 'NO', 'ONE');
        expect(error.message).toBe(
          'Redis is a replica that takes no writes (READONLY). Connect the client to the primary.',
        );
        expect(ms).toBeLessThan(1100);
      });

      it('says at once that Redis is loading its data', async () => {
        const runner = new RedisRunner(direct.client, 10_000);
        const loader = await connect(redis());
        others.push(loader);
        await direct.command('DEBUG', 'POPULATE', '1500', 'key', '1000');
        await direct.command('CONFIG', 'SET', 'key-load-delay', '300');
        await direct.command('CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
        const reloaded = loader.command('DEBUG', 'RELOAD');
        let failure: Awaited<ReturnType<typeof failureOf>>;
        do {
          // Calls may still pass before it begins, and after it has saved what it loads.
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          failure = await failureOf(async () => runner.runScript(COUNT, [SECRET], []));
        } while (failure.error.name !== 'SmsRedisError');
        const { error, ms } = failure;
        await reloaded;
        await direct.command('CONFIG', 'SET', 'key-load-delay', '0');
        expect(error.message).toBe('Redis is loading its data (LOADING). Try again in a moment.');
        expect(ms).toBeLessThan(1100);
      });

      it('quotes neither keys nor arguments in errors', async () => {
        const runner = new RedisRunner(direct.client, TIMEOUT_MS);
        const { error } = await failureOf(async () => runner.runScript(BROKEN, [SECRET], [SECRET]));
        expect(error.message).toMatch(/^Redis refused a script \(ERR\)\. Check that it is Redis 5/);
        await direct.command('SET', SECRET, 'x'.repeat(9));
        const { error: second } = await failureOf(async () =>
          runner.runScript(COUNT, [SECRET], [SECRET]),
        );
        for (const shown of [error, second]) {
          expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain(SECRET);
          expect(JSON.stringify(shown)).not.toContain(SECRET);
        }
      });

      it('reads what Redis does when its memory is full', async () => {
        expect(await new RedisRunner(direct.client, TIMEOUT_MS).readEvictionPolicy()).toBe(
          'noeviction',
        );
      });
    });

    it.each([[{}], [null], [{ eval: true }], ['redis://127.0.0.1']])(
      'refuses %j as a client',
      (client) => {
        expect(() => new RedisRunner(client as unknown as SmsRedisClient, TIMEOUT_MS)).toThrow(
          'This is no Redis client that is known here: give one of ioredis, iovalkey or redis (node-redis 4 or later).',
        );
      },
    );

    it('knows no policy where the client may not ask for it', async () => {
      const client: SmsRedisClient = {
        evalsha: async () => Promise.resolve(),
        eval: async () => Promise.resolve(),
      };
      expect(await new RedisRunner(client, TIMEOUT_MS).readEvictionPolicy()).toBeUndefined();
      const refusing = Object.assign(client, {
        info: async () => Promise.reject(new Error('NOPERM')),
      });
      expect(await new RedisRunner(refusing, TIMEOUT_MS).readEvictionPolicy()).toBeUndefined();
    });

    it('tells what Redis 6 wraps inside of a script', async () => {
      const { error, calls } = await failingWith(
        "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
      );
      expect(error.message).toContain('out of memory (OOM)');
      expect(calls).toBe(1);
    });

    it.each(['OOM', 'READONLY', 'LOADING', 'CLUSTERDOWN', 'MISCONF', 'NOPERM', 'BUSY', 'ERR'])(
      'repeats no call that Redis answers with %s',
      async (word) => {
        const { error, calls } = await failingWith(`${word} what Redis says of ${SECRET}`);
        expect(error.message).toContain(`(${word})`);
        expect(error.message).not.toContain(SECRET);
        expect(calls).toBe(1);
      },
    );

    it('repeats a call once whose connection breaks each time', async () => {
      const { error, calls } = await failingWith('Connection is closed.');
      expect(error.message).toBe(
        "Redis can't be reached (Connection is closed.). Check its address, and that the client is connected.",
      );
      expect(calls).toBe(2);
    });
  },
  ['--enable-debug-command', 'yes'],
);
