import assert from 'node:assert/strict';
import type { SmsDeliveryText } from '../../delivery/store/delivery.store.js';
import { atOnce, inTime, response, SENT_AT } from './delivery-caller.js';
import type { DeliveryCase } from './delivery-caller.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Without members that are `undefined`. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** How texts are kept and found. */
export const TEXT_CASES: readonly DeliveryCase[] = [
  atOnce('finds a text by its callRef, its serial number and its ref', async (caller) => {
    const before = caller.text({
      ref: 'order 7',
      account: 'marketing',
      signName: '签名',
      kind: 'notification',
      sdkAppId: '1400006666',
      print: '12ab您的订单',
      endsBy: SENT_AT + 68_000,
      offsetMs: 1000,
    });
    await caller.store.put([before]);
    const text = caller.accepted(before);
    await caller.store.put([text]);
    const { to, callRef } = text;
    const keys = [
      { to, callRef },
      { to, serialNo: text.serialNo ?? '' },
      { to, ref: 'order 7' },
    ];
    const found = await Promise.all(keys.map(async (key) => caller.store.find(key)));
    assert.deepEqual(
      found.map(plain),
      keys.map(() => plain({ ...text, corrected: false, matched: false })),
    );
  }),
  atOnce('finds a text before its outcome is known', async (caller) => {
    const text = caller.text();
    await caller.store.put([text]);
    assert.equal(await caller.stateOf(text), 'unknown');
  }),
  atOnce('finds no text by the number of another one', async (caller) => {
    const { serialNo = '', callRef } = await caller.send({ ref: 'order' });
    const { to } = await caller.send();
    assert.equal(await caller.stateOf({ to, serialNo }), undefined);
    assert.equal(await caller.stateOf({ to, callRef }), undefined);
    assert.equal(await caller.stateOf({ to, ref: 'order' }), undefined);
  }),
  atOnce('keeps a refused text with its code', async (caller) => {
    const text = caller.text();
    await caller.store.put([text]);
    await caller.store.put([{ ...text, fact: response('rejected', 'LimitExceeded.X') }]);
    assert.equal(await caller.stateOf(text), 'rejected LimitExceeded.X');
  }),
  atOnce('keeps codes, names and refs of any characters', async (caller) => {
    await caller.register();
    const odd = 'a =b\n"{}" %s \u0000 签名 😀 ';
    const before = caller.text({ ref: odd, account: odd, template: odd, signName: odd });
    const text = caller.accepted(before, { serialNo: '5000:1' });
    await caller.store.put([text]);
    await caller.store.merge([caller.report(text, 'failed', { code: odd })]);
    const found = await caller.store.find({ to: text.to, ref: odd });
    const { ref, account, template, signName, fact } = found ?? {};
    assert.deepEqual([ref, account, template, signName, fact?.code], Array(5).fill(odd));
    const [heard] = await caller.hear();
    assert.deepEqual(
      [heard?.ref, heard?.account, heard?.template, heard?.code],
      Array(4).fill(odd),
    );
  }),
  atOnce('keeps the outcome when the record before it is written late', async (caller) => {
    const text = caller.text();
    const accepted = caller.accepted(text, { tracked: false });
    await caller.store.put([accepted]);
    await caller.store.put([text]);
    assert.equal(await caller.stateOf(text), undefined);
    const other = caller.text({ decidedAt: 1 });
    await caller.store.put([caller.accepted(other, { decidedAt: 2 }), other]);
    assert.equal((await caller.store.find(other))?.decidedAt, 2);
    assert.equal(await caller.stateOf(other), 'accepted');
  }),
  atOnce('gives the latest of several texts with one ref, in any order', async (caller) => {
    const { to } = caller.text();
    const first = caller.text({ to, ref: 'order', decidedAt: SENT_AT });
    const second = caller.text({ to, ref: 'order', decidedAt: SENT_AT + 1 });
    await caller.store.put([first]);
    await caller.store.put([second]);
    await caller.store.put([caller.accepted(second)]);
    await caller.store.put([caller.accepted(first)]);
    assert.equal((await caller.store.find({ to, ref: 'order' }))?.callRef, second.callRef);
  }),
  atOnce('tells nothing of a text that is not tracked', async (caller) => {
    const text = caller.accepted(caller.text(), { tracked: false, ref: 'order' });
    const { to, callRef, serialNo = '' } = text;
    await caller.store.put([text]);
    assert.equal(await caller.stateOf({ to, callRef }), undefined);
    assert.equal(await caller.stateOf({ to, serialNo }), undefined);
    assert.equal(await caller.stateOf({ to, ref: 'order' }), undefined);
  }),
  atOnce(
    'tells a text that is not tracked to its sender, who asks for it as such',
    async (caller) => {
      const text = caller.accepted(caller.text(), { tracked: false });
      const { to, callRef } = text;
      await caller.store.put([text]);
      assert.equal(await caller.stateOf({ to, callRef, untracked: true }), 'accepted');
      assert.equal(await caller.stateOf({ to, callRef: 'other', untracked: true }), undefined);
    },
  ),
  atOnce('keeps a thousand texts of one call', async (caller) => {
    const texts: SmsDeliveryText[] = Array.from({ length: 1000 }, () =>
      caller.accepted(caller.text()),
    );
    await caller.store.put(texts);
    await caller.store.merge(texts.map((text) => caller.report(text, 'delivered')));
    const { reported, unreported, parked } = await caller.store.stats();
    assert.deepEqual([reported, unreported, parked], [1000, 0, 0]);
  }),
  inTime('knows the serial number of an untracked text for half an hour', async (caller) => {
    await caller.register();
    const untracked = async () => caller.send({ tracked: false });
    const first = await untracked();
    await caller.wait(29 * MINUTE_MS);
    await caller.store.merge([caller.report(first, 'delivered')]);
    assert.deepEqual(
      (await caller.hear()).map(({ known }) => known),
      [true],
    );
    const second = await untracked();
    await caller.wait(32 * MINUTE_MS);
    await caller.store.merge([caller.report(second, 'delivered')]);
    assert.equal((await caller.store.stats()).parked, 1);
  }),
  inTime('forgets a text after seven days', async (caller) => {
    const text = await caller.send({ ref: 'order' });
    await caller.wait(6.9 * DAY_MS);
    assert.equal(await caller.stateOf(text), 'unreported');
    await caller.wait(0.2 * DAY_MS);
    const { to, callRef, serialNo = '' } = text;
    assert.equal(await caller.stateOf({ to, callRef }), undefined);
    assert.equal(await caller.stateOf({ to, serialNo }), undefined);
    assert.equal(await caller.stateOf({ to, ref: 'order' }), undefined);
  }),
  atOnce('gives a lease to one owner, who may renew it', async ({ store }) => {
    assert.equal(await store.lease('pull', 'one', 60_000), true);
    assert.equal(await store.lease('pull', 'two', 60_000), false);
    assert.equal(await store.lease('pull', 'one', 60_000), true);
    assert.equal(await store.lease('other', 'two', 60_000), true);
  }),
  inTime('gives a lease to another owner once it has ended', async (caller) => {
    await caller.store.lease('pull', 'one', 10_000);
    await caller.wait(9_999);
    assert.equal(await caller.store.lease('pull', 'two', 10_000), false);
    await caller.wait(1);
    assert.equal(await caller.store.lease('pull', 'two', 10_000), true);
    assert.equal(await caller.store.lease('pull', 'one', 10_000), false);
  }),
  atOnce('gives a lease to one of a hundred owners at once', async ({ store }) => {
    const given = await Promise.all(
      Array.from({ length: 100 }, async (_, owner) => store.lease('pull', String(owner), 60_000)),
    );
    assert.equal(given.filter(Boolean).length, 1);
  }),
];
