import assert from 'node:assert/strict';
import { atOnce, BEGUN_AT, inTime, result } from './queue-caller.js';
import type { QueueCase } from './queue-caller.js';

const DAY_MS = 86_400_000;

/** How attempts begin, and are given back. */
export const BEGIN_CASES: readonly QueueCase[] = [
  atOnce('gives leave to one of a hundred attempts at once', async (caller) => {
    const key = caller.key();
    const begun = await Promise.all(Array.from({ length: 100 }, async () => caller.begin(key)));
    const states = begun.map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'go').length, 1);
    assert.equal(states.filter((state) => state === 'sending').length, 99);
  }),
  atOnce('gives the same leave to an attempt that asks again', async (caller) => {
    const key = caller.key();
    const first = await caller.go(key);
    const second = await caller.go(key, { token: first.token, notAfter: BEGUN_AT + 60_000 });
    assert.deepEqual(second, first);
    assert.equal((await caller.store.find([key.id]))?.notAfter, BEGUN_AT + 60_000);
    assert.equal((await caller.begin(key)).state, 'sending');
  }),
  atOnce('tells what is kept of an attempt that is under way', async (caller) => {
    const key = caller.key();
    const { token, epoch } = await caller.go(key, { lane: 'marketing' });
    const begun = await caller.begin(key);
    assert.deepEqual('marker' in begun && { ...begun.marker, result: undefined }, {
      ...key,
      state: 'sending',
      epoch,
      token,
      lane: 'marketing',
      begunAt: BEGUN_AT,
      notAfter: BEGUN_AT + 30_000,
      result: undefined,
      corrected: false,
      doubled: false,
    });
    assert.equal(epoch, 1);
  }),
  atOnce('gives leave with a higher epoch once an attempt was given back', async (caller) => {
    const key = caller.key();
    const first = await caller.go(key);
    await caller.store.release([key.id], first.token);
    await caller.store.release([key.id], first.token);
    assert.equal(await caller.stateOf(key), 'ready');
    const second = await caller.go(key);
    assert.equal(second.epoch, first.epoch + 1);
  }),
  atOnce('takes no attempt back for another one', async (caller) => {
    const key = caller.key();
    await caller.go(key);
    await caller.store.release([key.id], 'another');
    assert.equal(await caller.stateOf(key), 'sending');
  }),
  atOnce('lets no attempt begin that was given back', async (caller) => {
    const [begun, unknown] = [caller.key(), caller.key()];
    const { token } = await caller.go(begun);
    await caller.store.release([begun.id], token);
    await caller.store.release([unknown.id], 'late');
    for (const [key, late] of [
      [begun, token],
      [unknown, 'late'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      assert.equal((await caller.begin(key, { token: late })).state, 'sending');
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      await caller.go(key);
    }
  }),
  atOnce('gives back no attempt that has ended', async (caller) => {
    const [done, settling] = [caller.key(), caller.key()];
    const first = await caller.go(done);
    await caller.done(done, first.epoch, 'rejected');
    await caller.store.release([done.id], first.token);
    const second = await caller.go(settling);
    await caller.store.end(settling.id, second.epoch, { state: 'settling' });
    await caller.store.release([settling.id], second.token);
    assert.deepEqual(
      [await caller.stateOf(done), await caller.stateOf(settling)],
      ['done', 'settling'],
    );
  }),
  atOnce('refuses another text under a key, whatever its state', async (caller) => {
    const key = caller.key('one');
    const other = { ...key, fingerprint: 'other' };
    const { epoch } = await caller.go(key);
    assert.deepEqual(await caller.begin(other), { state: 'reused' });
    await caller.done(key, epoch, 'accepted');
    assert.deepEqual(await caller.begin(other), { state: 'reused' });
    assert.equal((await caller.begin(key)).state, 'done');
  }),
  atOnce('finds a key under each secret, and keeps it where it is', async (caller) => {
    const [old, fresh] = [caller.key('text under old'), caller.key('text under fresh')];
    const first = await caller.go(old);
    const begun = await caller.begin(fresh, { keys: [fresh, old] });
    assert.deepEqual([begun.state, 'marker' in begun && begun.marker.id], ['sending', old.id]);
    await caller.store.release([fresh.id, old.id], first.token);
    const second = await caller.go(fresh, { keys: [fresh, old] });
    assert.deepEqual([second.id, second.epoch], [old.id, 2]);
    assert.equal((await caller.store.find([fresh.id, old.id]))?.id, old.id);
    assert.equal(await caller.store.find([fresh.id]), undefined);
    const other = { ...old, fingerprint: 'other' };
    assert.equal((await caller.begin(fresh, { keys: [fresh, other] })).state, 'reused');
  }),
  atOnce('keeps a key that is new under the first secret', async (caller) => {
    const [old, fresh] = [caller.key(), caller.key()];
    assert.equal((await caller.go(fresh, { keys: [fresh, old] })).id, fresh.id);
    assert.equal((await caller.store.find([old.id, fresh.id]))?.id, fresh.id);
    assert.equal(await caller.store.find([old.id]), undefined);
  }),
  atOnce('ends a key that has not begun, and lets none begin then', async (caller) => {
    const [unknown, ready] = [caller.key(), caller.key()];
    const { token } = await caller.go(ready);
    await caller.store.release([ready.id], token);
    for (const key of [unknown, ready]) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      const first = await caller.cancel(key);
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      assert.deepEqual(await caller.cancel(key), first);
      assert.deepEqual([first.state, first.result?.status], ['cancelled', 'cancelled']);
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      assert.equal((await caller.begin(key)).state, 'cancelled');
    }
  }),
  atOnce('ends no key by its name that is under way or has ended', async (caller) => {
    const [sending, done] = [caller.key(), caller.key()];
    await caller.go(sending);
    const { epoch } = await caller.go(done);
    await caller.done(done, epoch, 'accepted');
    assert.equal((await caller.cancel(sending)).state, 'sending');
    const end = { state: 'stale', result: result('stale') } as const;
    const marker = await caller.store.conclude([done], end);
    assert.deepEqual([marker.state, marker.result?.status], ['done', 'accepted']);
  }),
  atOnce('lets a hundred attempts or their cancellations win, never both', async (caller) => {
    const keys = Array.from({ length: 100 }, () => caller.key());
    const pairs = await Promise.all(
      keys.flatMap((key, i) => {
        const calls = [async () => caller.begin(key), async () => caller.cancel(key)];
        const order = i % 2 === 0 ? calls : calls.toReversed();
        return order.map(async (call) => call());
      }),
    );
    const wins = keys.map(
      (_, i) =>
        [pairs[2 * i], pairs[2 * i + 1]]
          .map((answer) => answer?.state)
          .filter((state) => state === 'go' || state === 'sending').length,
    );
    // Either both say that it is under way, or both that it was cancelled.
    assert.ok(wins.every((count) => count === 0 || count === 2));
  }),
  atOnce('takes a key without a fingerprint for any text', async (caller) => {
    const key = caller.key('one');
    await caller.cancel({ ...key, fingerprint: '' });
    assert.equal((await caller.begin(key)).state, 'cancelled');
    const late = caller.key('one');
    await caller.store.release([late.id], 'late');
    await caller.go(late);
    assert.equal((await caller.begin({ ...late, fingerprint: 'other' })).state, 'reused');
  }),
  inTime('forgets a key seven days after its last change, and no sooner', async (caller) => {
    const key = caller.key();
    const { epoch } = await caller.go(key);
    await caller.wait(DAY_MS);
    await caller.done(key, epoch, 'rejected');
    await caller.wait(7 * DAY_MS - 1);
    assert.equal((await caller.begin(key)).state, 'done');
    await caller.wait(1);
    assert.equal(await caller.store.find([key.id]), undefined);
    const again = await caller.go({ ...key, fingerprint: 'other' });
    assert.equal(again.epoch, 1);
    const marker = await caller.store.find([key.id]);
    assert.deepEqual([marker?.state, marker?.result], ['sending', undefined]);
  }),
];
