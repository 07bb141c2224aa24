import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SmsOutcome, SmsService } from 'nestjs-tencentcloud-sms';
import { FakeTencent, keyOf } from '../support/fake-tencent.js';
import { NUMBER_FAULTS, REQUEST_FAULTS, scripted } from '../support/scripted-faults.js';
import type { FaultScript } from '../support/scripted-faults.js';
import { startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const TEMPLATE = { templateId: '1' };
const RUNS = { numRuns: 60 };
const LONG = 60_000;

interface Phone {
  /** As typed. */
  typed: string;
  /** E.164; nothing when it can't be one. */
  to: string | undefined;
}

// Few different ones, so that there are many duplicates.
const phone: fc.Arbitrary<Phone> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(30), fc.nat(3)).map(([i, form]) => mainland(i, form)) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(20), fc.boolean()).map(([i, spaced]) => abroad(i, spaced)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '12', 'somebody', '+86123', '0049').map((typed) => ({
      typed,
      to: undefined,
    })),
  },
);
const faultOr = <T extends string>(faults: readonly T[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('none' as T) },
    { weight: 2, arbitrary: fc.constantFrom(...faults) },
  );
const script: fc.Arbitrary<FaultScript> = fc.record({
  requests: fc.array(faultOr(REQUEST_FAULTS), { minLength: 1, maxLength: 8 }),
  numbers: fc.array(faultOr(NUMBER_FAULTS), { minLength: 1, maxLength: 30 }),
  untidy: fc.boolean(),
});
const phones = fc.oneof(
  { weight: 4, arbitrary: fc.array(phone, { maxLength: 40 }) },
  // More than fit into one call.
  { weight: 1, arbitrary: fc.integer({ min: 201, max: 650 }).map(manyPhones) },
);
const rows = fc.array(fc.tuple(phone, fc.nat(3)), { maxLength: 60 });
/** At which request the signal fires, and whether that is before it is answered. */
const moment = fc.record({ request: fc.nat(4), answered: fc.boolean() });

/** What repeats another row has its outcome. */
function checkDuplicates(outcomes: readonly SmsOutcome[]): void {
  const wrong = outcomes.filter(({ duplicateOf, to, callRef, status }) => {
    const first = duplicateOf === undefined ? undefined : outcomes[duplicateOf];
    return (
      duplicateOf !== undefined &&
      (first?.duplicateOf !== undefined ||
        first?.to !== to ||
        first.callRef !== callRef ||
        first.status !== status)
    );
  });
  expect(wrong).toEqual([]);
}

