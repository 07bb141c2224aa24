import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import { describeWithRedis } from '../../support/redis-server.js';
import {
  CALLER,
  Login,
  otherCode,
  startVerification,
} from '../../support/verification-test-case.js';
import type { VerificationTestCase } from '../../support/verification-test-case.js';

describeWithRedis('what an app asks Redis', (redis) => {
  let client: Redis;
  let monitor: Redis;
  let test: VerificationTestCase;
  /** Commands as they came over the wire, not those that scripts run. */
  const seen: string[] = [];

  beforeEach(async () => {
    client = new Redis(redis().url);
    test = await startVerification({ store: redisVerificationStore(client) });
    // The first use of all loads the scripts, and asks for the eviction policy.
    const { id, code } = await test.send({ to: '+8613900000001', caller: CALLER });
    await test.codes.check(Login, { id, code, caller: CALLER });
    monitor = await client.monitor();
    monitor.on('monitor', (_time: string, [command]: [string], source: string) => {
      if (source !== 'lua') {
        seen.push(command.toLowerCase());
        monitor.emit('seen');
      }
    });
  });
  afterEach(async () => {
    await test.close();
    monitor.disconnect();
    client.disconnect();
  });

  /** What was asked since the last time. */
  async function commands(): Promise<string[]> {
    await client.echo('end');
    while (!seen.includes('echo')) {
      // oxlint-disable-next-line no-await-in-loop -- one command after the other
      await once(monitor, 'seen');
    }
    return seen.splice(0).slice(0, -1);
  }

  it('is one command for each of reserve, conclude and check', async () => {
    const input = { session: 'one-session-of-a-browser', caller: CALLER };
    const { id, code } = await test.send(input);
    expect(await commands()).toEqual(['evalsha', 'evalsha']);

    expect(await test.codes.start(Login, { to: '+8613711112222', id })).toMatchObject({
      status: 'waiting',
    });
    expect(await commands()).toEqual(['evalsha']);

    await test.codes.check(Login, { id, code: otherCode(code), caller: CALLER });
    expect(await commands()).toEqual(['evalsha']);
    expect(await test.codes.check(Login, { id, code, caller: CALLER })).toMatchObject({
      status: 'approved',
    });
    expect(await commands()).toEqual(['evalsha']);
  });
});
