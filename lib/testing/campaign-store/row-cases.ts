/* oxlint-disable no-await-in-loop -- one call after the other */
import assert from 'node:assert/strict';
import { LEASE_MS, atOnce, ends, inTime } from './campaign-caller.js';
import type { CampaignCase } from './campaign-caller.js';

const WEEK_MS = 7 * 86_400_000;

/** How rows end, what is told late, and how long a campaign is kept. */
export const ROW_CASES: readonly CampaignCase[] = [
  atOnce('ends rows with a request, and counts them once', async (caller) => {
    const id = await caller.campaign('....');
    const { token } = await caller.go(id, [0, 1, 2, 3]);
    const rows = [
      { row: 0, letter: 'a', fee: 2, serialNo: '2640:1' },
      { row: 1, letter: 'a', fee: 1, serialNo: '2640:2' },
      { row: 2, letter: 'r', code: 'LimitExceeded.PhoneNumberDailyLimit' },
      { row: 3, letter: 'u' },
    ] as const;
    for (let time = 0; time < 3; time += 1) {
      await caller.store.end(id, rows, token);
    }
    const { fee, byCode } = await caller.record(id);
    assert.deepEqual([fee, byCode], [3, { 'LimitExceeded.PhoneNumberDailyLimit': 1 }]);
    assert.deepEqual(await caller.counts(id), { a: 2, r: 1, u: 1 });
    assert.deepEqual(await caller.store.read(id, 0), {
      sealed: 'rows 0',
      letters: 'aaru',
      requests: [],
      serialNos: { 0: '2640:1', 1: '2640:2' },
    });
  }),
  atOnce('gives rows back once: later they may be in another request', async (caller) => {
    const id = await caller.campaign('..');
    const first = await caller.go(id, [0, 1]);
    await caller.store.end(id, ends([0, 1], '.'), first.token);
    const second = await caller.go(id, [0, 1]);
    await caller.store.end(id, ends([0, 1], '.'), first.token);
    await caller.store.end(id, ends([0, 1], 'u'), first.token);
    await caller.store.end(id, ends([0, 1], 'c'), first.token);
    assert.deepEqual(await caller.counts(id), { s: 2 });
    assert.equal((await caller.store.read(id, 0))?.requests[0]?.token, second.token);
  }),
  atOnce('cancels rows that are given back once it was cancelled', async (caller) => {
    const id = await caller.campaign('...');
    const { token } = await caller.go(id, [0, 1]);
    await caller.store.cancel(id);
    await caller.store.end(id, [{ row: 0, letter: 'a', fee: 1 }, ...ends([1], '.')], token);
    assert.deepEqual(await caller.counts(id), { a: 1, c: 2 });
  }),
  atOnce('takes any end back for an accepted row, and that for none', async (caller) => {
    const id = await caller.campaign('...');
    const { token } = await caller.go(id, [0, 1]);
    await caller.store.end(id, [...ends([0], 'u'), ...ends([1], 'r', { code: 'First' })], token);
    await caller.store.cancel(id);
    await caller.store.end(id, ends([0, 1, 2], 'a', { fee: 1, serialNo: '2640:1' }));
    assert.deepEqual(await caller.counts(id), { a: 3 });
    for (const letter of ['r', 'u', '.', 'c', 'a'] as const) {
      await caller.store.end(id, ends([0, 1, 2], letter, { fee: 1, code: 'Late' }));
    }
    assert.deepEqual(await caller.counts(id), { a: 3 });
    assert.equal((await caller.record(id)).fee, 3);
    assert.equal((await caller.record(id)).byCode['Late'], undefined);
    assert.equal((await caller.store.read(id, 0))?.serialNos[2], '2640:1');
  }),
  atOnce('takes unknown back for a refusal, and a refusal for nothing else', async (caller) => {
    const id = await caller.campaign('.');
    const { token } = await caller.go(id, [0]);
    await caller.store.end(id, ends([0], 'u'), token);
    await caller.store.end(id, ends([0], '.'));
    assert.deepEqual(await caller.counts(id), { u: 1 });
    await caller.store.end(id, ends([0], 'r', { code: 'First' }));
    for (const letter of ['u', '.', 'c', 'r'] as const) {
      await caller.store.end(id, ends([0], letter, { code: 'Second' }));
    }
    assert.deepEqual(await caller.counts(id), { r: 1 });
    assert.deepEqual((await caller.record(id)).byCode, { First: 1 });
  }),
  atOnce('hears what became of a request that another worker has ended', async (caller) => {
    const id = await caller.campaign('...');
    const { token } = await caller.go(id, [0, 1, 2]);
    await caller.store.end(id, ends([0, 1, 2], 'u'), token);
    const late = [...ends([0], 'a', { fee: 1 }), ...ends([1], 'r'), ...ends([2], '.')];
    await caller.store.end(id, late, token);
    assert.deepEqual(await caller.counts(id), { a: 1, r: 1, u: 1 });
  }),
  atOnce('leaves a repeated number and a row that is not there as they are', async (caller) => {
    const id = await caller.campaign('.d');
    await caller.store.end(id, ends([1, 2, 400], 'a', { fee: 1 }));
    assert.deepEqual(await caller.counts(id), { '.': 1, d: 1 });
    assert.equal((await caller.record(id)).fee, 0);
    assert.equal(await caller.store.letters(id, [2, 400]), '');
  }),
  atOnce('counts a hundred ends at once', async (caller) => {
    const id = await caller.campaign('.'.repeat(200));
    const requests = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => caller.go(id, [2 * i, 2 * i + 1])),
    );
    await Promise.all(
      requests.flatMap(({ token }, i) => {
        const rows = ends([2 * i, 2 * i + 1], 'a', { fee: 1 });
        return [caller.store.end(id, rows, token), caller.store.end(id, rows, token)];
      }),
    );
    assert.deepEqual(await caller.counts(id), { a: 200 });
    assert.equal((await caller.record(id)).fee, 200);
  }),
  atOnce('keeps one campaign apart from another', async (caller) => {
    const [one, other] = [await caller.campaign('..'), await caller.campaign('..')];
    const { token } = await caller.go(one, [0]);
    await caller.store.cancel(other);
    await caller.store.end(one, ends([0], 'a'), token);
    assert.deepEqual(await caller.counts(one), { '.': 1, a: 1 });
    assert.deepEqual(await caller.counts(other), { c: 2 });
  }),
  inTime('keeps a campaign that has not ended for as long as that takes', async (caller) => {
    const { store } = caller;
    const [waiting, sending, loading] = [
      await caller.campaign('..'),
      await caller.campaign('.'),
      await caller.campaign('d', false),
    ];
    await store.pause(waiting);
    await caller.go(sending, [0]);
    await store.cancel(sending);
    for (const id of [waiting, sending, loading]) {
      await caller.wait(2 * WEEK_MS);
      assert.ok((await caller.record(id)).loaded > 0);
    }
    assert.equal(await store.lease(loading, 'next', LEASE_MS), true);
  }),
  inTime('drops a campaign seven days after its last change, and no sooner', async (caller) => {
    const { store } = caller;
    const id = await caller.campaign('..');
    const { token } = await caller.go(id, [0, 1]);
    await store.end(id, ends([0, 1], 'u'), token);
    await caller.wait(WEEK_MS - 1);
    await store.end(id, ends([0], 'a', { fee: 1, serialNo: '2640:1' }));
    await caller.wait(WEEK_MS - 1);
    assert.deepEqual(await caller.counts(id), { a: 1, u: 1 });
    await caller.wait(1);
    assert.equal(await store.find(id), undefined);
    assert.equal(await store.read(id, 0), undefined);
    await store.end(id, ends([1], 'a', { fee: 1 }));
    const again = await store.create(id, 'another');
    assert.deepEqual([again.definition, again.loaded, again.fee], ['another', 0, 0]);
    await caller.load(id, 'loader', '.');
    assert.deepEqual(await caller.counts(id), { '.': 1 });
    assert.deepEqual((await store.read(id, 0))?.serialNos, {});
  }),
];
