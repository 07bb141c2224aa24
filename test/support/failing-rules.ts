/** What a conformance suite takes in place of those of a test runner. */
interface SuiteHooks {
  readonly describe: (name: string, cases: () => void) => void;
  readonly it: (name: string, test: () => Promise<void>) => void;
}

/** A rule of a conformance suite that a store breaks. */
export interface FailingRule {
  readonly name: string;
  readonly error: unknown;
}

/** Runs a conformance suite, and tells which of its rules fail. */
export async function findFailingRules(
  describeRules: (hooks: SuiteHooks) => void,
): Promise<FailingRule[]> {
  const cases: { name: string; test: () => Promise<void> }[] = [];
  describeRules({
    describe: (_, more) => {
      more();
    },
    it: (name, test) => {
      cases.push({ name, test });
    },
  });
  const failures: FailingRule[] = [];
  for (const { name, test } of cases) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const error: unknown = await test().catch((thrown: unknown) => thrown);
    if (error !== undefined) {
      failures.push({ name, error });
    }
  }
  return failures;
}
