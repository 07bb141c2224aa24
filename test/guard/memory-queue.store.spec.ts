import { describe, expect, it } from '@jest/globals';
import { memoryQueueStore } from 'nestjs-tencentcloud-sms/delivery';
import { describeQueueStore } from 'nestjs-tencentcloud-sms/testing';
import { QueueCaller } from '../../lib/testing/queue-store/queue-caller.js';
import type { SmsDuration } from '../../lib/time/duration.js';
import { ManualClock } from '../support/manual-clock.js';

describe('memoryQueueStore', () => {
  describeQueueStore(
    () => {
      const clock = new ManualClock();
      return { store: memoryQueueStore({ clock: clock.now }), clock };
    },
    { describe, it },
  );

  it('refuses a key when it is full, and takes one again when others are forgotten', async () => {
    const clock = new ManualClock();
    const store = memoryQueueStore({ maxKeys: 2, retain: '1h', clock: clock.now });
    const caller = new QueueCaller(store, clock);
    const key = caller.key();
    const { epoch } = await caller.go(key);
    await caller.go(caller.key());
    await expect(caller.begin(caller.key())).rejects.toThrow(
      'The memory store of queued texts is full: it keeps 2 keys.',
    );
    await caller.done(key, epoch, 'accepted');
    expect((await caller.begin(key)).state).toBe('done');
    clock.advance(3_600_000);
    await caller.go(caller.key());
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d for maxKeys', (maxKeys) => {
    expect(() => memoryQueueStore({ maxKeys })).toThrow(
      'maxKeys is not usable: expected a whole number of 1 or more.',
    );
  });

  it('refuses a retain that is no duration', () => {
    expect(() => memoryQueueStore({ retain: '7 days' as SmsDuration })).toThrow(
      'retain is not usable: expected a whole number of milliseconds',
    );
  });
});
