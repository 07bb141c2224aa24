import assert from 'node:assert/strict';
import { attemptAsk, reserveAsk, rightVerifierOf } from './store-asks.js';
import { atOnce, inTime, shortOf } from './store-caller.js';
import type { StoreCase } from './store-caller.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const LIMITS = attemptAsk({ operation: '', targets: [] }).limits;

/** Guesses. */
export const ATTEMPT_CASES: readonly StoreCase[] = [
  inTime('approves a right guess, and says when its text was booked', async (caller) => {
    const sent = await caller.send();
    await caller.conclude(sent, { outcome: 'accepted', serialNo: '5000:1 2' });
    await caller.wait(7_000);
    const { bookedAt } = sent.verification;
    assert.deepEqual(await caller.guess(sent, true), {
      status: 'approved',
      sentAt: bookedAt,
      now: bookedAt + 7_000,
      serialNo: '5000:1 2',
    });
  }),
  atOnce('approves before the send is concluded, without a serial number', async (caller) => {
    const sent = await caller.send();
    const answer = await caller.guess(sent, true);
    assert.equal(answer.status, 'approved');
    assert.equal(answer.serialNo, undefined);
  }),
  atOnce('approves a code once', async (caller) => {
    const sent = await caller.sendAccepted();
    assert.equal((await caller.guess(sent, true)).status, 'approved');
    assert.equal((await caller.guess(sent, true)).status, 'gone');
    assert.equal((await caller.guess(sent, false)).status, 'gone');
  }),
  atOnce('answers a repeated guess the same, and counts it once', async (caller) => {
    const sent = await caller.sendAccepted();
    const wrong = caller.guessAsk(sent, false);
    assert.deepEqual(await caller.store.attempt(wrong), { status: 'wrong', attemptsLeft: 4 });
    assert.deepEqual(await caller.store.attempt(wrong), { status: 'wrong', attemptsLeft: 4 });
    const right = caller.guessAsk(sent, true);
    const approved = await caller.store.attempt(right);
    assert.equal(approved.status, 'approved');
    assert.deepEqual(await caller.store.attempt(right), approved);
    assert.deepEqual(await caller.store.attempt(wrong), { status: 'wrong', attemptsLeft: 4 });
  }),
  atOnce('compares as many guesses as it may, and no more', async (caller) => {
    const sent = await caller.sendAccepted();
    const left: number[] = [];
    for (let guessed = 0; guessed < 5; guessed += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await caller.guess(sent, false);
      left.push(answer.status === 'wrong' ? answer.attemptsLeft : Number.NaN);
    }
    assert.deepEqual(left, [4, 3, 2, 1, 0]);
    assert.equal((await caller.guess(sent, true)).status, 'exhausted');
  }),
  atOnce('logs no guess that was not compared', async (caller) => {
    const limits = { ...LIMITS, failures: [{ count: 6, windowMs: HOUR_MS }] };
    const first = await caller.sendAccepted();
    await caller.guessWrong(first, 5, { limits });
    assert.equal((await caller.guess(first, false, { limits })).status, 'exhausted');
    const second = await caller.sendAccepted({ trusted: true });
    assert.equal((await caller.guess(second, false, { limits })).status, 'wrong');
    assert.equal((await caller.guess(second, true, { limits })).status, 'locked');
  }),
  atOnce(
    'answers gone to what is unknown, of another nonce or of another session',
    async (caller) => {
      const slot = 'of s';
      const session = { targets: [{ slot }], sessions: ['s'] };
      const sent = await caller.sendAccepted({
        ...session,
        fresh: caller.fresh(slot),
      });
      const verifiers = { key: rightVerifierOf(slot) };
      const { nonce } = sent.verification;
      const guess = async (target: { slot: string; nonce?: string }, sessions: string[]) => {
        const targets = [{ ...target, verifiers }];
        return (await caller.guess(sent, true, { targets, sessions })).status;
      };
      assert.equal(await guess({ slot: 'unknown' }, []), 'gone');
      assert.equal(await guess({ slot, nonce: 'another' }, []), 'gone');
      assert.equal(await guess({ slot, nonce }, ['t']), 'gone');
      assert.equal(await guess({ slot }, ['t']), 'gone');
      assert.equal(await guess({ slot }, ['new s', 's']), 'approved');
    },
  ),
  atOnce('looks for a session under every key', async (caller) => {
    const fresh = caller.fresh('of s');
    const sent = await caller.sendAccepted({ targets: [{ slot: 'of s' }], sessions: ['s'], fresh });
    const targets = ['new of s', 'of s'].map((slot) => ({
      slot,
      verifiers: { 'new key': 'of the new key', key: rightVerifierOf(slot) },
    }));
    const answer = await caller.guess(sent, true, { targets, sessions: ['new s', 's'] });
    assert.equal(answer.status, 'approved');
  }),
  atOnce('compares with the verifier of the key that the code was made with', async (caller) => {
    const sent = await caller.sendAccepted();
    const { slot, nonce } = sent.verification;
    const other = { slot, nonce, verifiers: { 'new key': rightVerifierOf(slot) } };
    assert.equal((await caller.guess(sent, true, { targets: [other] })).status, 'wrong');
  }),
  atOnce('keeps the guesses over a resend', async (caller) => {
    const first = await caller.sendAccepted({ cooldownsMs: [0] });
    await caller.guessWrong(first, 4);
    const second = await caller.sendAccepted(caller.again(first));
    assert.equal(second.verification.attemptsLeft, 1);
    await caller.guessWrong(second, 1);
    assert.equal((await caller.guess(second, true)).status, 'exhausted');
  }),
  inTime('locks a phone and purpose after its failures, over any number of ids', async (caller) => {
    const limits = { ...LIMITS, failures: [{ count: 7, windowMs: HOUR_MS }] };
    const first = await caller.sendAccepted();
    await caller.guessWrong(first, 5, { limits });
    await caller.wait(MINUTE_MS);
    const second = await caller.sendAccepted();
    await caller.guessWrong(second, 2, { limits });
    const answer = await caller.guess(second, true, { limits });
    assert.deepEqual(answer, {
      status: 'locked',
      retryAt: first.verification.bookedAt + HOUR_MS,
    });
    const start = await caller.reserve({
      limits: { ...reserveAsk({ operation: '' }).limits, failures: limits.failures },
    });
    assert.deepEqual(start, {
      status: 'throttled',
      scope: 'failures',
      retryAt: first.verification.bookedAt + HOUR_MS,
    });
    const purpose = await caller.sendAccepted({ subjects: ['phone/pay'] });
    assert.equal((await caller.guess(purpose, true, { limits })).status, 'approved');
  }),
  atOnce('counts failures of trusted callers apart from those of others', async (caller) => {
    const limits = { ...LIMITS, failures: [{ count: 3, windowMs: HOUR_MS }] };
    const sent = await caller.sendAccepted();
    await caller.guessWrong(sent, 3, { limits });
    assert.equal((await caller.guess(sent, true, { limits })).status, 'locked');
    assert.equal((await caller.guess(sent, true, { limits, trusted: true })).status, 'approved');
  }),
  atOnce('counts failures under every key', async (caller) => {
    const limits = { ...LIMITS, failures: [{ count: 3, windowMs: HOUR_MS }] };
    const sent = await caller.sendAccepted({ subjects: ['old/login'] });
    await caller.guessWrong(sent, 2, { limits });
    const both = { limits, subjects: ['new/login', 'old/login'] };
    await caller.guessWrong(sent, 1, both);
    assert.equal((await caller.guess(sent, true, both)).status, 'locked');
    assert.equal(
      (await caller.guess(sent, true, { limits, subjects: ['old/login'] })).status,
      'approved',
    );
  }),
  inTime('forgets by an approval the failures of that verification alone', async (caller) => {
    const limits = { ...LIMITS, failures: [{ count: 7, windowMs: HOUR_MS }] };
    const stranger = await caller.sendAccepted();
    await caller.guessWrong(stranger, 4, { limits });
    await caller.wait(MINUTE_MS);
    const mine = await caller.sendAccepted();
    await caller.guessWrong(mine, 2, { limits });
    assert.equal((await caller.guess(mine, true, { limits })).status, 'approved');
    await caller.wait(31_000);
    const next = await caller.sendAccepted();
    await caller.guessWrong(next, 3, { limits });
    assert.equal((await caller.guess(next, true, { limits })).status, 'locked');
  }),
  inTime('shortens the pause after an approval', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.wait(MINUTE_MS);
    const second = await caller.sendAccepted(caller.again(first));
    assert.equal(second.verification.resendAt - second.verification.bookedAt, 2 * MINUTE_MS);
    assert.equal((await caller.guess(second, true)).status, 'approved');
    await caller.wait(30_999);
    assert.equal(shortOf(await caller.reserve()), 'throttled phone');
    await caller.wait(1);
    const third = await caller.sendAccepted();
    assert.equal(third.verification.resendAt - third.verification.bookedAt, MINUTE_MS);
  }),
  atOnce(
    'compares the first guess at a verification however many its caller made',
    async (caller) => {
      const limits = { ...LIMITS, guesses: [{ count: 2, windowMs: HOUR_MS }] };
      const given = { limits, callers: ['x'] };
      const sent = await caller.sendAccepted();
      const missed = { ...given, targets: [{ slot: 'unknown', verifiers: {} }] };
      for (let guessed = 0; guessed < 4; guessed += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        assert.equal((await caller.guess(sent, false, missed)).status, 'gone');
      }
      assert.equal((await caller.guess(sent, false, given)).status, 'wrong');
      assert.equal((await caller.guess(sent, true, given)).status, 'locked');
      assert.equal((await caller.guess(sent, true, { limits, callers: ['y'] })).status, 'approved');
    },
  ),
  inTime('locks a caller until its guesses are old enough', async (caller) => {
    const limits = { ...LIMITS, guesses: [{ count: 2, windowMs: 2 * MINUTE_MS }] };
    const given = { limits, callers: ['x'] };
    const sent = await caller.sendAccepted();
    await caller.guessWrong(sent, 1, given);
    await caller.wait(MINUTE_MS);
    await caller.guessWrong(sent, 1, given);
    assert.deepEqual(await caller.guess(sent, true, given), {
      status: 'locked',
      retryAt: sent.verification.bookedAt + 2 * MINUTE_MS,
    });
    await caller.wait(MINUTE_MS);
    assert.equal((await caller.guess(sent, true, given)).status, 'approved');
  }),
];

