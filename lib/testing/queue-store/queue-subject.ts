import type { SmsQueueStore } from '../../guard/queue.store.js';

/** The time of a store under test. */
export interface SmsQueueStoreClock {
  /** Milliseconds since 1970, as the store tells them. */
  now(): number;
  advance(milliseconds: number): void | Promise<void>;
}

/** A store to test, which holds nothing yet and keeps keys for seven days. */
export interface SmsQueueStoreSubject {
  readonly store: SmsQueueStore;
  /**
   * A clock that only moves when it is told to.
   * @default none, which `hasClock` must say
   */
  readonly clock?: SmsQueueStoreClock | undefined;
  /** Called after each case, once the store is closed. */
  close?(): void | Promise<void>;
}
