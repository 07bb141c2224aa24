/** Functions of a test runner: those of Jest, Vitest or `node:test`. */
export interface SuiteRunner {
  readonly describe: (name: string, cases: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
}

/** A rule of a store, as a sentence, and how it is tested. */
export interface SuiteRule<Caller> {
  readonly name: string;
  /** Whether time passes in it, and so needs a clock. */
  readonly waits: boolean;
  run(caller: Caller): Promise<void>;
}

/** A store to test, and what ends with it. */
interface SuiteSubject {
  readonly store: { close?(): Promise<void> };
  close?(): void | Promise<void>;
}

/**
 * The functions that were given, or else the global ones.
 *
 * @throws TypeError when there are none.
 */
export function findRunner(given: {
  readonly describe?: SuiteRunner['describe'] | undefined;
  readonly it?: SuiteRunner['it'] | undefined;
}): SuiteRunner {
  const globals = globalThis as Partial<SuiteRunner>;
  const describe = given.describe ?? globals.describe;
  const it = given.it ?? globals.it;
  if (describe === undefined || it === undefined) {
    throw new TypeError(
      'There is no global describe and it here: give those of the test runner as options.',
    );
  }
  return { describe, it };
}

/** Uses a store that nothing used before, and ends it. */
export async function withSubject<Subject extends SuiteSubject>(
  create: () => Subject | Promise<Subject>,
  use: (subject: Subject) => Promise<void>,
): Promise<void> {
  const subject = await create();
  try {
    await use(subject);
  } finally {
    await subject.store.close?.();
    await subject.close?.();
  }
}

/** A test for each rule, in groups; those that wait are left out where there is no clock. */
export function describeRules<Caller>(
  { describe, it }: SuiteRunner,
  groups: readonly (readonly [string, readonly SuiteRule<Caller>[]])[],
  hasClock: boolean,
  withCaller: (use: (caller: Caller) => Promise<void>) => Promise<void>,
): void {
  for (const [group, rules] of groups) {
    describe(group, () => {
      for (const rule of rules.filter(({ waits }) => hasClock || !waits)) {
        it(rule.name, async () => withCaller(async (caller) => rule.run(caller)));
      }
    });
  }
}

/** @throws Error when there is none although there is said to be one. */
export function clockFor<Clock>(
  { clock }: { readonly clock?: Clock | undefined },
  hasClock: boolean,
): Clock | undefined {
  if (hasClock && clock === undefined) {
    throw new Error('The store has no clock: give it one, or set hasClock to false.');
  }
  return hasClock ? clock : undefined;
}
