import type { SmsVerificationLimit } from './verification.store.js';

/** Moments of operations, oldest first: exact sliding windows, where fixed ones let 9 of 5 through. */
export class MomentLog {
  private readonly entries: { readonly operation: string; readonly at: number }[] = [];

  /** @param keepMs the longest window that is asked about */
  constructor(private readonly keepMs: number) {}

  /** When an operation was noted; `undefined` where it was not. */
  at(operation: string): number | undefined {
    return this.entries.find((entry) => entry.operation === operation)?.at;
  }

  /** Notes an operation, once. */
  add(operation: string, at: number): void {
    if (this.at(operation) === undefined) {
      this.entries.push({ operation, at });
    }
  }

  /** Forgets an operation; whether it was there. */
  delete(operation: string): boolean {
    const index = this.entries.findIndex((entry) => entry.operation === operation);
    return index >= 0 && this.entries.splice(index, 1).length === 1;
  }

  /** The moments that a window may hold, newest last. */
  since(from: number): number[] {
    return this.entries.filter(({ at }) => at > from).map(({ at }) => at);
  }

  /** Drops what no window reaches; whether nothing is left. */
  expire(now: number): boolean {
    while (this.entries[0] !== undefined && this.entries[0].at <= now - this.keepMs) {
      this.entries.shift();
    }
    return this.entries.length === 0;
  }
}

/**
 * When the next operation fits into all limits; 0 when it does now.
 *
 * @param moments of all logs that count together, in any order
 */
export function fitsAt(
  moments: readonly number[],
  limits: readonly SmsVerificationLimit[],
  now: number,
): number {
  const newestFirst = moments.toSorted((a, b) => b - a);
  let at = 0;
  for (const { count, windowMs } of limits) {
    if (count === 0) {
      at = Math.max(at, now + windowMs);
      continue;
    }
    const nth = newestFirst[count - 1];
    if (nth !== undefined && nth + windowMs > now) {
      at = Math.max(at, nth + windowMs);
    }
  }
  return at;
}
