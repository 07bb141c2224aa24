import type { SmsDeliveryStats } from './store/delivery.store.js';

/** What a module of deliveries has, at a moment. */
export interface DeliveryLoad extends SmsDeliveryStats {
  /** Milliseconds since the newest report came; `undefined` when none did. */
  readonly newestReportAgeMs: number | undefined;
}

/** What health checks ask of a module of deliveries. */
export interface DeliveryHealth {
  /**
   * What the store has, by one call of it; `undefined` where there is no store.
   *
   * @throws what the store throws.
   */
  probe(): Promise<DeliveryLoad | undefined>;
}

/** Token of what health checks ask. */
export const SMS_DELIVERY_HEALTH = 'SmsDeliveryHealth';
