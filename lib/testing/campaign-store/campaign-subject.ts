import type { SmsCampaignStore } from '../../guard/campaign.store.js';

/** The time of a store under test. */
export interface SmsCampaignStoreClock {
  /** Milliseconds since 1970, as the store tells them. */
  now(): number;
  advance(milliseconds: number): void | Promise<void>;
}

/** A store to test, which holds nothing yet and keeps campaigns for seven days after their end. */
export interface SmsCampaignStoreSubject {
  readonly store: SmsCampaignStore;
  /**
   * A clock that only moves when it is told to.
   * @default none, which `hasClock` must say
   */
  readonly clock?: SmsCampaignStoreClock | undefined;
  /** Called after each case, once the store is closed. */
  close?(): void | Promise<void>;
}
