import { afterAll, beforeAll, describe } from '@jest/globals';
import { RedisServer, findRedisServer } from './redis-process.js';

export { RedisServer } from './redis-process.js';

/**
 * Describes what needs a Redis, which starts before its first test and ends after its last one. Says
 * so loudly and skips where there is no `redis-server`.
 */
export function describeWithRedis(
  name: string,
  tests: (redis: () => RedisServer) => void,
  options: readonly string[] = [],
): void {
  const path = findRedisServer();
  if (path === undefined) {
    process.stderr.write(
      `\n!!! SKIPPED: "${name}" needs Redis. Install redis-server or set REDIS_SERVER_PATH.\n\n`,
    );
  }
  (path === undefined ? describe.skip : describe)(name, () => {
    let server: RedisServer | undefined;
    beforeAll(async () => {
      server = await RedisServer.start(path, options);
    });
    tests(() => {
      if (server === undefined) {
        throw new Error('Redis runs in tests only.');
      }
      return server;
    });
    // Hooks run in their order: the clients of the tests have closed by then.
    afterAll(async () => {
      await server?.stop();
    });
  });
}