/** What happens at once: each store must be atomic. */
export const PARALLEL_CASES: readonly StoreCase[] = [
  atOnce('approves one of 100 right guesses at once', async (caller) => {
    const sent = await caller.sendAccepted();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => caller.guess(sent, true)),
    );
    assert.deepEqual(countOf(answers), { approved: 1, gone: 99 });
  }),
  atOnce('compares five of 100 wrong guesses at once', async (caller) => {
    const sent = await caller.sendAccepted();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => caller.guess(sent, false)),
    );
    assert.deepEqual(countOf(answers), { wrong: 5, exhausted: 95 });
  }),
  atOnce('sends one text for 100 starts of a session at once', async (caller) => {
    const session = { targets: [{ slot: 'of s' }], sessions: ['s'] };
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () =>
        caller.reserve({ ...session, fresh: caller.fresh('of s') }),
      ),
    );
    assert.deepEqual(countOf(answers), { send: 1, waiting: 99 });
  }),
  atOnce('sends one text for 100 sessions of a phone at once', async (caller) => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        caller.reserve({ targets: [{ slot: `of ${index}` }], sessions: [`s${index}`] }),
      ),
    );
    assert.deepEqual(countOf(answers), { send: 1, throttled: 99 });
  }),
  atOnce('holds a wide limit for 100 phones at once', async (caller) => {
    const limits = {
      ...reserveAsk({ operation: '' }).limits,
      all: [{ count: 7, windowMs: HOUR_MS }],
    };
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        caller.reserve({ limits, phones: [`p${index}`], subjects: [`p${index}/login`] }),
      ),
    );
    assert.deepEqual(countOf(answers), { send: 7, throttled: 93 });
  }),
  atOnce('gives the places of a rejected text back once, of 20 ends at once', async (caller) => {
    const limits = {
      ...reserveAsk({ operation: '' }).limits,
      all: [{ count: 4, windowMs: HOUR_MS }],
    };
    const first = await caller.send({ limits });
    const second = await caller.send({ limits, phones: ['q'], subjects: ['q/login'] });
    await Promise.all(
      Array.from({ length: 20 }, async () => caller.conclude(first, { outcome: 'rejected' })),
    );
    const { phones, subjects } = second.ask;
    const look = await caller.reserve({ limits, phones, subjects, cooldownsMs: [0], mode: 'look' });
    assert.deepEqual(look, { status: 'free', load: { all: 0.25, country: 0 } });
  }),
];

function countOf(answers: readonly { readonly status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
