import assert from 'node:assert/strict';
import type {
  SmsVerificationLimit,
  SmsVerificationReserveAsk,
} from '../../verification/store/verification.store.js';
import { bookingOf, reserveAsk } from './store-asks.js';
import { atOnce, inTime, retryAtOf, shortOf } from './store-caller.js';
import type { StoreCase, StoreCaller } from './store-caller.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const DEFAULT_LIMITS = reserveAsk({ operation: '' }).limits;

function withLimits(
  given: Partial<SmsVerificationReserveAsk['limits']>,
): Pick<SmsVerificationReserveAsk, 'limits'> {
  return { limits: { ...DEFAULT_LIMITS, ...given } };
}

function hourly(count: number): SmsVerificationLimit[] {
  return [{ count, windowMs: HOUR_MS }];
}

/** Another phone, so that no limit of a phone is in the way. */
function phone(name: string): Pick<SmsVerificationReserveAsk, 'phones' | 'subjects'> {
  return { phones: [name], subjects: [`${name}/login`] };
}

/** Starts for a phone from different places, as far apart as their pauses want it. */
async function sendSome(
  caller: StoreCaller,
  times: number,
  given: Partial<SmsVerificationReserveAsk>,
): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await caller.sendAccepted({ cooldownsMs: [0], ...given });
  }
}

/** Whose verification it is, and whether the start is a repetition. */
export const OWN_CASES: readonly StoreCase[] = [
  atOnce('books a first start and describes it', async (caller) => {
    const { ask, verification } = await caller.send();
    const { expiresAt, resendAt, bookedAt, ...rest } = verification;
    assert.deepEqual(rest, {
      slot: ask.fresh.slot,
      nonce: ask.fresh.nonce,
      seed: ask.fresh.seed,
      keyId: ask.fresh.keyId,
      delivery: 'pending',
      sendsLeft: 2,
      attemptsLeft: 5,
    });
    assert.deepEqual([expiresAt - bookedAt, resendAt - bookedAt], [5 * MINUTE_MS, MINUTE_MS]);
  }),
  atOnce('answers a repeated start the same, and books it once', async (caller) => {
    const { ask, verification } = await caller.send(withLimits({ all: hourly(10) }));
    const again = await caller.store.reserve(ask);
    assert.deepEqual(again, { status: 'send', verification, load: { all: 0.1, country: 0 } });
  }),
  atOnce('answers a repeated resend the same, and books it once', async (caller) => {
    const first = await caller.sendAccepted({
      cooldownsMs: [0],
      ...withLimits({ all: hourly(10) }),
    });
    const ask = caller.again(first);
    const sent = await caller.store.reserve(ask);
    assert.equal(sent.status, 'send');
    assert.deepEqual(await caller.store.reserve(ask), sent);
    assert.deepEqual(sent.load, { all: 0.2, country: 0 });
    assert.equal(sent.verification.sendsLeft, 1);
  }),
  atOnce('books nothing for a start that was cancelled before it arrived', async (caller) => {
    const ask = caller.ask();
    await caller.store.cancel(bookingOf(ask));
    assert.equal(shortOf(await caller.store.reserve(ask)), 'closed');
    await caller.send();
  }),
  atOnce('books nothing for a start that was concluded before', async (caller) => {
    const sent = await caller.sendAccepted();
    assert.equal(shortOf(await caller.store.reserve(sent.ask)), 'closed');
  }),
  atOnce('gives the id of a verification to its own id alone', async (caller) => {
    const { ask, verification } = await caller.sendAccepted();
    const { slot } = ask.fresh;
    assert.equal(shortOf(await caller.reserve()), 'throttled phone');
    const guessed = await caller.reserve({ targets: [{ slot, nonce: 'guessed' }] });
    assert.equal(shortOf(guessed), 'throttled phone');
    const own = await caller.reserve({ targets: [{ slot, nonce: ask.fresh.nonce }] });
    assert.equal(own.status, 'waiting');
    assert.deepEqual(own.verification, { ...verification, delivery: 'accepted' });
  }),
  atOnce('finds the verification of a session, and of no other', async (caller) => {
    const session = { targets: [{ slot: 'of s' }], sessions: ['s'] };
    const { ask } = await caller.sendAccepted({
      ...session,
      fresh: caller.fresh('of s'),
    });
    assert.equal(shortOf(await caller.reserve(session)), 'waiting');
    const other = { targets: [{ slot: 'of s', nonce: ask.fresh.nonce }], sessions: ['t'] };
    assert.equal(shortOf(await caller.reserve(other)), 'throttled phone');
    const rotated = { targets: [{ slot: 'new of s' }, { slot: 'of s' }], sessions: ['new s', 's'] };
    assert.equal(shortOf(await caller.reserve(rotated)), 'waiting');
  }),
  inTime('lets the id of before find a verification that took its place', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.guessWrong(first, 5);
    await caller.wait(MINUTE_MS);
    const second = await caller.send(caller.again(first));
    await caller.conclude(second, { outcome: 'accepted' });
    assert.notEqual(second.verification.nonce, first.verification.nonce);
    const doubleTap = await caller.resend(first);
    assert.equal(doubleTap.status, 'waiting');
    assert.equal(doubleTap.verification.nonce, second.verification.nonce);
    assert.equal((await caller.guess(first, true)).status, 'gone');
  }),
  inTime('replaces a verification in another slot by the fresh one', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.guessWrong(first, 5);
    await caller.wait(MINUTE_MS);
    const fresh = caller.fresh('elsewhere');
    const second = await caller.send(caller.again(first, { fresh }));
    assert.equal(second.verification.slot, 'elsewhere');
    assert.equal((await caller.guess(first, true)).status, 'gone');
    await caller.conclude(second, { outcome: 'accepted' });
    assert.equal(shortOf(await caller.resend(first)), 'throttled phone');
  }),
];

