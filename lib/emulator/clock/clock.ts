import type { Clock } from '../../time/clock.js';

/** Where the rules, the delivery and the records get the time. */
export interface ReadableClock {
  /** UNIX time in milliseconds. */
  now(): number;
}

/**
 * The emulator's time: real time plus what a test added.
 *
 * Signatures are checked by `real()`, since clients sign with the time of their own machine and a
 * test that moves the emulator's clock must not lock them out.
 */
export class EmulatorClock implements ReadableClock {
  private ahead = 0;
  private pinned: number | undefined;

  constructor(private readonly realNow: Clock = Date.now) {}

  now(): number {
    return this.pinned ?? this.realNow() + this.ahead;
  }

  real(): number {
    return this.realNow();
  }

  /** Moves the emulator's time forward. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** Runs something as it would have run at a moment that may be past. */
  runAt(at: number, run: () => void): void {
    this.pinned = at;
    try {
      run();
    } finally {
      this.pinned = undefined;
    }
  }
}

/** UNIX time as the API writes it. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
