import { describe, expect, it } from '@jest/globals';
import { MemoryVerificationStore } from '../../lib/verification/store/memory-verification.store.js';
import type {
  SmsVerificationAttemptAsk,
  SmsVerificationReserveAsk,
  SmsVerificationStore,
} from '../../lib/verification/store/verification.store.js';
import * as mutants from '../support/mutant-verification-stores.js';
import { stormVerifications } from './verification-storm.js';
import type { StormReport, StormWrongs } from './verification-storm.js';

/** `npm run soak:verification -- --seed …` repeats it. */
const SEED = 20_261_126;
const LONG = 60_000;

/** A storm on a store that breaks a rule. */
async function stormOn(
  makeStore: (store: MemoryVerificationStore) => SmsVerificationStore,
): Promise<StormReport> {
  return stormVerifications({
    batches: 250,
    seed: SEED,
    createStore: (clock) => ({
      store: makeStore(new MemoryVerificationStore({ clock })),
      dump: async () => Promise.resolve(''),
    }),
  });
}

/** A store that is asked for something else. */
function asking(
  change: (ask: SmsVerificationReserveAsk) => SmsVerificationReserveAsk,
  changeGuess = (ask: SmsVerificationAttemptAsk) => ask,
): (store: MemoryVerificationStore) => SmsVerificationStore {
  return (store) => ({
    reserve: async (ask) => store.reserve(change(ask)),
    conclude: async (ask) => store.conclude(ask),
    attempt: async (ask) => store.attempt(changeGuess(ask)),
    cancel: async (ask) => store.cancel(ask),
    unlock: async (ask) => store.unlock(ask),
  });
}

const countNothing = asking((ask) => ({ ...ask, phones: [ask.operation] }));
const shareAll = asking((ask) => {
  const slot = ask.subjects[0] ?? '';
  return { ...ask, sessions: [], targets: [{ slot }], fresh: { ...ask.fresh, slot } };
});

const compareAll = asking(
  (ask) => ask,
  (ask) => ({ ...ask, maxAttempts: 100, limits: { failures: [], guesses: [] } }),
);

const MUTANTS: [name: string, Parameters<typeof stormOn>[0], found: keyof StormWrongs][] = [
  ['counts no text of a phone', countNothing, 'crowded'],
  ['looks first and books later', mutants.lookThenBook, 'crowded'],
  ['keeps used codes', mutants.keepUsedCodes, 'wrongly approved'],
  ['has one verification for all who ask for a phone', shareAll, 'given away'],
  ['compares every guess', compareAll, 'overused'],
];

describe('a short storm of verifications', () => {
  it(
    'crowds no phone, approves no code twice and tells no code, whatever fails',
    async () => {
      process.stderr.write(`Storm with the seed ${SEED}\n`);
      const { wrongs, examples, answers, texts } = await stormVerifications({
        batches: 800,
        seed: SEED,
      });
      expect(examples).toEqual([]);
      expect(Object.values(wrongs).every((count) => count === 0)).toBe(true);
      // Otherwise it proves nothing.
      expect(texts).toBeGreaterThan(100);
      for (const answer of ['start phone', 'start unavailable', 'check approved', 'check wrong']) {
        expect([answer, answers[answer]]).toEqual([answer, expect.any(Number)]);
      }
    },
    LONG,
  );

  it.each(MUTANTS)(
    'finds a store that %s',
    async (_, makeStore, found) => {
      const { wrongs } = await stormOn(makeStore);
      expect(wrongs[found]).toBeGreaterThan(0);
    },
    LONG,
  );

  it.each(['{"code":"246810"}', 'sent to 13812340000'])('finds %s in a store', async (kept) => {
    const { wrongs } = await stormVerifications({
      batches: 5,
      seed: SEED,
      createStore: (clock) => ({
        store: new MemoryVerificationStore({ clock }),
        dump: async () => Promise.resolve(kept),
      }),
    });
    expect(wrongs.leaked).toBe(1);
  });
});
