import assert from 'node:assert/strict';
import type { SmsDeliveryKey, SmsReportedChange } from '../../delivery/store/delivery.store.js';
import { atOnce, inTime, matched, response, SENT_AT } from './delivery-caller.js';
import type { DeliveryCase } from './delivery-caller.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** How facts become a state, and when handlers hear of it. */
export const MERGE_CASES: readonly DeliveryCase[] = [
  atOnce('merges a report into its text, and tells handlers all of it', async (caller) => {
    await caller.register();
    const text = await caller.send({ ref: 'order', account: 'marketing' });
    await caller.store.merge([caller.report(text, 'failed')]);
    assert.equal(await caller.stateOf(text), 'failed MK:0001');
    const [report, ...more] = await caller.hear();
    assert.deepEqual(more, []);
    const { id, kind, ...rest } = report ?? {};
    assert.equal(typeof id, 'string');
    assert.equal(typeof kind, 'string');
    assert.deepEqual(rest, {
      to: text.to,
      serialNo: text.serialNo,
      state: 'failed',
      code: 'MK:0001',
      at: SENT_AT,
      source: 'callback',
      known: true,
      corrected: false,
      ref: 'order',
      template: '1110',
      account: 'marketing',
    });
  }),
  atOnce('tells handlers once of a report that is pushed again', async (caller) => {
    await caller.register();
    const text = await caller.send();
    const report = caller.report(text, 'delivered');
    await caller.store.merge([report, report]);
    await caller.store.merge([report]);
    assert.equal((await caller.hear()).length, 1);
    await caller.store.merge([report]);
    await caller.store.put([text]);
    assert.equal((await caller.hear()).length, 0);
  }),
  atOnce('gives each change that a report made to the call that made it', async (caller) => {
    const text = await caller.send({ account: 'marketing' });
    const failed = caller.report(text, 'failed');
    const change = { source: 'callback', account: 'marketing', sentAt: SENT_AT, at: SENT_AT };
    const first = await caller.store.merge([failed, failed]);
    assert.deepEqual(first, [{ ...change, state: 'failed', code: 'MK:0001', corrected: false }]);
    assert.deepEqual(await caller.store.merge([failed]), []);
    const [key, fact] = [{ to: text.to, callRef: text.callRef }, caller.report(text, 'delivered')];
    const delivered = { ...change, state: 'delivered', code: 'DELIVRD', corrected: true };
    assert.deepEqual(await caller.settle([{ key, fact }]), [delivered]);
    assert.deepEqual(await caller.settle([{ key, fact }]), []);
    assert.deepEqual(await caller.store.merge([failed]), []);
  }),
  atOnce('gives the change of a parked report to the call that brings its text', async (caller) => {
    const text = caller.text({ decidedAt: SENT_AT - 5 });
    const accepted = caller.accepted(text, { signedAt: undefined });
    const report = caller.report(accepted, 'delivered', { at: undefined, code: undefined });
    assert.deepEqual(await caller.store.merge([report]), []);
    assert.deepEqual(await caller.store.put([text]), []);
    const [change, ...more] = await caller.store.put([accepted]);
    const { state, at, code, account, sentAt } = (change ?? {}) as Partial<SmsReportedChange>;
    assert.deepEqual(
      [state, at, code, account, sentAt, more],
      ['delivered', undefined, undefined, undefined, SENT_AT - 5, []],
    );
    assert.deepEqual(await caller.store.put([accepted]), []);
  }),
  atOnce('tells handlers nothing of what no report said', async (caller) => {
    await caller.register();
    const text = caller.text();
    await caller.store.put([text]);
    await caller.store.put([{ ...text, fact: response('rejected', 'X') }]);
    await caller.send();
    assert.deepEqual(await caller.claim(), []);
  }),
  atOnce('corrects a failed text that was delivered, and tells so', async (caller) => {
    await caller.register();
    const text = await caller.send();
    await caller.store.merge([caller.report(text, 'failed')]);
    await caller.store.merge([caller.report(text, 'delivered')]);
    const found = await caller.store.find(text);
    assert.deepEqual([found?.fact.state, found?.corrected], ['delivered', true]);
    const told = (await caller.hear()).map(({ state, corrected }) => `${state} ${corrected}`);
    assert.deepEqual(told.toSorted(), ['delivered true', 'failed false']);
  }),
  atOnce('keeps a text delivered that is said to have failed', async (caller) => {
    await caller.register();
    const text = await caller.send();
    await caller.store.merge([caller.report(text, 'delivered')]);
    await caller.store.merge([caller.report(text, 'failed')]);
    const found = await caller.store.find(text);
    assert.deepEqual([found?.fact.state, found?.corrected], ['delivered', false]);
    assert.equal((await caller.hear()).length, 1);
  }),
  atOnce('takes the earlier of two reports, then the lower code', async (caller) => {
    const text = await caller.send();
    const facts = [
      { code: 'B', at: SENT_AT + 2 },
      { code: 'C', at: SENT_AT + 1 },
      { code: 'A', at: SENT_AT + 1 },
      { code: 'D', at: undefined },
    ];
    for (const fact of facts) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.store.merge([caller.report(text, 'failed', fact)]);
    }
    const { fact } = (await caller.store.find(text)) ?? {};
    assert.deepEqual([fact?.code, fact?.at], ['A', SENT_AT + 1]);
  }),
  atOnce('touches a text by serial number and number together only', async (caller) => {
    const text = await caller.send();
    const { to } = await caller.send();
    await caller.store.merge([caller.report({ ...text, to }, 'failed')]);
    assert.equal(await caller.stateOf(text), 'accepted');
    assert.equal((await caller.store.stats()).parked, 1);
  }),
  atOnce('settles a text by any of its keys', async (caller) => {
    const { serialNo = '', to, callRef } = await caller.send({ ref: 'order' });
    const keys: SmsDeliveryKey[] = [
      { to, callRef },
      { to, serialNo },
      { to, ref: 'order' },
    ];
    const states = ['absent', 'unreported', 'failed'] as const;
    for (const [index, key] of keys.entries()) {
      const state = states[index] ?? 'failed';
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.settle([{ key, fact: { ...matched(state), exact: true } }]);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.equal((await caller.stateOf(key))?.split(' ')[0], index === 0 ? 'accepted' : state);
    }
  }),
  atOnce('prefers what is sure to what was matched, in any order', async (caller) => {
    const orders = [
      [matched('delivered'), response('rejected', 'X')],
      [response('rejected', 'X'), matched('delivered')],
    ];
    for (const facts of orders) {
      const text = caller.text();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await caller.store.put([text]);
      for (const fact of facts) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await caller.settle([{ key: text, fact }]);
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      assert.equal(await caller.stateOf(text), 'rejected X');
    }
  }),
  atOnce('tells handlers of each state that what is sure brings a text to', async (caller) => {
    await caller.register();
    const text = caller.accepted(caller.text(), { fact: response('unknown') });
    const told: unknown[] = [];
    const tell = async (): Promise<void> => {
      told.push(...(await caller.hear()).map(({ state, corrected }) => [state, corrected]));
    };
    await caller.store.put([text]);
    const { to, callRef } = text;
    await caller.settle([{ key: { to, callRef }, fact: matched('delivered') }]);
    await tell();
    await caller.store.merge([caller.report(text, 'failed')]);
    await tell();
    await caller.store.merge([caller.report(text, 'delivered')]);
    await tell();
    assert.deepEqual(told, [
      ['delivered', false],
      ['failed', true],
      ['delivered', true],
    ]);
  }),
  atOnce('tells of each of two texts to one number that are settled', async (caller) => {
    await caller.register();
    const { to } = caller.text();
    const texts = [caller.text({ to }), caller.text({ to })];
    await caller.store.put(texts);
    await caller.settle(texts.map((key) => ({ key, fact: matched('delivered') })));
    assert.equal((await caller.hear()).length, 2);
  }),
  atOnce('settles nothing for a text that is not there', async (caller) => {
    const key = caller.text();
    await caller.settle([{ key, fact: matched('delivered') }]);
    assert.equal(await caller.stateOf(key), undefined);
    assert.equal((await caller.store.stats()).parked, 0);
  }),
  inTime('ends a text without a report after 72 hours, until one comes', async (caller) => {
    await caller.register();
    const text = await caller.send();
    await caller.wait(71 * HOUR_MS);
    assert.equal(await caller.stateOf(text), 'accepted');
    await caller.wait(HOUR_MS + MINUTE_MS);
    assert.equal(await caller.stateOf(text), 'unreported');
    await caller.register();
    await caller.store.merge([caller.report(text, 'delivered')]);
    assert.deepEqual(
      (await caller.hear()).map(({ state, corrected }) => [state, corrected]),
      [['delivered', true]],
    );
  }),
  atOnce('says when the newest report came, and how many texts have one', async (caller) => {
    const { store } = caller;
    assert.equal((await store.stats()).newestReportAt, undefined);
    const texts = [await caller.send(), await caller.send(), await caller.send()];
    await caller.send({ tracked: false });
    await store.put([caller.text()]);
    await store.merge([
      ...texts.slice(1).map((text) => caller.report(text, 'failed')),
      ...texts.slice(2).map((text) => caller.report(text, 'delivered')),
    ]);
    const { newestReportAt, ...rest } = await store.stats();
    assert.equal(typeof newestReportAt, 'number');
    assert.deepEqual(rest, {
      reported: 2,
      unreported: 1,
      waiting: 0,
      dead: 0,
      parked: 0,
      open: 1,
      looks: 0,
      dropped: 0,
    });
  }),
  atOnce('calls subscribers back when a text has changed, until they end it', async (caller) => {
    const text = await caller.send();
    let calls = 0;
    const ends: (() => void)[] = [];
    const heard = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error('No subscriber was called within 5 s.'));
      }, 5000);
      const look = async (): Promise<void> => {
        if ((await caller.stateOf(text)) === 'delivered DELIVRD') {
          clearTimeout(limit);
          resolve();
        }
      };
      const end = caller.store.subscribe((to) => {
        calls += 1;
        if (to === undefined || to === text.to) {
          look().catch(reject);
        }
      });
      ends.push(end);
    });
    await caller.store.merge([caller.report(text, 'delivered')]);
    await heard;
    ends[0]?.();
    const before = calls;
    await caller.store.put([caller.text()]);
    await caller.stateOf(text);
    assert.equal(calls, before);
  }),
];

