import { DeliveryCaller } from './delivery-caller.js';
import type { DeliveryCase } from './delivery-caller.js';
import type { SmsDeliveryStoreSubject } from './delivery-subject.js';
import { LOOK_CASES } from './look-cases.js';
import { MERGE_CASES, PARKED_CASES } from './merge-cases.js';
import { runInAllOrders } from './merge-model.js';
import { OUTBOX_CASES, pushesCase } from './outbox-cases.js';
import { TEXT_CASES } from './text-cases.js';
import { clockFor, describeRules, findRunner, withSubject } from '../store-suite.js';

/** How {@link describeDeliveryStore} tests. */
export interface SmsDeliveryStoreTestOptions {
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
   * How many random multisets of facts the model test tells, each in four orders.
   * @default 60
   */
  runs?: number | undefined;
  /**
   * Makes the random runs the same each time.
   * @default 1
   */
  seed?: number | undefined;
  /**
   * How many equal pushes come at once.
   * @default 10000
   */
  pushes?: number | undefined;
}

/**
 * Describes what every `SmsDeliveryStore` must do, as tests: each rule, what happens at once, and random
 * facts in many orders whose end a plain model knows. A store that reads first and writes later fails it.
 *
 * @example
 * describeDeliveryStore(async () => {
 *   const clock = createClock();
 *   return { store: await createStore({ clock: clock.now }), clock };
 * });
 *
 * @param create makes a store for a case; it must share nothing with the one before
 * @throws TypeError when there are no functions of a test runner.
 */
export function describeDeliveryStore(
  create: () => SmsDeliveryStoreSubject | Promise<SmsDeliveryStoreSubject>,
  options: SmsDeliveryStoreTestOptions = {},
): void {
  const { hasClock = true, runs = 60, seed = 1, pushes = 10_000 } = options;
  const runner = findRunner(options);
  const groups: readonly (readonly [string, readonly DeliveryCase[]])[] = [
    ['texts and leases', TEXT_CASES],
    ['facts', MERGE_CASES],
    ['reports without a text', PARKED_CASES],
    ['looks', LOOK_CASES],
    ['handlers', [...OUTBOX_CASES, pushesCase(pushes)]],
  ];
  describeRules(runner, groups, hasClock, async (use) =>
    withSubject(create, async (subject) => {
      await use(new DeliveryCaller(subject.store, clockFor(subject, hasClock)));
    }),
  );
  runner.describe('the model', () => {
    runner.it(`ends the same in any order of the facts of ${runs} random runs`, async () => {
      await withSubject(create, async ({ store }) => {
        for (let run = 0; run < runs; run += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one run at a time
          await runInAllOrders(store, seed + run);
        }
      });
    });
  });
}
