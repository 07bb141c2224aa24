import assert from 'node:assert/strict';
import { atOnce, inTime } from './queue-caller.js';
import type { QueueCase } from './queue-caller.js';

const MINUTE_MS = 60_000;
const BALANCE = 'FailedOperation.InsufficientBalanceInSmsPackage';

/** How lanes pause, and how texts follow one another. */
export const LANE_CASES: readonly QueueCase[] = [
  atOnce('gives no leave in a lane that is paused, until it is resumed', async (caller) => {
    const key = caller.key();
    await caller.store.pause('notification', 'manual');
    await caller.store.pause('notification', 'manual');
    const begun = await caller.begin(key);
    assert.deepEqual([begun.state, 'reason' in begun && begun.reason], ['paused', 'manual']);
    assert.equal(await caller.stateOf(key), undefined);
    await caller.go(caller.key(), { lane: 'verification' });
    await caller.store.resume('notification');
    await caller.store.resume('notification');
    await caller.go(key);
  }),
  atOnce('tells of a key that has ended in a lane that is paused, too', async (caller) => {
    const key = caller.key();
    const { token, epoch } = await caller.go(key);
    await caller.store.pause('notification', 'manual');
    assert.equal((await caller.begin(key, { token })).state, 'go');
    await caller.done(key, epoch, 'accepted');
    assert.equal((await caller.begin(key)).state, 'done');
  }),
  atOnce('lists the pauses of all lanes', async (caller) => {
    await caller.store.pause('a', 'manual');
    await caller.store.pause('a', BALANCE, MINUTE_MS);
    await caller.store.pause('b', BALANCE, MINUTE_MS);
    await caller.store.pause('c', 'manual');
    await caller.store.resume('c');
    const pauses = (await caller.store.paused()).map(({ lane, reason, since }) => {
      assert.ok(Number.isSafeInteger(since) && since > 0);
      return `${lane} ${reason}`;
    });
    assert.deepEqual(pauses.toSorted(), ['a manual', `a ${BALANCE}`, `b ${BALANCE}`].toSorted());
  }),
  atOnce('ends one pause of a lane by its reason, and all without', async (caller) => {
    await caller.store.pause('notification', 'manual');
    await caller.store.pause('notification', BALANCE, MINUTE_MS);
    await caller.store.resume('notification', BALANCE);
    assert.deepEqual(
      (await caller.store.paused()).map(({ reason }) => reason),
      ['manual'],
    );
    await caller.store.pause('notification', BALANCE, MINUTE_MS);
    await caller.store.resume('notification');
    assert.deepEqual(await caller.store.paused(), []);
  }),
  inTime('lets one attempt through a lane each time, to try', async (caller) => {
    await caller.store.pause('notification', BALANCE, 5 * MINUTE_MS);
    await caller.wait(MINUTE_MS);
    // A later pause does not put the attempt off.
    await caller.store.pause('notification', 'Another', 5 * MINUTE_MS);
    const early = await caller.begin(caller.key());
    assert.deepEqual(early, { state: 'paused', reason: BALANCE, probeInMs: 4 * MINUTE_MS });
    for (const round of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await caller.wait((round === 1 ? 4 : 5) * MINUTE_MS);
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const begun = await Promise.all(
        Array.from({ length: 20 }, async () => caller.begin(caller.key())),
      );
      const gone = begun.filter((one) => one.state === 'go');
      assert.deepEqual(
        gone.map((one) => 'isProbe' in one && one.isProbe),
        [true],
      );
    }
    await caller.store.resume('notification', BALANCE);
    assert.equal((await caller.go(caller.key())).isProbe, false);
  }),
  inTime('tells an attempt that asks again that it is the one that tries', async (caller) => {
    await caller.store.pause('notification', BALANCE, MINUTE_MS);
    await caller.wait(MINUTE_MS);
    const key = caller.key();
    const first = await caller.go(key);
    const second = await caller.go(key, { token: first.token });
    assert.deepEqual([first.isProbe, second.isProbe], [true, true]);
  }),
  inTime('lets none through a lane that a person paused', async (caller) => {
    await caller.store.pause('notification', BALANCE, MINUTE_MS);
    await caller.store.pause('notification', 'manual');
    await caller.wait(MINUTE_MS);
    assert.equal((await caller.begin(caller.key())).state, 'paused');
    await caller.store.resume('notification', 'manual');
    assert.equal((await caller.go(caller.key())).isProbe, true);
  }),
  atOnce('gives places in a row, each its own', async (caller) => {
    const waits = await Promise.all(
      Array.from({ length: 20 }, async () => caller.store.reserve('budget', 1_000, 60_000)),
    );
    const sorted = waits.toSorted((a, b) => a - b);
    for (const [i, wait] of sorted.entries()) {
      // Time passes while they are taken.
      assert.ok(wait <= i * 1_000 && wait > i * 1_000 - 1_000, `place ${i} is in ${wait} ms`);
    }
    assert.ok((await caller.store.reserve('other', 1_000, 60_000)) < 1_000);
  }),
  atOnce('takes no place that is further away than asked for', async (caller) => {
    await caller.store.reserve('budget', 60_000, 1_000);
    const first = await caller.store.reserve('budget', 60_000, 1_000);
    const second = await caller.store.reserve('budget', 60_000, 1_000);
    assert.ok(first > 1_000 && second > 1_000 && second <= first, `${first} and ${second} ms`);
    assert.ok((await caller.store.reserve('budget', 60_000, 120_000)) <= 60_000);
  }),
  atOnce('gives places that are a part of a millisecond apart', async (caller) => {
    await caller.store.reserve('budget', 10_000, 60_000);
    const [one, two, three] = await Promise.all([
      caller.store.reserve('budget', 0.5, 60_000),
      caller.store.reserve('budget', 0.5, 60_000),
      caller.store.reserve('budget', 1_000, 60_000),
    ]);
    assert.ok(one <= 10_000 && two <= 10_000.5 && three <= 10_001);
    const next = await caller.store.reserve('budget', 0.5, 60_000);
    assert.ok(next > 10_000 && next <= 11_001);
  }),
];
