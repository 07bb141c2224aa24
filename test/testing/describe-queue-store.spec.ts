import { describe, expect, it } from '@jest/globals';
import { memoryQueueStore } from 'nestjs-tencentcloud-sms/delivery';
import type { SmsQueueStore } from 'nestjs-tencentcloud-sms/delivery';
import { describeQueueStore } from 'nestjs-tencentcloud-sms/testing';
import { findFailingRules } from '../support/failing-rules.js';
import type { FailingRule } from '../support/failing-rules.js';
import { ManualClock } from '../support/manual-clock.js';
import * as mutants from '../support/mutant-queue-stores.js';

/** Rules of the suite that a store breaks. */
async function findFailures(
  makeStore: (store: SmsQueueStore) => SmsQueueStore,
): Promise<FailingRule[]> {
  return findFailingRules((hooks) => {
    describeQueueStore(() => {
      const clock = new ManualClock();
      return { store: makeStore(memoryQueueStore({ clock: clock.now })), clock };
    }, hooks);
  });
}

const MODEL = 'answers as the rules say in 200 random histories';

describe('describeQueueStore', () => {
  it('finds no fault in the memory store', async () => {
    expect(await findFailures((store) => store)).toEqual([]);
  });

  it.each([
    [
      'a store reads first and writes later',
      mutants.readThenWrite,
      'gives leave to one of a hundred attempts at once',
    ],
    [
      'an attempt that asks again is refused',
      mutants.forgetTokens,
      'gives the same leave to an attempt that asks again',
    ],
    [
      'an older attempt ends a later one',
      mutants.ignoreEpochs,
      'hears nothing of an older attempt but that it was accepted',
    ],
    [
      'what is told first holds',
      mutants.keepTheFirst,
      'takes any result back for an accepted text, and none for another',
    ],
    [
      'what is told last holds',
      mutants.takeTheLast,
      'takes any result back for an accepted text, and none for another',
    ],
    [
      'any attempt gives another one back',
      mutants.releaseForAny,
      'takes no attempt back for another one',
    ],
    [
      'a text that is under way is cancelled',
      mutants.cancelAnything,
      'ends no key by its name that is under way or has ended',
    ],
    [
      'two accepted texts count as one',
      mutants.countOnce,
      'tells when two attempts were accepted, whichever is told first',
    ],
  ])('finds out when %s, by a case and by the model', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
    expect(names).toContain(MODEL);
  });

  it.each([
    [
      'a key is found under the first secret alone',
      mutants.knowOneSecret,
      'finds a key under each secret, and keeps it where it is',
    ],
    [
      'any text goes out under a key',
      mutants.compareNoText,
      'refuses another text under a key, whatever its state',
    ],
    [
      'a lane that paused lets more than one attempt through',
      mutants.probeEachTime,
      'lets one attempt through a lane each time, to try',
    ],
    [
      'a place is taken that is too far away',
      mutants.takeAnyPlace,
      'takes no place that is further away than asked for',
    ],
  ])('finds out when %s', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
  });

  it('tells the history that leads to a difference', async () => {
    const failures = await findFailures(mutants.ignoreEpochs);
    const { error } = failures.find(({ name }) => name === MODEL) as FailingRule;
    expect((error as Error).message).toMatch(
      /^The store answers otherwise than the rules say \(seed \d+\), and has .*:\n.* → .*/s,
    );
  });

  it('says what to give where there is no global describe', () => {
    expect(() => {
      describeQueueStore(() => ({ store: memoryQueueStore() }));
    }).toThrow(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  });
});