/** Pauses, renewals and takeovers of the caller's own verification. */
export const RENEWAL_CASES: readonly StoreCase[] = [
  atOnce('waits while the text of the caller may still leave', async (caller) => {
    const first = await caller.send();
    const answer = await caller.resend(first);
    assert.equal(answer.status, 'waiting');
    const { bookedAt } = first.verification;
    const { delivery, resendAt } = answer.verification;
    assert.deepEqual([delivery, resendAt - bookedAt], ['pending', 10_000]);
  }),
  inTime('lets the opener take over a start that was never concluded', async (caller) => {
    const limits = { phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }], all: hourly(2) };
    const first = await caller.send(withLimits(limits));
    await caller.wait(9_999);
    assert.equal(shortOf(await caller.resend(first)), 'waiting');
    await caller.wait(1);
    assert.equal(shortOf(await caller.reserve(withLimits(limits))), 'throttled phone');
    const second = await caller.send(caller.again(first));
    const { nonce, seed, bookedAt, sendsLeft } = second.verification;
    assert.deepEqual([nonce, seed], [first.verification.nonce, first.verification.seed]);
    assert.deepEqual([bookedAt - first.verification.bookedAt, sendsLeft], [10_000, 1]);
  }),
  inTime(
    'keeps the place of a start that was never concluded, and takes another',
    async (caller) => {
      const given = withLimits({ phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }] });
      const first = await caller.send(given);
      await caller.wait(10_000);
      await caller.sendAccepted(caller.again(first));
      await caller.wait(5 * MINUTE_MS);
      const answer = await caller.reserve(given);
      assert.equal(shortOf(answer), 'throttled phone');
      assert.equal(retryAtOf(answer), first.verification.bookedAt + HOUR_MS);
    },
  ),
  inTime('takes nothing over where no limit has a place', async (caller) => {
    const first = await caller.send(withLimits({ all: hourly(1) }));
    await caller.wait(10_000);
    assert.equal(shortOf(await caller.resend(first)), 'throttled all');
  }),
  inTime('gives the places of a takeover back once', async (caller) => {
    const first = await caller.send(withLimits({ all: hourly(2) }));
    await caller.wait(10_000);
    const second = await caller.send(caller.again(first));
    await caller.conclude(first, { outcome: 'rejected' });
    const look = await caller.reserve({
      ...first.ask,
      ...phone('q'),
      operation: 'l',
      mode: 'look',
    });
    assert.deepEqual(look, { status: 'free', load: { all: 0.5, country: 0 } });
    await caller.conclude(second, { outcome: 'rejected' });
    const after = await caller.reserve({
      ...first.ask,
      ...phone('q'),
      operation: 'm',
      mode: 'look',
    });
    assert.deepEqual(after, { status: 'free', load: { all: 0, country: 0 } });
  }),
  inTime('counts a start after a rejected takeover as a new text', async (caller) => {
    const given = withLimits({ phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }] });
    const first = await caller.send(given);
    await caller.wait(10_000);
    const second = await caller.send(caller.again(first));
    await caller.conclude(second, { outcome: 'rejected' });
    const third = await caller.send(caller.again(first));
    await caller.conclude(third, { outcome: 'accepted' });
    await caller.wait(5 * MINUTE_MS);
    assert.equal(shortOf(await caller.reserve(given)), 'throttled phone');
  }),
  inTime('looks at every limit again after a rejected takeover', async (caller) => {
    const given = withLimits({ phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }] });
    const first = await caller.send(given);
    await caller.wait(10_000);
    const second = await caller.send(caller.again(first));
    await caller.conclude(second, { outcome: 'rejected' });
    await caller.sendAccepted({ ...given, cooldownsMs: [0] });
    assert.equal(shortOf(await caller.resend(first, { cooldownsMs: [0] })), 'throttled phone');
  }),
  inTime('takes over no place of a trusted caller for one that is not', async (caller) => {
    const given = withLimits({ phone: [{ count: 9, untrusted: 1, windowMs: HOUR_MS }] });
    const first = await caller.send({ ...given, trusted: true });
    await caller.sendAccepted({ ...given, cooldownsMs: [0] });
    await caller.wait(10_000);
    const answer = await caller.resend(first, { trusted: false, cooldownsMs: [0] });
    assert.equal(shortOf(answer), 'throttled phone');
    await caller.send(caller.again(first));
  }),
  inTime('takes over no more often than a verification may send', async (caller) => {
    const first = await caller.send({ maxSends: 2 });
    await caller.wait(10_000);
    const second = await caller.send(caller.again(first));
    await caller.wait(10_000);
    const answer = await caller.resend(first);
    assert.equal(shortOf(answer), 'throttled verification');
    assert.equal(retryAtOf(answer), second.verification.expiresAt);
  }),
  inTime('pauses longer after each text, and then as long as the last time', async (caller) => {
    const pauses: number[] = [];
    let sent = await caller.sendAccepted({ cooldownsMs: [MINUTE_MS, 2 * MINUTE_MS], maxSends: 9 });
    for (const pause of [1, 2, 2]) {
      const { bookedAt, resendAt } = sent.verification;
      pauses.push((resendAt - bookedAt) / MINUTE_MS);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.wait(pause * MINUTE_MS - 1);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.equal(shortOf(await caller.resend(sent)), 'waiting');
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.wait(1);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      sent = await caller.sendAccepted(caller.again(sent));
    }
    assert.deepEqual(pauses, [1, 2, 2]);
  }),
  inTime(
    'keeps nonce, seed and guesses over a resend, and never outlives its life',
    async (caller) => {
      const first = await caller.sendAccepted({ ttlMs: 6 * MINUTE_MS, lifeMs: 8 * MINUTE_MS });
      await caller.guessWrong(first, 2);
      await caller.wait(2 * MINUTE_MS);
      const { verification } = await caller.sendAccepted(caller.again(first));
      const { nonce, seed, attemptsLeft, expiresAt } = verification;
      assert.deepEqual([nonce, seed], [first.verification.nonce, first.verification.seed]);
      assert.equal(attemptsLeft, 3);
      assert.equal(expiresAt, first.verification.bookedAt + 8 * MINUTE_MS);
    },
  ),
  inTime('makes a fresh verification when a whole time to live no longer fits', async (caller) => {
    const first = await caller.sendAccepted({ ttlMs: 6 * MINUTE_MS, lifeMs: 8 * MINUTE_MS });
    await caller.guessWrong(first, 2);
    await caller.wait(2 * MINUTE_MS + 1);
    const { verification } = await caller.send(caller.again(first));
    assert.notEqual(verification.nonce, first.verification.nonce);
    assert.deepEqual([verification.attemptsLeft, verification.sendsLeft], [5, 2]);
    assert.equal((await caller.guess(first, true)).status, 'gone');
  }),
  inTime('sends a verification no more often than it may', async (caller) => {
    const first = await caller.sendAccepted({ cooldownsMs: [0], maxSends: 2 });
    const second = await caller.sendAccepted(caller.again(first));
    assert.equal(second.verification.sendsLeft, 0);
    const answer = await caller.resend(first);
    assert.equal(shortOf(answer), 'throttled verification');
    assert.equal(retryAtOf(answer), second.verification.expiresAt);
  }),
  inTime('lets a booking wait for its pause that is too old to be renewed', async (caller) => {
    const times = { ttlMs: 5 * MINUTE_MS, lifeMs: 5 * MINUTE_MS };
    const first = await caller.send(times);
    await caller.wait(20_000);
    const answer = await caller.resend(first);
    assert.equal(answer.status, 'waiting');
    const { delivery, resendAt } = answer.verification;
    assert.deepEqual([delivery, resendAt - first.verification.bookedAt], ['pending', MINUTE_MS]);
  }),
  inTime(
    'opens a fresh verification after an exhausted one, within the pause of the phone',
    async (caller) => {
      const first = await caller.sendAccepted();
      await caller.guessWrong(first, 5);
      assert.equal(shortOf(await caller.resend(first)), 'throttled phone');
      await caller.wait(MINUTE_MS);
      const { verification } = await caller.send(caller.again(first));
      assert.equal(verification.attemptsLeft, 5);
    },
  ),
  inTime('forgets an expired verification', async (caller) => {
    const first = await caller.sendAccepted();
    await caller.wait(5 * MINUTE_MS);
    assert.equal((await caller.guess(first, true)).status, 'gone');
    const { verification } = await caller.send(caller.again(first));
    assert.notEqual(verification.nonce, first.verification.nonce);
  }),
];

