/* oxlint-disable no-await-in-loop -- one call after the other */
import assert from 'node:assert/strict';
import { DEFINITION, LEASE_MS, atOnce, chunkOf, inTime } from './campaign-caller.js';
import type { CampaignCase } from './campaign-caller.js';

const FULL = '.'.repeat(200);

/** How campaigns are created, and their rows added. */
export const LOADING_CASES: readonly CampaignCase[] = [
  atOnce('keeps a campaign as it was created first', async ({ store }) => {
    const first = await store.create('campaign', DEFINITION);
    assert.deepEqual(first, {
      definition: DEFINITION,
      loaded: 0,
      hash: '',
      isLoaded: false,
      isLeased: false,
      isPaused: false,
      isCancelled: false,
      stopped: '',
      counts: { '.': 0, s: 0, a: 0, r: 0, u: 0, c: 0, d: 0 },
      fee: 0,
      byCode: {},
    });
    assert.deepEqual(await store.create('campaign', 'another'), first);
    assert.deepEqual(await store.find('campaign'), first);
    const made = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => store.create('at once', `${i}`)),
    );
    assert.equal(new Set(made.map(({ definition }) => definition)).size, 1);
  }),
  atOnce('knows nothing of a campaign that was not created', async (caller) => {
    const { store } = caller;
    await store.pause('none');
    await store.resume('none');
    await store.cancel('none');
    await store.endLoading('none', 'a');
    await store.stopLoading('none', 'a', 'changed');
    await store.end('none', [{ row: 0, letter: 'a', fee: 1 }]);
    assert.equal(await store.lease('none', 'a', LEASE_MS), false);
    assert.equal(await store.append('none', 'a', chunkOf('..')), undefined);
    assert.deepEqual(await caller.begin('none', [0]), { state: 'taken' });
    assert.equal(await store.letters('none', [0]), '');
    assert.equal(await store.read('none', 0), undefined);
    assert.equal(await store.find('none'), undefined);
  }),
  atOnce('has one of a hundred loaders at once load', async ({ store }) => {
    await store.create('campaign', DEFINITION);
    const leases = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => store.lease('campaign', `${i}`, LEASE_MS)),
    );
    assert.equal(leases.filter(Boolean).length, 1);
    const holder = String(leases.indexOf(true));
    assert.equal((await store.find('campaign'))?.isLeased, true);
    assert.equal(await store.lease('campaign', holder, LEASE_MS), true);
    assert.equal(await store.lease('campaign', 'another', LEASE_MS), false);
  }),
  atOnce('gives the right to load back for its loader alone', async ({ store }) => {
    await store.create('campaign', DEFINITION);
    await store.lease('campaign', 'a', LEASE_MS);
    assert.equal(await store.lease('campaign', 'b', 0), false);
    assert.equal((await store.find('campaign'))?.isLeased, true);
    assert.equal(await store.lease('campaign', 'a', 0), true);
    assert.equal((await store.find('campaign'))?.isLeased, false);
    assert.equal(await store.append('campaign', 'a', chunkOf('..')), undefined);
    assert.equal(await store.lease('campaign', 'b', LEASE_MS), true);
  }),
  inTime('has another loader load once the time of the last one is over', async (caller) => {
    const { store } = caller;
    await store.create('campaign', DEFINITION);
    await store.lease('campaign', 'a', LEASE_MS);
    await store.append('campaign', 'a', chunkOf(FULL));
    await caller.wait(LEASE_MS - 1);
    assert.equal(await store.lease('campaign', 'b', LEASE_MS), false);
    assert.equal(await store.lease('campaign', 'a', LEASE_MS), true);
    await caller.wait(LEASE_MS);
    assert.equal((await store.find('campaign'))?.isLeased, false);
    assert.equal(await store.lease('campaign', 'b', LEASE_MS), true);
    assert.equal(await store.lease('campaign', 'a', LEASE_MS), false);
    assert.equal(await store.append('campaign', 'a', chunkOf('..', 1)), undefined);
    await store.endLoading('campaign', 'a');
    await store.stopLoading('campaign', 'a', 'changed');
    const { loaded, isLoaded, isLeased, stopped } = await caller.record('campaign');
    assert.deepEqual([loaded, isLoaded, isLeased, stopped], [200, false, true, '']);
    assert.equal(await store.append('campaign', 'b', chunkOf('..', 1)), 202);
  }),
  atOnce('adds a chunk once, however often it is told', async (caller) => {
    const { store } = caller;
    const id = await caller.campaign(FULL, false);
    const chunk = { ...chunkOf('..rd', 1), sealed: '订单 "1"', codes: { Bad: 1 } };
    const waiting = await Promise.all([1, 2, 3].map(async () => store.append(id, 'loader', chunk)));
    assert.deepEqual(waiting, [202, 202, 202]);
    assert.equal(await store.append(id, 'loader', chunk), 202);
    const { loaded, hash, byCode } = await caller.record(id);
    assert.deepEqual([loaded, hash, byCode], [204, 'hash 1', { Bad: 1 }]);
    assert.deepEqual(await caller.counts(id), { '.': 202, r: 1, d: 1 });
    assert.deepEqual(await store.read(id, 1), {
      sealed: '订单 "1"',
      letters: '..rd',
      requests: [],
      serialNos: {},
    });
    assert.equal(await store.letters(id, [203, 0, 202]), 'd.r');
  }),
  atOnce('adds no chunk for a loader without the right to load', async (caller) => {
    const { store } = caller;
    await store.create('campaign', DEFINITION);
    assert.equal(await store.append('campaign', 'a', chunkOf('..')), undefined);
    await store.lease('campaign', 'a', LEASE_MS);
    assert.equal(await store.append('campaign', 'b', chunkOf('..')), undefined);
    await store.endLoading('campaign', 'b');
    const { loaded, isLoaded } = await caller.record('campaign');
    assert.deepEqual([loaded, isLoaded], [0, false]);
  }),
  atOnce('loads no more once all rows are there, or it was cancelled', async (caller) => {
    const { store } = caller;
    const whole = await caller.campaign(FULL);
    const cancelled = await caller.campaign(FULL, false);
    await store.cancel(cancelled);
    for (const id of [whole, cancelled]) {
      assert.equal(await store.append(id, 'loader', chunkOf('..', 1)), undefined);
      assert.equal(await store.lease(id, 'loader', LEASE_MS), false);
      const { loaded, isLeased } = await caller.record(id);
      assert.deepEqual([loaded, isLeased], [200, false]);
    }
    await store.endLoading(cancelled, 'loader');
    assert.equal((await caller.record(whole)).isLoaded, true);
    assert.equal((await caller.record(cancelled)).isLoaded, false);
  }),
  atOnce('stops loading with a reason, until it is taken up again', async (caller) => {
    const { store } = caller;
    const id = await caller.campaign(FULL, false);
    await store.stopLoading(id, 'another', 'changed');
    assert.equal((await caller.record(id)).stopped, '');
    await store.stopLoading(id, 'loader', 'changed');
    const { stopped, isLeased } = await caller.record(id);
    assert.deepEqual([stopped, isLeased], ['changed', false]);
    assert.equal((await caller.begin(id, [0])).state, 'go');
    assert.equal(await store.append(id, 'loader', chunkOf('..', 1)), undefined);
    assert.equal(await store.lease(id, 'next', LEASE_MS), true);
    assert.equal((await caller.record(id)).stopped, '');
  }),
];
