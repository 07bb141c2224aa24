import type { Clock } from '../time/clock.js';

/** Tencent's time as far as it is known: this machine's, corrected once Tencent found it wrong. */
export class ServerClock {
  private offset = 0;

  /** @param time this machine's: milliseconds since 1970 */
  constructor(private readonly time: Clock = () => Date.now()) {}

  /** Seconds that this machine's time is corrected by. */
  get offsetSeconds(): number {
    return this.offset;
  }

  /** UNIX time in seconds. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    return this.toServerMs(this.time());
  }

  /** Milliseconds since 1970 by this machine, uncorrected. */
  machineMs(): number {
    return this.time();
  }

  /** A time of this machine as Tencent's clock had it, as far as that is known by now. */
  toServerMs(machineMs: number): number {
    return machineMs + this.offset * 1000;
  }

  /** Sets the clock by the `Date` header of an answer, where there is one. */
  correct(date: unknown): void {
    const server = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (!Number.isNaN(server)) {
      this.offset = Math.floor(server / 1000) - Math.floor(this.time() / 1000);
    }
  }
}
