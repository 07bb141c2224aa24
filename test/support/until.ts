/** Longer than any test may take: a test that failed must not leave this running. */
const MOST_MS = 120_000;

/** Waits, turn by turn of the event loop, until something holds; the test's time-out is its end. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + MOST_MS;
  // oxlint-disable-next-line no-await-in-loop -- until it holds
  while (!(await holds())) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
    if (performance.now() > end) {
      throw new Error('What was waited for did not come.');
    }
  }
}
