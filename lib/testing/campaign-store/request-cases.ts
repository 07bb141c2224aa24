import assert from 'node:assert/strict';
import { BEGUN_AT, atOnce, ends } from './campaign-caller.js';
import type { CampaignCase } from './campaign-caller.js';

/** How requests begin, and when none does. */
export const REQUEST_CASES: readonly CampaignCase[] = [
  atOnce('gives leave to one of a hundred requests for a row at once', async (caller) => {
    const id = await caller.campaign('..');
    const begun = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => caller.begin(id, i % 2 === 0 ? [0] : [0, 1])),
    );
    const states = begun.map(({ state }) => state);
    assert.equal(states.filter((state) => state === 'go').length, 1);
    assert.equal(states.filter((state) => state === 'taken').length, 99);
    assert.equal((await caller.store.read(id, 0))?.requests.length, 1);
  }),
  atOnce('gives the same leave to a request that asks again', async (caller) => {
    const id = await caller.campaign('...');
    const { token, epoch } = await caller.go(id, [0, 1]);
    await caller.store.pause(id);
    assert.deepEqual(await caller.begin(id, [0, 1], token), { state: 'go', epoch });
    assert.deepEqual(await caller.counts(id), { '.': 1, s: 2 });
  }),
  atOnce('begins all rows of a request or none', async (caller) => {
    const id = await caller.campaign('..d.');
    await caller.go(id, [1]);
    assert.deepEqual(await caller.begin(id, [0, 1]), { state: 'taken' });
    assert.deepEqual(await caller.begin(id, [3, 2]), { state: 'taken' });
    assert.deepEqual(await caller.begin(id, [3, 4]), { state: 'taken' });
    assert.equal(await caller.store.letters(id, [0, 1, 2, 3]), '.sd.');
  }),
  atOnce('tells the requests of a chunk that are open', async (caller) => {
    const id = await caller.campaign('.'.repeat(202));
    const [one, other] = [await caller.go(id, [0, 199]), await caller.go(id, [201])];
    assert.deepEqual((await caller.store.read(id, 0))?.requests, [
      { ...one, chunk: 0, rows: [0, 199], begunAt: BEGUN_AT, notAfter: BEGUN_AT + 30_000 },
    ]);
    assert.deepEqual((await caller.store.read(id, 1))?.requests, [
      { ...other, chunk: 1, rows: [201], begunAt: BEGUN_AT, notAfter: BEGUN_AT + 30_000 },
    ]);
    assert.ok(other.epoch > one.epoch);
    await caller.store.end(id, ends([0, 199], 'a'), one.token);
    assert.deepEqual((await caller.store.read(id, 0))?.requests, []);
  }),
  atOnce('gives leave with a higher epoch once rows were given back', async (caller) => {
    const id = await caller.campaign('..');
    const first = await caller.go(id, [0, 1]);
    await caller.store.end(id, ends([0, 1], '.'), first.token);
    assert.deepEqual(await caller.counts(id), { '.': 2 });
    const second = await caller.go(id, [0]);
    assert.ok(second.epoch > first.epoch);
  }),
  atOnce('begins no request while it is paused, and tells how many rows wait', async (caller) => {
    const id = await caller.campaign('...');
    const { token } = await caller.go(id, [0]);
    await caller.store.pause(id);
    assert.equal((await caller.record(id)).isPaused, true);
    assert.deepEqual(await caller.begin(id, [1]), { state: 'paused', waiting: 2 });
    await caller.store.end(id, ends([0], 'a'), token);
    await caller.store.resume(id);
    assert.equal((await caller.record(id)).isPaused, false);
    await caller.go(id, [1]);
  }),
  atOnce('begins no request once it was cancelled, paused or not', async (caller) => {
    const id = await caller.campaign('...');
    await caller.store.pause(id);
    await caller.store.cancel(id);
    assert.deepEqual(await caller.begin(id, [1]), { state: 'taken' });
    await caller.store.resume(id);
    assert.deepEqual(await caller.begin(id, [1]), { state: 'taken' });
    assert.deepEqual(await caller.counts(id), { c: 3 });
  }),
  atOnce('has a hundred requests or the cancellation win, never both', async (caller) => {
    const id = await caller.campaign('.'.repeat(100));
    const begun = await Promise.all(
      Array.from({ length: 101 }, async (_, i) =>
        i === 50 ? caller.store.cancel(id) : caller.begin(id, [i > 50 ? i - 1 : i]),
      ),
    );
    const left = begun.filter((answer) => answer?.state === 'go').length;
    const { s = 0, c = 0 } = await caller.counts(id);
    assert.deepEqual([s, c], [left, 100 - left]);
  }),
  atOnce('leaves a campaign as it ended that is cancelled afterwards', async (caller) => {
    const id = await caller.campaign('.r');
    const { token } = await caller.go(id, [0]);
    await caller.store.end(id, ends([0], 'a'), token);
    const before = await caller.record(id);
    await caller.store.cancel(id);
    assert.deepEqual(await caller.record(id), before);
    assert.equal(before.isCancelled, false);
  }),
  atOnce('cancels the rows that wait alone, and counts them once', async (caller) => {
    const id = await caller.campaign('.....rd');
    const [sent, unknown] = [await caller.go(id, [0]), await caller.go(id, [1])];
    await caller.go(id, [2]);
    await caller.store.end(id, ends([0], 'a'), sent.token);
    await caller.store.end(id, ends([1], 'u'), unknown.token);
    await caller.store.cancel(id);
    await caller.store.cancel(id);
    assert.deepEqual(await caller.counts(id), { a: 1, u: 1, s: 1, c: 2, r: 1, d: 1 });
    assert.equal(await caller.store.letters(id, [0, 1, 2, 3, 4, 5, 6]), 'ausccrd');
    assert.equal((await caller.record(id)).isCancelled, true);
  }),
];
