/* oxlint-disable no-await-in-loop -- one try after the other */

/** Of what must not be lost, such as that a text was accepted. */
const AGAIN_MS = [50, 250, 1_000] as const;

/**
 * Calls again what failed.
 *
 * @param pauses milliseconds before each further call
 * @throws what the last call throws.
 */
export async function again<T>(
  call: () => Promise<T>,
  pauses: readonly number[] = AGAIN_MS,
): Promise<T> {
  for (const milliseconds of pauses) {
    try {
      return await call();
    } catch {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, milliseconds).unref();
      });
    }
  }
  return call();
}
