import { MomentLog } from './moment-log.js';

/** Logs of moments by key, which never drops one that a limit still needs. */
export class MemoryLogs {
  private readonly logs = new Map<string, MomentLog>();

  /** @param keepMs the longest window that a log is asked about */
  constructor(private readonly keepMs: number) {}

  /** How many keys have a log. */
  get size(): number {
    return this.logs.size;
  }

  /** The moments of all keys together that a window of so many milliseconds may hold. */
  moments(keys: readonly string[], now: number, windowMs = this.keepMs): number[] {
    return keys.flatMap((key) => this.logs.get(key)?.since(now - windowMs) ?? []);
  }

  /** Notes an operation under the first key. */
  add([key]: readonly string[], operation: string, now: number): void {
    if (key !== undefined) {
      const log = this.logs.get(key) ?? new MomentLog(this.keepMs);
      log.expire(now);
      log.add(operation, now);
      this.logs.set(key, log);
    }
  }

  /** When an operation was noted under any of the keys; `undefined` where it was not. */
  at(keys: readonly string[], operation: string): number | undefined {
    return keys.map((key) => this.logs.get(key)?.at(operation)).find((at) => at !== undefined);
  }

  /** Forgets an operation under every key. */
  delete(keys: readonly string[], operation: string): void {
    for (const key of keys) {
      this.logs.get(key)?.delete(operation);
    }
  }

  /** Forgets whole logs. */
  clear(keys: readonly string[]): void {
    for (const key of keys) {
      this.logs.delete(key);
    }
  }

  /** Drops what no limit needs any more. */
  expire(now: number): void {
    for (const [key, log] of this.logs) {
      if (log.expire(now)) {
        this.logs.delete(key);
      }
    }
  }
}
