import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsOutcome, SmsSendEach, SmsSendRow, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { DuplicateWindow } from '../../lib/sending/duplicate-window.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const Code = smsTemplate({ id: '1', kind: 'notification', text: 'Code {code:1}' });
const ABROAD = '+85261234567';

type Row = SmsSendRow<typeof Code>;

const phone = (i: number) => `+86137${String(i).padStart(8, '0')}`;
const rowOf = (i: number, code = 'same'): Row => ({ to: phone(i), params: { code } });

const firsts = (outcomes: readonly SmsOutcome[]) =>
  outcomes.map(({ duplicateOf }) => duplicateOf).filter((first) => first !== undefined);

describe('repeated rows of sendEach', () => {
  let emulator: SmsEmulator;
  let started: SmsTestCase;
  let sms: SmsService;

  beforeEach(async () => {
    emulator = await SmsEmulator.start();
    started = await startSms({
      endpoint: emulator.url,
      credentials: { secretId: 'any', secretKey: emulator.secretKey },
    });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await emulator.stop();
  });

  it.each([
    ['199 and 200', 200, [199]],
    ['0 and 200', 200, [0]],
    ['0 and 201', 201, []],
    ['150 and 250', 250, [150]],
  ])('are sent once when they are rows %s', async (_which, at, repeated) => {
    const rows = Array.from({ length: at }, (_, i) => rowOf(i));
    rows.push(rowOf(repeated[0] ?? 0));
    const outcomes = await allOf(sms.sendEach(Code, rows));
    expect(firsts(outcomes)).toEqual(repeated);
    expect(emulator.messages()).toHaveLength(rows.length - repeated.length);
    expect(outcomes.every(({ status }) => status === 'accepted')).toBe(true);
  });

  it('are sent once when they come one by one, each after the outcome of the one before', async () => {
    const step = new EventEmitter();
    async function* slow() {
      for (let i = 0; i < 5; i += 1) {
        yield { ...rowOf(1), ref: `row ${i}` };
        // oxlint-disable-next-line no-await-in-loop -- as a live source would
        await once(step, 'taken');
      }
    }
    const outcomes: SmsOutcome[] = [];
    for await (const outcome of sms.sendEach(Code, slow())) {
      outcomes.push(outcome);
      step.emit('taken');
    }
    expect(outcomes.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, 0, 0, 0, 0]);
    expect(outcomes.map(({ ref }) => ref)).toEqual(Array.from({ length: 5 }, (_, i) => `row ${i}`));
    const [first] = outcomes as [SmsOutcome & { serialNo?: string }];
    for (const outcome of outcomes) {
      const { callRef, requestId, serialNo, templateId, signName } = first;
      expect(outcome).toMatchObject({ callRef, requestId, serialNo, templateId, signName });
    }
    expect(emulator.messages()).toHaveLength(1);
  });

  it('do not push others out of the last 200 different rows', async () => {
    const rows = [rowOf(0), ...Array.from({ length: 500 }, () => rowOf(1)), rowOf(0)];
    expect((await allOf(sms.sendEach(Code, rows))).at(-1)).toMatchObject({ duplicateOf: 0 });
    expect(emulator.messages()).toHaveLength(2);
  });

  it('are sent again when they come more than a minute later, however often they came between', async () => {
    // Whole milliseconds: of fractions, `start + 60_000 - start` is not always 60 000.
    const start = Math.floor(performance.now());
    let elapsedMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => start + elapsedMs);
    function* live() {
      for (const seconds of [0, 30, 60, 61, 100, 121, 122]) {
        elapsedMs = seconds * 1000;
        yield rowOf(1);
      }
    }
    const outcomes = await allOf(sms.sendEach(Code, live()));
    expect(outcomes.map(({ duplicateOf }) => duplicateOf)).toEqual([
      undefined,
      0,
      0,
      undefined,
      3,
      3,
      undefined,
    ]);
    expect(emulator.messages()).toHaveLength(3);
    expect(new Set(emulator.messages().map(({ requestId }) => requestId)).size).toBe(3);
  });

  it.each(['rejected', 'unknown'] as const)(
    'are not sent when the first is %s on an earlier page: they have its outcome',
    async (fate) => {
      if (fate === 'unknown') {
        emulator.loseNextResponse();
      } else {
        emulator.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit', { times: 1 });
      }
      const step = new EventEmitter();
      async function* slow() {
        yield rowOf(1);
        await once(step, 'taken');
        yield rowOf(1);
      }
      const outcomes: SmsOutcome[] = [];
      for await (const outcome of sms.sendEach(Code, slow())) {
        outcomes.push(outcome);
        step.emit('taken');
      }
      expect(outcomes).toMatchObject([{ status: fate }, { status: fate, duplicateOf: 0 }]);
      expect(emulator.messages().length).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    ['values', { params: { code: 'other' } }],
    ['signature', { signName: '另一个' }],
    ['signature, which is none', { signName: '' }],
    ['sender', { senderId: 'Shop' }],
    ['extended number', { extendCode: '12' }],
    ['phone', { to: '+85261234568' }],
  ])('are none when they differ in their %s', async (_what, other) => {
    const row: Row = { to: ABROAD, params: { code: 'same' } };
    const outcomes = await allOf(sms.sendEach(Code, [row, { ...row, ...other }]));
    expect(firsts(outcomes)).toEqual([]);
    expect(emulator.messages()).toHaveLength(2);
  });

  it.each([
    ['label', { ref: 'other' }],
    ['context', { sessionContext: 'other' }],
    ['way to write the phone', { to: '+852 6123-4567' }],
    ['way to give a value', { params: { code: 5 } }],
  ])('are repeated though they differ in their %s', async (_what, other) => {
    const row: Row = { to: ABROAD, params: { code: '5' } };
    const outcomes = await allOf(sms.sendEach(Code, [row, { ...row, ...other }]));
    expect(firsts(outcomes)).toEqual([0]);
    expect(emulator.messages()).toHaveLength(1);
  });

  it('are found by a window of 200 rows, whatever the pages are', async () => {
    const rows = fc.array(fc.nat(230), { minLength: 250, maxLength: 600, size: 'max' });
    const ends = fc.uniqueArray(fc.nat(250), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(rows, ends, async (given, pageEnds) => {
        emulator.clear();
        const taken = new EventEmitter();
        async function* stream() {
          for (const [i, key] of given.entries()) {
            const wait = pageEnds.includes(i) ? once(taken, String(i)) : undefined;
            yield rowOf(key);
            // oxlint-disable-next-line no-await-in-loop -- so that a page ends here
            await wait;
          }
        }
        const outcomes: SmsOutcome[] = [];
        for await (const outcome of sms.sendEach(Code, stream())) {
          outcomes.push(outcome);
          taken.emit(String(outcome.index));
        }
        const expected = repetitionsOf(given.map(String));
        expect(outcomes.map(({ duplicateOf }) => duplicateOf)).toEqual(expected);
        const distinct = expected.filter((first) => first === undefined);
        expect(emulator.messages()).toHaveLength(distinct.length);
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

describe('DuplicateWindow', () => {
  it('finds what a list of the last 200 different rows within a minute has', () => {
    const rows = fc.array(fc.tuple(fc.nat(300), fc.nat(2000)), { maxLength: 900 });
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 1, 10), (given, pace) => {
        const window = new DuplicateWindow<number>();
        let now = 0;
        const model: { key: string; index: number; at: number }[] = [];
        for (const [index, [key, pause]] of given.entries()) {
          now += pause * pace;
          const known = model
            .filter(({ at }) => now - at <= 60_000)
            .slice(-200)
            .find((row) => row.key === String(key));
          expect(window.find(String(key), index, now)).toBe(known?.index);
          if (known === undefined) {
            model.push({ key: String(key), index, at: now });
          }
        }
      }),
    );
  });
});

/** For each row the first one that it repeats, of the last 200 different ones. */
function repetitionsOf(keys: readonly string[]): (number | undefined)[] {
  const last: [key: string, index: number][] = [];
  return keys.map((key, index) => {
    const first = last.slice(-200).find(([known]) => known === key)?.[1];
    if (first === undefined) {
      last.push([key, index]);
    }
    return first;
  });
}

async function allOf(run: SmsSendEach): Promise<SmsOutcome[]> {
  const outcomes: SmsOutcome[] = [];
  for await (const outcome of run) {
    outcomes.push(outcome);
  }
  return outcomes;
}
