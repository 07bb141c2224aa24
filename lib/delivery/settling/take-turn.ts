/* oxlint-disable no-await-in-loop -- one place after the other */
import { setTimeout as pause } from 'node:timers/promises';
import type { SmsDeliveryStore } from '../store/delivery.store.js';

/** Ten look-ups a second, and a little less for those that are late on their way. */
const LOOKUP_EVERY_MS = 110;
const MOST_LATE_MS = 50;

/**
 * Waits for the next place among all look-ups of an account, over all processes.
 *
 * @throws what the store throws.
 */
export async function takeTurn(
  store: SmsDeliveryStore,
  account: string | undefined,
): Promise<void> {
  let lateMs: number;
  do {
    const milliseconds = await store.reserve(`looks ${account ?? ''}`, LOOKUP_EVERY_MS);
    const due = performance.now() + milliseconds;
    if (milliseconds > 0) {
      await pause(milliseconds);
    }
    lateMs = performance.now() - due;
    // The place of a process that was held up is one of others by now.
  } while (lateMs > MOST_LATE_MS);
}
