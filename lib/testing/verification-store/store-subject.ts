import type { SmsVerificationStore } from '../../verification/store/verification.store.js';

/** The time of a store under test. */
export interface SmsVerificationStoreClock {
  /** Milliseconds since 1970, as the store tells them. */
  now(): number;
  advance(milliseconds: number): void | Promise<void>;
}

/** A store to test, which holds nothing yet. */
export interface SmsVerificationStoreSubject {
  readonly store: SmsVerificationStore;
  /**
   * A clock that only moves when it is told to.
   * @default none, which `hasClock` must say
   */
  readonly clock?: SmsVerificationStoreClock | undefined;
  /** Called after each case. */
  close?(): void | Promise<void>;
}

/** @throws Error when the store has none. */
export function clockOf({ clock }: SmsVerificationStoreSubject): SmsVerificationStoreClock {
  if (clock === undefined) {
    throw new Error('The store has no clock: give it one, or set hasClock to false.');
  }
  return clock;
}
