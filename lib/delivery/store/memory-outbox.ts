import type { SmsClaimedChange, SmsDeliveryChange } from './delivery.store.js';

/** How long a handler that is not seen any more has changes kept for it. */
const SILENT_MS = 24 * 3_600_000;
/** Milliseconds until a handler that threw is called again; when the call after the last fails, too, it is dead. */
export const AGAIN_MS = [1_000, 10_000, 60_000, 600_000, 3_600_000] as const;
/** How long the id of a change is known, so that it is told once. */
export const KNOWN_MS = 7 * 24 * 3_600_000;
const MAX_KNOWN = 200_000;

interface Pending {
  dueAt: number;
  tries: number;
}

interface Entry {
  readonly change: SmsDeliveryChange;
  readonly pending: Map<string, Pending>;
}

/** Changes that handlers are still to be told. */
export class MemoryOutbox {
  private readonly handlers = new Map<
    string,
    { kind: SmsDeliveryChange['kind']; seenAt: number }
  >();
  private readonly entries = new Map<string, Entry>();
  private readonly known = new Map<string, number>();
  private dead = 0;

  /** Names that have a change to come, and those that had it to the end in vain. */
  get counts(): { waiting: number; dead: number } {
    return { waiting: this.entries.size, dead: this.dead };
  }

  register(
    handlers: readonly { readonly name: string; readonly kind: SmsDeliveryChange['kind'] }[],
    now: number,
  ): void {
    for (const { name, kind } of handlers) {
      this.handlers.set(name, { kind, seenAt: now });
    }
  }

  /** Adds a change for the handlers of its kind; one of a known id is told already. */
  add(change: SmsDeliveryChange, now: number): void {
    if (this.known.has(change.id)) {
      return;
    }
    this.known.set(change.id, now);
    const names = [...this.handlers]
      .filter(([, { kind, seenAt }]) => kind === change.kind && now - seenAt < SILENT_MS)
      .map(([name]) => name);
    if (names.length > 0) {
      const pending = new Map(names.map((name) => [name, { dueAt: now, tries: 0 }]));
      this.entries.set(change.id, { change, pending });
    }
  }

  claim(
    handlers: readonly string[],
    limit: number,
    leaseMs: number,
    now: number,
  ): SmsClaimedChange[] {
    const claimed: SmsClaimedChange[] = [];
    for (const { change, pending } of this.entries.values()) {
      const due = handlers.filter((name) => (pending.get(name)?.dueAt ?? Infinity) <= now);
      for (const name of due) {
        (pending.get(name) as Pending).dueAt = now + leaseMs;
      }
      if (due.length > 0) {
        claimed.push({ ...change, handlers: due });
      }
      if (claimed.length === limit) {
        break;
      }
    }
    return claimed;
  }

  acknowledge(id: string, handler: string, done: boolean, now: number): void {
    const entry = this.entries.get(id);
    const pending = entry?.pending.get(handler);
    if (entry === undefined || pending === undefined) {
      return;
    }
    const againMs = AGAIN_MS[pending.tries];
    if (!done && againMs !== undefined) {
      pending.tries += 1;
      pending.dueAt = now + againMs;
      return;
    }
    if (!done) {
      this.dead += 1;
    }
    entry.pending.delete(handler);
    if (entry.pending.size === 0) {
      this.entries.delete(id);
    }
  }

  /** Ends what waits for handlers that are gone, and forgets old ids. */
  expire(now: number): void {
    for (const [id, { pending }] of this.entries) {
      for (const name of pending.keys()) {
        if (now - (this.handlers.get(name)?.seenAt ?? 0) >= SILENT_MS) {
          this.dead += 1;
          pending.delete(name);
        }
      }
      if (pending.size === 0) {
        this.entries.delete(id);
      }
    }
    for (const [id, at] of this.known) {
      if (now - at < KNOWN_MS && this.known.size <= MAX_KNOWN) {
        break;
      }
      this.known.delete(id);
    }
  }
}