/** Limits of sends, in the order in which they are looked at. */
export const LIMIT_CASES: readonly StoreCase[] = [
  inTime('holds every limit of a phone over any window', async (caller) => {
    const given = withLimits({ phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }] });
    const first = await caller.sendAccepted({ ...given, cooldownsMs: [0] });
    await caller.wait(30 * MINUTE_MS);
    await caller.sendAccepted({ ...given, cooldownsMs: [0] });
    await caller.wait(30 * MINUTE_MS - 1);
    const answer = await caller.reserve({ ...given, cooldownsMs: [0] });
    assert.equal(shortOf(answer), 'throttled phone');
    assert.equal(retryAtOf(answer), first.verification.bookedAt + HOUR_MS);
    await caller.wait(1);
    await caller.sendAccepted({ ...given, cooldownsMs: [0] });
    assert.equal(shortOf(await caller.reserve({ ...given, cooldownsMs: [0] })), 'throttled phone');
  }),
  atOnce('keeps a share of the texts of a phone for trusted callers', async (caller) => {
    const given = withLimits({ phone: [{ count: 3, untrusted: 2, windowMs: HOUR_MS }] });
    await sendSome(caller, 2, given);
    assert.equal(shortOf(await caller.reserve({ ...given, cooldownsMs: [0] })), 'throttled phone');
    await sendSome(caller, 1, { ...given, trusted: true });
    const more = await caller.reserve({ ...given, cooldownsMs: [0], trusted: true });
    assert.equal(shortOf(more), 'throttled phone');
  }),
  atOnce('lets trusted texts use up the whole share of a phone', async (caller) => {
    const given = withLimits({ phone: [{ count: 3, untrusted: 2, windowMs: HOUR_MS }] });
    await sendSome(caller, 3, { ...given, trusted: true });
    assert.equal(shortOf(await caller.reserve({ ...given, cooldownsMs: [0] })), 'throttled phone');
  }),
  atOnce('pauses trusted callers apart from others', async (caller) => {
    await caller.sendAccepted();
    assert.equal(shortOf(await caller.reserve()), 'throttled phone');
    await caller.sendAccepted({ trusted: true });
    assert.equal(shortOf(await caller.reserve({ trusted: true })), 'throttled phone');
  }),
  atOnce('pauses one purpose of a phone apart from another', async (caller) => {
    await caller.sendAccepted();
    await caller.sendAccepted({ subjects: ['phone/pay'] });
  }),
  atOnce('sends nothing where a limit is none', async (caller) => {
    const none = [{ count: 0, untrusted: 0, windowMs: HOUR_MS }];
    assert.equal(shortOf(await caller.reserve(withLimits({ phone: none }))), 'throttled phone');
    const country = await caller.reserve({ ...withLimits({ country: none }), country: 'HK' });
    assert.equal(shortOf(country), 'throttled country');
    assert.equal(shortOf(await caller.reserve(withLimits({ all: none }))), 'throttled all');
  }),
  inTime('limits the starts of a caller over all phones', async (caller) => {
    const given = { ...withLimits({ caller: hourly(2) }), callers: ['x'] };
    const first = await caller.sendAccepted({ ...given, ...phone('p') });
    await caller.sendAccepted({ ...given, ...phone('q') });
    const answer = await caller.reserve({ ...given, ...phone('r') });
    assert.equal(shortOf(answer), 'throttled caller');
    assert.equal(retryAtOf(answer), first.verification.bookedAt + HOUR_MS);
    await caller.sendAccepted({ ...given, ...phone('r'), callers: ['y'] });
    await caller.sendAccepted({ ...given, ...phone('s'), callers: [] });
    await caller.wait(HOUR_MS);
    await caller.sendAccepted({ ...given, ...phone('t') });
  }),
  atOnce(
    'limits the texts to a country apart from others, and the mainland not',
    async (caller) => {
      const given = withLimits({ country: hourly(1) });
      const { ask } = await caller.sendAccepted({ ...given, ...phone('p'), country: 'HK' });
      assert.equal(ask.country, 'HK');
      const answer = await caller.reserve({ ...given, ...phone('q'), country: 'HK' });
      assert.equal(shortOf(answer), 'throttled country');
      await caller.sendAccepted({ ...given, ...phone('q'), country: 'SG' });
      await caller.sendAccepted({ ...given, ...phone('r') });
      await caller.sendAccepted({ ...given, ...phone('s') });
    },
  ),
  inTime('limits all texts, and lets none through across the edge of a window', async (caller) => {
    const given = withLimits({ all: hourly(3) });
    const first = await caller.sendAccepted({ ...given, ...phone('p') });
    await caller.wait(59 * MINUTE_MS);
    await caller.sendAccepted({ ...given, ...phone('q') });
    await caller.sendAccepted({ ...given, ...phone('r') });
    const answer = await caller.reserve({ ...given, ...phone('s') });
    assert.equal(shortOf(answer), 'throttled all');
    const after = retryAtOf(answer) - first.verification.bookedAt;
    assert.ok(after > HOUR_MS && after <= HOUR_MS + 2 * MINUTE_MS, `fits after ${after} ms`);
    await caller.wait(after - 59 * MINUTE_MS - 1);
    assert.equal(shortOf(await caller.reserve({ ...given, ...phone('s') })), 'throttled all');
    await caller.wait(1);
    await caller.sendAccepted({ ...given, ...phone('s') });
    assert.equal(shortOf(await caller.reserve({ ...given, ...phone('t') })), 'throttled all');
  }),
  atOnce('names the first limit that holds: phone, caller, country, all', async (caller) => {
    const given = {
      ...withLimits({ caller: hourly(1), country: hourly(1), all: hourly(1) }),
      callers: ['x'],
      country: 'HK',
    };
    await caller.sendAccepted(given);
    const others = { ...given, ...phone('q') };
    assert.equal(shortOf(await caller.reserve(given)), 'throttled phone');
    assert.equal(shortOf(await caller.reserve(others)), 'throttled caller');
    assert.equal(shortOf(await caller.reserve({ ...others, callers: [] })), 'throttled country');
    const home = { ...others, callers: [], country: undefined };
    assert.equal(shortOf(await caller.reserve(home)), 'throttled all');
  }),
  atOnce('books in no limit when one of them holds', async (caller) => {
    const given = { ...withLimits({ caller: hourly(1), all: hourly(10) }), callers: ['x'] };
    await caller.sendAccepted({ ...given, ...phone('p') });
    assert.equal(shortOf(await caller.reserve({ ...given, ...phone('q') })), 'throttled caller');
    const { ask } = await caller.sendAccepted({ ...given, ...phone('q'), callers: ['y'] });
    const look = await caller.reserve({
      ...ask,
      ...phone('r'),
      operation: 'l',
      callers: [],
      mode: 'look',
    });
    assert.deepEqual(look, { status: 'free', load: { all: 0.2, country: 0 } });
  }),
  atOnce('only looks when it is told to', async (caller) => {
    const given = { ...withLimits({ all: hourly(4), country: hourly(2) }), country: 'HK' };
    const look = await caller.reserve({ ...given, mode: 'look' });
    assert.deepEqual(look, { status: 'free', load: { all: 0, country: 0 } });
    const ask = caller.ask(given);
    const answer = await caller.store.reserve(ask);
    assert.equal(answer.status, 'send');
    assert.deepEqual(answer.load, { all: 0.25, country: 0.5 });
    assert.equal(shortOf(await caller.reserve({ ...given, mode: 'look' })), 'throttled phone');
  }),
  atOnce('holds no limit of sends for a test number', async (caller) => {
    const none = [{ count: 0, untrusted: 0, windowMs: HOUR_MS }];
    const given = { ...withLimits({ phone: none, all: none }), unlimited: true };
    const first = await caller.sendAccepted(given);
    const { resendAt, bookedAt } = first.verification;
    assert.equal(resendAt, bookedAt);
    const second = await caller.send(caller.again(first));
    assert.equal(second.verification.nonce, first.verification.nonce);
    await caller.sendAccepted({ ...given, limits: DEFAULT_LIMITS });
    await caller.send();
  }),
  inTime('reads logs under every key, and writes them under the first', async (caller) => {
    const limits = withLimits({ phone: [{ count: 2, untrusted: 2, windowMs: HOUR_MS }] });
    const old = { ...limits, cooldownsMs: [0], phones: ['old'], subjects: ['old/login'] };
    const both = { ...old, phones: ['new', 'old'], subjects: ['new/login', 'old/login'] };
    await caller.sendAccepted(old);
    await caller.sendAccepted(both);
    assert.equal(shortOf(await caller.reserve(both)), 'throttled phone');
    await caller.sendAccepted(old);
    await caller.sendAccepted({ ...old, phones: ['new'], subjects: ['new/login'] });
  }),
  atOnce('pauses under every key', async (caller) => {
    await caller.sendAccepted({ phones: ['old'], subjects: ['old/login'] });
    const both = { phones: ['new', 'old'], subjects: ['new/login', 'old/login'] };
    assert.equal(shortOf(await caller.reserve(both)), 'throttled phone');
  }),
];