describe('whatever happens', () => {
  let tencent: FakeTencent;
  /** Called when a request has come, and again when it was answered. */
  let onRequest: (count: number, answered: boolean) => void;
  let started: SmsTestCase;
  let sms: SmsService;
  /** All outcomes so far, by request and number. */
  const told = new Set<string>();

  beforeEach(async () => {
    told.clear();
    tencent = await FakeTencent.start();
    started = await startSms({ endpoint: tencent.url, retry: { attempts: 3, baseDelayMs: 1 } });
    ({ sms } = started);
  });

  afterEach(async () => {
    await started.module.close();
    await tencent.stop();
  });

  /** The books stay: what was written before a signal fired may still be on its way. */
  function begin(faults: FaultScript): void {
    onRequest = () => undefined;
    tencent.respondWith(
      scripted(faults, (count, answered) => {
        onRequest(count, answered);
      }),
    );
  }

  /** Every row has its outcome, in its place, and no outcome says what is not true. */
  function checkHonest(given: readonly Phone[], outcomes: readonly SmsOutcome[]): void {
    expect(outcomes.map(({ index, to }) => [index, to])).toEqual(
      given.map(({ typed, to }, index) => [index, to ?? typed]),
    );
    const lies = outcomes.filter((outcome, index) => {
      const key = keyOf(outcome);
      told.add(key);
      const sent = tencent.sentBy.get(key) ?? 0;
      return (
        (given[index]?.to === undefined && outcome.status !== 'rejected') ||
        (outcome.status === 'rejected' && sent > 0) ||
        (outcome.status === 'accepted' &&
          (sent !== 1 ||
            tencent.trueOutcomes.get(key) !== 'accepted' ||
            outcome.serialNo !== `${outcome.callRef}:${outcome.to}`))
      );
    });
    expect(lies).toEqual([]);
  }

  /** Says all that can be known. */
  function checkKnowing(outcomes: readonly SmsOutcome[]): void {
    const known = outcomes.map((outcome) => tencent.trueOutcomes.get(keyOf(outcome)) ?? 'rejected');
    expect(outcomes.map(({ status }) => status)).toEqual(known);
  }

  /** No request was executed twice, and where there is one text for all, no number had two. */
  function checkNobodyTwice(outcomes: readonly SmsOutcome[]): void {
    expect([...tencent.sentBy].filter(([, times]) => times > 1)).toEqual([]);
    const texts = new Set(outcomes.map(keyOf).filter((key) => tencent.sentBy.has(key)));
    const texted = new Set([...texts].map((key) => key.split(' ')[1]));
    expect(texted.size).toBe(texts.size);
  }

  it(
    'sendMany gives each row the outcome that is true, and sends no phone a second text',
    async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(phones, script, async (given, faults) => {
          begin(faults);
          const { outcomes } = await sms.sendMany(TEMPLATE, {
            to: given.map(({ typed }) => typed),
            ...timeFor(faults),
          });
          checkHonest(given, outcomes);
          checkDuplicates(outcomes);
          checkKnowing(outcomes);
          checkNobodyTwice(outcomes);
        }),
        RUNS,
      );
    },
    LONG,
  );

  it(
    'sendMany stays honest when the signal fires at any moment',
    async () => {
      expect.hasAssertions();
      await fc.assert(
        fc.asyncProperty(
          phones,
          script,
          moment,
          fc.integer({ min: 1, max: 4 }),
          async (given, faults, when, concurrency) => {
            begin(faults);
            const signal = fireAt(when);
            const to = given.map(({ typed }) => typed);
            const { outcomes } = await sms.sendMany(TEMPLATE, { to, signal, concurrency });
            checkHonest(given, outcomes);
            checkDuplicates(outcomes);
            checkNobodyTwice(outcomes);
          },
        ),
        RUNS,
      );
    },
    LONG,
  );

  it(
    'trySend says what is true, and send throws exactly when it is not accepted',
    async () => {
      await fc.assert(
        fc.asyncProperty(phone, script, async (given, faults) => {
          begin(faults);
          const outcome = await sms.trySend(TEMPLATE, { to: given.typed });
          checkHonest([given], [outcome]);
          checkKnowing([outcome]);
          checkNobodyTwice([outcome]);
          begin(faults);
          const { status } = outcome;
          const thrown = await sms.send(TEMPLATE, { to: given.typed }).then(
            (receipt) => receipt.status,
            ({ maybeSent }: { maybeSent?: boolean }) => (maybeSent ? 'unknown' : 'rejected'),
          );
          expect(thrown).toBe(status);
          checkNobodyTwice([]);
        }),
        RUNS,
      );
    },
    LONG,
  );

  it.each(['list', 'stream'] as const)(
    'sendEach from a %s gives each row the outcome that is true',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(
          rows,
          script,
          fc.integer({ min: 1, max: 4 }),
          async (given, faults, concurrency) => {
            begin(faults);
            const source = kind === 'list' ? toRows(given) : stream(toRows(given));
            const outcomes: SmsOutcome[] = [];
            const options = { concurrency, ...timeFor(faults) };
            for await (const outcome of sms.sendEach(TEMPLATE, source, options)) {
              expect(outcome.ref).toBe(String(outcomes.length));
              outcomes.push(outcome);
            }
            checkHonest(
              given.map(([to]) => to),
              outcomes,
            );
            checkDuplicates(outcomes);
            checkKnowing(outcomes);
            checkNobodyTwice([]);
            const texts = new Set(given.map(([{ to }, code]) => `${to} ${code}`));
            const firsts = outcomes.filter(({ duplicateOf }) => duplicateOf === undefined);
            const sent = firsts.filter((outcome) => tencent.sentBy.has(keyOf(outcome)));
            expect(sent.length).toBeLessThanOrEqual(texts.size);
          },
        ),
        RUNS,
      );
    },
    LONG,
  );

  it.each(['list', 'stream'] as const)(
    'sendEach from a %s stays honest when the signal fires at any moment',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(rows, script, moment, async (given, faults, when) => {
          begin(faults);
          const signal = fireAt(when);
          const source = kind === 'list' ? toRows(given) : stream(toRows(given));
          const outcomes: SmsOutcome[] = [];
          const run = sms.sendEach(TEMPLATE, source, { signal, concurrency: 2 });
          let failure: { name?: string } | undefined;
          try {
            for await (const outcome of run) {
              outcomes.push(outcome);
            }
          } catch (error) {
            failure = error as object;
          }
          expect(failure?.name).toBe(
            outcomes.length < given.length || failure !== undefined ? 'SmsAbortError' : undefined,
          );
          expect(failure === undefined || (kind === 'stream' && signal.aborted)).toBe(true);
          checkHonest(
            given.slice(0, outcomes.length).map(([to]) => to),
            outcomes,
          );
          checkDuplicates(outcomes);
          checkNobodyTwice([]);
          // Whatever was sent, in this run or late in one before it, an outcome tells of it.
          expect([...tencent.sentBy.keys()].filter((key) => !told.has(key))).toEqual([]);
          expect(run.summary().rejected).toBe(
            outcomes.filter(({ status }) => status === 'rejected').length,
          );
        }),
        RUNS,
      );
    },
    LONG,
  );

  function fireAt({ request, answered }: { request: number; answered: boolean }): AbortSignal {
    if (request === 0) {
      return AbortSignal.abort();
    }
    const abort = new AbortController();
    onRequest = (count, isAnswered) => {
      if (count === request && isAnswered === answered) {
        abort.abort();
      }
    };
    return abort.signal;
  }
});

