import type { SmsDeliveryFact, SmsDeliveryStatus } from './delivery.store.js';

/** What outweighs what; the last four end a text, and `absent` does until a record turns up. */
export const RANKS: Readonly<Record<SmsDeliveryStatus, number>> = {
  unknown: 0,
  absent: 1,
  accepted: 2,
  unreported: 3,
  rejected: 4,
  failed: 5,
  delivered: 6,
};

/** What a sure fact weighs more than any that was matched. */
export const EXACT_WEIGHT = 10;

/** Whether nothing more is expected of a text. */
export function isFinal(state: SmsDeliveryStatus): boolean {
  return state !== 'unknown' && state !== 'accepted';
}

/** Whether a report says it. */
export function isReported(state: SmsDeliveryStatus): state is 'delivered' | 'failed' {
  return state === 'delivered' || state === 'failed';
}

/** How much a fact weighs: a sure one more than any that was matched. */
export function weightOf({ state, exact }: SmsDeliveryFact): number {
  // What is not known yet is no evidence, however sure.
  return RANKS[state] + (exact && state !== 'unknown' ? EXACT_WEIGHT : 0);
}

/**
 * The one of two facts that holds. A total order, so that any order of any facts ends with the same
 * one: the heavier, then the earlier, then the lower code, then the lower source.
 */
export function betterFact(a: SmsDeliveryFact, b: SmsDeliveryFact): SmsDeliveryFact {
  const difference =
    weightOf(b) - weightOf(a) ||
    (a.at ?? Infinity) - (b.at ?? Infinity) ||
    compare(a.code ?? '', b.code ?? '') ||
    compare(a.source, b.source);
  // Two that were never dated differ by NaN.
  return difference > 0 ? b : a;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
