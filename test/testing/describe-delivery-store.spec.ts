import { describe, expect, it } from '@jest/globals';
import { MemoryDeliveryStore } from '../../lib/delivery/store/memory-delivery.store.js';
import type { SmsDeliveryStore } from '../../lib/delivery/store/delivery.store.js';
import { describeDeliveryStore } from '../../lib/testing/delivery-store/describe-delivery-store.js';
import { findFailingRules } from '../support/failing-rules.js';
import type { FailingRule } from '../support/failing-rules.js';
import { ManualClock } from '../support/manual-clock.js';
import * as mutants from '../support/mutant-delivery-stores.js';

type MakeStore = (store: MemoryDeliveryStore) => SmsDeliveryStore;

/** Rules of the suite that a store breaks. */
async function findFailures(makeStore: MakeStore): Promise<FailingRule[]> {
  return findFailingRules(({ describe: group, it: add }) => {
    describeDeliveryStore(
      () => {
        const clock = new ManualClock();
        return { store: makeStore(new MemoryDeliveryStore({ clock: clock.now })), clock };
      },
      {
        describe: group,
        // What concerns subscribers waits for them, and no mutant is about that.
        it: (name, test) => {
          if (!name.startsWith('calls subscribers')) {
            add(name, test);
          }
        },
        pushes: 100,
      },
    );
  });
}

const MODEL = 'ends the same in any order of the facts of 60 random runs';

describe('describeDeliveryStore', () => {
  it('finds no fault in the memory store', async () => {
    expect(await findFailures((store) => store)).toEqual([]);
  });

  it.each([
    [
      'the last fact holds',
      mutants.takeTheLast,
      'keeps a text delivered that is said to have failed',
    ],
    [
      'handlers hear of each push',
      mutants.tellEachPush,
      'tells handlers once of a report that is pushed again',
    ],
    [
      'a report before its text is lost',
      mutants.parkNothing,
      'merges reports that came before the outcome of their text',
    ],
  ])('finds out when %s, by a case and by the model', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
    expect(names).toContain(MODEL);
  });

  it.each([
    [
      'what a step changed is not given',
      mutants.giveNothing,
      'gives each change that a report made to the call that made it',
    ],
    [
      'what a step changed is given again',
      mutants.giveEachPush,
      'gives each change that a report made to the call that made it',
    ],
    [
      'two look for a number at once',
      mutants.leaseNoNumber,
      'has a number looked for when it is due, by one process at a time',
    ],
    ['a record is of two texts', mutants.shareRecords, 'gives a record to one text only'],
    [
      'a text keeps the serial number of another',
      mutants.keepMatches,
      'gives a serial number back to the text of its receipt, reports too',
    ],
    [
      'a look is written that ended long ago',
      mutants.writeLate,
      'writes nothing of a look whose number another has by now',
    ],
    [
      'a record is matched that may be of an attempt which came meanwhile',
      mutants.matchUnseen,
      'matches no record while the look has not seen an attempt to the number',
    ],
    ['all have the same turn', mutants.reserveNothing, 'gives places in a row, each its own'],
    [
      'a serial number alone touches a text',
      mutants.trustSerialNumbers,
      'touches a text by serial number and number together only',
    ],
    [
      'one handler ends a change for all',
      mutants.endForAll,
      'ends a change for each handler by itself',
    ],
    [
      'a claimed change is not leased',
      mutants.leaseNothing,
      'gives each of 200 changes to one of 20 claims at once',
    ],
  ])('finds out when %s', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
  });

  it('fails a store that reads first and writes later', async () => {
    const names = (await findFailures(mutants.readThenWrite)).map((failure) => failure.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'gives a lease to one of a hundred owners at once',
        'gives each of 200 changes to one of 20 claims at once',
        'makes one change of 100 equal pushes at once',
        MODEL,
      ]),
    );
  });

  it('tells the facts that lead to a difference', async () => {
    const failures = await findFailures(mutants.takeTheLast);
    const { error } = failures.find(({ name }) => name === MODEL) as FailingRule;
    expect((error as Error).message).toMatch(
      /^The store ends otherwise than the rules say \(seed \d+\): .*\nput .*/s,
    );
  });

  it('says what to give where there is no global describe', () => {
    expect(() => {
      describeDeliveryStore(() => ({ store: new MemoryDeliveryStore({}) }));
    }).toThrow(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  });

  it('leaves out the cases in which time passes where there is no clock', async () => {
    const names: string[] = [];
    const failed: unknown[] = [];
    const tests: (() => Promise<void>)[] = [];
    describeDeliveryStore(() => ({ store: new MemoryDeliveryStore({}) }), {
      describe: (_, more) => {
        more();
      },
      it: (name, test) => {
        names.push(name);
        tests.push(test);
      },
      hasClock: false,
      pushes: 10,
    });
    for (const test of tests) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await test().catch((error: unknown) => failed.push(error));
    }
    expect(names).toContain('merges reports that came before the outcome of their text');
    expect(names).not.toContain('forgets a text after seven days');
    expect(failed).toEqual([]);
  });
});
