import { describe, expect, it } from '@jest/globals';
import { describeVerificationStore } from '../../lib/testing/verification-store/describe-verification-store.js';
import type { SmsVerificationStoreSubject } from '../../lib/testing/verification-store/store-subject.js';
import { MemoryVerificationStore } from '../../lib/verification/store/memory-verification.store.js';
import type { SmsVerificationStore } from '../../lib/verification/store/verification.store.js';
import { findFailingRules } from '../support/failing-rules.js';
import type { FailingRule } from '../support/failing-rules.js';
import { ManualClock } from '../support/manual-clock.js';
import * as mutants from '../support/mutant-verification-stores.js';

type MakeStore = (store: MemoryVerificationStore) => SmsVerificationStore;

function createWith(makeStore: MakeStore): () => SmsVerificationStoreSubject {
  return () => {
    const clock = new ManualClock();
    return { store: makeStore(new MemoryVerificationStore({ clock: clock.now })), clock };
  };
}

/** Rules of the suite that a store breaks. */
async function findFailures(makeStore: MakeStore): Promise<FailingRule[]> {
  return findFailingRules((hooks) => {
    describeVerificationStore(createWith(makeStore), hooks);
  });
}

/** Runs the suite on stores that come without a clock. */
async function runWithoutClock(hasClock: boolean): Promise<{ names: string[]; failed: string[] }> {
  const names: string[] = [];
  const failed: string[] = [];
  const tests: Promise<void>[] = [];
  describeVerificationStore(() => ({ store: new MemoryVerificationStore({}) }), {
    describe: (_, more) => {
      more();
    },
    it: (name, test) => {
      names.push(name);
      tests.push(
        test().catch((error: unknown) => {
          failed.push(String(error));
        }),
      );
    },
    hasClock,
  });
  await Promise.all(tests);
  return { names, failed };
}

describe('describeVerificationStore', () => {
  describe('a memory store', () => {
    describeVerificationStore(
      createWith((store) => store),
      { describe, it },
    );
  });

  it.each([
    [
      'attempts start anew with a resend',
      mutants.forgetAttempts,
      'keeps the guesses over a resend',
    ],
    [
      'no failure is logged',
      mutants.logNoFailure,
      'locks a phone and purpose after its failures, over any number of ids',
    ],
    [
      'an approval clears the whole failure log',
      mutants.clearAllFailures,
      'forgets by an approval the failures of that verification alone',
    ],
    [
      'a repeated operation is taken for another one',
      mutants.forgetOperations,
      'answers a repeated start the same, and books it once',
    ],
    ['a used code stays', mutants.keepUsedCodes, 'approves a code once'],
    [
      'a refused text keeps its place',
      mutants.keepRefused,
      'gives every place of a rejected text back',
    ],
    [
      'a store looks first and books later',
      mutants.lookThenBook,
      'approves one of 100 right guesses at once',
    ],
  ])('finds out when %s, by a case and by the model', async (_, makeStore, name) => {
    const failures = await findFailures(makeStore);
    const names = failures.map((failure) => failure.name);
    expect(names).toContain(name);
    expect(names).toContain('answers 60 random runs as the store does');
  });

  it('tells the calls that lead to a difference, and few more', async () => {
    const failures = await findFailures(mutants.keepUsedCodes);
    const { error } = failures.at(-1) as FailingRule;
    const steps = (error as Error).message.split('\n').filter((line) => /^[a-z]/.test(line));
    expect(steps.length).toBeLessThan(6);
    expect(steps[0]).toMatch(/^reserve /);
  });

  it('says what to give where there is no global describe', () => {
    expect(() => {
      describeVerificationStore(createWith((store) => store));
    }).toThrow(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  });

  it('fails a case in which time passes without a clock, and leaves it out when told', async () => {
    const without = await runWithoutClock(false);
    expect(without.names).toContain('approves a code once');
    expect(without.names).not.toContain('forgets an expired verification');
    expect(without.failed).toEqual([]);
    const undeclared = await runWithoutClock(true);
    expect(undeclared.failed).toContain(
      'Error: The store has no clock: give it one, or set hasClock to false.',
    );
  });
});
