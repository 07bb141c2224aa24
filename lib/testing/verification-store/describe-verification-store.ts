import { ATTEMPT_CASES, PARALLEL_CASES } from './attempt-cases.js';
import { CANCEL_CASES, CONCLUDE_CASES } from './conclude-cases.js';
import { runAgainstModel } from './model-run.js';
import { LIMIT_CASES, OWN_CASES, RENEWAL_CASES } from './reserve-cases.js';
import { StoreCaller } from './store-caller.js';
import type { StoreCase } from './store-caller.js';
import type { SmsVerificationStoreSubject } from './store-subject.js';
import { clockFor, describeRules, findRunner, withSubject } from '../store-suite.js';

/** How {@link describeVerificationStore} tests. */
export interface SmsVerificationStoreTestOptions {
  /**
   * The functions of the test runner: those of Jest, Vitest or `node:test`.
   * @default the global ones
   */
  describe?: ((name: string, cases: () => void) => unknown) | undefined;
  /** @default the global one */
  it?: ((name: string, test: () => Promise<void>) => unknown) | undefined;
  /**
   * Whether each store comes with a clock. Without one, cases in which time passes and the model test
   * are left out.
   * @default true
   */
  hasClock?: boolean | undefined;
  /**
   * How many random runs the model test makes.
   * @default 60
   */
  runs?: number | undefined;
  /**
   * Makes the random runs the same each time.
   * @default 1
   */
  seed?: number | undefined;
}

/** Commands of a random run. */
const RUN_LENGTH = 60;

const GROUPS: readonly (readonly [string, readonly StoreCase[]])[] = [
  ['whose verification it is', OWN_CASES],
  ['another text', RENEWAL_CASES],
  ['limits', LIMIT_CASES],
  ['what became of a text', CONCLUDE_CASES],
  ['guesses', ATTEMPT_CASES],
  ['what ends early', CANCEL_CASES],
  ['at once', PARALLEL_CASES],
];

/**
 * Describes what every `SmsVerificationStore` must do, as tests: each rule, what happens at once, and
 * random calls whose answers a plain model knows. A store that looks first and books later fails it.
 *
 * @example
 * describeVerificationStore(async () => {
 *   const clock = createClock();
 *   return { store: await createStore({ clock: clock.now }), clock };
 * });
 *
 * @param create makes a store for a case; it must share nothing with the one before
 * @throws TypeError when there are no functions of a test runner.
 */
export function describeVerificationStore(
  create: () => SmsVerificationStoreSubject | Promise<SmsVerificationStoreSubject>,
  options: SmsVerificationStoreTestOptions = {},
): void {
  const { hasClock = true, runs = 60, seed = 1 } = options;
  const runner = findRunner(options);
  describeRules(runner, GROUPS, hasClock, async (use) =>
    withSubject(create, async (subject) => {
      await use(new StoreCaller(subject.store, clockFor(subject, hasClock)));
    }),
  );
  if (hasClock) {
    runner.describe('the model', () => {
      runner.it(`answers ${runs} random runs as the store does`, async () => {
        for (let run = 0; run < runs; run += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one run at a time
          await runAgainstModel(create, seed + run, RUN_LENGTH);
        }
      });
    });
  }
}
