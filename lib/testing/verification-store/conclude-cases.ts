import assert from 'node:assert/strict';
import type { SmsVerificationReserveAsk } from '../../verification/store/verification.store.js';
import { bookingOf, reserveAsk } from './store-asks.js';
import { atOnce, inTime, retryAtOf, shortOf } from './store-caller.js';
import type { StoreCase } from './store-caller.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** One text in each limit. */
const ONE_EACH: Partial<SmsVerificationReserveAsk> = {
  country: 'HK',
  limits: {
    ...reserveAsk({ operation: '' }).limits,
    phone: [{ count: 1, untrusted: 1, windowMs: HOUR_MS }],
    country: [{ count: 1, windowMs: HOUR_MS }],
    all: [{ count: 1, windowMs: HOUR_MS }],
  },
};

/** What becomes of a text. */
export const CONCLUDE_CASES: readonly StoreCase[] = [
  atOnce('notes whether a text was accepted or is unknown', async (caller) => {
    for (const outcome of ['accepted', 'unknown'] as const) {
      const names = { phones: [outcome], subjects: [`${outcome}/login`] };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const sent = await caller.send(names);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.conclude(sent, { outcome });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await caller.resend(sent);
      assert.equal(answer.status, 'waiting');
      assert.equal(answer.verification.delivery, outcome);
    }
  }),
  atOnce('gives every place of a rejected text back', async (caller) => {
    const first = await caller.send(ONE_EACH);
    await caller.conclude(first, { outcome: 'rejected' });
    assert.equal((await caller.guess(first, true)).status, 'gone');
    const second = await caller.send(ONE_EACH);
    assert.equal(second.verification.resendAt - second.verification.bookedAt, MINUTE_MS);
  }),
  atOnce('keeps the place of a caller whose text was rejected', async (caller) => {
    const limits = {
      ...reserveAsk({ operation: '' }).limits,
      caller: [{ count: 1, windowMs: HOUR_MS }],
    };
    const first = await caller.send({ limits, callers: ['x'] });
    await caller.conclude(first, { outcome: 'rejected' });
    assert.equal(shortOf(await caller.reserve({ limits, callers: ['x'] })), 'throttled caller');
  }),
  inTime('restores the pause and the expiry of before a rejected resend', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.wait(MINUTE_MS);
    const second = await caller.send(caller.again(first));
    await caller.conclude(second, { outcome: 'rejected' });
    const third = await caller.reserve(caller.again(first, { cooldownsMs: [2 * MINUTE_MS] }));
    assert.equal(third.status, 'waiting');
    assert.deepEqual(third.verification, {
      ...first.verification,
      delivery: 'accepted',
      resendAt: first.verification.bookedAt + 2 * MINUTE_MS,
    });
    await caller.send(caller.again(first));
  }),
  inTime('changes no verification by the end of an earlier text', async (caller) => {
    const first = await caller.send();
    await caller.wait(MINUTE_MS);
    const second = await caller.send(caller.again(first));
    await caller.conclude(first, { outcome: 'rejected', ends: true });
    await caller.conclude(second, { outcome: 'accepted', serialNo: 'second' });
    const answer = await caller.guess(second, true);
    assert.equal(answer.status, 'approved');
    assert.equal(answer.serialNo, 'second');
  }),
  atOnce('concludes an operation once', async (caller) => {
    const sent = await caller.send();
    await caller.conclude(sent, { outcome: 'accepted' });
    await caller.conclude(sent, { outcome: 'rejected', block: HOUR_MS });
    assert.equal(shortOf(await caller.resend(sent)), 'waiting');
    assert.equal((await caller.guess(sent, true)).status, 'approved');
  }),
  inTime('ends a verification when it is told to', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.wait(MINUTE_MS);
    const second = await caller.send(caller.again(first));
    await caller.conclude(second, { outcome: 'rejected', ends: true });
    assert.equal((await caller.guess(first, true)).status, 'gone');
    const third = await caller.send(caller.again(first));
    assert.notEqual(third.verification.nonce, first.verification.nonce);
  }),
  inTime('blocks a phone for as long as it is told to', async (caller) => {
    const first = await caller.send();
    await caller.conclude(first, { outcome: 'rejected', block: HOUR_MS });
    const answer = await caller.reserve({ trusted: true });
    assert.equal(shortOf(answer), 'throttled phone');
    assert.equal(retryAtOf(answer), first.verification.bookedAt + HOUR_MS);
    await caller.wait(HOUR_MS - 1);
    assert.equal(shortOf(await caller.reserve()), 'throttled phone');
    await caller.wait(1);
    await caller.send();
  }),
  inTime("blocks a phone until China's midnight", async (caller) => {
    const first = await caller.send();
    await caller.conclude(first, { outcome: 'rejected', block: 'china-midnight' });
    const answer = await caller.reserve();
    assert.equal(shortOf(answer), 'throttled phone');
    const at = retryAtOf(answer);
    assert.equal((at + 8 * HOUR_MS) % DAY_MS, 0);
    assert.ok(at > first.verification.bookedAt && at <= first.verification.bookedAt + DAY_MS);
  }),
  inTime('keeps the longer one of two blocks', async (caller) => {
    const given = { maxSends: 9, cooldownsMs: [0] };
    const [first, second] = [await caller.send(given), await caller.send(given)];
    await caller.conclude(first, { outcome: 'rejected', block: HOUR_MS });
    await caller.conclude(second, { outcome: 'rejected', block: MINUTE_MS });
    await caller.wait(2 * MINUTE_MS);
    assert.equal(shortOf(await caller.reserve(given)), 'throttled phone');
  }),
  inTime('lets a block stop a takeover', async (caller) => {
    const first = await caller.send();
    const other = await caller.send({ subjects: ['phone/pay'] });
    await caller.conclude(other, { outcome: 'rejected', block: HOUR_MS });
    await caller.wait(10_000);
    assert.equal(shortOf(await caller.resend(first)), 'throttled phone');
  }),
  atOnce('gives places back that are under an older key', async (caller) => {
    const old = { ...ONE_EACH, phones: ['old'], subjects: ['old/login'] };
    const both = { ...ONE_EACH, phones: ['new', 'old'], subjects: ['new/login', 'old/login'] };
    const first = await caller.send(old);
    const rotated = { ...first.ask, phones: both.phones, subjects: both.subjects };
    await caller.conclude({ ...first, ask: rotated }, { outcome: 'rejected' });
    await caller.send(both);
  }),
];

