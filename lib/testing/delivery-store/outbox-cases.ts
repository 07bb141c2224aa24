import assert from 'node:assert/strict';
import { atOnce, HANDLER, inTime, LEASE_MS } from './delivery-caller.js';
import type { DeliveryCase, DeliveryCaller } from './delivery-caller.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const OTHER = 'Audit.onReport';

/** Changes of so many texts. */
async function deliverSome(caller: DeliveryCaller, times: number): Promise<void> {
  const texts = Array.from({ length: times }, () => caller.accepted(caller.text()));
  await caller.store.put(texts);
  await caller.store.merge(texts.map((text) => caller.report(text, 'delivered')));
}

async function claimedBy(caller: DeliveryCaller, handler = HANDLER): Promise<number> {
  return (await caller.claim([handler])).length;
}

/** How handlers are told. */
export const OUTBOX_CASES: readonly DeliveryCase[] = [
  atOnce('gives a change to each handler of its kind that was named before', async (caller) => {
    const { store } = caller;
    await caller.register(HANDLER, OTHER);
    await store.register([{ name: 'Replies.onReply', kind: 'reply' }]);
    await deliverSome(caller, 1);
    await caller.register('Late.onReport');
    const names = [HANDLER, OTHER, 'Replies.onReply', 'Late.onReport'];
    const claimed = await caller.claim(names);
    assert.deepEqual(
      claimed.map(({ kind, handlers }) => [kind, handlers.toSorted()]),
      [['report', [OTHER, HANDLER]]],
    );
  }),
  atOnce('keeps no change that no handler is named for', async (caller) => {
    await deliverSome(caller, 1);
    await caller.register();
    assert.deepEqual(await caller.claim(), []);
    assert.equal((await caller.store.stats()).waiting, 0);
  }),
  atOnce('announces something else once for each id, with its body', async (caller) => {
    const { store } = caller;
    await store.register([{ name: 'Replies.onReply', kind: 'reply' }]);
    const body = { id: 'r1', from: '+8613800000000', text: 'TD', optOut: true, accounts: [] };
    const change = { id: 'reply r1', kind: 'reply' as const, body };
    await store.announce([change, change]);
    await store.announce([change]);
    const claimed = await caller.claim(['Replies.onReply']);
    assert.deepEqual(claimed, [{ ...change, handlers: ['Replies.onReply'] }]);
    await store.acknowledge('reply r1', 'Replies.onReply', true);
    await store.announce([change]);
    assert.deepEqual(await caller.claim(['Replies.onReply']), []);
    assert.equal((await store.stats()).waiting, 0);
  }),
  atOnce('claims no more than it is asked for, and the others next', async (caller) => {
    await caller.register();
    await deliverSome(caller, 5);
    const first = await caller.claim([HANDLER], 3);
    const second = await caller.claim([HANDLER], 3);
    assert.deepEqual([first.length, second.length], [3, 2]);
    assert.equal(new Set([...first, ...second].map(({ id }) => id)).size, 5);
  }),
  atOnce('ends a change for each handler by itself', async (caller) => {
    await caller.register(HANDLER, OTHER);
    await deliverSome(caller, 1);
    const [change] = await caller.claim();
    await caller.store.acknowledge(change?.id ?? '', HANDLER, true);
    await caller.store.acknowledge(change?.id ?? '', HANDLER, true);
    assert.equal((await caller.store.stats()).waiting, 1);
    assert.equal(await claimedBy(caller, OTHER), 1);
    await caller.store.acknowledge(change?.id ?? '', OTHER, true);
    assert.equal((await caller.store.stats()).waiting, 0);
  }),
  atOnce('takes no harm from an acknowledgement of what is not there', async (caller) => {
    await caller.store.acknowledge('nothing', HANDLER, false);
    await caller.store.acknowledge('nothing', HANDLER, true);
    const { waiting, dead } = await caller.store.stats();
    assert.deepEqual([waiting, dead], [0, 0]);
  }),
  inTime('gives a claimed change again once its lease has ended', async (caller) => {
    await caller.register();
    await deliverSome(caller, 1);
    assert.equal(await claimedBy(caller), 1);
    await caller.wait(LEASE_MS - 1);
    assert.equal(await claimedBy(caller), 0);
    await caller.wait(1);
    assert.equal(await claimedBy(caller), 1);
  }),
  inTime(
    'has a change told again after 1 s, 10 s, 1, 10 and 60 min, then takes it for dead',
    async (caller) => {
      await caller.register(HANDLER, OTHER);
      await deliverSome(caller, 1);
      const [change] = await caller.claim();
      const id = change?.id ?? '';
      const pauses = [SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS];
      for (const pause of pauses) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await caller.store.acknowledge(id, HANDLER, false);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await caller.wait(pause - 1);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        assert.equal(await claimedBy(caller), 0);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await caller.wait(1);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        assert.equal(await claimedBy(caller), 1, `after ${pause} ms`);
      }
      assert.equal((await caller.store.stats()).dead, 0);
      await caller.store.acknowledge(id, HANDLER, false);
      await caller.wait(2 * HOUR_MS);
      assert.equal(await claimedBy(caller), 0);
      const { dead, waiting } = await caller.store.stats();
      assert.deepEqual([dead, waiting], [1, 1]);
      assert.equal(await claimedBy(caller, OTHER), 1);
    },
  ),
  inTime('gives up on a handler that is silent for a day', async (caller) => {
    await caller.register(HANDLER, OTHER);
    await deliverSome(caller, 1);
    await caller.wait(23 * HOUR_MS);
    await caller.register();
    assert.equal((await caller.store.stats()).waiting, 1);
    await caller.wait(HOUR_MS + MINUTE_MS);
    assert.equal(await claimedBy(caller), 1);
    await deliverSome(caller, 1);
    assert.equal(await claimedBy(caller, OTHER), 0);
    assert.equal((await caller.store.stats()).dead, 1);
  }),
  atOnce('gives each of 200 changes to one of 20 claims at once', async (caller) => {
    await caller.register();
    await deliverSome(caller, 200);
    const claims = await Promise.all(
      Array.from({ length: 20 }, async () => caller.claim([HANDLER], 20)),
    );
    const ids = claims.flat().map(({ id }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [200, 200]);
  }),
];

/** So many equal pushes at once are one change. */
export function pushesCase(pushes: number): DeliveryCase {
  return atOnce(
    `makes one change of ${pushes.toLocaleString('en')} equal pushes at once`,
    async (caller) => {
      await caller.register();
      const text = await caller.send();
      const report = caller.report(text, 'delivered');
      const changes = await Promise.all(
        Array.from({ length: pushes }, async () => caller.store.merge([report])),
      );
      assert.equal(changes.flat().length, 1);
      const claims = await Promise.all(Array.from({ length: 10 }, async () => caller.claim()));
      assert.equal(claims.flat().length, 1);
      assert.equal((await caller.store.stats()).waiting, 1);
    },
  );
}
