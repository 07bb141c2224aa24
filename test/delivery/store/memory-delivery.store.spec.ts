import { describe, expect, it } from '@jest/globals';
import { memoryDeliveryStore } from '../../../lib/delivery/store/memory-delivery.store.js';
import { DeliveryCaller, response } from '../../../lib/testing/delivery-store/delivery-caller.js';
import { describeDeliveryStore } from '../../../lib/testing/delivery-store/describe-delivery-store.js';
import type { SmsDuration } from '../../../lib/time/duration.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('memoryDeliveryStore', () => {
  describeDeliveryStore(
    () => {
      const clock = new ManualClock();
      return { store: memoryDeliveryStore({ clock: clock.now }), clock };
    },
    { describe, it },
  );

  it('drops ended texts before accepted ones when it is full, and open ones never', async () => {
    const store = memoryDeliveryStore({ maxTexts: 10 });
    const caller = new DeliveryCaller(store, undefined);
    const open = Array.from({ length: 4 }, () => caller.text());
    const accepted = Array.from({ length: 4 }, () => caller.accepted(caller.text()));
    const ended = Array.from({ length: 2 }, () => caller.text({ fact: response('rejected') }));
    await store.put([...open, ...accepted, ...ended]);
    const fresh = Array.from({ length: 3 }, () => caller.text());
    await store.put(fresh);
    const left = await Promise.all(
      [...open, ...accepted, ...ended, ...fresh].map(async ({ to, callRef }) =>
        caller.stateOf({ to, callRef }),
      ),
    );
    const [one, two, three, four, ...rest] = left.slice(4);
    expect(left.slice(0, 4)).toEqual(open.map(() => 'unknown'));
    expect([one, two, three, four]).toEqual([undefined, undefined, 'accepted', 'accepted']);
    expect(rest).toEqual([undefined, undefined, 'unknown', 'unknown', 'unknown']);
    expect((await store.stats()).dropped).toBe(4);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d for maxTexts', (maxTexts) => {
    expect(() => memoryDeliveryStore({ maxTexts })).toThrow(
      'maxTexts is not usable: expected a whole number of 1 or more.',
    );
  });

  it('refuses a retain that is no duration', () => {
    expect(() => memoryDeliveryStore({ retain: '7 days' as SmsDuration })).toThrow(
      'retain is not usable: expected a whole number of milliseconds',
    );
  });
});
