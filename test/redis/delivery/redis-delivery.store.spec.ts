import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { redisDeliveryStore } from '../../../lib/redis/delivery/redis-delivery.store.js';
import { describeDeliveryStore } from '../../../lib/testing/delivery-store/describe-delivery-store.js';
import { connectIoredis } from '../../support/redis-clients.js';
import type { ConnectedClient } from '../../support/redis-clients.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWithRedis } from '../../support/redis-server.js';

let prefixes = 0;
/** Keys of its own for each test. */
function nextPrefix(): string {
  prefixes += 1;
  return `test${prefixes}`;
}

describeWithRedis('redisDeliveryStore', (redis) => {
  let connected: ConnectedClient;
  beforeAll(async () => {
    connected = await connectIoredis(redis());
  });
  afterAll(() => {
    connected.close();
  });

  describe('with a clock of its own', () => {
    describeDeliveryStore(
      () => {
        const clock = new ManualClock();
        const options = { prefix: nextPrefix(), clock: clock.now, timeout: '20s' as const };
        return { store: redisDeliveryStore(connected.client, options), clock };
      },
      { describe, it },
    );
  });
});
