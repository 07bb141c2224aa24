import type { SmsDeliveryKey } from './delivery.store.js';
import { isAccepted, isEnded } from './memory-kept.js';
import type { KeptText } from './memory-kept.js';

/** Texts in the order in which they came, found by each of their names. */
export class MemoryTexts {
  private readonly byCall = new Map<string, KeptText>();
  private readonly bySerial = new Map<string, KeptText>();
  private readonly byRef = new Map<string, KeptText>();

  constructor(private readonly maxTexts: number) {}

  get size(): number {
    return this.byCall.size;
  }

  values(): IterableIterator<KeptText> {
    return this.byCall.values();
  }

  add(kept: KeptText): void {
    this.byCall.set(callKey(kept.text), kept);
  }

  /** Has a serial number name it. @returns the text that it named before */
  addSerial(kept: KeptText, serialNo: string): KeptText | undefined {
    const key = serialKey({ serialNo, to: kept.text.to });
    const before = this.bySerial.get(key);
    this.bySerial.set(key, kept);
    return before;
  }

  removeSerial(to: string, serialNo: string): void {
    this.bySerial.delete(serialKey({ to, serialNo }));
  }

  /** The latest send has the ref, in whatever order its outcome and those of others come. */
  addRef(kept: KeptText, to: string, ref: string): void {
    const key = refKey(to, ref);
    const before = this.byRef.get(key);
    if (before === undefined || kept.text.decidedAt >= before.text.decidedAt) {
      this.byRef.set(key, kept);
    }
  }

  of(key: SmsDeliveryKey): KeptText | undefined {
    if ('serialNo' in key) {
      return this.bySerial.get(serialKey(key));
    }
    return 'callRef' in key
      ? this.byCall.get(callKey(key))
      : this.byRef.get(refKey(key.to, key.ref));
  }

  remove(kept: KeptText): void {
    const { to, ref, serialNo } = kept.text;
    const { claim } = kept;
    this.byCall.delete(callKey(kept.text));
    const indexes = [
      [this.byRef, ref === undefined ? undefined : refKey(to, ref)],
      [this.bySerial, serialNo === undefined ? undefined : serialKey({ to, serialNo })],
      [this.bySerial, claim === undefined ? undefined : serialKey({ to, serialNo: claim })],
    ] as const;
    for (const [index, indexKey] of indexes) {
      if (indexKey !== undefined && index.get(indexKey) === kept) {
        index.delete(indexKey);
      }
    }
  }

  /** What has to go, when there are too many: the oldest that have ended first. */
  surplus(): KeptText[] {
    if (this.size <= this.maxTexts) {
      return [];
    }
    // A tenth at once, so that a full store does not look through all texts for each new one.
    const surplus = this.size - this.maxTexts + Math.floor(this.maxTexts / 10);
    const going: KeptText[] = [];
    for (const mayGo of [isEnded, isAccepted]) {
      for (const kept of this.values()) {
        if (going.length < surplus && mayGo(kept)) {
          going.push(kept);
        }
      }
    }
    return going;
  }
}

function callKey({ callRef, to }: { callRef: string; to: string }): string {
  return `${callRef} ${to}`;
}

function serialKey({ serialNo, to }: { serialNo: string; to: string }): string {
  return `${serialNo} ${to}`;
}

function refKey(to: string, ref: string): string {
  return `${to} ${ref}`;
}
