import type { SmsDeliveryReport } from './delivery.store.js';
import { betterFact, weightOf } from './merge-facts.js';

/** How long a report waits for its text. */
export const PARKED_MS = 10 * 60_000;
/** When a report without a text counts as one of another system. */
const FOREIGN_MS = 1_000;
/** Most reports that wait for their text. */
export const MAX_PARKED = 10_000;

interface Parked {
  report: SmsDeliveryReport;
  readonly at: number;
  isForeign: boolean;
}

/** Reports that came before their texts. */
export class MemoryParked {
  private readonly bySerial = new Map<string, Parked[]>();
  private parked = 0;

  get size(): number {
    return this.parked;
  }

  /** @returns whether there was a place for it */
  add(report: SmsDeliveryReport, now: number): boolean {
    const key = keyOf(report);
    const waiting = this.bySerial.get(key) ?? [];
    // Merged after what is parked already, it would change nothing.
    if (waiting.some((parked) => betterFact(parked.report, report) === parked.report)) {
      return true;
    }
    const same = waiting.find(
      (parked) =>
        parked.report.state === report.state && weightOf(parked.report) === weightOf(report),
    );
    if (same !== undefined) {
      same.report = report;
      return true;
    }
    if (this.parked >= MAX_PARKED) {
      return false;
    }
    waiting.push({ report, at: now, isForeign: false });
    this.bySerial.set(key, waiting);
    this.parked += 1;
    return true;
  }

  /** Those of a serial number, which wait no more. */
  take(to: string, serialNo: string): readonly SmsDeliveryReport[] {
    const key = keyOf({ to, serialNo });
    const waiting = this.bySerial.get(key) ?? [];
    this.bySerial.delete(key);
    this.parked -= waiting.length;
    return waiting.map(({ report }) => report);
  }

  /** Drops what waited too long. @returns reports that turn out to be of another system */
  advance(now: number): readonly SmsDeliveryReport[] {
    const foreign: SmsDeliveryReport[] = [];
    for (const [key, waiting] of this.bySerial) {
      for (const parked of waiting) {
        if (!parked.isForeign && now - parked.at >= FOREIGN_MS) {
          parked.isForeign = true;
          foreign.push(parked.report);
        }
      }
      const left = waiting.filter(({ at }) => now - at < PARKED_MS);
      this.parked -= waiting.length - left.length;
      if (left.length === 0) {
        this.bySerial.delete(key);
      } else {
        this.bySerial.set(key, left);
      }
    }
    return foreign;
  }
}

function keyOf({ serialNo, to }: { serialNo: string; to: string }): string {
  return `${serialNo} ${to}`;
}
