import { clockFor, describeRules, findRunner, withSubject } from '../store-suite.js';
import { CampaignCaller } from './campaign-caller.js';
import type { CampaignCase } from './campaign-caller.js';
import { runHistory } from './campaign-history.js';
import type { SmsCampaignStoreSubject } from './campaign-subject.js';
import { LOADING_CASES } from './loading-cases.js';
import { REQUEST_CASES } from './request-cases.js';
import { ROW_CASES } from './row-cases.js';

/** How {@link describeCampaignStore} tests. */
export interface SmsCampaignStoreTestOptions {
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
   * How many random histories of a campaign the model test runs.
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
 * Describes what every `SmsCampaignStore` must do, as tests: each rule, what happens at once, and random
 * histories of which a plain model knows the answers. A store that reads first and writes later fails it.
 *
 * @example
 * describeCampaignStore(async () => {
 *   const clock = createClock();
 *   return { store: await createStore({ clock: clock.now }), clock };
 * });
 *
 * @param create makes a store for a case; it must share nothing with the one before
 * @throws TypeError when there are no functions of a test runner.
 */
export function describeCampaignStore(
  create: () => SmsCampaignStoreSubject | Promise<SmsCampaignStoreSubject>,
  options: SmsCampaignStoreTestOptions = {},
): void {
  const { hasClock = true, runs = 200, seed = 1 } = options;
  const runner = findRunner(options);
  const groups: readonly (readonly [string, readonly CampaignCase[]])[] = [
    ['loading', LOADING_CASES],
    ['requests', REQUEST_CASES],
    ['rows', ROW_CASES],
  ];
  describeRules(runner, groups, hasClock, async (use) =>
    withSubject(create, async (subject) => {
      await use(new CampaignCaller(subject.store, clockFor(subject, hasClock)));
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
