import assert from 'node:assert/strict';
import type { SmsDeliveryLook, SmsDeliveryText } from '../../delivery/store/delivery.store.js';
import type { SmsSettlement } from '../../delivery/settlement.js';
import { atOnce, inTime, LEASE_MS, matched, response, SENT_AT } from './delivery-caller.js';
import type { DeliveryCaller, DeliveryCase } from './delivery-caller.js';

const SETTLED = 'Orders.onSettled';
const SECOND_MS = 1_000;

/** A text whose outcome is open, with its first look after so long. */
async function open(
  caller: DeliveryCaller,
  given: Partial<SmsDeliveryText> = {},
): Promise<SmsDeliveryText> {
  const text = caller.text({ lookIn: 60_000, ...given });
  await caller.store.put([text]);
  const outcome = { ...text, signedAt: SENT_AT, lookIn: 5 * SECOND_MS, ...given };
  await caller.store.put([outcome]);
  return outcome;
}

async function take(caller: DeliveryCaller, to: string): Promise<SmsDeliveryLook> {
  const [look] = await caller.store.claimLooks(1, LEASE_MS, to);
  assert.ok(look, 'the number is free');
  return look;
}

async function find(
  caller: DeliveryCaller,
  { to, callRef }: SmsDeliveryText,
  serialNo: string,
  state: 'accepted' | 'rejected' = 'accepted',
): Promise<void> {
  const look = await take(caller, to);
  const fact = { ...matched(state), code: state === 'rejected' ? 'LimitExceeded.X' : undefined };
  await caller.store.endLook(look, [{ callRef, fact, claim: serialNo, serialNo }]);
}

async function listen(caller: DeliveryCaller): Promise<void> {
  await caller.store.register([{ name: SETTLED, kind: 'settled' }]);
}

/** The verdicts that a handler hears of: each with how sure it is, and whether it takes one back. */
async function verdicts(caller: DeliveryCaller): Promise<string[]> {
  const changes = await caller.claim([SETTLED]);
  await Promise.all(changes.map(async ({ id }) => caller.store.acknowledge(id, SETTLED, true)));
  return changes.map(({ id, body }) => {
    const { verdict, certainty, corrected, ...settlement } = body as SmsSettlement;
    assert.equal(settlement.id, id, 'a settlement has the id of its change');
    return `${verdict} ${certainty}${corrected === true ? ' corrected' : ''}`;
  });
}

