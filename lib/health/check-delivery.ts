import type { DeliveryHealth, DeliveryLoad } from '../delivery/delivery-health.js';
import type { CheckResult } from './check-result.js';

/** From where on deliveries are no longer fine. */
export interface DeliveryLimits {
  readonly deadAbove: number;
  readonly waitingAbove: number;
  readonly looksAbove: number;
  readonly unreportedAbove: number;
  readonly minimum: number;
  readonly silentAboveMs: number;
}

/** What a probe found: a result that is final, or what the limits are compared with. */
export type DeliveryProbe =
  CheckResult | { readonly state: 'up'; readonly details: DeliveryDetails };

/** Shown to clients of the health endpoint. */
interface DeliveryDetails extends Readonly<Record<string, unknown>> {
  readonly newestReportAgeMs: number | undefined;
  readonly reported: number;
  readonly unreported: number;
  readonly waiting: number;
  readonly dead: number;
  readonly dropped: number;
  readonly open: number;
  readonly looks: number;
}

/** Whether the store of deliveries answers, and what it has. */
export async function probeDelivery(health: DeliveryHealth): Promise<DeliveryProbe> {
  let load: DeliveryLoad | undefined;
  try {
    load = await health.probe();
  } catch {
    // A store's own error may name hosts and keys.
    const message = 'The store of deliveries is out of reach.';
    return { state: 'down', details: { code: 'SMS_DELIVERY_STORE_UNAVAILABLE', message } };
  }
  if (load === undefined) {
    const note = 'store is false: there is nothing to check, since nothing is kept';
    return { state: 'up', details: { note } };
  }
  const { newestReportAgeMs, reported, unreported, waiting, dead, dropped, open, looks } = load;
  const counts = { reported, unreported, waiting, dead, dropped, open, looks };
  const details = { newestReportAgeMs, ...counts };
  return { state: 'up', details };
}

/** Compares what a probe found with limits; what has none to compare stays as it is. */
export function checkDelivery(probe: DeliveryProbe, limits: DeliveryLimits): CheckResult {
  if (!('dead' in probe.details)) {
    return probe;
  }
  const details = probe.details as DeliveryDetails;
  const { newestReportAgeMs = Infinity, reported, unreported, waiting, dead, looks } = details;
  const all = reported + unreported;
  const isShareTooLarge = all >= limits.minimum && unreported / all > limits.unreportedAbove;
  const messages = [
    ...(dead > limits.deadAbove ? ['Handlers failed with changes to the end.'] : []),
    ...(waiting > limits.waitingAbove ? ['Too many changes wait for handlers.'] : []),
    ...(looks > limits.looksAbove ? ['Too many numbers wait to be looked up.'] : []),
    ...(isShareTooLarge ? ['Too many texts are without a report.'] : []),
    // Where nothing awaits a report none is missing.
    ...(unreported > 0 && newestReportAgeMs > limits.silentAboveMs
      ? ['No report came for too long.']
      : []),
  ];
  return messages.length === 0
    ? { state: 'up', details }
    : { state: 'degraded', details: { ...details, message: messages.join(' ') } };
}
