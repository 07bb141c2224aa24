import { BEGIN_CASES } from './begin-cases.js';
import { END_CASES } from './end-cases.js';
import { LANE_CASES } from './lane-cases.js';
import { QueueCaller } from './queue-caller.js';
import type { QueueCase } from './queue-caller.js';
import { runHistory } from './queue-model.js';
import type { SmsQueueStoreSubject } from './queue-subject.js';

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
  const globals = globalThis as Pick<SmsQueueStoreTestOptions, 'describe' | 'it'>;
  const describe = options.describe ?? globals.describe;
  const it = options.it ?? globals.it;
  if (describe === undefined || it === undefined) {
    throw new TypeError(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  }
  const withStore = async (use: (subject: SmsQueueStoreSubject) => Promise<void>) => {
    const subject = await create();
    try {
      await use(subject);
    } finally {
      await subject.store.close?.();
      await subject.close?.();
    }
  };
  const groups: readonly (readonly [string, readonly QueueCase[]])[] = [
    ['attempts', BEGIN_CASES],
    ['ends', END_CASES],
    ['lanes and turns', LANE_CASES],
  ];
  for (const [group, cases] of groups) {
    describe(group, () => {
      for (const rule of cases.filter(({ waits }) => hasClock || !waits)) {
        it(rule.name, async () => {
          await withStore(async (subject) => {
            await rule.run(new QueueCaller(subject.store, clockOf(subject, hasClock)));
          });
        });
      }
    });
  }
  describe('the model', () => {
    it(`answers as the rules say in ${runs} random histories`, async () => {
      await withStore(async ({ store }) => {
        for (let run = 0; run < runs; run += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one history at a time
          await runHistory(store, seed + run);
        }
      });
    });
  });
}

function clockOf({ clock }: SmsQueueStoreSubject, hasClock: boolean) {
  if (hasClock && clock === undefined) {
    throw new Error('The store has no clock: give it one, or set hasClock to false.');
  }
  return hasClock ? clock : undefined;
}