/** Where every request is refused for the rate, a run ends with its time. */
function timeFor({ requests }: FaultScript): { notAfter?: number } {
  return requests.every((fault) => fault === 'limit') ? { notAfter: Date.now() + 100 } : {};
}

function mainland(i: number, form: number): Phone {
  const subscriber = `137${String(i).padStart(8, '0')}`;
  const typed = [`+86${subscriber}`, subscriber, `0086${subscriber}`, `+86 ${subscriber}`][form];
  return { typed: typed ?? subscriber, to: `+86${subscriber}` };
}

function abroad(i: number, spaced: boolean): Phone {
  const to = `+852612${String(i).padStart(5, '0')}`;
  return { typed: spaced ? to.replace('+852', '+852 ') : to, to };
}

function manyPhones(count: number): Phone[] {
  return Array.from({ length: count }, (_, i) =>
    i % 3 === 0 ? abroad(i, false) : mainland(i % 400, i % 4),
  );
}

function toRows(given: readonly (readonly [Phone, number])[]) {
  return given.map(([{ typed, to }, code], i) => ({
    to: typed,
    params: [String(code)],
    ref: String(i),
    // Without a signature, so that different texts abroad share a request.
    ...(to?.startsWith('+852') ? { signName: '' } : {}),
  }));
}

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [i, row] of items.entries()) {
    if (i % 7 === 6) {
      // oxlint-disable-next-line no-await-in-loop -- as a database cursor would
      await Promise.resolve();
    }
    yield row;
  }
}
