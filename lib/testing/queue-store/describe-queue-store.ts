import { BEGIN_CASES } from './begin-cases.js';
import { END_CASES } from './end-cases.js';
import { LANE_CASES } from './lane-cases.js';
import { QueueCaller } from './queue-caller.js';
import type { QueueCase } from './queue-caller.js';
import { runHistory } from './queue-model.js';
import type { SmsQueueStoreSubject } from './queue-subject.js';
import { clockFor, describeRules, findRunner, withSubject } from '../store-suite.js';

/** How {@link describeQueueStore} tests. */
export interface SmsQueueStoreTestOptions {
  /**
   * The functions of the test runner: those of Jest, Vitest or `node:test`.
   * @default the global ones
   */
  describe?: ((name: string, cases: () => void) => unknown) | undefined;
  /** @default the global one */
  it?: ((name: string, test: () => Promise<void>) => unknown) | undefined;
  /**
   * Whether each store comes with a clock. Without one, cases in which time passes are left out.
   * @default true
   */
  hasClock?: boolean | undefined;
  /**
   * How many random histories of a key the model test runs.
   * @default 200
   */
  runs?: number | undefined;
  /**
   * Makes the random histories the same each time.
   * @default 1
   */
  seed?: number | undefined;
}

/**
 * Describes what every `SmsQueueStore` must do, as tests: each rule, what happens at once, and random
 * histories of which a plain model knows the answers. A store that reads first and writes later fails it.
 *
 * @example
 * describeQueueStore(async () => {
 *   const clock = createClock();
 *   return { store: await createStore({ clock: clock.now }), clock };
 * });
 *
 * @param create makes a store for a case; it must share nothing with the one before
 * @throws TypeError when there are no functions of a test runner.
 */
export function describeQueueStore(
  create: () => SmsQueueStoreSubject | Promise<SmsQueueStoreSubject>,
  options: SmsQueueStoreTestOptions = {},
): void {
  const { hasClock = true, runs = 200, seed = 1 } = options;
  const runner = findRunner(options);
  const groups: readonly (readonly [string, readonly QueueCase[]])[] = [
    ['attempts', BEGIN_CASES],
    ['ends', END_CASES],
    ['lanes and turns', LANE_CASES],
  ];
  describeRules(runner, groups, hasClock, async (use) =>
    withSubject(create, async (subject) => {
      await use(new QueueCaller(subject.store, clockFor(subject, hasClock)));
    }),
  );
  runner.describe('the model', () => {
    runner.it(`answers as the rules say in ${runs} random histories`, async () => {
      await withSubject(create, async ({ store }) => {
        for (let run = 0; run < runs; run += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one history at a time
          await runHistory(store, seed + run);
        }
      });
    });
  });
}
