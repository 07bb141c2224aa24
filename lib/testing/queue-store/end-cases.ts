import assert from 'node:assert/strict';
import type { SmsMarker } from '../../guard/queue.store.js';
import { atOnce, result } from './queue-caller.js';
import type { QueueCase } from './queue-caller.js';

function endOf(marker: SmsMarker | undefined) {
  return [marker?.state, marker?.result?.status, marker?.corrected, marker?.doubled];
}

/** How attempts end, and what is told late. */
export const END_CASES: readonly QueueCase[] = [
  atOnce('ends an attempt with its result, and changes nothing when told again', async (caller) => {
    const key = caller.key();
    const { epoch } = await caller.go(key);
    const end = result('accepted', {
      serialNo: '2640:1',
      requestId: 'r-1',
      template: '11',
      ref: '订单 "1"',
    });
    const first = await caller.store.end(key.id, epoch, { state: 'done', result: end });
    assert.deepEqual(JSON.parse(JSON.stringify(first?.result)), end);
    assert.deepEqual(endOf(first), ['done', 'accepted', false, false]);
    assert.deepEqual(await caller.store.end(key.id, epoch, { state: 'done', result: end }), first);
    assert.deepEqual(await caller.store.find([key.id]), first);
  }),
  atOnce('has an attempt looked for, and then end', async (caller) => {
    const key = caller.key();
    const { epoch } = await caller.go(key);
    const open = await caller.store.end(key.id, epoch, { state: 'settling' });
    assert.deepEqual(endOf(open), ['settling', undefined, false, false]);
    assert.equal((await caller.begin(key)).state, 'settling');
    assert.deepEqual(endOf(await caller.done(key, epoch, 'rejected')), [
      'done',
      'rejected',
      false,
      false,
    ]);
    assert.deepEqual(endOf(await caller.store.end(key.id, epoch, { state: 'settling' })), [
      'done',
      'rejected',
      false,
      false,
    ]);
  }),
  atOnce('takes any result back for an accepted text, and none for another', async (caller) => {
    for (const status of ['unknown', 'rejected'] as const) {
      const key = caller.key();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { epoch } = await caller.go(key);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.done(key, epoch, status);
      const accepted = ['done', 'accepted', true, false];
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.deepEqual(endOf(await caller.done(key, epoch, 'accepted')), accepted);
      for (const later of ['rejected', 'unknown', 'accepted'] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        assert.deepEqual(endOf(await caller.done(key, epoch, later)), accepted);
      }
    }
  }),
  atOnce('takes unknown back for a refusal, and a refusal for nothing else', async (caller) => {
    const key = caller.key();
    const { epoch } = await caller.go(key);
    await caller.done(key, epoch, 'unknown');
    const marker = await caller.done(key, epoch, 'rejected', { code: 'First' });
    assert.deepEqual(endOf(marker), ['done', 'rejected', true, false]);
    await caller.done(key, epoch, 'unknown');
    const last = await caller.done(key, epoch, 'rejected', { code: 'Second' });
    assert.deepEqual(last, marker);
  }),
  atOnce('hears nothing of an older attempt but that it was accepted', async (caller) => {
    const key = caller.key();
    const first = await caller.go(key);
    await caller.store.release([key.id], first.token);
    await caller.done(key, first.epoch, 'rejected');
    await caller.store.end(key.id, first.epoch, { state: 'settling' });
    assert.equal(await caller.stateOf(key), 'ready');
    const second = await caller.go(key);
    await caller.done(key, first.epoch, 'rejected');
    assert.equal(await caller.stateOf(key), 'sending');
    const late = await caller.done(key, first.epoch, 'accepted');
    assert.deepEqual(endOf(late), ['done', 'accepted', false, false]);
    assert.deepEqual(endOf(await caller.done(key, second.epoch, 'rejected')), [
      'done',
      'accepted',
      false,
      false,
    ]);
  }),
  atOnce('tells when two attempts were accepted, whichever is told first', async (caller) => {
    for (const order of [
      [1, 2],
      [2, 1],
    ] as const) {
      const key = caller.key();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const first = await caller.go(key);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.store.release([key.id], first.token);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.go(key);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.done(key, order[0], 'accepted', { serialNo: 'told first' });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const marker = await caller.done(key, order[1], 'accepted', { serialNo: 'told later' });
      assert.deepEqual(endOf(marker), ['done', 'accepted', false, true]);
      assert.equal(marker?.result?.serialNo, 'told first');
    }
  }),
  atOnce('takes an accepted text for one, whatever ended its key', async (caller) => {
    const key = caller.key();
    const { token, epoch } = await caller.go(key);
    await caller.store.release([key.id], token);
    await caller.cancel(key);
    assert.deepEqual(endOf(await caller.done(key, epoch, 'rejected')), [
      'cancelled',
      'cancelled',
      false,
      false,
    ]);
    assert.deepEqual(endOf(await caller.done(key, epoch, 'accepted')), [
      'done',
      'accepted',
      true,
      false,
    ]);
  }),
  atOnce('keeps nothing of a key that it does not know', async (caller) => {
    const key = caller.key();
    assert.equal(await caller.done(key, 1, 'accepted'), undefined);
    assert.equal(await caller.store.find([key.id]), undefined);
  }),
  atOnce('counts what is being sent and what is looked for', async (caller) => {
    const keys = Array.from({ length: 5 }, () => caller.key());
    const [one, two, three, four] = await Promise.all(keys.map(async (key) => caller.go(key)));
    assert.ok(one && two && three && four);
    await caller.store.end(one.id, one.epoch, { state: 'settling' });
    await caller.store.end(two.id, two.epoch, { state: 'settling' });
    await caller.store.end(two.id, two.epoch, { state: 'done', result: result('accepted') });
    await caller.store.release([three.id], three.token);
    await caller.store.end(four.id, four.epoch, { state: 'done', result: result('rejected') });
    assert.deepEqual(await caller.store.stats(), { sending: 1, settling: 1 });
  }),
];
