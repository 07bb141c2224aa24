/** Waits, turn by turn of the event loop, until something holds; the test's time-out is its end. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- until it holds
  while (!(await holds())) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