/** What ends before its time. */
export const CANCEL_CASES: readonly StoreCase[] = [
  atOnce('gives every place of a cancelled start back, also that of its caller', async (caller) => {
    const limits = {
      ...(ONE_EACH.limits as SmsVerificationReserveAsk['limits']),
      caller: [{ count: 1, windowMs: HOUR_MS }],
    };
    const given = { ...ONE_EACH, limits, callers: ['x'] };
    const first = await caller.send(given);
    await caller.store.cancel(bookingOf(first.ask));
    assert.equal((await caller.guess(first, true)).status, 'gone');
    await caller.send(given);
  }),
  atOnce('cancels nothing that was concluded', async (caller) => {
    const sent = await caller.sendAccepted();
    await caller.store.cancel(bookingOf(sent.ask));
    assert.equal((await caller.guess(sent, true)).status, 'approved');
  }),
  atOnce('ignores what becomes of a cancelled start', async (caller) => {
    const sent = await caller.send();
    await caller.store.cancel(bookingOf(sent.ask));
    await caller.conclude(sent, { outcome: 'rejected', block: HOUR_MS });
    await caller.send();
  }),
  atOnce('ends a verification by its nonce, and keeps its limits', async (caller) => {
    const sent = await caller.sendAccepted();
    const { slot, nonce } = sent.verification;
    await caller.store.cancel({ slot, nonce: 'another' });
    assert.equal(shortOf(await caller.resend(sent)), 'waiting');
    await caller.store.cancel({ slot, nonce });
    assert.equal((await caller.guess(sent, true)).status, 'gone');
    assert.equal(shortOf(await caller.resend(sent)), 'throttled phone');
  }),
  atOnce('unlocks a phone: failures of any trust and its block are forgotten', async (caller) => {
    const failures = [{ count: 2, windowMs: HOUR_MS }];
    const limits = { failures, guesses: [] };
    const sent = await caller.sendAccepted();
    await caller.guessWrong(sent, 2, { limits });
    const trusted = { limits, trusted: true };
    await caller.guessWrong(sent, 2, trusted);
    assert.equal((await caller.guess(sent, true, { limits })).status, 'locked');
    assert.equal((await caller.guess(sent, true, trusted)).status, 'locked');
    const other = await caller.send({ subjects: ['phone/pay'] });
    await caller.conclude(other, { outcome: 'rejected', block: HOUR_MS });
    await caller.store.unlock({ phones: ['phone'], subjects: ['phone/login'] });
    assert.equal((await caller.guess(sent, true, { limits })).status, 'approved');
    await caller.send({ subjects: ['phone/pay'] });
  }),
];