/** Reports that come before their text, or of texts of other systems. */
export const PARKED_CASES: readonly DeliveryCase[] = [
  atOnce('merges reports that came before the outcome of their text', async (caller) => {
    await caller.register();
    const text = caller.text();
    await caller.store.put([text]);
    const accepted = caller.accepted(text);
    const report = caller.report(accepted, 'delivered');
    await caller.store.merge([report, caller.report(accepted, 'failed'), report]);
    assert.deepEqual(await caller.claim(), []);
    await caller.store.put([accepted]);
    await caller.store.put([accepted]);
    assert.equal(await caller.stateOf(text), 'delivered DELIVRD');
    assert.equal((await caller.hear()).length, 1);
    assert.equal((await caller.store.stats()).parked, 0);
  }),
  atOnce('parks few of any number of contradicting reports', async (caller) => {
    const accepted = caller.accepted(caller.text());
    const reports = Array.from({ length: 500 }, (_, index) =>
      caller.report(accepted, index % 2 === 0 ? 'failed' : 'delivered', { at: SENT_AT - index }),
    );
    await caller.store.merge(reports);
    assert.ok((await caller.store.stats()).parked <= 2);
    await caller.store.put([accepted]);
    const { fact } = (await caller.store.find(accepted)) ?? {};
    assert.deepEqual([fact?.state, fact?.at], ['delivered', SENT_AT - 499]);
  }),
  inTime('tells once of a report without a text, as of one of another system', async (caller) => {
    await caller.register();
    const report = caller.report({ to: '+8613811110000', serialNo: 'foreign' }, 'failed');
    await caller.store.merge([report]);
    await caller.wait(31_000);
    const [heard, ...more] = await caller.hear();
    assert.deepEqual(more, []);
    const { to, serialNo, state, code, known } = heard ?? {};
    assert.deepEqual(
      [to, serialNo, state, code, known],
      [report.to, 'foreign', 'failed', 'MK:0001', false],
    );
    await caller.store.merge([report]);
    await caller.wait(11 * MINUTE_MS);
    await caller.store.merge([report]);
    await caller.wait(31_000);
    assert.deepEqual(await caller.hear(), []);
  }),
  inTime('merges a report into a text that comes minutes later', async (caller) => {
    await caller.register();
    const text = caller.accepted(caller.text());
    await caller.store.merge([caller.report(text, 'delivered')]);
    await caller.wait(9 * MINUTE_MS);
    await caller.store.put([text]);
    assert.equal(await caller.stateOf(text), 'delivered DELIVRD');
    const known = (await caller.hear()).map((report) => String(report.known));
    assert.deepEqual(known.toSorted(), ['false', 'true']);
  }),
  inTime('drops a report without a text after ten minutes', async (caller) => {
    const text = caller.accepted(caller.text());
    await caller.store.merge([caller.report(text, 'delivered')]);
    await caller.wait(31_000);
    assert.equal((await caller.store.stats()).parked, 1);
    await caller.wait(10 * MINUTE_MS);
    assert.equal((await caller.store.stats()).parked, 0);
    await caller.store.put([text]);
    assert.equal(await caller.stateOf(text), 'accepted');
  }),
];
