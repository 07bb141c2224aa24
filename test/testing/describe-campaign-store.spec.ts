import { describe, expect, it } from '@jest/globals';
import { describeCampaignStore } from 'nestjs-tencentcloud-sms/testing';
import type { SmsCampaignStoreSubject } from 'nestjs-tencentcloud-sms/testing';
import { findFailingRules } from '../support/failing-rules.js';
import type { FailingRule } from '../support/failing-rules.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryCampaignStore } from '../support/memory-campaign-store.js';
import * as mutants from '../support/mutant-campaign-stores.js';

type Store = SmsCampaignStoreSubject['store'];

/** Rules of the suite that a store breaks. */
async function findFailures(makeStore: (store: Store) => Store): Promise<FailingRule[]> {
  return findFailingRules((hooks) => {
    describeCampaignStore(
      () => {
        const clock = new ManualClock();
        return { store: makeStore(new MemoryCampaignStore(clock.now)), clock };
      },
      { runs: 60, ...hooks },
    );
  });
}

const MODEL = 'answers as the rules say in 60 random histories';

describe('describeCampaignStore', () => {
  it('finds no fault in a store that does what the rules say', async () => {
    expect(await findFailures((store) => store)).toEqual([]);
  });

  it.each([
    [
      'a store reads first and writes later',
      mutants.readThenBegin,
      'gives leave to one of a hundred requests for a row at once',
    ],
    [
      'an end is counted twice',
      mutants.countEachEnd,
      'ends rows with a request, and counts them once',
    ],
    ['a fee is counted twice', mutants.billTwice, 'ends rows with a request, and counts them once'],
    [
      'the right to load is taken from its loader',
      mutants.stealLease,
      'has one of a hundred loaders at once load',
    ],
    [
      'any loader gives the right to load back',
      mutants.giveBackForAny,
      'gives the right to load back for its loader alone',
    ],
    [
      'a loader adds a chunk that lost its right to load',
      mutants.appendForAny,
      'adds no chunk for a loader without the right to load',
    ],
    [
      'any loader ends loading',
      mutants.endLoadingForAny,
      'adds no chunk for a loader without the right to load',
    ],
    [
      'any loader stops loading',
      mutants.stopLoadingForAny,
      'stops loading with a reason, until it is taken up again',
    ],
    ['a chunk is added twice', mutants.appendTwice, 'adds a chunk once, however often it is told'],
    [
      'a campaign is loaded that was cancelled',
      mutants.loadCancelled,
      'loads no more once all rows are there, or it was cancelled',
    ],
    [
      'a request begins while it is paused',
      mutants.ignorePause,
      'begins no request while it is paused, and tells how many rows wait',
    ],
    [
      'a request waits for a campaign that was cancelled',
      mutants.pauseBeforeCancel,
      'begins no request once it was cancelled, paused or not',
    ],
    [
      'a request begins that was cancelled',
      mutants.beginCancelled,
      'begins no request once it was cancelled, paused or not',
    ],
    ['a part of a request begins', mutants.beginSome, 'begins all rows of a request or none'],
    [
      'a request that asks again is refused',
      mutants.forgetTokens,
      'gives the same leave to a request that asks again',
    ],
    [
      'a request gives rows back twice',
      mutants.giveBackAgain,
      'gives rows back once: later they may be in another request',
    ],
    [
      'an accepted row becomes unknown',
      mutants.forgetAccepted,
      'takes any end back for an accepted row, and that for none',
    ],
    [
      'what is told first holds',
      mutants.keepTheFirst,
      'takes any end back for an accepted row, and that for none',
    ],
    [
      'a request tells nothing once another worker has ended it',
      mutants.ignoreLateEnds,
      'hears what became of a request that another worker has ended',
    ],
    [
      'a row waits that is given back after the cancellation',
      mutants.giveBackToWait,
      'cancels rows that are given back once it was cancelled',
    ],
    [
      'a row in flight is cancelled',
      mutants.cancelInFlight,
      'cancels the rows that wait alone, and counts them once',
    ],
    [
      'a row waits that should be cancelled',
      mutants.cancelOneLess,
      'cancels the rows that wait alone, and counts them once',
    ],
    [
      'a repeated number is counted',
      mutants.endRepeated,
      'leaves a repeated number and a row that is not there as they are',
    ],
    [
      'requests of other chunks are told',
      mutants.tellAllRequests,
      'tells the requests of a chunk that are open',
    ],
  ])('finds out when %s, by a case and by the model', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
    expect(names).toContain(MODEL);
  });

  it.each([
    [
      'a campaign is cancelled that has ended',
      mutants.cancelWhatIsOver,
      'leaves a campaign as it ended that is cancelled afterwards',
    ],
    [
      'a campaign is dropped before its end',
      mutants.dropEarly,
      'keeps a campaign that has not ended for as long as that takes',
    ],
    [
      'a campaign is dropped although it has changed',
      mutants.dropAfterEnd,
      'drops a campaign seven days after its last change, and no sooner',
    ],
  ])('finds out when %s', async (_, makeStore, name) => {
    const names = (await findFailures(makeStore)).map((failure) => failure.name);
    expect(names).toContain(name);
  });

  it('tells the history that leads to a difference', async () => {
    const failures = await findFailures(mutants.forgetAccepted);
    const { error } = failures.find(({ name }) => name === MODEL) as FailingRule;
    expect((error as Error).message).toMatch(
      /^The store answers otherwise than the rules say \(seed \d+\), and has .*:\n.* → .*/s,
    );
  });

  it('says what to give where there is no global describe', () => {
    expect(() => {
      describeCampaignStore(() => ({ store: new MemoryCampaignStore(Date.now) }));
    }).toThrow(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  });
});
