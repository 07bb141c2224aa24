import { DeliveryCaller } from './delivery-caller.js';
import type { DeliveryCase } from './delivery-caller.js';
import type { SmsDeliveryStoreSubject } from './delivery-subject.js';
import { LOOK_CASES } from './look-cases.js';
import { MERGE_CASES, PARKED_CASES } from './merge-cases.js';
import { runInAllOrders } from './merge-model.js';
import { OUTBOX_CASES, pushesCase } from './outbox-cases.js';
import { TEXT_CASES } from './text-cases.js';

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
  const globals = globalThis as Pick<SmsDeliveryStoreTestOptions, 'describe' | 'it'>;
  const describe = options.describe ?? globals.describe;
  const it = options.it ?? globals.it;
  if (describe === undefined || it === undefined) {
    throw new TypeError(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  }
  const withStore = async (use: (subject: SmsDeliveryStoreSubject) => Promise<void>) => {
    const subject = await create();
    try {
      await use(subject);
    } finally {
      await subject.store.close?.();
      await subject.close?.();
    }
  };
  const groups: readonly (readonly [string, readonly DeliveryCase[]])[] = [
    ['texts and leases', TEXT_CASES],
    ['facts', MERGE_CASES],
    ['reports without a text', PARKED_CASES],
    ['looks', LOOK_CASES],
    ['handlers', [...OUTBOX_CASES, pushesCase(pushes)]],
  ];
  for (const [group, cases] of groups) {
    describe(group, () => {
      for (const rule of cases.filter(({ waits }) => hasClock || !waits)) {
        it(rule.name, async () => {
          await withStore(async (subject) => {
            await rule.run(new DeliveryCaller(subject.store, clockOf(subject, hasClock)));
          });
        });
      }
    });
  }
  describe('the model', () => {
    it(`ends the same in any order of the facts of ${runs} random runs`, async () => {
      await withStore(async ({ store }) => {
        for (let run = 0; run < runs; run += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one run at a time
          await runInAllOrders(store, seed + run);
        }
      });
    });
  });
}

function clockOf({ clock }: SmsDeliveryStoreSubject, hasClock: boolean) {
  if (hasClock && clock === undefined) {
    throw new Error('The store has no clock: give it one, or set hasClock to false.');
  }
  return hasClock ? clock : undefined;
}