/** A store may leave out what is not known. */
function withoutUndefined(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** When numbers are looked for, and what becomes of what was found. */
export const LOOK_CASES: readonly DeliveryCase[] = [
  inTime('has a number looked for when it is due, by one process at a time', async (caller) => {
    const { to, callRef } = await open(caller);
    assert.deepEqual(await caller.store.claimLooks(10, LEASE_MS), []);
    await caller.wait(6 * SECOND_MS);
    const both = await Promise.all([
      caller.store.claimLooks(10, LEASE_MS),
      caller.store.claimLooks(10, LEASE_MS),
    ]);
    const [look, ...others] = both.flat();
    assert.equal(others.length, 0);
    assert.equal(look?.to, to);
    assert.deepEqual(
      look?.texts.map((text) => [text.callRef, text.signedAt, text.isDue]),
      [[callRef, SENT_AT, true]],
    );
    await caller.wait(LEASE_MS + SECOND_MS);
    assert.equal((await caller.store.claimLooks(10, LEASE_MS)).length, 1, 'its lease has ended');
  }),
  inTime('looks again when the look says so, and never after the last', async (caller) => {
    const { to, callRef } = await open(caller);
    await caller.wait(6 * SECOND_MS);
    const [first] = await caller.store.claimLooks(10, LEASE_MS);
    assert.equal((await caller.store.stats()).open, 1);
    await caller.store.endLook(first ?? { to, token: '', texts: [] }, [
      { callRef, lookIn: 30 * SECOND_MS },
    ]);
    await caller.wait(20 * SECOND_MS);
    assert.deepEqual(await caller.store.claimLooks(10, LEASE_MS), []);
    await caller.wait(11 * SECOND_MS);
    assert.equal((await caller.store.stats()).looks, 1);
    const [second] = await caller.store.claimLooks(10, LEASE_MS);
    await caller.store.endLook(second ?? { to, token: '', texts: [] }, [{ callRef }]);
    await caller.wait(3_600 * SECOND_MS);
    assert.deepEqual(await caller.store.claimLooks(10, LEASE_MS), []);
    assert.equal((await caller.store.stats()).looks, 0);
  }),
  inTime('looks no more for a text that was answered or reported', async (caller) => {
    const answered = await open(caller);
    await caller.store.put([caller.accepted(answered, { lookIn: undefined })]);
    const reported = caller.accepted(await open(caller), { lookIn: 5 * SECOND_MS });
    await caller.store.put([reported]);
    await caller.store.merge([caller.report(reported, 'delivered')]);
    await caller.wait(600 * SECOND_MS);
    assert.deepEqual(await caller.store.claimLooks(10, LEASE_MS), []);
  }),
  inTime('looks for who is waited for, then for codes, then for the newest', async (caller) => {
    const old = await open(caller);
    const waited = await open(caller);
    const code = await open(caller, { kind: 'verification' });
    const newest = await open(caller, { decidedAt: SENT_AT + 1 });
    await caller.store.prefer(waited.to);
    await caller.wait(6 * SECOND_MS);
    const order: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const looks = await caller.store.claimLooks(1, LEASE_MS);
      order.push(...looks.map(({ to }) => to));
    }
    assert.deepEqual(
      order,
      [waited, code, newest, old].map(({ to }) => to),
    );
  }),
  atOnce('gives a look all texts to the number that it concerns', async (caller) => {
    const first = await open(caller);
    const { to } = first;
    const flying = caller.text({ to, lookIn: 60_000, endsBy: SENT_AT + 68_000 });
    const refused = caller.text({ to });
    await caller.store.put([flying, refused]);
    await caller.store.put([
      { ...refused, signedAt: SENT_AT, fact: response('rejected', 'LimitExceeded.X') },
    ]);
    const done = caller.text({ to });
    await caller.store.put([done]);
    await caller.store.put([caller.accepted(done)]);
    const { texts } = await take(caller, to);
    const given = texts.map(({ callRef, fact, endsBy }) => `${callRef} ${fact.state} ${endsBy}`);
    assert.deepEqual(
      new Set(given),
      new Set([
        `${first.callRef} unknown undefined`,
        `${flying.callRef} unknown ${SENT_AT + 68_000}`,
        `${refused.callRef} rejected undefined`,
      ]),
    );
  }),
  atOnce('settles a text that was found, and tells of it once', async (caller) => {
    await listen(caller);
    const text = await open(caller);
    await find(caller, text, 'serial1');
    assert.equal(await caller.stateOf(text), 'accepted');
    const { serialNo, matched: isMatched } = (await caller.store.find(text)) ?? {};
    assert.deepEqual([serialNo, isMatched], ['serial1', true]);
    assert.deepEqual(await verdicts(caller), ['accepted matched']);
    await caller.store.merge([caller.report({ ...text, serialNo: 'serial1' }, 'delivered')]);
    assert.equal(await caller.stateOf(text), 'delivered DELIVRD');
    assert.deepEqual(await verdicts(caller), []);
  }),
  atOnce('tells of each verdict, and of none that an answer gave', async (caller) => {
    await listen(caller);
    const refused = await open(caller);
    await find(caller, refused, 'refused 1', 'rejected');
    assert.deepEqual(await verdicts(caller), ['rejected matched']);
    const gone = await open(caller);
    const absent = { state: 'absent', source: 'record', exact: false, at: SENT_AT } as const;
    await caller.store.endLook(await take(caller, gone.to), [
      { callRef: gone.callRef, fact: absent, lookIn: SECOND_MS },
    ]);
    assert.deepEqual(await verdicts(caller), ['absent presumed']);
    await find(caller, gone, 'serial2');
    assert.deepEqual(await verdicts(caller), ['accepted matched corrected']);
    const answered = await caller.send();
    await caller.store.merge([caller.report(answered, 'failed')]);
    assert.deepEqual(await verdicts(caller), []);
  }),
  atOnce('gives each verdict to the call that made it, once', async (caller) => {
    const text = await open(caller, { account: 'marketing' });
    const { to, callRef } = text;
    const fact = { ...matched('accepted'), code: undefined };
    const finding = { callRef, fact, claim: 'serial13', serialNo: 'serial13' };
    const given = [
      await caller.store.endLook(await take(caller, to), [finding]),
      await caller.store.endLook(await take(caller, to), [finding]),
      await caller.store.merge([caller.report({ to, serialNo: 'serial13' }, 'delivered')]),
      await caller.store.put([caller.accepted(caller.text({ to }), { serialNo: 'serial13' })]),
    ].map((changes) =>
      changes.flatMap((change) => ('verdict' in change ? [withoutUndefined(change)] : [])),
    );
    const verdict = { account: 'marketing', sentAt: SENT_AT, certainty: 'matched' };
    assert.deepEqual(given, [
      [{ ...verdict, verdict: 'accepted', source: fact.source, corrected: false }],
      [],
      [],
      [{ ...verdict, verdict: 'open', source: 'response', corrected: true }],
    ]);
  }),
  atOnce('gives a record to one text only', async (caller) => {
    const first = await open(caller);
    const { to } = first;
    const second = await open(caller, { to });
    await find(caller, first, 'serial3');
    assert.deepEqual(await caller.store.claimed(to, ['serial3', 'serial4']), ['serial3']);
    await find(caller, second, 'serial3');
    assert.equal(await caller.stateOf(second), 'unknown');
    await find(caller, second, 'serial4');
    assert.equal(await caller.stateOf(second), 'accepted');
  }),
  inTime(
    'matches no record while the look has not seen an attempt to the number',
    async (caller) => {
      const first = await open(caller);
      const { to, callRef } = first;
      const look = await take(caller, to);
      const second = await open(caller, { to, lookIn: 60 * SECOND_MS });
      const fact = { ...matched('accepted'), code: undefined };
      const finding = { callRef, fact, claim: 'serial12', serialNo: 'serial12' };
      await caller.store.endLook(look, [finding]);
      assert.equal(await caller.stateOf(first), 'unknown');
      assert.deepEqual(await caller.store.claimed(to, ['serial12']), []);
      await caller.wait(2 * SECOND_MS);
      const [again] = await caller.store.claimLooks(10, LEASE_MS);
      assert.deepEqual(
        new Set(again?.texts.map((text) => text.callRef)),
        new Set([callRef, second.callRef]),
      );
      await caller.store.endLook(again ?? look, [finding]);
      assert.equal(await caller.stateOf(first), 'accepted');
    },
  ),
  atOnce('gives a serial number back to the text of its receipt, reports too', async (caller) => {
    await listen(caller);
    const guessed = await open(caller);
    const { to } = guessed;
    const owner = caller.text({ to });
    await caller.store.put([owner]);
    await find(caller, guessed, 'serial5');
    await caller.store.merge([caller.report({ to, serialNo: 'serial5' }, 'failed')]);
    assert.equal(await caller.stateOf(guessed), 'failed MK:0001');
    await caller.store.put([caller.accepted(owner, { serialNo: 'serial5' })]);
    assert.equal(await caller.stateOf(owner), 'failed MK:0001');
    assert.equal(await caller.stateOf(guessed), 'unknown');
    assert.deepEqual(await verdicts(caller), ['accepted matched', 'open matched corrected']);
    const [look] = await caller.store.claimLooks(1, LEASE_MS);
    assert.equal(look?.to, to, 'it is looked for at once');
    await caller.store.merge([caller.report({ to, serialNo: 'serial5' }, 'delivered')]);
    assert.equal(await caller.stateOf(owner), 'delivered DELIVRD');
    assert.equal(await caller.stateOf(guessed), 'unknown');
  }),
  atOnce('knows the text of a report by the context that it gives back', async (caller) => {
    await listen(caller);
    const text = await open(caller);
    const { to, callRef: context } = text;
    const stranger = caller.report({ to, serialNo: 'serial6' }, 'delivered', { context: 'other' });
    await caller.store.merge([stranger]);
    assert.equal(await caller.stateOf(text), 'unknown');
    const own = caller.report({ to, serialNo: 'serial7' }, 'failed', { context });
    await caller.store.merge([own]);
    assert.equal(await caller.stateOf(text), 'failed MK:0001');
    assert.equal((await caller.store.find(text))?.serialNo, 'serial7');
    assert.deepEqual(await verdicts(caller), ['accepted exact']);
  }),
  atOnce('takes what the context says for surer than a match', async (caller) => {
    const text = await open(caller);
    const { to, callRef: context } = text;
    await find(caller, text, 'serial8');
    await caller.store.merge([
      caller.report({ to, serialNo: 'serial9' }, 'delivered', { context }),
    ]);
    const { serialNo, matched: isMatched } = (await caller.store.find(text)) ?? {};
    assert.deepEqual([serialNo, isMatched], ['serial9', false]);
    assert.deepEqual(await caller.store.claimed(to, ['serial8']), []);
  }),
  atOnce('looks at once for a number that a report of an unknown text is of', async (caller) => {
    const { to } = await open(caller, { lookIn: 3_600 * SECOND_MS });
    await caller.store.merge([caller.report({ to, serialNo: 'serial10' }, 'delivered')]);
    const [look] = await caller.store.claimLooks(10, LEASE_MS);
    assert.equal(look?.to, to);
  }),
  atOnce('looks again for one that counts as absent when such a report comes', async (caller) => {
    const { to, callRef } = await open(caller);
    const absent = { state: 'absent', source: 'record', exact: false, at: SENT_AT } as const;
    await caller.store.endLook(await take(caller, to), [{ callRef, fact: absent }]);
    assert.deepEqual(await caller.store.claimLooks(10, LEASE_MS), []);
    await caller.store.merge([caller.report({ to, serialNo: 'serial11' }, 'delivered')]);
    const [look] = await caller.store.claimLooks(10, LEASE_MS);
    assert.deepEqual(
      look?.texts.map((text) => [text.callRef, text.isDue]),
      [[callRef, true]],
    );
  }),
  inTime('writes nothing of a look whose number another has by now', async (caller) => {
    const { to, callRef } = await open(caller);
    const late = await take(caller, to);
    await caller.wait(LEASE_MS + SECOND_MS);
    await take(caller, to);
    await caller.store.endLook(late, [{ callRef, fact: matched('accepted'), claim: 's' }]);
    assert.equal(await caller.stateOf({ to, callRef }), 'unknown');
  }),
  atOnce('gives places in a row, each its own', async (caller) => {
    const waits = await Promise.all(
      Array.from({ length: 5 }, async () => caller.store.reserve('a', 10_000)),
    );
    waits.sort((a, b) => a - b);
    for (const [index, wait] of waits.entries()) {
      assert.ok(wait <= index * 10_000 && wait > index * 10_000 - 5_000, `place ${index}: ${wait}`);
    }
    assert.ok((await caller.store.reserve('b', 10_000)) <= 0, 'another row');
  }),
];
