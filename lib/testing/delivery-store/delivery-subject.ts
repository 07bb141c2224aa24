import type { SmsDeliveryStore } from '../../delivery/store/delivery.store.js';

/** The time of a store under test. */
export interface SmsDeliveryStoreClock {
  /** Milliseconds since 1970, as the store tells them. */
  now(): number;
  advance(milliseconds: number): void | Promise<void>;
}

/** A store to test, which holds nothing yet and keeps texts for seven days. */
export interface SmsDeliveryStoreSubject {
  readonly store: SmsDeliveryStore;
  /**
   * A clock that only moves when it is told to.
   * @default none, which `hasClock` must say
   */
  readonly clock?: SmsDeliveryStoreClock | undefined;
  /** Called after each case, once the store is closed. */
  close?(): void | Promise<void>;
}
